/**
 * A route contract on an Express router: path parameters and body are validated by the contract's schemas, the handler sees
 * only what they let through and answers the success body, whose status the contract names. A handler that takes too long
 * is answered for; what it started goes on.
 */
import { nothing, type RouteContract } from '@nearkey/sdk/contract';
import type { RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { HttpProblem, invalidRequest } from './http-error.js';

/** Where the metrics find the route's pattern once a request has been routed. */
export const routePatternKey = 'routePattern';

/** What curl sends without a header of its own is a form, and is not read. */
const NO_JSON = 'There is no JSON in the request: send it with the header content-type: application/json';

export interface RouteInput<Params extends z.ZodType, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly body: z.output<Body>;
}

export function bindRoute<Params extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
  router: Router,
  contract: RouteContract<Params, Body, Reply>,
  timeoutMs: number,
  handle: (input: RouteInput<Params, Body>) => Promise<z.input<Reply>>,
): void {
  const bodySchema: z.ZodType = contract.body;
  const takesBody = bodySchema !== nothing;
  const replySchema: z.ZodType = contract.success.body;
  const handler: RequestHandler = async (request, response) => {
    response.locals[routePatternKey] = contract.path;
    const params = checked(contract.params, request.params);
    if (takesBody && request.body === undefined) throw noJson();
    const body = checked(contract.body, request.body);
    const reply = await withinTime(handle({ params, body }), timeoutMs);
    response.status(contract.success.status);
    if (replySchema === nothing) response.end();
    else response.json(reply);
  };
  router[contract.method](contract.path.replace(/\{(\w+)\}/g, ':$1'), handler);
}

function noJson(): HttpProblem {
  return new HttpProblem('invalidData', NO_JSON, [{ field: '', rule: 'content_type', message: NO_JSON }]);
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(result.error);
  return result.data;
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new HttpProblem('unexpected', `The request did not finish within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}

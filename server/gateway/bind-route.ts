/**
 * A route contract on an Express router: path parameters and body are validated by the contract's schemas, the handler sees
 * only what they let through and answers the success body, whose status the contract names. A handler that takes too long
 * is answered for; what it started goes on.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { nothing, type RouteContract } from '@nearkey/sdk/contract';
import type { Request, RequestHandler, Router } from 'express';
import type { z } from 'zod';
import { HttpProblem, invalidRequest } from './http-error.js';

/** Where the metrics find the route's pattern once a request has been routed. */
export const routePatternKey = 'routePattern';

/** What curl sends without a header of its own is a form, and is not read. */
const NO_JSON = 'There is no JSON in the request: send it with the header content-type: application/json';

/** The media type of lines of JSON. */
export const linesType = 'application/x-ndjson';

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
    const params = checked(contract.params, paramsOf(request));
    if (takesBody && request.body === undefined) throw noJson();
    const body = checked(contract.body, request.body);
    const reply = await withinTime(handle({ params, body }), timeoutMs);
    response.status(contract.success.status);
    if (replySchema === nothing) response.end();
    else response.json(reply);
  };
  router[contract.method](contract.path.replace(/\{(\w+)\}/g, ':$1'), handler);
}

/**
 * A route that answers lines of JSON, as they come: a line is sent when the caller has taken those before it. What fails before the first
 * line is a problem, as in any route; what fails later breaks off.
 */
export function bindLines<Params extends z.ZodType, Body extends z.ZodType, Line extends z.ZodType>(
  router: Router,
  contract: RouteContract<Params, Body, Line>,
  handle: (params: z.output<Params>) => AsyncIterable<z.input<Line>>,
): void {
  const handler: RequestHandler = async (request, response) => {
    response.locals[routePatternKey] = contract.path;
    const values = handle(checked(contract.params, paramsOf(request)))[Symbol.asyncIterator]();
    const first = await values.next();
    response.type(linesType);
    // What fails from here on has destroyed the response: the caller sees that it broke off.
    await pipeline(Readable.from(jsonLines(first, values)), response).catch(() => undefined);
  };
  router[contract.method](contract.path.replace(/\{(\w+)\}/g, ':$1'), handler);
}

/** What the path says counts. */
function paramsOf({ query, params }: Request): object {
  return { ...query, ...params };
}

async function* jsonLines(
  first: IteratorResult<unknown>,
  values: AsyncIterator<unknown>,
): AsyncGenerator<string, void, undefined> {
  for (let next = first; next.done !== true; next = await values.next()) yield `${JSON.stringify(next.value)}\n`;
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

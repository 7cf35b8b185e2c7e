/**
 * The routes of the gateway to models: who asks is known before a body is read, bodies are read as bytes within
 * their limit, and what the gateway itself refuses is said in the words of the wire format.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { explainPrefix } from '@nearkey/sdk/contract';
import type { FrontDoor } from '@nearkey/sdk/llm';
import { HttpReply } from './http-reply.js';
import { type HandledRoute, handledRoute, type LlmHandler } from './llm-door.js';
import type { LlmPipeline } from './pipeline.js';
import type { Principals } from './principals.js';
import { bodyWithin, readNoFurther } from './request-body.js';
import type { Upstream } from './upstream.js';

export interface LlmRoute {
  readonly path: string;
  readonly door: FrontDoor;
  readonly upstream: Upstream;
}

export interface LlmRouteDeps {
  readonly routes: readonly LlmRoute[];
  readonly pipeline: LlmPipeline;
  readonly principals: Principals;
  readonly bodyBytesMax: number;
}

export function llmRoutes({ routes, pipeline, principals, bodyBytesMax }: LlmRouteDeps): HandledRoute[] {
  const handlerOf = ({ path, door, upstream }: LlmRoute, isExplained: boolean): LlmHandler => {
    return async ({ request, response, everyHeaders }) => {
      const reply = new HttpReply(response, everyHeaders);
      const headers = plainHeaders(request.headers);
      const refuse = (status: number, message: string): void => {
        reply.start(status, { 'content-type': door.jsonType });
        reply.end(door.problem(status, message));
      };
      const principal = principals.of(headers);
      if (principal === undefined) {
        refuse(401, 'Expected an API key of this server as a bearer token, or in x-api-key');
        return;
      }
      const body = await bodyWithin(request, bodyBytesMax);
      if (body === undefined) {
        reply.start(413, { 'content-type': door.jsonType });
        const problem = door.problem(413, `Expected a body of at most ${bodyBytesMax} bytes`);
        await reply.endAfter(readNoFurther(request, response), problem);
        return;
      }
      const call = { path: isExplained ? path : (request.url ?? ''), headers, body };
      const exchange = { door, upstream, call, reply, tenant: principal.tenant };
      await (isExplained ? pipeline.explain(exchange) : pipeline.answer(exchange));
    };
  };
  return routes.flatMap((route) => [
    handledRoute(route.path, handlerOf(route, false)),
    handledRoute(`${explainPrefix}${route.path}`, handlerOf(route, true)),
  ]);
}

/** By lower-case names; of those that were sent twice, joined as HTTP says. */
export function plainHeaders(headers: IncomingHttpHeaders): { [name: string]: string } {
  const plain: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

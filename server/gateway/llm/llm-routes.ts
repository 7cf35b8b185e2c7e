/**
 * The routes of the gateway to models, as Express sees them: who asks is known before a body is read, bodies are read as bytes within
 * their limit, and what the gateway itself refuses is said in the words of the wire format.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { explainPrefix } from '@nearkey/sdk/contract';
import type { FrontDoor } from '@nearkey/sdk/llm';
import type { RequestHandler, Router } from 'express';
import { routePatternKey } from '../bind-route.js';
import { HttpReply } from './http-reply.js';
import type { LlmPipeline } from './pipeline.js';
import type { Principals } from './principals.js';
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

export function mountLlmRoutes(router: Router, { routes, pipeline, principals, bodyBytesMax }: LlmRouteDeps): void {
  const handlerOf = ({ path, door, upstream }: LlmRoute, isExplained: boolean): RequestHandler => {
    return async (request, response) => {
      response.locals[routePatternKey] = isExplained ? `${explainPrefix}${path}` : path;
      const reply = new HttpReply(response);
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
      const body = await readBody(request, bodyBytesMax);
      if (body === undefined) {
        response.setHeader('connection', 'close');
        refuse(413, `Expected a body of at most ${bodyBytesMax} bytes`);
        return;
      }
      const call = { path: isExplained ? path : request.originalUrl, headers, body };
      const exchange = { door, upstream, call, reply, tenant: principal.tenant };
      await (isExplained ? pipeline.explain(exchange) : pipeline.answer(exchange));
    };
  };
  for (const route of routes) {
    router.post(route.path, handlerOf(route, false));
    router.post(`${explainPrefix}${route.path}`, handlerOf(route, true));
  }
}

/** By lower-case names; of those that were sent twice, joined as HTTP says. */
export function plainHeaders(headers: IncomingHttpHeaders): { [name: string]: string } {
  const plain: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':')) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** Undefined when there is more than the limit. */
export async function readBody(request: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of request) {
    length += bytes.byteLength;
    if (length > bytesMax) return undefined;
    parts.push(bytes);
  }
  return parts.length === 1 && Buffer.isBuffer(parts[0]) ? parts[0] : Buffer.concat(parts);
}

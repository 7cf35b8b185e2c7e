/**
 * The door of the gateway to models: its routes as functions of a request and a response, which stand ahead of Express and inside it.
 *
 * A page of another origin is left to the application, which refuses it.
 */
import type { IncomingMessage } from 'node:http';
import { isForeignPage } from '../authentication.js';
import type { Door } from '../doors.js';
import type { HttpResponse } from './http-reply.js';
import type { PlainRequest } from './request-body.js';

export interface LlmVisit {
  readonly request: PlainRequest;
  readonly response: HttpResponse;
  readonly requestId: string;
  /** Of every answer: names and values in turn. */
  readonly everyHeaders: readonly string[];
}

/** @throws Error when the request breaks off before it was read */
export type LlmHandler = (visit: LlmVisit) => Promise<void>;

export interface HandledRoute {
  /** As the metrics know it. */
  readonly pattern: string;
  /** @param path without its query, not decoded */
  matches(path: string): boolean;
  readonly handle: LlmHandler;
}

/** By its whole path. */
export function handledRoute(path: string, handle: LlmHandler): HandledRoute {
  return { pattern: path, matches: (asked) => asked === path, handle };
}

export function llmDoor(routes: readonly HandledRoute[]): Door {
  return (request) => {
    const route = request.method === 'POST' ? routeOf(routes, request) : undefined;
    if (route === undefined || isForeignPage(request)) return undefined;
    return {
      pattern: route.pattern,
      answer: (response, requestId, everyHeaders) =>
        // A request that broke off has nobody to answer to.
        route.handle({ request, response, requestId, everyHeaders }).catch(() => {
          response.destroy();
        }),
    };
  };
}

function routeOf(routes: readonly HandledRoute[], { url = '' }: IncomingMessage): HandledRoute | undefined {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  return routes.find((route) => route.matches(path));
}

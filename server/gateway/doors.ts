/**
 * Doors are ways past Express for the routes that are asked most: its routing, and the prototypes that it changes on every request,
 * cost several times what such a route itself takes. A door sees requests as Node has them, takes what is its own and leaves the
 * rest. The same door stands in the Express application, too: what comes over HTTP/2 goes there.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Express, RequestHandler, Response } from 'express';
import { routePatternKey } from './bind-route.js';
import { type Visits, visitHeaders } from './visits.js';

/** A request that a door has taken. */
export interface Taken {
  /** Names the route in metrics. */
  readonly pattern: string;
  /**
   * Answers, with the headers that every answer has. Never rejects.
   * @param headers names and values in turn
   */
  answer(response: ServerResponse, requestId: string, headers: readonly string[]): Promise<void>;
}

/** Takes a request, or leaves it to others. */
export type Door = (request: IncomingMessage) => Taken | undefined;

/** Requests that a door takes do not get to see the application. */
export function aheadOf(app: Express, doors: readonly Door[], visits: Visits): RequestListener {
  return (request, response) => {
    for (const door of doors) {
      const taken = door(request);
      if (taken === undefined) continue;
      const requestId = visits.begin(request, response, () => taken.pattern);
      void taken.answer(response, requestId, visitHeaders(requestId));
      return;
    }
    app(request, response);
  };
}

/** The door inside the application, which has named the request. */
export function doorInside(door: Door, requestIdOf: (response: Pick<Response, 'locals'>) => string): RequestHandler {
  return (request, response, next) => {
    const taken = door(request);
    if (taken === undefined) {
      next();
      return;
    }
    response.locals[routePatternKey] = taken.pattern;
    void taken.answer(response, requestIdOf(response), []);
  };
}

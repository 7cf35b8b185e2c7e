/**
 * What is kept of every request, whichever way it is answered: its id, which the answer names, and the time that its route took. Logged
 * without the content: prompts and features are their owners'.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { GatewayLogger } from './http-error.js';

export interface VisitsDeps {
  readonly logger: GatewayLogger;
  readonly metrics: GatewayMetrics;
  /** Names requests that come without an id. */
  readonly newRequestId: () => string;
}

const requestIdPattern = /^[\w.:-]{1,128}$/;

export class Visits {
  readonly #deps: VisitsDeps;

  constructor(deps: VisitsDeps) {
    this.#deps = deps;
  }

  /**
   * Names the request and times it until its answer has left. Keeps the caller's id when it is a plain one, so that logs on both sides
   * meet.
   * @param routeOf asked at the end: a pattern, not a path
   * @returns the request's id
   */
  begin(request: IncomingMessage, response: ServerResponse, routeOf: () => string): string {
    const { logger, metrics, newRequestId } = this.#deps;
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && requestIdPattern.test(given) ? given : newRequestId();
    const method = request.method ?? '';
    const stop = metrics.requestSeconds.startTimer({ method });
    response.once('close', () => {
      const route = routeOf();
      const status = response.writableFinished ? String(response.statusCode) : 'aborted';
      const seconds = stop({ route, status });
      logger.debug({ requestId, method, route, status, seconds }, 'request');
    });
    return requestId;
  }
}

/** Headers of every answer, names and values in turn. */
export function visitHeaders(requestId: string): string[] {
  return ['x-request-id', requestId, 'x-content-type-options', 'nosniff'];
}

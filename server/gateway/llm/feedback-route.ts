/**
 * `POST /v1/feedback`: callers of models vote on answers they were given, by the id in `x-nearkey-cache-hit`. A hit is its tenant's: to
 * others it does not exist.
 */
import type { SemanticCache } from '@nearkey/sdk';
import { feedbackRoute, type Problem } from '@nearkey/sdk/contract';
import { voteReply } from '../routes/vote-reply.js';
import { HttpReply } from './http-reply.js';
import { type HandledRoute, handledRoute } from './llm-door.js';
import { plainHeaders } from './llm-routes.js';
import type { Principals } from './principals.js';
import { bodyWithin, readNoFurther } from './request-body.js';

const BODY_BYTES_MAX = 4_096;

export interface FeedbackRouteDeps {
  readonly cacheOf: (cacheId: string) => SemanticCache;
  /** The cache of requests that name none. */
  readonly cacheId: string;
  readonly principals: Principals;
}

export function llmFeedbackRoute({ cacheOf, cacheId, principals }: FeedbackRouteDeps): HandledRoute {
  return handledRoute(feedbackRoute.path, async ({ request, response, everyHeaders }) => {
    const reply = new HttpReply(response, everyHeaders);
    const answer = (status: number, body: object): void => {
      reply.start(status, { 'content-type': 'application/json' });
      reply.end(JSON.stringify(body));
    };
    const refuse = (problem: Problem): void => answer(problem.status, problem);
    const principal = principals.of(plainHeaders(request.headers));
    if (principal === undefined) {
      refuse({ title: 'Authentication failed', status: 401, type: '/errors/authentication-failed' });
      return;
    }
    const body = await bodyWithin(request, BODY_BYTES_MAX);
    if (body === undefined) readNoFurther(request, response);
    const asked = feedbackRoute.body.safeParse(jsonOf(body));
    if (!asked.success) {
      refuse({ title: 'Invalid data', status: 400, type: '/errors/invalid-data', detail: asked.error.message });
      return;
    }
    const { hitId, vote, namespace } = asked.data;
    const { tenant } = principal;
    const cast = { hitId, isRight: vote === 'up', owner: { namespace: tenant }, voter: tenant };
    try {
      const outcome = voteReply(await cacheOf(namespace ?? cacheId).vote(cast));
      if ('problem' in outcome) refuse(outcome.problem);
      else answer(200, outcome);
    } catch {
      refuse({ title: 'Database unavailable', status: 424, type: '/errors/database/resource-database-unavailable' });
    }
  });
}

function jsonOf(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch {
    return undefined;
  }
}

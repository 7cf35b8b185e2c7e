/**
 * `POST /explain` and the path of a request to a model: what the gateway would do with that request. The body, the key and the control
 * headers are those of the request itself, so a client asks by putting `/explain` into its base URL.
 */
import { z } from 'zod';
import { cacheIdPattern } from '../semantic-cache/cache-keys.js';
import { decisionRecord } from '../semantic-cache/decision-record.js';
import type { ProblemStatus } from './problem.js';
import { type AnyRouteContract, defineRoute, nothing } from './route-contract.js';

/** Before the path of the request that is explained. */
export const explainPrefix = '/explain';

export const explanation = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('bypass'),
    reason: z.string().describe('Why the request may not be answered from the cache, as in x-nearkey-cache-reason.'),
  }),
  z.object({
    status: z.literal('looked-up'),
    cacheId: z.string().regex(cacheIdPattern),
    isUnderWay: z.boolean().describe('The same question is being asked: its answer would be waited for.'),
    decision: decisionRecord,
  }),
]);

export type Explanation = z.infer<typeof explanation>;

const problems: readonly ProblemStatus[] = [401, 413, 424];

const explained: readonly (readonly [operationId: string, path: string])[] = [
  ['explainChatCompletion', '/v1/chat/completions'],
  ['explainResponse', '/v1/responses'],
  ['explainMessage', '/v1/messages'],
  ['explainConverse', '/model/{modelId}/converse'],
  ['explainInvokeModel', '/model/{modelId}/invoke'],
];

export const explainRoutes: readonly AnyRouteContract[] = explained.map(([operationId, path]) =>
  defineRoute({
    operationId,
    method: 'post',
    path: `${explainPrefix}${path}`,
    summary: 'What the gateway would do with this request for a model; nothing is asked, served, counted or learned.',
    params: path.includes('{modelId}') ? z.object({ modelId: z.string() }) : nothing,
    body: z.looseObject({ model: z.string().optional() }).describe('The request as the provider takes it.'),
    success: { status: 200, description: 'The decision and its grounds.', body: explanation },
    problems,
  }),
);

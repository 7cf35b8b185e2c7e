/**
 * The routes of the semantic cache: the LangCache API (its clients work unchanged) and additions of ours: `explain`, `health`, `stats`, `savings`.
 *
 * `similarity` and `similarityThreshold` are cosine similarities cut to 0..1. Without `searchStrategies` both tiers are
 * asked, the exact one first: an exact match is also the most similar entry, found without an embedding. The limits are
 * wider than LangCache's and belong to the server, so the schemas are built for given limits.
 */
import { z } from 'zod';
import {
  attributeNamePattern,
  attributesMax,
  attributeValueCharsMax,
  type CacheAttributes,
} from '../semantic-cache/cache-attributes.js';
import { ttlMsMax } from '../semantic-cache/cache-entry.js';
import { cacheIdPattern } from '../semantic-cache/cache-keys.js';
import { SAVINGS_DAYS_MAX } from '../semantic-cache/cache-savings.js';
import { exportedEntry } from '../semantic-cache/cache-transfer.js';
import { decisionRecord } from '../semantic-cache/decision-record.js';
import { TRAIL_PAGE_MAX, trailRecord } from '../semantic-cache/decision-trail.js';
import { digestPattern } from '../semantic-cache/digest.js';
import type { ProblemStatus } from './problem.js';
import { defineRoute, nothing } from './route-contract.js';

export interface CacheRouteLimits {
  readonly promptCharsMax: number;
  readonly responseCharsMax: number;
}

const problems: readonly ProblemStatus[] = [400, 401, 403, 413, 424, 500];

const cacheParams = z.object({
  cacheId: z.string().regex(cacheIdPattern).describe('The cache; it comes into being on its first use.'),
});
const entryParams = cacheParams.extend({ entryId: z.string().regex(digestPattern) });

const attributes = z
  .record(z.string().regex(attributeNamePattern), z.string().min(1).max(attributeValueCharsMax))
  .refine((pairs: CacheAttributes) => Object.keys(pairs).length <= attributesMax, `at most ${attributesMax} attributes`)
  .meta({ description: 'Open name-value pairs of an entry.', maxProperties: attributesMax });

const searchStrategy = z.enum(['exact', 'semantic']);

const foundEntry = z.object({
  id: z.string().regex(digestPattern),
  prompt: z.string(),
  response: z.string(),
  attributes: z.record(z.string(), z.string()),
  similarity: z.number().min(0).max(1).describe('Cosine similarity, cut to 0..1; 1 for an exact match.'),
  searchStrategy,
  hitId: z.string().regex(digestPattern).describe('Names this hit in the trail.'),
});

const statistics = z.object({
  cacheId: z.string(),
  entries: z.int().nonnegative(),
  hits: z.object({ exact: z.int().nonnegative(), semantic: z.int().nonnegative() }),
  misses: z.int().nonnegative(),
  hitRate: z.number().min(0).max(1).nullable().describe('Hits over lookups; null before the first lookup.'),
  stores: z.int().nonnegative(),
  audits: z.int().nonnegative().describe('Would-be hits that were asked anew to learn from.'),
  judged: z
    .object({ right: z.int().nonnegative(), wrong: z.int().nonnegative() })
    .describe('Candidates not served whose answer a fresh one confirmed or contradicted.'),
  invalidated: z.int().nonnegative(),
  truth: z
    .object({
      shadow: z.object({ right: z.int().nonnegative(), wrong: z.int().nonnegative() }),
      wrongHitShare: z
        .object({ low: z.number(), high: z.number() })
        .describe(
          'Between which shares of semantic hits are wrong, at 95 %; everything before the first shadow question.',
        ),
      votes: z.object({ up: z.int().nonnegative(), down: z.int().nonnegative() }),
      quarantined: z.int().nonnegative(),
      breaches: z.int().nonnegative(),
      isTightened: z.boolean().describe('More was wrong than is accepted: less is served until that is over.'),
    })
    .describe('Whether the answers from the cache are right, by asking a share of them anew and by votes.'),
  evicted: z.int().nonnegative().describe('Entries that left because others are worth more.'),
  refusedByRule: z
    .record(z.string(), z.int().nonnegative())
    .describe('Candidates that would have been served, but for the trap guard, by its rule.'),
  errors: z.int().nonnegative(),
});

export type CacheStatisticsReply = z.infer<typeof statistics>;
export type FoundEntry = z.infer<typeof foundEntry>;
export type SearchBody = z.infer<ReturnType<typeof searchBody>>;

function searchBody(limits: CacheRouteLimits) {
  return z.object({
    prompt: promptWithin(limits),
    similarityThreshold: z.number().min(0).max(1).optional().describe('Least cosine similarity of a semantic match.'),
    searchStrategies: z.array(searchStrategy).min(1).max(2).optional().describe('Which tiers to ask, in this order.'),
    attributes: attributes.optional().describe('Only entries that carry all of these.'),
  });
}

function explainRoute(limits: CacheRouteLimits) {
  return defineRoute({
    operationId: 'explainSearch',
    method: 'post',
    path: '/v1/caches/{cacheId}/explain',
    summary: 'What a search would decide, and by what; nothing is served, counted or learned.',
    params: cacheParams,
    body: searchBody(limits),
    success: { status: 200, description: 'The decision and its grounds.', body: decisionRecord },
    problems,
  });
}

function searchRoute(limits: CacheRouteLimits) {
  return defineRoute({
    operationId: 'searchEntries',
    method: 'post',
    path: '/v1/caches/{cacheId}/entries/search',
    summary: 'Find a stored answer to this prompt or to a paraphrase of it.',
    params: cacheParams,
    body: searchBody(limits),
    success: {
      status: 200,
      description: 'The entry that answers the prompt, or an empty list.',
      body: z.object({ data: z.array(foundEntry) }),
    },
    problems,
  });
}

/** Entries, or searches, of one call. */
const TOGETHER_MAX = 100;

function searchManyRoute(limits: CacheRouteLimits) {
  return defineRoute({
    operationId: 'searchMany',
    method: 'post',
    path: '/v1/caches/{cacheId}/entries/search/batch',
    summary: 'Search for several prompts at once; their vectors are made together.',
    params: cacheParams,
    body: z.object({ searches: z.array(searchBody(limits)).min(1).max(TOGETHER_MAX) }),
    success: {
      status: 200,
      description: 'For each search, in their order, the entry that answers it, or an empty list.',
      body: z.object({ results: z.array(z.object({ data: z.array(foundEntry) })) }),
    },
    problems,
  });
}

function setManyRoute(limits: CacheRouteLimits) {
  return defineRoute({
    operationId: 'setMany',
    method: 'post',
    path: '/v1/caches/{cacheId}/entries/batch',
    summary: 'Store several answers at once; the vectors of their prompts are made together.',
    params: cacheParams,
    body: z.object({ entries: z.array(setBody(limits)).min(1).max(TOGETHER_MAX) }),
    success: {
      status: 201,
      description: 'The answers are stored and can be found.',
      body: z.object({ entryIds: z.array(z.string().regex(digestPattern)) }),
    },
    problems,
  });
}

const exportEntries = defineRoute({
  operationId: 'exportEntries',
  method: 'get',
  path: '/v1/caches/{cacheId}/entries.jsonl',
  summary: 'Every entry, without its vector and in no order: what `nearkey cache import` reads.',
  params: cacheParams,
  body: nothing,
  success: { status: 200, description: 'The entries as lines of JSON.', body: exportedEntry, isLines: true },
  problems,
});

const importEntries = defineRoute({
  operationId: 'importEntries',
  method: 'post',
  path: '/v1/caches/{cacheId}/import',
  summary: 'Take exported entries over; what is there already is replaced.',
  params: cacheParams,
  body: z.object({ entries: z.array(exportedEntry).min(1).max(TOGETHER_MAX) }),
  success: {
    status: 200,
    description: 'The entries are stored and can be found.',
    body: z.object({ importedEntriesCount: z.int().nonnegative() }),
  },
  problems,
});

function setBody(limits: CacheRouteLimits) {
  return z.object({
    prompt: promptWithin(limits),
    response: z.string().max(limits.responseCharsMax),
    attributes: attributes.optional(),
    ttlMillis: z.int().min(1).max(ttlMsMax).optional().describe('Milliseconds until the entry expires.'),
  });
}

function setRoute(limits: CacheRouteLimits) {
  return defineRoute({
    operationId: 'setEntry',
    method: 'post',
    path: '/v1/caches/{cacheId}/entries',
    summary: 'Store an answer; one with the same prompt and attributes is replaced.',
    params: cacheParams,
    body: setBody(limits),
    success: {
      status: 201,
      description: 'The answer is stored and can be found.',
      body: z.object({ entryId: z.string().regex(digestPattern) }),
    },
    problems,
  });
}

const deleteById = defineRoute({
  operationId: 'deleteEntry',
  method: 'delete',
  path: '/v1/caches/{cacheId}/entries/{entryId}',
  summary: 'Delete one entry.',
  params: entryParams,
  body: nothing,
  success: { status: 204, description: 'The entry is gone, whether it was there or not.', body: nothing },
  problems,
});

const deleteQuery = defineRoute({
  operationId: 'deleteEntries',
  method: 'delete',
  path: '/v1/caches/{cacheId}/entries',
  summary: 'Delete every entry that carries all of these attributes; without attributes, every entry.',
  params: cacheParams,
  body: z.object({ attributes }),
  success: {
    status: 200,
    description: 'How many entries were deleted.',
    body: z.object({ deletedEntriesCount: z.int().nonnegative() }),
  },
  problems,
});

const invalidate = defineRoute({
  operationId: 'invalidateEntries',
  method: 'post',
  path: '/v1/caches/{cacheId}/invalidate',
  summary: 'Count the entries that all of these conditions select, and, when dryRun is false, delete them.',
  params: cacheParams,
  body: z.object({
    dryRun: z.boolean().default(true).describe('True, as long as nothing else is said: nothing is deleted.'),
    attributes: attributes.optional().describe('Entries that carry all of these.'),
    namespace: z.string().optional().describe('Entries of this tenant.'),
    model: z.string().optional().describe('Answers of this model.'),
    storedBeforeMillis: z.int().nonnegative().optional().describe('Entries stored before, as Unix time.'),
  }),
  success: {
    status: 200,
    description: 'How many entries were selected, and whether they are deleted.',
    body: z.object({ entriesCount: z.int().nonnegative(), isDeleted: z.boolean() }),
  },
  problems,
});

const flush = defineRoute({
  operationId: 'flushCache',
  method: 'post',
  path: '/v1/caches/{cacheId}/flush',
  summary: 'Delete every entry of the cache; its statistics stay.',
  params: cacheParams,
  body: nothing,
  success: { status: 204, description: 'The cache is empty.', body: nothing },
  problems,
});

const health = defineRoute({
  operationId: 'cacheHealth',
  method: 'get',
  path: '/v1/caches/{cacheId}/health',
  summary: 'Whether the cache can answer.',
  params: cacheParams,
  body: nothing,
  success: { status: 200, description: 'It can.', body: z.object({ ok: z.literal(true) }) },
  problems,
});

const stats = defineRoute({
  operationId: 'cacheStatistics',
  method: 'get',
  path: '/v1/caches/{cacheId}/stats',
  summary: 'What the cache did so far.',
  params: cacheParams,
  body: nothing,
  success: { status: 200, description: 'Counts since the cache came into being.', body: statistics },
  problems,
});

const savings = defineRoute({
  operationId: 'cacheSavings',
  method: 'get',
  path: '/v1/caches/{cacheId}/savings',
  summary: 'What answers of models that came from the cache saved, day by day (UTC) and model by model.',
  params: cacheParams.extend({
    days: z.coerce.number().int().min(1).max(SAVINGS_DAYS_MAX).default(30).describe('How far back, today included.'),
  }),
  body: nothing,
  success: {
    status: 200,
    description: 'The days on which something was saved, the latest first.',
    body: z.object({
      cacheId: z.string(),
      days: z.array(
        z.object({
          day: z.iso.date(),
          models: z.array(
            z.object({
              model: z.string(),
              answers: z.number().int().describe('How many came from the cache.'),
              inputTokens: z.number().int(),
              outputTokens: z.number().int(),
              dollars: z.number().describe('At list prices, or at those of llm-price.'),
              latencyMs: z.number().int().describe('What the model took the first time, less what the cache took.'),
            }),
          ),
        }),
      ),
    }),
  },
  problems,
});

const streamId = z.string().regex(/^\d{1,20}(-\d{1,20})?$/);

const trail = defineRoute({
  operationId: 'readTrail',
  method: 'get',
  path: '/v1/caches/{cacheId}/trail',
  summary:
    'What the cache decided, lookup by lookup, and what it learned from that; prompts are left out unless they are kept.',
  params: cacheParams.extend({
    after: streamId.optional().describe('`next` of the page before.'),
    count: z.coerce.number().int().min(1).max(TRAIL_PAGE_MAX).default(100),
    order: z.enum(['newest-first', 'oldest-first']).default('newest-first'),
  }),
  body: nothing,
  success: {
    status: 200,
    description: 'A page of records.',
    body: z.object({
      records: z.array(z.object({ id: streamId, record: trailRecord })),
      next: streamId.nullable().describe('Where the next page begins; null at the end.'),
    }),
  },
  problems,
});

const exportTrail = defineRoute({
  operationId: 'exportTrail',
  method: 'get',
  path: '/v1/caches/{cacheId}/trail.jsonl',
  summary: 'The whole trail, the oldest record first, a line each: what `nearkey cache replay` reads.',
  params: cacheParams,
  body: nothing,
  success: { status: 200, description: 'The records as lines of JSON.', body: trailRecord, isLines: true },
  problems,
});

const vote = z.enum(['up', 'down']).describe('Whether the answer was right.');
const hitId = z.string().regex(digestPattern).describe('`hitId` of the search, or the header x-nearkey-cache-hit.');

const voteReply = z.object({
  outcome: z.enum(['counted', 'repeated']).describe('repeated: there was a vote for this hit, and it counts.'),
  isQuarantined: z.boolean().describe('The entry has been found wrong too often: it is not served any more.'),
});

const feedback = defineRoute({
  operationId: 'vote',
  method: 'post',
  path: '/v1/caches/{cacheId}/feedback',
  summary: 'Say whether an answer from the cache was right; the cache learns from it.',
  params: cacheParams,
  body: z
    .object({
      hitId: hitId.optional(),
      entryId: z.string().regex(digestPattern).optional().describe('In place of a hit: the last one of this entry.'),
      vote,
    })
    .refine((body) => (body.hitId === undefined) !== (body.entryId === undefined), 'either hitId or entryId'),
  success: { status: 200, description: 'The vote is counted.', body: voteReply },
  problems: [...problems, 404, 429],
});

/** The same for callers of models, who vote on their own hits only. */
export const feedbackRoute = defineRoute({
  operationId: 'voteOnModelAnswer',
  method: 'post',
  path: '/v1/feedback',
  summary: 'Say whether an answer of a model that came from the cache was right; the cache learns from it.',
  params: nothing,
  body: z.object({
    hitId,
    vote,
    namespace: z.string().regex(cacheIdPattern).optional().describe('Of the request, when it named one.'),
  }),
  success: { status: 200, description: 'The vote is counted.', body: voteReply },
  problems: [400, 401, 404, 424, 429],
});

export type VoteReply = z.infer<typeof voteReply>;

export function cacheRoutes(limits: CacheRouteLimits) {
  const entries = { search: searchRoute(limits), set: setRoute(limits), deleteById, deleteQuery, invalidate, flush };
  const many = { searchMany: searchManyRoute(limits), setMany: setManyRoute(limits), exportEntries, importEntries };
  return { ...entries, ...many, explain: explainRoute(limits), trail, exportTrail, feedback, health, stats, savings };
}

export type CacheRoutes = ReturnType<typeof cacheRoutes>;

function promptWithin(limits: CacheRouteLimits) {
  return z.string().min(1).max(limits.promptCharsMax);
}

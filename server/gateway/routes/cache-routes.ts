/**
 * The routes of the semantic cache: each takes what its contract let through, calls the cache, and shapes the reply.
 */
import type { LookupRequest, LookupResult, SemanticCache, TrailRecord } from '@nearkey/sdk';
import type { CacheRoutes, CacheStatisticsReply, FoundEntry, SearchBody } from '@nearkey/sdk/contract';
import type { Router } from 'express';
import { bindLines, bindRoute } from '../bind-route.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import { HttpProblem } from '../http-error.js';
import { voteReply } from './vote-reply.js';

/** Records that are read at one time while all are sent. */
const TRAIL_PAGE = 500;

export interface CacheRouteDeps {
  readonly routes: CacheRoutes;
  readonly metrics: GatewayMetrics;
  readonly timeoutMs: number;
  readonly cacheOf: (cacheId: string) => SemanticCache;
}

export function mountCacheRoutes(router: Router, deps: CacheRouteDeps): void {
  const { routes, metrics, timeoutMs, cacheOf } = deps;
  mountDecisionRoutes(router, deps);

  bindRoute(router, routes.search, timeoutMs, async ({ params, body }) => {
    const result = await metrics.lookup(() => cacheOf(params.cacheId).lookup(lookupRequest(body)));
    return { data: foundEntries(result) };
  });

  bindRoute(router, routes.set, timeoutMs, ({ params, body }) =>
    metrics.store(() =>
      cacheOf(params.cacheId).store({
        prompt: body.prompt,
        response: body.response,
        attributes: body.attributes,
        ttlMs: body.ttlMillis,
      }),
    ),
  );

  mountBatchRoutes(router, deps);

  bindRoute(router, routes.deleteById, timeoutMs, ({ params }) =>
    metrics.counted('invalidate', () => cacheOf(params.cacheId).invalidate(params.entryId)),
  );

  bindRoute(router, routes.deleteQuery, timeoutMs, async ({ params, body }) => {
    const cache = cacheOf(params.cacheId);
    const deletedEntriesCount = await metrics.counted('invalidate', () =>
      Object.keys(body.attributes).length === 0
        ? cache.flush()
        : cache.invalidateWhere({ attributes: body.attributes }),
    );
    return { deletedEntriesCount };
  });

  bindRoute(router, routes.invalidate, timeoutMs, async ({ params, body }) => {
    const { dryRun, attributes, namespace, model, storedBeforeMillis: storedBeforeMs } = body;
    const entriesCount = await metrics.counted('invalidate', () =>
      cacheOf(params.cacheId).invalidateWhere({ attributes, namespace, model, storedBeforeMs }, { dryRun }),
    );
    return { entriesCount, isDeleted: !dryRun };
  });

  bindRoute(router, routes.flush, timeoutMs, ({ params }) =>
    metrics.counted('flush', () => cacheOf(params.cacheId).flush()),
  );

  bindRoute(router, routes.health, timeoutMs, async ({ params }) => {
    await metrics.counted('health', () => cacheOf(params.cacheId).entryCount());
    return { ok: true as const };
  });

  bindRoute(router, routes.stats, timeoutMs, ({ params }) =>
    metrics.counted('statistics', () => statisticsReply(cacheOf(params.cacheId))),
  );

  bindRoute(router, routes.savings, timeoutMs, async ({ params }) => {
    const days = await metrics.counted('statistics', () => cacheOf(params.cacheId).savings(params.days));
    return { cacheId: params.cacheId, days: days.map(({ day, models }) => ({ day, models: [...models] })) };
  });
}

/** What the cache decides and whether that is right: asked of it, told by it, told to it. */
function mountDecisionRoutes(router: Router, { routes, metrics, timeoutMs, cacheOf }: CacheRouteDeps): void {
  bindRoute(router, routes.explain, timeoutMs, ({ params, body }) =>
    metrics.counted('explain', () => cacheOf(params.cacheId).explain(lookupRequest(body))),
  );

  bindRoute(router, routes.trail, timeoutMs, async ({ params }) => {
    const { entries, next } = await metrics.counted('trail', () => cacheOf(params.cacheId).trail(params));
    return { records: [...entries], next: next ?? null };
  });

  bindLines(router, routes.exportTrail, ({ cacheId }) => trailRecords(cacheOf(cacheId)));

  bindRoute(router, routes.feedback, timeoutMs, async ({ params, body }) => {
    const { hitId, entryId, vote } = body;
    const cache = cacheOf(params.cacheId);
    const outcome = voteReply(
      await metrics.counted('vote', () => cache.vote({ hitId, entryId, isRight: vote === 'up' })),
    );
    if ('problem' in outcome)
      throw new HttpProblem(outcome.problem.status === 429 ? 'tooMany' : 'notFound', outcome.problem.title);
    return outcome;
  });
}

/** Many entries at once. */
function mountBatchRoutes(router: Router, { routes, metrics, timeoutMs, cacheOf }: CacheRouteDeps): void {
  bindRoute(router, routes.searchMany, timeoutMs, async ({ params, body }) => {
    const requests = body.searches.map(lookupRequest);
    const results = await metrics.counted('lookup', () => cacheOf(params.cacheId).lookupMany(requests));
    return { results: results.map((result) => ({ data: foundEntries(result) })) };
  });

  bindRoute(router, routes.setMany, timeoutMs, async ({ params, body }) => {
    const requests = body.entries.map(({ ttlMillis: ttlMs, ...entry }) => ({ ...entry, ttlMs }));
    const { entryIds } = await metrics.counted('store', () => cacheOf(params.cacheId).storeMany(requests));
    return { entryIds: [...entryIds] };
  });

  bindLines(router, routes.exportEntries, ({ cacheId }) => cacheOf(cacheId).exportEntries());

  bindRoute(router, routes.importEntries, timeoutMs, async ({ params, body }) => {
    const importedEntriesCount = await metrics.counted('import', () =>
      cacheOf(params.cacheId).importEntries(body.entries),
    );
    return { importedEntriesCount };
  });
}

async function* trailRecords(cache: SemanticCache): AsyncIterable<TrailRecord> {
  let after: string | undefined;
  do {
    const page = await cache.trail({ after, count: TRAIL_PAGE, order: 'oldest-first' });
    for (const { record } of page.entries) yield record;
    after = page.next;
  } while (after !== undefined);
}

function lookupRequest(body: SearchBody): LookupRequest {
  const { prompt, attributes, similarityThreshold: minSimilarity, searchStrategies: tiers } = body;
  return { prompt, attributes, minSimilarity, tiers };
}

function foundEntries(result: LookupResult): FoundEntry[] {
  if (result.outcome === 'miss') return [];
  const { id, prompt, response, attributes } = result.entry;
  const { similarity, tier: searchStrategy, hitId } = result;
  return [{ id, prompt, response, attributes, similarity, searchStrategy, hitId }];
}

async function statisticsReply(cache: SemanticCache): Promise<CacheStatisticsReply> {
  const [statistics, entries, wrongHits] = await Promise.all([
    cache.statistics(),
    cache.entryCount(),
    cache.wrongHits(),
  ]);
  const { exactHits, semanticHits, misses, stores, audits, judgedRight, judgedWrong, invalidated } = statistics;
  const hits = exactHits + semanticHits;
  const lookups = hits + misses;
  return {
    cacheId: cache.cacheId,
    entries,
    hits: { exact: exactHits, semantic: semanticHits },
    misses,
    hitRate: lookups === 0 ? null : hits / lookups,
    stores,
    audits,
    judged: { right: judgedRight, wrong: judgedWrong },
    invalidated,
    truth: {
      shadow: { right: statistics.shadowRight, wrong: statistics.shadowWrong },
      wrongHitShare: { ...wrongHits.interval },
      votes: { up: statistics.votesUp, down: statistics.votesDown },
      quarantined: statistics.quarantined,
      breaches: statistics.breaches,
      isTightened: wrongHits.isTightened,
    },
    evicted: statistics.evicted,
    refusedByRule: { ...statistics.refusedByRule },
    errors: statistics.errors,
  };
}

/** Caches that no other test uses, on one server in this process, without the guard: similarity alone decides. */
import type { CommandReply } from '#sdk/commander.js';
import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { type LookupResult, SemanticCache, type SemanticCacheOptions } from '#sdk/semantic-cache/semantic-cache.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

export const refund = 'how do i get a refund for my order';
/** Nine words, eight of them shared with `refund`: 0.889 similar in the word embedder's space. */
export const refundAgain = 'how do i get the refund for my order';

export function freshCaches(embedder = new WordEmbedder()) {
  const { server, clock } = startInProcess();
  const { commander } = server;
  let cacheCount = 0;
  const open = (options: Partial<SemanticCacheOptions> = {}): SemanticCache => {
    cacheCount += 1;
    const config = { minSimilarity: 0.85 };
    return new SemanticCache({
      cacheId: `c${cacheCount}`,
      commander,
      embedder,
      clock,
      guard: null,
      config,
      ...options,
    });
  };
  const ttlMsOf = async (cache: SemanticCache, entryId: string): Promise<CommandReply> =>
    commander.call('PTTL', cacheKeys(cache.cacheId, embedder).entry(entryId));
  return { open, ttlMsOf, commander, clock, embedder };
}

export function summary(result: LookupResult): unknown {
  return result.outcome === 'hit' ? [result.tier, result.entry.response] : result.reason;
}

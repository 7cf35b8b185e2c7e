/**
 * Where a cache lives in the keyspace, and nothing else knows:
 *
 *   nearkey:cache:{ID}:entry:<32 hex>                    hash: an entry with its vector
 *   nearkey:cache:{ID}:statistics                        hash: counters
 *   nearkey:cache:{ID}:savings:<day>                     hash: what answers saved on a day
 *   nearkey:cache:{ID}:worths, :ledger, :ends            sorted sets and a hash: what entries are worth, where a cache has limits
 *   nearkey:cache:{ID}:trail                             stream: what was decided, and what was learned from it
 *   nearkey:cache:{ID}:entry-quarantined:<32 hex>        hash: an entry whose answer was found wrong
 *   nearkey:cache:{ID}:writers:<32 hex>                  hash: which principals have an answer of their own to a question
 *   nearkey:cache:{ID}:suspects                          sorted set: entries by verdicts against them
 *   nearkey:cache:{ID}:votes                             sorted set: hits that were voted on, by time
 *   nearkey:cache:{ID}:learned:2:<embedder>:<dimension>  stream: what the error budget has learned of this embedder's similarities
 *   nearkey:cache:{ID}:index:1:<embedder>:<dimension>    the search index over the entries
 *
 * The braces are a cluster hash tag: all keys of one cache share a slot, so a search is the work of one node, an index named
 * with the tag is a single-slot index, and several caches spread over the cluster. The price: one cache does not
 * outgrow one node; split by tenant or use case into several caches.
 *
 * The vector field carries the embedder's id and the dimension, and so does the index. After a change of model the old
 * vectors are invisible to the new index, while the exact tier, which needs no vector, keeps finding every entry.
 */
import { CacheError } from '../errors.js';
import type { Digest } from './digest.js';

/** Raised when the schema of the index changes: a new name builds a new index over the same entries. */
const schemaVersion = 1;
/** Raised when what is learned from, or its form, changes: what was learned before does not count any more. */
const learnedVersion = 2;

/** No braces, colons or glob characters: an id can neither leave its hash tag nor match another cache's keys. */
export const cacheIdPattern = /^[A-Za-z0-9_.-]{1,128}$/;
const embedderIdPattern = /^[a-z0-9.-]{1,64}$/;

export interface CacheKeys {
  readonly entryPrefix: string;
  /** Pattern of the keys of all entries, those in quarantine included. */
  readonly anyEntry: string;
  readonly statistics: string;
  /** The start of the keys of cache-savings.ts. */
  readonly savingsPrefix: string;
  /** The start of the keys of cache-ledger.ts. */
  readonly ledgerPrefix: string;
  readonly trail: string;
  readonly suspects: string;
  readonly votes: string;
  readonly learned: string;
  readonly index: string;
  /** The hash field that holds this embedder's vector. */
  readonly vectorField: string;
  entry(entryId: Digest): string;
  quarantined(entryId: Digest): string;
  /** @param entryId of the shared entry */
  writers(entryId: Digest): string;
}

export function cacheKeys(cacheId: string, embedder: { readonly id: string; readonly dimension: number }): CacheKeys {
  if (!cacheIdPattern.test(cacheId)) {
    throw new CacheError(
      'invalid-configuration',
      `Cannot open the cache ${JSON.stringify(cacheId.slice(0, 160))}: its id must match ${cacheIdPattern.source}`,
    );
  }
  if (!embedderIdPattern.test(embedder.id) || !Number.isInteger(embedder.dimension) || embedder.dimension < 1) {
    throw new CacheError(
      'invalid-configuration',
      `Cannot use the embedder ${JSON.stringify(embedder.id)}: its id must match ${embedderIdPattern.source} and its dimension be a positive integer, received ${embedder.dimension}`,
    );
  }
  const cache = `nearkey:cache:{${cacheId}}`;
  return {
    entryPrefix: `${cache}:entry:`,
    anyEntry: `${cache}:entry*`,
    statistics: `${cache}:statistics`,
    savingsPrefix: `${cache}:savings:`,
    ledgerPrefix: `${cache}:`,
    trail: `${cache}:trail`,
    suspects: `${cache}:suspects`,
    votes: `${cache}:votes`,
    quarantined: (entryId) => `${cache}:entry-quarantined:${entryId}`,
    learned: `${cache}:learned:${learnedVersion}:${embedder.id}:${embedder.dimension}`,
    index: `${cache}:index:${schemaVersion}:${embedder.id}:${embedder.dimension}`,
    vectorField: `vector_${embedder.id}_${embedder.dimension}`,
    writers: (entryId) => `${cache}:writers:${entryId}`,
    entry: (entryId) => `${cache}:entry:${entryId}`,
  };
}

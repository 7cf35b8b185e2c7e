/**
 * The caches in use, by id. A cache keeps what it holds and has learned in the store, so the pool keeps the most recently used
 * and makes the others anew: one that is dropped writes down what it has learned last, and forgets no more than the questions
 * that are open. All share one memory of recent embeddings.
 */
import {
  type AnswerJudge,
  CachedEmbedder,
  type Clock,
  type Commander,
  type CounterName,
  type Embedder,
  SemanticCache,
  type SemanticCacheConfig,
} from '@nearkey/sdk';

const cachesMax = 1000;
const recentEmbeddingsMax = 4096;

export interface CachePoolOptions {
  readonly commander: Commander;
  readonly embedder: Embedder;
  readonly clock: Clock;
  /** Whether two answers say the same; by default by their words. */
  readonly judge?: AnswerJudge;
  /** Told of what says whether answers are right: see SemanticCacheOptions. */
  readonly onTruth?: (event: CounterName) => void;
  readonly config: SemanticCacheConfig;
}

export class CachePool {
  readonly #options: CachePoolOptions;
  /** In the order of use: the first is the least recently used. */
  readonly #caches = new Map<string, SemanticCache>();

  constructor(options: CachePoolOptions) {
    const embedder = new CachedEmbedder(options.embedder, { entriesMax: recentEmbeddingsMax });
    this.#options = { ...options, embedder };
  }

  get(cacheId: string): SemanticCache {
    const cache = this.#caches.get(cacheId) ?? new SemanticCache({ ...this.#options, cacheId });
    this.#caches.delete(cacheId);
    this.#caches.set(cacheId, cache);
    if (this.#caches.size > cachesMax) {
      const [[oldestId, oldest] = []] = this.#caches;
      if (oldestId !== undefined) this.#caches.delete(oldestId);
      void oldest?.saveLearned();
    }
    return cache;
  }

  /** Writes down what the caches have learned last. Never rejects. */
  async saveLearned(): Promise<void> {
    await Promise.all([...this.#caches.values()].map((cache) => cache.saveLearned()));
  }
}

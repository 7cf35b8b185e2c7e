/**
 * The caches in use, by id. A cache is an object over the store without data of its own, so dropping one loses nothing: the
 * pool keeps the most recently used and makes the others anew. All share one memory of recent embeddings.
 */
import {
  CachedEmbedder,
  type Clock,
  type Commander,
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
      const [oldest] = this.#caches.keys();
      if (oldest !== undefined) this.#caches.delete(oldest);
    }
    return cache;
  }
}

/**
 * Values of an application by key, as JSON with a time to live: cache-aside (`get` loads what is not there and keeps it) and
 * write-through (`write` saves where the truth is, then here).
 *
 * Concurrent calls of one process for one key load it once. What a load rejects with is not kept, and `undefined`, which says that
 * there is no such value, is not either. Fails open: a store that is ill costs a load, `onError` hears of it. A write that cannot be kept
 * takes back what was kept before; where even that fails, the old value stays until its time is over.
 */
import type { Commander } from '../commander.js';
import { type RandomSource, systemRandom } from '../random.js';
import { jitteredTtlMs } from './ttl-jitter.js';

export interface KeyedCacheOptions<Value> {
  readonly commander: Commander;
  /** Of the keys of these values. */
  readonly prefix: string;
  readonly ttlMs: number;
  /** See `jitteredTtlMs`. */
  readonly jitter?: number;
  /** A value from its JSON; throws on what is none, which then counts as not there. */
  readonly read: (json: unknown) => Value;
  readonly random?: RandomSource;
  readonly onError?: (error: unknown, operation: 'get' | 'set' | 'forget') => void;
}

const JITTER = 0.1;

export class KeyedCache<Value> {
  readonly #options: KeyedCacheOptions<Value>;
  readonly #loads = new Map<string, Promise<Value | undefined>>();

  constructor(options: KeyedCacheOptions<Value>) {
    this.#options = options;
  }

  /** @param load from where the truth is; undefined where there is none */
  async get(id: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const kept = await this.#kept(id);
    if (kept !== undefined) return kept.value;
    const underWay = this.#loads.get(id);
    if (underWay !== undefined) return underWay;
    const loading = this.#load(id, load).finally(() => this.#loads.delete(id));
    this.#loads.set(id, loading);
    return loading;
  }

  /** @throws what `save` rejects with; then the kept value stays as it was */
  async write(id: string, value: Value, save: () => Promise<unknown>): Promise<void> {
    await save();
    if (!(await this.#set(id, value))) await this.forget(id);
  }

  /** Has the next `get` load anew. */
  async forget(id: string): Promise<void> {
    try {
      await this.#options.commander.call('DEL', this.#key(id));
    } catch (error) {
      this.#options.onError?.(error, 'forget');
    }
  }

  async #load(id: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const value = await load();
    if (value !== undefined) await this.#set(id, value);
    return value;
  }

  async #kept(id: string): Promise<{ readonly value: Value } | undefined> {
    const { commander, read, onError } = this.#options;
    try {
      const text = await commander.call('GET', this.#key(id));
      return typeof text === 'string' ? { value: read(JSON.parse(text)) } : undefined;
    } catch (error) {
      onError?.(error, 'get');
      return undefined;
    }
  }

  /** @returns whether it is kept */
  async #set(id: string, value: Value): Promise<boolean> {
    const { commander, ttlMs, jitter = JITTER, random = systemRandom, onError } = this.#options;
    try {
      await commander.call('SET', this.#key(id), JSON.stringify(value), 'PX', jitteredTtlMs(ttlMs, jitter, random));
      return true;
    } catch (error) {
      onError?.(error, 'set');
      return false;
    }
  }

  #key(id: string): string {
    return this.#options.prefix + id;
  }
}

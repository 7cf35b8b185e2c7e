/**
 * Records kept near: in the application's own process, until the store says that they changed. While nothing tells of changes (no connection
 * for it yet, or one that was lost) nothing is kept, and every read goes to the store.
 *
 * A read under way when its record changes is answered but not kept. What this process writes it drops itself, at once; what others write is
 * dropped when the store's word of it arrives.
 */
import type { Clock } from '../clock.js';
import type { OnlineRecord } from './online-record.js';

const entriesByDefault = 10_000;

export interface NearCacheOptions {
  readonly clock: Clock;
  /** Records kept at most; the one unread longest goes first. */
  readonly entriesMax?: number | undefined;
}

interface Entry {
  /** Undefined where it is known that there is none. */
  readonly record: OnlineRecord | undefined;
}

export class NearCache {
  readonly #clock: Clock;
  readonly #entriesMax: number;
  /** By key, the one unread longest first. */
  readonly #entries = new Map<string, Entry>();
  /** Reads under way whose records have not changed since they began. */
  readonly #reads = new Map<string, Promise<OnlineRecord | undefined>>();
  #isTold = false;

  constructor({ clock, entriesMax = entriesByDefault }: NearCacheOptions) {
    this.#clock = clock;
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The record that is kept, or what `load` answers, which is kept. */
  async read(key: string, load: () => Promise<OnlineRecord | undefined>): Promise<OnlineRecord | undefined> {
    if (!this.#isTold) return load();
    const entry = this.#entry(key);
    if (entry !== undefined) return entry.record;
    const underWay = this.#reads.get(key);
    if (underWay !== undefined) return underWay;
    const read = load();
    this.#reads.set(key, read);
    try {
      const record = await read;
      if (this.#reads.get(key) === read) this.#keep(key, { record });
      return record;
    } finally {
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    }
  }

  /** These are not what they were. */
  changed(keys: readonly string[]): void {
    for (const key of keys) {
      this.#entries.delete(key);
      this.#reads.delete(key);
    }
  }

  /** Whether changes are told from now on; whatever was kept may have changed unheard. */
  told(isTold: boolean): void {
    this.#isTold = isTold;
    this.#entries.clear();
    this.#reads.clear();
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const { expiresAtMs } = entry.record ?? {};
    if (expiresAtMs !== undefined && expiresAtMs <= this.#clock.nowMs()) return undefined;
    this.#entries.set(key, entry);
    return entry;
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}

/**
 * Makes room when `maxmemory` is reached, by the rule of `maxmemory-policy`.
 *
 * lru, lfu and ttl policies approximate, as Redis does: a few keys of each database are sampled, the best candidates are
 * kept in a small pool from one call to the next, and the best of the pool goes. Random policies take any key, one
 * database after the other.
 *
 * A call works for a bounded time (`maxmemory-eviction-tenacity`); while there is more to evict, commands are let
 * through and the background goes on. Only when there is nothing left to evict are commands refused.
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import type { Config } from '../config/config.js';
import type { Database } from './database.js';
import type { Keyspace } from './keyspace.js';
import type { MemoryGauge } from './memory-gauge.js';

const POOL_SIZE = 16;
/** Looking at the clock costs; so many keys go between two looks. */
const KEYS_PER_CLOCK_LOOK = 16;
/** Of values that are freed in parts. */
const BLOCKS_PER_STEP = 64;
/** Tenacity up to which the time grows linearly; from there to 100, which means without limit, geometrically. */
const TENACITY_LINEAR_MAX = 10;
const TENACITY_STEP_US = 50;
const TENACITY_GROWTH = 1.15;
const TENACITY_UNLIMITED = 100;

/** What a policy ranks keys by; the highest goes first. */
type Ranking = 'lru' | 'lfu' | 'ttl' | 'random';

interface Policy {
  readonly ranking: Ranking;
  /** Only keys with an expiry may go. */
  readonly volatileOnly: boolean;
}

export const POLICIES: Readonly<Record<string, Policy | undefined>> = {
  noeviction: undefined,
  'allkeys-lru': { ranking: 'lru', volatileOnly: false },
  'allkeys-lfu': { ranking: 'lfu', volatileOnly: false },
  'allkeys-random': { ranking: 'random', volatileOnly: false },
  'volatile-lru': { ranking: 'lru', volatileOnly: true },
  'volatile-lfu': { ranking: 'lfu', volatileOnly: true },
  'volatile-random': { ranking: 'random', volatileOnly: true },
  'volatile-ttl': { ranking: 'ttl', volatileOnly: true },
};

interface Candidate {
  readonly database: Database;
  readonly key: ByteSlice;
  readonly rank: number;
}

export class Evictor {
  #policy: Policy | undefined;
  #samples = 0;
  #budgetUs = 0;
  /** Ascending by rank. */
  #pool: Candidate[] = [];
  #nextDatabase = 0;
  /** When memory was last found full, on the monotonic clock; undefined while it is not. */
  #fullSinceUs: number | undefined;
  #fullUs = 0;

  constructor(
    private readonly keyspace: Keyspace,
    private readonly gauge: MemoryGauge,
    config: Config,
    private readonly clock: Clock,
  ) {
    this.#configure(config);
    config.onChange(() => this.#configure(config));
  }

  /** Microseconds memory has been above its limit: now, and in all. */
  exceeded(): { currentUs: number; totalUs: number } {
    const currentUs = this.#fullSinceUs === undefined ? 0 : this.clock.monotonicUs() - this.#fullSinceUs;
    return { currentUs, totalUs: this.#fullUs + currentUs };
  }

  /**
   * Evicts until there is room, or time is up.
   * @returns whether commands may take memory: there is room, or will be; false when nothing can be evicted any more
   */
  makeRoom(): boolean {
    if (!this.gauge.isFull) {
      this.#noteRoom();
      return true;
    }
    this.#fullSinceUs ??= this.clock.monotonicUs();
    const deadlineUs = this.clock.monotonicUs() + this.#budgetUs;
    for (let steps = 1; this.gauge.isFull; steps++) {
      // What has lost its key already goes first: else more keys would go than need to.
      const isFreed = this.keyspace.freeSome(BLOCKS_PER_STEP);
      if (!isFreed && (this.#policy === undefined || !this.#evictOne(this.#policy))) return false;
      if (steps % KEYS_PER_CLOCK_LOOK === 0 && this.clock.monotonicUs() >= deadlineUs) return true;
    }
    this.#noteRoom();
    return true;
  }

  #configure(config: Config): void {
    const policy = POLICIES[config.get('maxmemory-policy')];
    if (policy?.ranking !== this.#policy?.ranking) this.#pool = [];
    this.#policy = policy;
    this.#samples = config.get('maxmemory-samples');
    this.#budgetUs = budgetUs(config.get('maxmemory-eviction-tenacity'));
    this.keyspace.shared.access.configure(
      policy?.ranking === 'lfu'
        ? { logFactor: config.get('lfu-log-factor'), decayMinutes: config.get('lfu-decay-time') }
        : undefined,
    );
  }

  #noteRoom(): void {
    this.#fullUs = this.exceeded().totalUs;
    this.#fullSinceUs = undefined;
  }

  /** @returns whether there was a key to evict */
  #evictOne(policy: Policy): boolean {
    return policy.ranking === 'random' ? this.#evictAny(policy) : this.#evictRanked(policy);
  }

  #evictAny({ volatileOnly }: Policy): boolean {
    for (let tried = 0; tried < this.keyspace.count; tried++) {
      const database = this.keyspace.database(this.#nextDatabase);
      this.#nextDatabase = (this.#nextDatabase + 1) % this.keyspace.count;
      const key = randomKey(database, volatileOnly);
      if (key !== undefined) return database.evict(key);
    }
    return false;
  }

  #evictRanked(policy: Policy): boolean {
    while (this.#fillPool(policy)) {
      for (let best = this.#pool.pop(); best !== undefined; best = this.#pool.pop()) {
        const { database, key } = best;
        if (policy.volatileOnly && database.expiryMs(key) < 0) continue;
        if (database.evict(key)) return true;
      }
    }
    return false;
  }

  /** Samples every database. @returns whether there are keys that may go */
  #fillPool({ ranking, volatileOnly }: Policy): boolean {
    let candidates = 0;
    this.keyspace.forEach((database) => {
      const count = volatileOnly ? database.expiringCount : database.size;
      candidates += count;
      for (let taken = Math.min(this.#samples, count); taken > 0; taken--) {
        database.visitRandom(volatileOnly, (key, access, expiryMs) => {
          this.#offer(database, key, this.#rank(ranking, access, expiryMs));
        });
      }
    });
    return candidates > 0;
  }

  #rank(ranking: Ranking, access: number, expiryMs: number): number {
    const { access: accessClock, nowMs } = this.keyspace.shared;
    if (ranking === 'ttl') return -expiryMs;
    return ranking === 'lfu' ? -accessClock.frequency(access, nowMs) : accessClock.idleSeconds(access, nowMs);
  }

  /** Takes a key into the pool when it ranks above one there, or there is room. */
  #offer(database: Database, key: ByteSlice, rank: number): void {
    const pool = this.#pool;
    const lowest = pool[0];
    if (pool.length >= POOL_SIZE && lowest !== undefined && rank <= lowest.rank) return;
    if (pool.some((known) => known.database === database && known.key.equals(key))) return;
    let at = pool.length;
    while (at > 0 && (pool[at - 1]?.rank ?? 0) > rank) at--;
    pool.splice(at, 0, { database, key: ByteSlice.of(key.copy()), rank });
    if (pool.length > POOL_SIZE) pool.shift();
  }
}

function randomKey(database: Database, volatileOnly: boolean): ByteSlice | undefined {
  let chosen: ByteSlice | undefined;
  database.visitRandom(volatileOnly, (key) => {
    chosen = ByteSlice.of(key.copy());
  });
  return chosen;
}

/** How long one call may take. */
function budgetUs(tenacity: number): number {
  if (tenacity >= TENACITY_UNLIMITED) return Number.POSITIVE_INFINITY;
  const linearUs = TENACITY_STEP_US * Math.min(tenacity, TENACITY_LINEAR_MAX);
  return linearUs * TENACITY_GROWTH ** Math.max(0, tenacity - TENACITY_LINEAR_MAX);
}

/**
 * The active side of expiry: a few times a second it walks the keys that have a TTL and removes those whose time has
 * come, so that keys nobody asks for do not stay. Work is done in small slices under a time budget.
 *
 * What it promises, as long as its budgets suffice
 *   - every key with a TTL is looked at once in `SWEEP_MS`: none outlives its time by much more than that
 *   - where a large share of the keys it sees has expired, it goes on at once instead of keeping to that pace
 *   - fields of hashes go at the first run after their time has come
 *   - a run takes at most one slice longer than its budget, and the next run begins where it stopped: no database
 *     waits for the others to come to rest
 * What time is left goes into giving back the memory of values that have lost their keys, and into resizing tables.
 */
import type { Clock } from '../base/clock.js';
import type { Keyspace } from './keyspace.js';

const KEYS_PER_SLICE = 64;
/** Share of expired keys in a slice above which a database is worth another slice. */
const EXPIRED_SHARE_TO_GO_ON = 0.1;
/** How long a round over all keys of a database with a TTL may take. */
const SWEEP_MS = 10_000;
const REHASH_BUCKETS_PER_SLICE = 128;
const BLOCKS_PER_SLICE = 512;

/** How far the walk over one database has come. */
interface Walk {
  position: number;
  /** Keys to look at to keep the pace of a round in `SWEEP_MS`; grows with time. */
  owed: number;
}

export class ExpireCycle {
  readonly #walks: Walk[];
  #nextDatabase = 0;
  #lastRunMs: number;

  constructor(
    private readonly keyspace: Keyspace,
    private readonly clock: Clock,
  ) {
    this.#walks = Array.from({ length: keyspace.count }, () => ({ position: 0, owed: 0 }));
    this.#lastRunMs = clock.nowMs();
  }

  /**
   * Removes expired keys, frees memory and resizes tables for about `budgetUs` microseconds.
   * @returns whether it stopped for lack of time, possibly with more to do
   */
  run(budgetUs: number): boolean {
    const deadlineUs = this.clock.monotonicUs() + budgetUs;
    const nowMs = this.clock.nowMs();
    this.keyspace.shared.nowMs = nowMs;
    this.#keepPace(nowMs);
    const stopped = this.keyspace.shared.expiresActively && this.#expire(deadlineUs);
    this.keyspace.events.commandDone();
    return stopped || this.#free(deadlineUs) || this.#rehash(deadlineUs);
  }

  #keepPace(nowMs: number): void {
    const roundShare = Math.min(1, Math.max(0, nowMs - this.#lastRunMs) / SWEEP_MS);
    this.#lastRunMs = nowMs;
    for (const [index, walk] of this.#walks.entries()) {
      const { expiringCount } = this.keyspace.database(index);
      walk.owed = Math.min(expiringCount, walk.owed + expiringCount * roundShare);
    }
  }

  /** Gives every database its turn. @returns whether time ran out */
  #expire(deadlineUs: number): boolean {
    for (const _ of this.#walks) {
      const index = this.#nextDatabase;
      this.#nextDatabase = (index + 1) % this.#walks.length;
      if (this.#expireParts(index, deadlineUs) || this.#expireDatabase(index, deadlineUs)) return true;
    }
    return false;
  }

  /** Takes away what is due of values whose parts expire. @returns whether time ran out */
  #expireParts(index: number, deadlineUs: number): boolean {
    const database = this.keyspace.database(index);
    while (database.expireParts(KEYS_PER_SLICE) === KEYS_PER_SLICE) {
      if (this.clock.monotonicUs() >= deadlineUs) return true;
    }
    return false;
  }

  #expireDatabase(index: number, deadlineUs: number): boolean {
    const database = this.keyspace.database(index);
    const walk = this.#walks[index];
    while (walk !== undefined && database.expiringCount > 0) {
      const count = Math.min(KEYS_PER_SLICE, database.expiringCount);
      const expired = database.expireSome(walk.position, count);
      walk.position = database.expiringCount === 0 ? 0 : (walk.position + count - expired) % database.expiringCount;
      walk.owed = Math.max(0, walk.owed - count);
      if (this.clock.monotonicUs() >= deadlineUs) return true;
      if (walk.owed === 0 && expired <= count * EXPIRED_SHARE_TO_GO_ON) return false;
    }
    return false;
  }

  #free(deadlineUs: number): boolean {
    while (this.keyspace.freeSome(BLOCKS_PER_SLICE)) {
      if (this.clock.monotonicUs() >= deadlineUs) return this.keyspace.dyingCount > 0;
    }
    return false;
  }

  #rehash(deadlineUs: number): boolean {
    for (let index = 0; index < this.keyspace.count; index++) {
      const database = this.keyspace.database(index);
      while (database.isRehashing) {
        database.rehashStep(REHASH_BUCKETS_PER_SLICE);
        if (this.clock.monotonicUs() >= deadlineUs) return database.isRehashing;
      }
    }
    return false;
  }
}

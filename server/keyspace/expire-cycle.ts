/**
 * The active side of expiry: a few times a second it walks the keys that have a TTL and removes those whose time has
 * come, so that keys nobody asks for do not stay. Work is done in small slices under a time budget; while a large share
 * of what it sees has expired, it comes back at once instead of waiting for the next tick.
 */
import type { Clock } from '../base/clock.js';
import type { Keyspace } from './keyspace.js';

const KEYS_PER_SLICE = 64;
/** Share of expired keys in a slice above which a database is worth another slice. */
const EXPIRED_SHARE_TO_GO_ON = 0.1;
const REHASH_BUCKETS_PER_SLICE = 128;

export class ExpireCycle {
  readonly #positions: number[] = [];

  constructor(
    private readonly keyspace: Keyspace,
    private readonly clock: Clock,
  ) {}

  /**
   * Removes expired keys for at most `budgetUs` microseconds.
   * @returns whether it stopped for lack of time with more to do
   */
  run(budgetUs: number): boolean {
    const deadlineUs = this.clock.monotonicUs() + budgetUs;
    this.keyspace.shared.nowMs = this.clock.nowMs();
    for (let index = 0; index < this.keyspace.count; index++) {
      if (this.#expireDatabase(index, deadlineUs)) return true;
    }
    this.keyspace.events.commandDone();
    return this.#rehash(deadlineUs);
  }

  #expireDatabase(index: number, deadlineUs: number): boolean {
    const database = this.keyspace.database(index);
    while (database.expiringCount > 0) {
      const position = this.#positions[index] ?? 0;
      const count = Math.min(KEYS_PER_SLICE, database.expiringCount);
      const expired = database.expireSome(position, count);
      this.#positions[index] = database.expiringCount === 0 ? 0 : (position + count - expired) % database.expiringCount;
      if (expired <= count * EXPIRED_SHARE_TO_GO_ON) return false;
      if (this.clock.monotonicUs() >= deadlineUs) {
        this.keyspace.events.commandDone();
        return true;
      }
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

/**
 * What a cache did, counted in the keyspace (one hash per cache, HINCRBY): many processes that share a store share the
 * counts, and a restart keeps them.
 *
 * Counting never delays or fails a lookup. Increments are added up here while one write is under way and go out together
 * when it ends, so a busy cache writes far less often than it counts. When the store is ill they wait, at most one number
 * per counter name, and go out with the first write that succeeds; what a process has not written when it ends is lost.
 */
import type { Commander } from '../commander.js';
import { storeError } from '../errors.js';
import { parsePairs } from '../search-reply.js';

export interface CacheStatistics {
  readonly exactHits: number;
  readonly semanticHits: number;
  readonly misses: number;
  readonly stores: number;
  /** Would-be hits that were asked anew, to learn whether serving them would have been right. */
  readonly audits: number;
  /** Candidates that were not served and whose answer a fresh one confirmed, or contradicted. */
  readonly judgedRight: number;
  readonly judgedWrong: number;
  readonly invalidated: number;
  /** Semantic hits that were asked anew, by what the fresh answer said of them. */
  readonly shadowRight: number;
  readonly shadowWrong: number;
  readonly votesUp: number;
  readonly votesDown: number;
  /** Entries that were taken out because their answer was found wrong. */
  readonly quarantined: number;
  /** Times that more answers were wrong than the cache accepts. */
  readonly breaches: number;
  /** Entries that left because others are worth more. */
  readonly evicted: number;
  /** Candidates that would have been served, but for the trap guard, by its rule. */
  readonly refusedByRule: Readonly<Record<string, number>>;
  /** Operations that ended in an error. */
  readonly errors: number;
}

export type CounterName = Exclude<keyof CacheStatistics, 'refusedByRule'> | `refused:${string}`;

const refusedPrefix = 'refused:';

export class StatisticsCounter {
  readonly #commander: Commander;
  readonly #key: string;
  #waiting = new Map<string, number>();
  #writing: Promise<void> | null = null;

  constructor(commander: Commander, key: string) {
    this.#commander = commander;
    this.#key = key;
  }

  count(name: CounterName, increment = 1): void {
    if (increment === 0) return;
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + increment);
    this.#writing ??= this.#write();
  }

  /** Whatever fails is counted, and fails all the same. */
  async countingErrors<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      this.count('errors');
      throw error;
    }
  }

  /** The counts of all processes, this one's waiting increments included. */
  async read(): Promise<CacheStatistics> {
    await this.#writing;
    let counts: Map<string, string>;
    try {
      counts = parsePairs(await this.#commander.call('HGETALL', this.#key));
    } catch (error) {
      throw storeError(error, 'HGETALL');
    }
    for (const [name, increment] of this.#waiting) counts.set(name, String(Number(counts.get(name) ?? 0) + increment));
    const of = (name: string): number => Number(counts.get(name) ?? 0);
    const refusals = [...counts].filter(([name]) => name.startsWith(refusedPrefix));
    return {
      exactHits: of('exactHits'),
      semanticHits: of('semanticHits'),
      misses: of('misses'),
      stores: of('stores'),
      audits: of('audits'),
      judgedRight: of('judgedRight'),
      judgedWrong: of('judgedWrong'),
      invalidated: of('invalidated'),
      shadowRight: of('shadowRight'),
      shadowWrong: of('shadowWrong'),
      votesUp: of('votesUp'),
      votesDown: of('votesDown'),
      quarantined: of('quarantined'),
      breaches: of('breaches'),
      evicted: of('evicted'),
      refusedByRule: Object.fromEntries(
        refusals.map(([name, count]) => [name.slice(refusedPrefix.length), Number(count)]),
      ),
      errors: of('errors'),
    };
  }

  /** Writes until nothing waits; after a failure the increments wait for the next count. Never rejects. */
  async #write(): Promise<void> {
    let isHealthy = true;
    while (isHealthy && this.#waiting.size > 0) {
      const batch = this.#waiting;
      this.#waiting = new Map();
      const outcomes = await Promise.all([...batch].map(([name, increment]) => this.#increment(name, increment)));
      isHealthy = !outcomes.includes(false);
    }
    this.#writing = null;
  }

  async #increment(name: string, increment: number): Promise<boolean> {
    try {
      await this.#commander.call('HINCRBY', this.#key, name, increment);
      return true;
    } catch {
      this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + increment);
      return false;
    }
  }
}

/**
 * How long an entry is fresh, and how long it is kept.
 *
 * An entry is fresh for its TTL, which a little chance shortens, so that entries stored at one time do not end at one time. With a grace
 * it is kept for that long after: it is served as stale, and whoever asked has it refreshed. With a sliding TTL every hit gives it
 * its whole TTL anew; then it is never stale, so the two exclude each other.
 *
 * Renewing never delays or fails a lookup.
 */
import type { Clock } from '../clock.js';
import type { Commander } from '../commander.js';
import { CacheError } from '../errors.js';
import type { RandomSource } from '../random.js';
import { type CacheEntry, ttlMsMax } from './cache-entry.js';

export interface FreshnessConfig {
  /** Share of a TTL by which chance shortens it at most; 0..0.5, by default 0. */
  readonly ttlJitter?: number | undefined;
  /** Every hit gives an entry its whole TTL anew. */
  readonly slidingTtl?: boolean | undefined;
  /** How long an entry is served after its TTL, as stale; by default 0. */
  readonly graceMs?: number | undefined;
}

export interface FreshnessOptions {
  readonly config: FreshnessConfig;
  readonly commander: Commander;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly keyOf: (entryId: string) => string;
  /** Told of a renewal that failed. */
  readonly onError: () => void;
}

export interface Lifetime {
  /** `null`: for ever. */
  readonly freshForMs: number | null;
  readonly keptForMs: number | null;
}

export class Freshness {
  readonly #options: FreshnessOptions;
  readonly #jitter: number;
  readonly #graceMs: number;

  /** @throws CacheError `invalid-configuration` */
  constructor(options: FreshnessOptions) {
    const { ttlJitter = 0, slidingTtl = false, graceMs = 0 } = options.config;
    require(ttlJitter >= 0 && ttlJitter <= 0.5, `ttlJitter to be a number from 0 to 0.5, received ${ttlJitter}`);
    const isDuration = Number.isInteger(graceMs) && graceMs >= 0 && graceMs <= ttlMsMax;
    require(isDuration, `graceMs to be an integer from 0 to ${ttlMsMax}, received ${graceMs}`);
    require(!(slidingTtl && graceMs > 0), 'either slidingTtl or graceMs, received both');
    this.#options = options;
    this.#jitter = ttlJitter;
    this.#graceMs = graceMs;
  }

  lifetime(ttlMs: number | null): Lifetime {
    if (ttlMs === null) return { freshForMs: null, keptForMs: null };
    const freshForMs = Math.max(1, Math.round(ttlMs * (1 - this.#jitter * this.#options.random())));
    return { freshForMs, keptForMs: freshForMs + this.#graceMs };
  }

  isStale({ createdAtMs, freshForMs }: CacheEntry): boolean {
    if (freshForMs === undefined || this.#options.config.slidingTtl) return false;
    return this.#options.clock.nowMs() >= createdAtMs + freshForMs;
  }

  /** An entry was served. */
  used({ id, freshForMs }: CacheEntry): void {
    const { config, commander, keyOf, onError } = this.#options;
    if (config.slidingTtl !== true || freshForMs === undefined) return;
    commander.call('PEXPIRE', keyOf(id), freshForMs).catch(onError);
  }
}

function require(isValid: boolean, expected: string): void {
  if (!isValid) throw new CacheError('invalid-configuration', `Cannot open the cache: expected ${expected}`);
}

/**
 * Times to live that differ: what was stored at one time does not expire at one time, and is not loaded anew all at once.
 */
import type { RandomSource } from '../random.js';

/** @param share of the time by which it may be shorter, 0 to 1; it is never longer */
export function jitteredTtlMs(ttlMs: number, share: number, random: RandomSource): number {
  return Math.max(1, Math.round(ttlMs * (1 - share * random())));
}

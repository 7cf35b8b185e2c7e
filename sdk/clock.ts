/**
 * Time, passed in: nothing else in the SDK reads the system clock, so tests move time by hand.
 */

export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch; a whole number. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

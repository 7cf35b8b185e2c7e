/**
 * Time, passed in. The only home of the system clock: everything else receives a `Clock`, so tests move time by hand.
 */

export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch; a whole number. */
  nowMs(): number;
  /** Monotonic time in microseconds from an arbitrary origin; for durations only. */
  monotonicUs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1000,
};

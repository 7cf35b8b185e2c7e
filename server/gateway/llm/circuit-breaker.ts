/**
 * Stops asking what keeps failing: after so many failures in a row it rests, then lets one call through, and that one decides.
 */
import type { Clock } from '@nearkey/sdk';

export interface CircuitBreakerOptions {
  readonly failuresMax: number;
  readonly restMs: number;
  readonly clock: Clock;
}

export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #failures = 0;
  #restsUntilMs = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Whether a call may be made now. After a rest it answers true once, until that call has succeeded or failed. */
  allows(): boolean {
    const { failuresMax, restMs, clock } = this.#options;
    if (this.#failures < failuresMax) return true;
    const nowMs = clock.nowMs();
    if (nowMs < this.#restsUntilMs) return false;
    this.#restsUntilMs = nowMs + restMs;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures++;
    if (this.#failures >= this.#options.failuresMax) {
      this.#restsUntilMs = this.#options.clock.nowMs() + this.#options.restMs;
    }
  }
}

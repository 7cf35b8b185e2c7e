/**
 * Asks the caller, between blocks of work, whether to go on. A block is as many steps as take well under a millisecond
 * on the slowest loop (distances of large vectors), so that asking costs nothing and a late answer is not late by much.
 */
import { timeoutError } from './errors.js';

const stepsPerBlock = 256;

export class Deadline {
  readonly #shouldStop: (() => boolean) | undefined;
  /** Milliseconds that native code may take, which asks a clock of its own; undefined for as long as it takes. */
  readonly budgetMs: number | undefined;
  #steps = 0;

  constructor(shouldStop: (() => boolean) | undefined, budgetMs?: number) {
    this.#shouldStop = shouldStop;
    this.budgetMs = budgetMs;
  }

  /** To be called once a step; throws the timeout error when the time is up. */
  step(): void {
    if (++this.#steps % stepsPerBlock === 0) this.check();
  }

  /** Asks at once. */
  check(): void {
    if (this.isOver()) throw timeoutError();
  }

  /** Asks at once, for loops that cannot be left by an exception. */
  isOver(): boolean {
    return this.#shouldStop?.() === true;
  }
}

/** Work that waits its turn or its time, passed in: the server gives it the event loop, a test runs it when it wants to. */
export interface Scheduler {
  /** Runs the task soon, after what is already waiting to be read or written. */
  soon(task: () => void): void;
  /**
   * Runs the task once about so many milliseconds have passed: at the earliest when the delay, or `DELAY_MS_MAX`, is
   * over by the timer's own clock. Who needs a moment of another clock looks at that clock and asks again.
   * @returns takes the task back
   */
  after(delayMs: number, task: () => void): () => void;
}

/** The longest delay a timer of Node holds. */
export const DELAY_MS_MAX = 2 ** 31 - 1;

export const systemScheduler: Scheduler = {
  soon(task) {
    setImmediate(task);
  },
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(delayMs, DELAY_MS_MAX));
    return () => clearTimeout(timer);
  },
};

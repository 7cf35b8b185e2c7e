/** Timers, passed in, for what waits but shall not wait for ever. */

export interface Timer {
  /** @returns takes the task back */
  after(delayMs: number, task: () => void): () => void;
}

/** Keeps the process alive until then. */
export const systemTimer: Timer = {
  after(delayMs, task) {
    const timeout = setTimeout(task, delayMs);
    return () => clearTimeout(timeout);
  },
};

/** For what need not happen when the process has nothing else to do. */
export const idleTimer: Timer = {
  after(delayMs, task) {
    const timeout = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timeout);
  },
};

/** Work that waits its turn, passed in: the server gives it the event loop, a test runs it when it wants to. */
export interface Scheduler {
  /** Runs the task soon, after what is already waiting to be read or written. */
  soon(task: () => void): void;
}

export const systemScheduler: Scheduler = {
  soon(task) {
    setImmediate(task);
  },
};

/**
 * Waiting, passed in: nothing else in the SDK sets a timer for its own sake, so tests do not wait.
 */

export type Pause = (delayMs: number) => Promise<void>;

export const systemPause: Pause = (delayMs) =>
  new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });

/**
 * Work that is not waited for any longer than a caller can wait: what was begun goes on.
 */
import type { Timer } from './model-call.js';

export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** @throws OutOfTime when the time is over first */
export async function inTime<T>(timer: Timer, timeoutMs: number, work: Promise<T>): Promise<T> {
  let takeBack = (): void => undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    takeBack = timer.after(timeoutMs, () => reject(new OutOfTime()));
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    takeBack();
  }
}

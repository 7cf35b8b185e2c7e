/**
 * How long the main thread of this process has waited for a core, in all: runnable, and another thread ran. A client on a busy
 * machine takes this off what it measures: it waited for its own turn and not for the server.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const PATH = `/proc/self/task/${process.pid}/schedstat`;

export class RunDelay {
  readonly #file: number;
  readonly #text = Buffer.alloc(128);

  constructor() {
    this.#file = openSync(PATH, 'r');
  }

  /** Milliseconds since the thread began. */
  totalMs(): number {
    const length = readSync(this.#file, this.#text, 0, this.#text.length, 0);
    // Nanoseconds on a core, nanoseconds waiting for one, how often.
    return Number(this.#text.toString('latin1', 0, length).split(' ')[1]) / 1e6;
  }

  close(): void {
    closeSync(this.#file);
  }
}

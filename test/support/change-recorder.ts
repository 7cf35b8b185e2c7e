/** Writes down what a server says about its keyspace: changes as `event key`, effects as their arguments with spaces. */
import type { ByteSlice } from '#server/base/byte-slice.js';
import type { NearkeyServer } from '#server/create-server.js';

export interface Recorded {
  readonly changes: string[];
  readonly effects: string[];
}

export class ChangeRecorder {
  #changes: string[] = [];
  #effects: string[] = [];

  constructor(server: NearkeyServer) {
    const noteEvent = (_db: number, event: string, key: ByteSlice): void => {
      this.#changes.push(`${event} ${key.latin1()}`);
    };
    server.facilities.keyspace.events.subscribe({
      keyChanged: noteEvent,
      furtherEvent: noteEvent,
      effect: (_db, argv) =>
        this.#effects.push(argv.map((token) => (typeof token === 'string' ? token : token.latin1())).join(' ')),
    });
  }

  /** What was said since the last call. */
  take(): Recorded {
    const recorded = { changes: this.#changes, effects: this.#effects };
    this.#changes = [];
    this.#effects = [];
    return recorded;
  }
}

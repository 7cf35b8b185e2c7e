/**
 * Looks ahead at the keys of a batch: among many keys a look-up waits for memory, and the processor waits for several
 * places at the same time. A guess costs little and is only that: the key is taken for the first argument.
 */
import { type Database, WARMED_MAX } from '../../keyspace/database.js';

/** Longer first arguments are scripts rather than keys. */
const WARMED_KEY_BYTES_MAX = 64;

export class KeyWarmer {
  readonly #keyPlaces = new Int32Array(2 * WARMED_MAX);

  /** @param words frames one after another, each behind the id of its connection */
  warm(database: Pick<Database, 'warm'>, buffer: Buffer, words: Int32Array, length: number): void {
    const places = this.#keyPlaces;
    let count = 0;
    for (let at = 0; at < length; ) {
      const argc = words[at + 1] ?? 0;
      const keyBytes = argc < 2 ? 0 : (words[at + 5] ?? 0);
      if (keyBytes > 0 && keyBytes <= WARMED_KEY_BYTES_MAX) {
        places[2 * count] = words[at + 4] ?? 0;
        places[2 * count + 1] = keyBytes;
        count++;
      }
      at += 2 + argc * 2;
      if (count < WARMED_MAX && at < length) continue;
      // One key alone would be waited for all the same.
      if (count > 1) database.warm(buffer, places, count);
      count = 0;
    }
  }
}

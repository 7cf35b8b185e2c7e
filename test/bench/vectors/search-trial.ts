/** A process that searches on one thread for some seconds and tells its rate: alone, or several at once, which says what cores are worth. */

import { loadNative } from './built-indexes.js';
import { readDataSet } from './data-set.js';
import { nativeSearches } from './engines.js';

export interface TrialOrder {
  readonly folder: string;
  readonly seed: number;
  readonly ef: number;
  readonly seconds: number;
}

const QUERIES_BETWEEN_LOOKS = 50;

/** Tells that it is ready, and begins when it hears of it. */
function main(): void {
  process.once('message', ({ folder, seed, ef, seconds }: TrialOrder) => {
    const set = readDataSet(folder);
    const engine = nativeSearches(loadNative(folder, set, seed), set);
    for (let query = 0; query < set.queries; query++) engine.search(query, ef, 'all');
    process.once('message', () => {
      const startedAtMs = performance.now();
      let done = 0;
      while (performance.now() - startedAtMs < seconds * 1000) {
        for (let n = 0; n < QUERIES_BETWEEN_LOOKS; n++) engine.search(done++ % set.queries, ef, 'all');
      }
      process.send?.({ perSecond: (done * 1000) / (performance.now() - startedAtMs) });
      process.disconnect();
    });
    process.send?.({});
  });
}

main();

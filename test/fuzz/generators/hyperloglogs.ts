/**
 * Random HyperLogLog commands, on keys of their own and now and then on strings. PFDEBUG only looks: where it changes a key,
 * Redis leaves transactions that watch it alone.
 */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { hyperLogLogKeys, maybe, some, stringKey, value } from './values.js';

const hllKey = (random: SeededRandom): string =>
  random.chance(0.95) ? random.pick(hyperLogLogKeys) : stringKey(random);
const element = (random: SeededRandom): string =>
  random.chance(0.8) ? `element:${random.below(20_000)}` : value(random);

export const hyperLogLogs: readonly Entry[] = [
  entry(6, (r) => ['PFADD', hllKey(r), ...r.times(r.below(12), () => element(r))]),
  entry(1, (r) => ['PFADD', r.pick(hyperLogLogKeys), ...r.times(150, () => element(r))]),
  entry(4, (r) => ['PFCOUNT', ...some(r, 3, hllKey)]),
  entry(2, (r) => ['PFMERGE', hllKey(r), ...r.times(r.below(3), () => hllKey(r))]),
  entry(2, (r) => ['GET', r.pick(hyperLogLogKeys)]),
  entry(1, (r) => ['PFDEBUG', r.pick(['ENCODING', 'DECODE', 'ENCODING', 'BOGUS']), ...maybe(r, 0.95, hllKey(r))]),
  entry(0.4, (r) => ['CONFIG', 'SET', 'hll-sparse-max-bytes', r.pick(['3000', '3000', '300', '0', 'x'])]),
  entry(1, (r) => ['DEL', r.pick(hyperLogLogKeys)]),
];

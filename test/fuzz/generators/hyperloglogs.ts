/**
 * Random HyperLogLog commands. They change keys of their own, which no string command damages: of what is damaged Redis
 * keeps the elements that went in before the damage was met, and Nearkey none. PFDEBUG only looks: where it changes a
 * key, Redis leaves transactions that watch it alone.
 */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { absoluteMs, hashKeys, hyperLogLogKeys, listKeys, maybe, setKeys, some, stringKey, value } from './values.js';

const ownKey = (random: SeededRandom): string =>
  random.pick(random.chance(0.96) ? hyperLogLogKeys : random.pick([listKeys, setKeys, hashKeys]));
const hllKey = (random: SeededRandom): string => (random.chance(0.95) ? ownKey(random) : stringKey(random));
const element = (random: SeededRandom): string =>
  random.chance(0.8) ? `element:${random.below(20_000)}` : value(random);

export const hyperLogLogs: readonly Entry[] = [
  entry(6, (r) => ['PFADD', ownKey(r), ...r.times(r.below(12), () => element(r))]),
  entry(1, (r) => ['PFADD', r.pick(hyperLogLogKeys), ...r.times(150, () => element(r))]),
  entry(4, (r) => ['PFCOUNT', ...some(r, 3, hllKey)]),
  entry(2, (r) => ['PFMERGE', ownKey(r), ...r.times(r.below(3), () => hllKey(r))]),
  entry(2, (r) => ['GET', r.pick(hyperLogLogKeys)]),
  entry(1, (r) => ['PFDEBUG', r.pick(['ENCODING', 'DECODE', 'ENCODING', 'BOGUS']), ...maybe(r, 0.95, hllKey(r))]),
  entry(0.4, (r) => ['CONFIG', 'SET', 'hll-sparse-max-bytes', r.pick(['3000', '3000', '300', '0', 'x'])]),
  entry(1, (r) => ['DEL', r.pick(hyperLogLogKeys)]),
  entry(1, (r) => [r.pick(['RENAME', 'RENAMENX', 'COPY']), r.pick(hyperLogLogKeys), r.pick(hyperLogLogKeys)]),
  entry(1, (r) => ['OBJECT', 'ENCODING', r.pick(hyperLogLogKeys)]),
  entry(1, (r) => ['PEXPIREAT', r.pick(hyperLogLogKeys), String(absoluteMs(r))]),
];

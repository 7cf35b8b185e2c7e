/**
 * Random commands that wait. In a transaction they answer at once; elsewhere they wait a millisecond, because nobody is
 * there to end it.
 */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { listKey, maybe, some, streamKey, zsetKey } from './values.js';

const seconds = (random: SeededRandom): string =>
  random.pick(random.chance(0.9) ? ['0.001', '1e-3', '0.0005'] : ['-1', 'x', '', 'nan', '-0.1', '1e400']);
const milliseconds = (random: SeededRandom): string => random.pick(random.chance(0.9) ? ['1'] : ['-1', 'x', '0.5', '']);
const end = (random: SeededRandom): string => random.pick(['LEFT', 'RIGHT']);
const counted = (random: SeededRandom, make: (random: SeededRandom) => string): readonly string[] => {
  const keys = some(random, 3, make);
  return [String(random.chance(0.95) ? keys.length : random.between(-1, 4)), ...keys];
};
const count = (random: SeededRandom): readonly string[] => maybe(random, 0.4, 'COUNT', String(random.below(4)));

export const blocking: readonly Entry[] = [
  entry(2, (r) => [r.pick(['BLPOP', 'BRPOP']), ...some(r, 3, listKey), seconds(r)]),
  entry(1, (r) => ['BLMOVE', listKey(r), listKey(r), end(r), end(r), seconds(r)]),
  entry(0.5, (r) => ['BRPOPLPUSH', listKey(r), listKey(r), seconds(r)]),
  entry(1, (r) => ['BLMPOP', seconds(r), ...counted(r, listKey), end(r), ...count(r)]),
  entry(1, (r) => [r.pick(['BZPOPMIN', 'BZPOPMAX']), ...some(r, 3, zsetKey), seconds(r)]),
  entry(1, (r) => ['BZMPOP', seconds(r), ...counted(r, zsetKey), r.pick(['MIN', 'MAX']), ...count(r)]),
  entry(1, (r) => ['XREAD', 'BLOCK', milliseconds(r), 'STREAMS', streamKey(r), r.pick(['$', '0', '60-300'])]),
  entry(1, (r) => [
    ...['XREADGROUP', 'GROUP', r.pick(['g', 'g1']), 'c', 'BLOCK', milliseconds(r)],
    ...['STREAMS', streamKey(r), r.pick(['>', '>', '0'])],
  ]),
];

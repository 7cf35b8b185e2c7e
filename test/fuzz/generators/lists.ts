/** Random list commands. Some elements are long, so that lists have several nodes. */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { index, integer, listKey, maybe, oddIntegers, shuffled, some, value } from './values.js';

const ends = ['LEFT', 'RIGHT', 'left', 'RIGHT'];
const end = (random: SeededRandom): string => random.pick(random.chance(0.98) ? ends : ['MIDDLE', '']);
const element = (random: SeededRandom): string => {
  if (random.chance(0.02)) return random.pick(['L'.repeat(3_000), 'M'.repeat(9_000)]);
  return random.chance(0.5) ? `e${random.below(12)}` : value(random);
};
const elements = (random: SeededRandom): readonly string[] => some(random, 5, element);
const popCount = (random: SeededRandom): string =>
  random.chance(0.95) ? String(random.below(6)) : random.pick(['-1', ...oddIntegers]);
/** Mostly most of the list, so that lists grow. */
const kept = (random: SeededRandom): readonly string[] =>
  random.chance(0.8) ? [String(random.below(2)), String(-random.between(1, 3))] : [index(random), index(random)];

const sources = (random: SeededRandom): readonly string[] => {
  const keys = some(random, 3, listKey);
  return [String(random.chance(0.97) ? keys.length : random.between(-1, 4)), ...keys];
};

export const lists: readonly Entry[] = [
  entry(20, (r) => [r.pick(['LPUSH', 'RPUSH']), listKey(r), ...elements(r)]),
  entry(1, (r) => [r.pick(['LPUSH', 'RPUSH']), 'lbig', ...r.times(60, () => element(r))]),
  entry(4, (r) => [r.pick(['LPUSHX', 'RPUSHX']), listKey(r), ...elements(r)]),
  entry(12, (r) => [r.pick(['LPOP', 'RPOP']), listKey(r), ...maybe(r, 0.5, popCount(r))]),
  entry(4, (r) => ['LLEN', listKey(r)]),
  entry(6, (r) => ['LINDEX', listKey(r), index(r)]),
  entry(6, (r) => ['LSET', listKey(r), index(r), element(r)]),
  entry(6, (r) => [
    'LINSERT',
    listKey(r),
    r.pick(r.chance(0.98) ? ['BEFORE', 'AFTER', 'after'] : ['AT']),
    element(r),
    element(r),
  ]),
  entry(6, (r) => ['LRANGE', listKey(r), index(r), index(r)]),
  entry(1, (r) => ['LRANGE', listKey(r), '0', '-1']),
  entry(5, (r) => ['LTRIM', listKey(r), ...kept(r)]),
  entry(0.7, (r) => ['LTRIM', r.pick(['lbig', 'l']), '-30', '-1']),
  entry(5, (r) => ['LREM', listKey(r), r.chance(0.95) ? String(r.between(-3, 3)) : integer(r), element(r)]),
  entry(6, (r) => [
    ...['LPOS', listKey(r), element(r)],
    ...shuffled(r, [
      r.chance(0.4) ? ['RANK', r.chance(0.95) ? String(r.between(-3, 3)) : integer(r)] : [],
      r.chance(0.4) ? ['COUNT', r.chance(0.95) ? String(r.below(4)) : integer(r)] : [],
      r.chance(0.3) ? ['MAXLEN', r.chance(0.95) ? String(r.below(9)) : integer(r)] : [],
    ]),
  ]),
  entry(8, (r) => ['LMOVE', listKey(r), listKey(r), end(r), end(r)]),
  entry(3, (r) => ['RPOPLPUSH', listKey(r), listKey(r)]),
  entry(4, (r) => ['LMPOP', ...sources(r), end(r), ...maybe(r, 0.5, 'COUNT', popCount(r))]),
  entry(0.2, (r) => ['CONFIG', 'SET', 'list-max-listpack-size', r.pick(['-2', '-2', '-1', '8', '1', 'x'])]),
];

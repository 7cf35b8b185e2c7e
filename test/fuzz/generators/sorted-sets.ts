/**
 * Random sorted set commands. Ranges of members are asked of sets with one score (`lexKeys`): what they mean in a large
 * set whose scores differ is not defined, and depends on Redis's random levels.
 */
import { pageOf, sameShape } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { index, integer, maybe, scanOptions, setKey, shuffled, some, stringKeys, zsetKey } from './values.js';

export const lexKeys = ['lex1', 'lex2'];
const memberNames = ['', 'a', 'b', 'c', 'd', 'e', 'aa', 'ab', '1', '\xff\0', 'member with space', 'm'.repeat(64)];
const scores = ['0', '-0', '1', '-1', '2', '2.5', '0.1', '-0.3', '1e17', '1e-7', 'inf', '-inf', '3', '0x10', '1e308'];
const oddScores = ['nan', 'x', '', ' 1', '1e400', '1 ', '0x'];

const lexKey = (random: SeededRandom): string => random.pick(random.chance(0.97) ? lexKeys : stringKeys);
const member = (random: SeededRandom): string => {
  if (random.chance(0.02)) return 'M'.repeat(65);
  return random.chance(0.5) ? random.pick(memberNames) : `m${random.below(60)}`;
};
const score = (random: SeededRandom): string => {
  if (random.chance(0.02)) return random.pick(oddScores);
  return random.chance(0.5) ? random.pick(scores) : String(random.between(-20, 20));
};
const lexMember = (random: SeededRandom): string =>
  String.fromCharCode(97 + random.below(8)).repeat(random.between(1, 4));

const scoreEnd = (random: SeededRandom): string => (random.chance(0.3) ? `(${score(random)}` : score(random));
const lexEnd = (random: SeededRandom): string => {
  if (random.chance(0.3)) return random.pick(['-', '+']);
  return random.chance(0.97) ? random.pick(['[', '(']) + lexMember(random) : lexMember(random);
};
const limit = (random: SeededRandom): readonly string[] =>
  random.chance(0.4) ? ['LIMIT', String(random.between(-1, 5)), String(random.between(-2, 9))] : [];
const withScores = (random: SeededRandom): readonly string[] => maybe(random, 0.5, 'WITHSCORES');
const pairs = (random: SeededRandom, most: number): string[] =>
  some(random, most, (each) => [score(each), member(each)]).flat();

const addOptions = (random: SeededRandom): string[] =>
  shuffled(random, [
    maybe(random, 0.15, random.pick(['NX', 'XX', 'xx'])),
    maybe(random, 0.15, random.pick(['GT', 'LT', 'gt'])),
    maybe(random, 0.2, 'CH'),
  ]);

/** Sets take part without scores. */
const sources = (random: SeededRandom): readonly string[] => {
  const keys = some(random, 3, (each) => (each.chance(0.85) ? zsetKey(each) : setKey(each)));
  return [String(random.chance(0.97) ? keys.length : random.between(-1, 4)), ...keys];
};
const combination = (random: SeededRandom, readsScores: boolean): readonly string[] => {
  const [count = '', ...keys] = sources(random);
  const weights = random.chance(0.3)
    ? ['WEIGHTS', ...keys.map(() => random.pick(['1', '2', '-1', '0.5', '0', 'inf', 'x']))]
    : [];
  const aggregate = maybe(random, 0.3, 'AGGREGATE', random.pick(['SUM', 'MIN', 'MAX', 'min', 'AVG']));
  const shown = readsScores ? withScores(random) : [];
  return [count, ...keys, ...shuffled(random, [weights, aggregate, [...shown]])];
};

const rangeArgs = (random: SeededRandom, key: string, stores: boolean): readonly string[] => {
  const tail = shuffled(random, [maybe(random, 0.4, 'REV'), stores ? [] : withScores(random)]);
  if (random.chance(0.5)) return [key, index(random), index(random), ...tail];
  return [key, scoreEnd(random), scoreEnd(random), 'BYSCORE', ...tail, ...limit(random)];
};

export const sortedSets: readonly Entry[] = [
  entry(25, (r) => ['ZADD', zsetKey(r), ...addOptions(r), ...pairs(r, 5)]),
  entry(2, (r) => ['ZADD', 'zbig', ...r.times(60, () => [String(r.below(50)), `m${r.below(400)}`]).flat()]),
  entry(3, (r) => ['ZADD', zsetKey(r), 'INCR', ...addOptions(r), score(r), member(r)]),
  entry(8, (r) => ['ZADD', lexKey(r), ...some(r, 4, (each) => ['0', lexMember(each)]).flat()]),
  entry(8, (r) => ['ZINCRBY', zsetKey(r), score(r), member(r)]),
  entry(8, (r) => ['ZREM', zsetKey(r), ...some(r, 4, member)]),
  entry(6, (r) => ['ZSCORE', zsetKey(r), member(r)]),
  entry(3, (r) => ['ZMSCORE', zsetKey(r), ...some(r, 4, member)]),
  entry(3, (r) => ['ZCARD', zsetKey(r)]),
  entry(5, (r) => ['ZCOUNT', zsetKey(r), scoreEnd(r), scoreEnd(r)]),
  entry(3, (r) => ['ZLEXCOUNT', lexKey(r), lexEnd(r), lexEnd(r)]),
  entry(12, (r) => ['ZRANGE', ...rangeArgs(r, zsetKey(r), false)]),
  entry(3, (r) => ['ZRANGE', lexKey(r), lexEnd(r), lexEnd(r), 'BYLEX', ...maybe(r, 0.4, 'REV'), ...limit(r)]),
  entry(4, (r) => ['ZRANGESTORE', zsetKey(r), ...rangeArgs(r, zsetKey(r), true)]),
  entry(4, (r) => ['ZREVRANGE', zsetKey(r), index(r), index(r), ...withScores(r)]),
  entry(6, (r) => [
    r.pick(['ZRANGEBYSCORE', 'ZREVRANGEBYSCORE']),
    ...[zsetKey(r), scoreEnd(r), scoreEnd(r)],
    ...shuffled(r, [withScores(r), limit(r)]),
  ]),
  entry(4, (r) => [r.pick(['ZRANGEBYLEX', 'ZREVRANGEBYLEX']), lexKey(r), lexEnd(r), lexEnd(r), ...limit(r)]),
  entry(6, (r) => [r.pick(['ZRANK', 'ZREVRANK']), zsetKey(r), member(r)]),
  entry(5, (r) => [r.pick(['ZPOPMIN', 'ZPOPMAX']), zsetKey(r), ...maybe(r, 0.5, String(r.between(-1, 9)))]),
  entry(3, (r) => [
    'ZMPOP',
    ...sources(r),
    r.pick(['MIN', 'MAX', 'max']),
    ...maybe(r, 0.4, 'COUNT', String(r.below(5))),
  ]),
  entry(
    3,
    (r) => ['ZRANDMEMBER', zsetKey(r), ...(r.chance(0.7) ? [String(r.between(-9, 9)), ...withScores(r)] : [])],
    sameShape,
  ),
  entry(2, (r) => ['ZREMRANGEBYRANK', zsetKey(r), index(r), index(r)]),
  entry(2, (r) => ['ZREMRANGEBYSCORE', zsetKey(r), scoreEnd(r), scoreEnd(r)]),
  entry(2, (r) => ['ZREMRANGEBYLEX', lexKey(r), lexEnd(r), lexEnd(r)]),
  entry(5, (r) => [r.pick(['ZUNION', 'ZINTER']), ...combination(r, true)]),
  entry(2, (r) => ['ZDIFF', ...sources(r), ...withScores(r)]),
  entry(4, (r) => [r.pick(['ZUNIONSTORE', 'ZINTERSTORE']), zsetKey(r), ...combination(r, false)]),
  entry(2, (r) => ['ZDIFFSTORE', zsetKey(r), ...sources(r)]),
  entry(2, (r) => ['ZINTERCARD', ...sources(r), ...maybe(r, 0.4, 'LIMIT', integer(r))]),
  entry(0.2, (r) => ['CONFIG', 'SET', 'zset-max-listpack-entries', r.pick(['128', '128', '16', '0', 'x'])]),
  entry(0.2, (r) => ['CONFIG', 'SET', 'zset-max-listpack-value', r.pick(['64', '64', '8', '-1'])]),
  entry(2, (r) => ['ZSCAN', zsetKey(r), '0', ...scanOptions(r, false)], pageOf('pairs')),
];

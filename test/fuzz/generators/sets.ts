/**
 * Random set commands. Integers are as frequent as text, so that sets of integers come and go. Members taken at random go
 * out of a set of their own, whose members nothing reads.
 */
import { anyOrder, pageOf, sameShape } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { integer, maybe, scanOptions, setKey, some, value } from './values.js';

/** The key out of which members are taken at random. */
export const lottery = 'lottery';

const numbers = ['32767', '32768', '-32768', '-32769', '2147483648', '-2147483649', '9007199254740993'];
const member = (random: SeededRandom): string => {
  const kind = random.below(10);
  if (kind < 4) return String(random.between(-9, 40));
  if (kind < 5) return random.pick(numbers);
  return kind < 8 ? `m${random.below(20)}` : value(random);
};
const number = (random: SeededRandom): string =>
  random.chance(0.9) ? String(random.between(-300, 900)) : random.pick(numbers);
const members = (random: SeededRandom): readonly string[] => some(random, 5, member);
/** Never drawn twice: both servers hold as many, whichever they took. */
const ticket = (random: SeededRandom): string => `ticket:${random.next()}:${random.next()}`;

const counted = (random: SeededRandom): readonly string[] => {
  const keys = some(random, 3, setKey);
  return [String(random.chance(0.97) ? keys.length : random.between(-1, 4)), ...keys];
};

export const sets: readonly Entry[] = [
  entry(20, (r) => ['SADD', setKey(r), ...members(r)]),
  entry(4, (r) => ['SADD', 'ints', ...some(r, 5, number)]),
  entry(1, (r) => ['SADD', r.pick(['tbig', 'ints']), ...r.times(60, () => number(r))]),
  entry(10, (r) => ['SREM', setKey(r), ...members(r)]),
  entry(6, (r) => ['SISMEMBER', setKey(r), member(r)]),
  entry(4, (r) => ['SMISMEMBER', setKey(r), ...members(r)]),
  entry(3, (r) => ['SCARD', setKey(r)]),
  entry(3, (r) => ['SMEMBERS', setKey(r)], anyOrder),
  entry(6, (r) => ['SMOVE', setKey(r), setKey(r), member(r)]),
  entry(8, (r) => [r.pick(['SINTER', 'SUNION', 'SDIFF']), ...some(r, 3, setKey)], anyOrder),
  entry(8, (r) => [r.pick(['SINTERSTORE', 'SUNIONSTORE', 'SDIFFSTORE']), setKey(r), ...some(r, 3, setKey)]),
  entry(4, (r) => ['SINTERCARD', ...counted(r), ...(r.chance(0.4) ? ['LIMIT', integer(r)] : [])]),
  entry(3, (r) => ['SRANDMEMBER', setKey(r), ...maybe(r, 0.7, String(r.between(-9, 9)))], sameShape),
  entry(2, (r) => ['SSCAN', setKey(r), '0', ...scanOptions(r, false)], pageOf('single')),
  entry(2, (r) => ['SPOP', setKey(r), r.pick(['0', '100000', '-1', 'x'])], anyOrder),
  entry(2, (r) => ['SADD', lottery, ...some(r, 4, ticket)]),
  entry(2, (r) => ['SPOP', lottery, ...maybe(r, 0.6, String(r.below(4)))], sameShape),
  entry(1, () => ['SCARD', lottery]),
  entry(0.2, (r) => ['CONFIG', 'SET', 'set-max-intset-entries', r.pick(['512', '512', '100', '0', 'x'])]),
];

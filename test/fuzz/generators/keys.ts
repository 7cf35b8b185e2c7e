/** Random commands on keys of any type, and on databases. */
import { anyOrder, pageOf, sameType, timeIn } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import {
  absoluteMs,
  db,
  globs,
  key,
  maybe,
  oddIntegers,
  relativeMs,
  scanOptions,
  seconds,
  shuffled,
  some,
  twoKeys,
} from './values.js';

const condition = (random: SeededRandom): readonly string[] =>
  random.chance(0.5) ? [] : random.times(random.chance(0.9) ? 1 : 2, () => random.pick(['NX', 'XX', 'GT', 'LT', 'gt']));

const expire =
  (name: string, time: (random: SeededRandom) => string): Entry['make'] =>
  (random) => [
    name,
    key(random),
    random.chance(0.9) ? time(random) : random.pick(['0', '-1', '-100', ...oddIntegers]),
    ...condition(random),
  ];

export const generic: readonly Entry[] = [
  entry(6, (r) => [r.pick(['DEL', 'UNLINK']), ...some(r, 2, key)]),
  entry(4, (r) => ['EXISTS', ...some(r, 4, key)]),
  entry(3, (r) => ['TYPE', key(r)]),
  entry(3, (r) => ['TOUCH', ...some(r, 3, key)]),
  entry(6, (r) => [r.pick(['RENAME', 'RENAMENX']), ...twoKeys(r)]),
  entry(7, (r) => [
    'COPY',
    key(r),
    key(r),
    ...shuffled(r, [r.chance(0.4) ? ['DB', db(r)] : [], maybe(r, 0.4, 'REPLACE')]),
  ]),
  entry(
    4,
    expire('EXPIRE', (r) => seconds(relativeMs(r))),
  ),
  entry(
    4,
    expire('PEXPIRE', (r) => String(relativeMs(r))),
  ),
  entry(
    5,
    expire('EXPIREAT', (r) => seconds(absoluteMs(r))),
  ),
  entry(
    5,
    expire('PEXPIREAT', (r) => String(absoluteMs(r))),
  ),
  entry(3, (r) => ['TTL', key(r)], timeIn(1_000, false)),
  entry(3, (r) => ['PTTL', key(r)], timeIn(1, false)),
  entry(3, (r) => ['EXPIRETIME', key(r)], timeIn(1_000, true)),
  entry(4, (r) => ['PEXPIRETIME', key(r)], timeIn(1, true)),
  entry(4, (r) => ['PERSIST', key(r)]),
  entry(2, (r) => ['KEYS', r.pick(globs)], anyOrder),
  entry(2, (r) => ['SCAN', '0', ...scanOptions(r, true)], pageOf('single')),
  entry(1, () => ['RANDOMKEY'], sameType),
  entry(5, (r) => ['OBJECT', 'ENCODING', key(r)]),
  entry(2, (r) => ['OBJECT', 'REFCOUNT', key(r)]),
  entry(1, (r) => ['OBJECT', 'IDLETIME', key(r)], sameType),
  entry(1, (r) => ['OBJECT', r.pick(['FREQ', 'HELP', 'BOGUS']), ...maybe(r, 0.5, key(r))]),
  entry(2, () => ['DBSIZE']),
  entry(0.2, (r) => [
    r.pick(['FLUSHDB', 'FLUSHDB', 'FLUSHALL']),
    ...maybe(r, 0.5, r.pick(['SYNC', 'ASYNC', 'async', 'x'])),
  ]),
  entry(1, (r) => ['SWAPDB', db(r), db(r)]),
  entry(4, (r) => ['MOVE', key(r), db(r)]),
];

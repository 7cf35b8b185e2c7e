/** Random string commands. */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import {
  counterKey,
  expiryOption,
  float,
  index,
  integer,
  key,
  maybe,
  relativeMs,
  seconds,
  shuffled,
  some,
  stringKey,
  value,
} from './values.js';

const setOptions = (random: SeededRandom): string[] =>
  shuffled(random, [
    maybe(random, 0.25, random.pick(['NX', 'XX', 'xx', 'nx'])),
    maybe(random, 0.2, 'GET'),
    random.chance(0.3) ? expiryOption(random) : [],
    maybe(random, 0.12, 'KEEPTTL'),
  ]);

const lcsOptions = (random: SeededRandom): string[] =>
  shuffled(random, [
    maybe(random, 0.2, 'LEN'),
    maybe(random, 0.4, 'IDX'),
    maybe(random, 0.2, 'WITHMATCHLEN'),
    random.chance(0.2) ? ['MINMATCHLEN', index(random)] : [],
  ]);

export const strings: readonly Entry[] = [
  entry(30, (r) => ['SET', stringKey(r), value(r), ...setOptions(r)]),
  entry(20, (r) => ['GET', stringKey(r)]),
  entry(6, (r) => ['GETEX', stringKey(r), ...(r.chance(0.5) ? expiryOption(r) : maybe(r, 0.5, 'PERSIST'))]),
  entry(4, (r) => ['GETDEL', stringKey(r)]),
  entry(4, (r) => ['GETSET', stringKey(r), value(r)]),
  entry(6, (r) => ['SETRANGE', stringKey(r), r.chance(0.9) ? String(r.below(80)) : index(r), value(r)]),
  entry(5, (r) => [r.pick(['GETRANGE', 'SUBSTR']), stringKey(r), index(r), index(r)]),
  entry(8, (r) => ['APPEND', stringKey(r), value(r)]),
  entry(4, (r) => ['STRLEN', stringKey(r)]),
  entry(10, (r) => [r.pick(['INCR', 'DECR']), counterKey(r)]),
  entry(10, (r) => [r.pick(['INCRBY', 'DECRBY']), counterKey(r), integer(r)]),
  entry(8, (r) => ['INCRBYFLOAT', counterKey(r), float(r)]),
  entry(5, (r) => ['MSET', ...some(r, 4, (each) => [stringKey(each), value(each)]).flat()]),
  entry(4, (r) => ['MSETNX', ...some(r, 3, (each) => [stringKey(each), value(each)]).flat()]),
  entry(5, (r) => ['MGET', ...some(r, 5, key)]),
  entry(4, (r) => ['SETNX', stringKey(r), value(r)]),
  entry(2, (r) => ['SETEX', stringKey(r), seconds(relativeMs(r)), value(r)]),
  entry(2, (r) => ['PSETEX', stringKey(r), String(relativeMs(r)), value(r)]),
  entry(4, (r) => ['LCS', stringKey(r), stringKey(r), ...lcsOptions(r)]),
];

/** Random hash commands. */
import { anyOrder, anyOrderOfPairs, pageOf, sameShape } from '../reply-comparison.js';
import { type Entry, entry } from './entry.js';
import { counterField, field, float, hashKey, integer, maybe, scanOptions, some, value } from './values.js';

export const hashes: readonly Entry[] = [
  entry(25, (r) => ['HSET', hashKey(r), ...some(r, 6, (each) => [field(each), value(each)]).flat()]),
  entry(2, (r) => [
    'HSET',
    r.pick(['big1', 'big2']),
    ...r.times(60, () => [`f${r.below(180)}`, String(r.below(1000))]).flat(),
  ]),
  entry(5, (r) => ['HSETNX', hashKey(r), field(r), value(r)]),
  entry(4, (r) => ['HMSET', hashKey(r), ...some(r, 3, (each) => [field(each), value(each)]).flat()]),
  entry(10, (r) => ['HGET', hashKey(r), field(r)]),
  entry(6, (r) => ['HMGET', hashKey(r), ...some(r, 4, field)]),
  entry(3, (r) => ['HGETALL', hashKey(r)], anyOrderOfPairs),
  entry(8, (r) => ['HDEL', hashKey(r), ...some(r, 4, field)]),
  entry(3, (r) => ['HLEN', hashKey(r)]),
  entry(3, (r) => ['HSTRLEN', hashKey(r), field(r)]),
  entry(3, (r) => ['HEXISTS', hashKey(r), field(r)]),
  entry(2, (r) => [r.pick(['HKEYS', 'HVALS']), hashKey(r)], anyOrder),
  entry(7, (r) => ['HINCRBY', hashKey(r), counterField(r), integer(r)]),
  entry(6, (r) => ['HINCRBYFLOAT', hashKey(r), counterField(r), float(r)]),
  entry(
    4,
    (r) => [
      'HRANDFIELD',
      hashKey(r),
      ...(r.chance(0.7) ? [String(r.between(-9, 9)), ...maybe(r, 0.4, 'WITHVALUES')] : []),
    ],
    sameShape,
  ),
  entry(2, (r) => ['HSCAN', hashKey(r), '0', ...scanOptions(r, false)], pageOf('pairs')),
];

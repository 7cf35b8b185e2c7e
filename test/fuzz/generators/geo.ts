/** Random geo commands. A member always has the same place, so that no two are equally far from anywhere. */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { maybe, shuffled, some, stringKeys } from './values.js';

const geoKeys = ['geo1', 'geo2'];
const geoKey = (random: SeededRandom): string => random.pick(random.chance(0.97) ? geoKeys : stringKeys);
const memberNumber = (random: SeededRandom): number => random.below(90);
const nameOf = (number: number): string => `place${number}`;
/** Spread over the earth, with pairs that are near each other. */
const placeOf = (number: number): readonly string[] => [
  String((((number * 7919) % 3599) - 1800) / 10 + number / 1e5),
  String((((number * 3571) % 1699) - 850) / 10 + number / 1e6),
];
const member = (random: SeededRandom): string => nameOf(memberNumber(random));
const unit = (random: SeededRandom): string =>
  random.pick(random.chance(0.97) ? ['m', 'km', 'ft', 'mi', 'KM'] : ['x', '']);
const length = (random: SeededRandom): string =>
  random.chance(0.97)
    ? random.pick(['0', '1', '250.5', '1000', '5000', '20000', '1e6', '1e9'])
    : random.pick(['x', '-1', 'nan']);
const point = (random: SeededRandom): readonly string[] => {
  if (random.chance(0.03))
    return random.pick([
      ['x', '0'],
      ['200', '0'],
      ['0', '86'],
      ['180', '85.05112878'],
    ]);
  return [String(random.between(-1800, 1800) / 10), String(random.between(-850, 850) / 10)];
};

const shape = (random: SeededRandom): readonly string[] =>
  random.chance(0.5)
    ? ['BYRADIUS', length(random), unit(random)]
    : ['BYBOX', length(random), length(random), unit(random)];
const center = (random: SeededRandom): readonly string[] =>
  random.chance(0.5) ? ['FROMMEMBER', member(random)] : ['FROMLONLAT', ...point(random)];
const order = (random: SeededRandom): (readonly string[])[] => [
  maybe(random, 0.4, random.pick(['ASC', 'DESC', 'asc'])),
  random.chance(0.4)
    ? ['COUNT', String(random.between(random.chance(0.1) ? -1 : 1, 9)), ...maybe(random, 0.3, 'ANY')]
    : [],
];
const shown = (random: SeededRandom): (readonly string[])[] => [
  maybe(random, 0.3, 'WITHDIST'),
  maybe(random, 0.3, 'WITHCOORD'),
  maybe(random, 0.3, 'WITHHASH'),
];
/** Stored distances would show the last bit of a sine: only scores are stored. */
const stored = (random: SeededRandom): readonly string[] => maybe(random, 0.2, 'STORE', random.pick(geoKeys));

export const geo: readonly Entry[] = [
  entry(10, (r) => [
    'GEOADD',
    geoKey(r),
    ...shuffled(r, [maybe(r, 0.2, existence(r)), maybe(r, 0.2, 'CH')]),
    ...some(r, 5, memberNumber).flatMap((number) => [...placeOf(number), nameOf(number)]),
  ]),
  entry(2, (r) => ['GEOPOS', geoKey(r), ...some(r, 4, member)]),
  entry(2, (r) => ['GEOHASH', geoKey(r), ...some(r, 4, member)]),
  entry(3, (r) => ['GEODIST', geoKey(r), member(r), member(r), ...maybe(r, 0.5, unit(r))]),
  entry(2, (r) => ['ZREM', r.pick(geoKeys), ...some(r, 3, member)]),
  entry(6, (r) => ['GEOSEARCH', geoKey(r), ...shuffled(r, [center(r), shape(r), ...order(r), ...shown(r)])]),
  entry(2, (r) => ['GEOSEARCHSTORE', r.pick(geoKeys), geoKey(r), ...shuffled(r, [center(r), shape(r), ...order(r)])]),
  entry(3, (r) => ['GEORADIUS', geoKey(r), ...point(r), length(r), unit(r), ...shuffled(r, [...order(r), stored(r)])]),
  entry(2, (r) => [
    'GEORADIUS_RO',
    geoKey(r),
    ...point(r),
    length(r),
    unit(r),
    ...shuffled(r, [...order(r), ...shown(r)]),
  ]),
  entry(3, (r) => [
    'GEORADIUSBYMEMBER',
    geoKey(r),
    member(r),
    length(r),
    unit(r),
    ...shuffled(r, [...order(r), stored(r)]),
  ]),
  entry(2, (r) => [
    ...['GEORADIUSBYMEMBER_RO', geoKey(r), member(r), length(r), unit(r)],
    ...shuffled(r, [...order(r), ...shown(r)]),
  ]),
];

function existence(random: SeededRandom): string {
  return random.pick(['NX', 'XX', 'nx']);
}

/** Random bitmap commands, on the keys of strings and counters. Offsets stay small: strings are not to fill the memory. */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { index, integer, maybe, oddIntegers, some, stringKey } from './values.js';

const bitOffset = (random: SeededRandom): string =>
  random.chance(0.95) ? String(random.below(700)) : random.pick([...oddIntegers, '-1', '4294967296']);
const fieldOffset = (random: SeededRandom): string => (random.chance(0.3) ? `#${random.below(10)}` : bitOffset(random));
const fieldType = (random: SeededRandom): string =>
  random.chance(0.95)
    ? `${random.pick(['i', 'u'])}${random.between(1, 63)}`
    : random.pick(['i64', 'u64', 'i65', 'u0', 'x8']);
const range = (random: SeededRandom): string[] => [
  index(random),
  index(random),
  ...maybe(random, 0.6, random.pick(['BIT', 'BYTE', 'bit', 'BIT'])),
];

const fieldOperation = (random: SeededRandom): readonly string[] => {
  const kind = random.below(10);
  if (kind < 3) return ['GET', fieldType(random), fieldOffset(random)];
  if (kind < 4) return ['OVERFLOW', random.pick(['WRAP', 'SAT', 'FAIL', 'sat'])];
  return [kind < 7 ? 'SET' : 'INCRBY', fieldType(random), fieldOffset(random), integer(random)];
};

export const bitmaps: readonly Entry[] = [
  entry(8, (r) => ['SETBIT', stringKey(r), bitOffset(r), r.chance(0.97) ? String(r.below(2)) : '2']),
  entry(5, (r) => ['GETBIT', stringKey(r), bitOffset(r)]),
  entry(4, (r) => ['BITCOUNT', stringKey(r), ...(r.chance(0.7) ? range(r) : [])]),
  entry(5, (r) => [
    'BITPOS',
    stringKey(r),
    r.pick(['0', '1', '1', '2']),
    ...(r.chance(0.5) ? range(r) : maybe(r, 0.5, index(r))),
  ]),
  entry(4, (r) => ['BITOP', r.pick(['AND', 'OR', 'XOR', 'NOT', 'or']), stringKey(r), ...some(r, 3, stringKey)]),
  entry(8, (r) => ['BITFIELD', stringKey(r), ...some(r, 4, fieldOperation).flat()]),
  entry(2, (r) => ['BITFIELD_RO', stringKey(r), ...some(r, 3, fieldOperation).flat()]),
];

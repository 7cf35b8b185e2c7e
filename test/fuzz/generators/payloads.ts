/** Random RESTOREs of payloads as old versions of Redis wrote them, and looks at DUMP. */
import { payload, rdbString, ziplist } from '../../support/rdb-payload.js';
import { sameShape } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { absoluteMs, field, key, maybe, relativeMs, shuffled, some, value } from './values.js';

type Maker = (random: SeededRandom) => Buffer;

/** Counted, and each as a string of RDB. */
const strings = (texts: readonly string[]): Buffer => Buffer.concat([Buffer.of(texts.length), ...texts.map(rdbString)]);
const distinct = (random: SeededRandom): string[] => [...new Set(some(random, 6, field))];
const pairs = (random: SeededRandom): string[][] => distinct(random).map((name) => [name, value(random)]);
const scored = (random: SeededRandom): string[][] =>
  distinct(random).map((name) => [name, String(random.between(-5, 9))]);
/** As `strings`, but it is pairs that are counted. Scores are texts as short as strings of RDB are plain. */
const pairStrings = (all: readonly string[][]): Buffer => strings(all.flat()).fill(all.length, 0, 1);

const makers: readonly Maker[] = [
  (r) => payload(0, rdbString(value(r))),
  (r) => payload(1, strings(some(r, 6, value))),
  (r) => payload(2, strings(distinct(r))),
  (r) => payload(3, pairStrings(scored(r))),
  (r) => payload(4, pairStrings(pairs(r))),
  (r) => payload(10, rdbString(ziplist(...some(r, 6, value)))),
  (r) => payload(13, rdbString(ziplist(...pairs(r).flat()))),
];

const restored = (random: SeededRandom): string => {
  const bytes = random.pick(makers)(random);
  if (random.chance(0.05)) bytes[random.below(bytes.length)] = random.below(256);
  return bytes.toString('latin1');
};

/** A time as RESTORE takes it, and ABSTTL with moments only. */
const lifetime = (random: SeededRandom): readonly string[] =>
  random.pick([() => ['0'], () => [String(relativeMs(random))], () => [String(absoluteMs(random)), 'ABSTTL']])();

export const payloads: readonly Entry[] = [
  entry(2, (r) => ['DUMP', key(r)], sameShape),
  entry(6, (r) => {
    const [ttl = '0', ...isMoment] = lifetime(r);
    const others = [maybe(r, 0.6, 'REPLACE'), maybe(r, 0.1, 'IDLETIME', r.pick(['5', '-1', 'x'])), isMoment];
    return [
      'RESTORE',
      key(r),
      ttl,
      restored(r),
      ...shuffled(r, [...others, maybe(r, 0.1, 'FREQ', r.pick(['5', '256']))]),
    ];
  }),
];

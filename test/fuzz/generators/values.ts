/** What random commands are made of: small pools of keys, fields and values, so that commands meet the same data. */
import { firstAbsoluteMs } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';

export const hourMs = 3_600_000;
export const stringKeys = ['', 'a', 'b', 'c', 'd', 'e', 'key:1', 'key:2', 'key:10', 'k\0\r\n\xff', '__proto__'];
/** Keys and fields that mostly hold numbers, so that counting mostly succeeds. */
export const counterKeys = ['n1', 'n2', 'n3', 'x1', 'x2'];
export const counterFields = ['count', 'sum', 'n'];
export const hashKeys = ['h', 'h1', 'h2', 'h3', 'hash:\x00', 'big1', 'big2', 'constructor'];
export const hyperLogLogKeys = ['pf1', 'pf2', 'pf3'];
export const streamKeys = ['s', 's1', 's2', 'stream:\xff'];
export const zsetKeys = ['z', 'z1', 'z2', 'z3', 'zset:\xff', 'zbig'];
export const listKeys = ['l', 'l1', 'l2', 'list:\xff', 'lbig'];
export const setKeys = ['t', 't1', 't2', 'ints', 'set:\0', 'tbig'];
/** Keys at which values of every type lie in turn. */
export const commonKeys = ['any', 'any:1'];
/** All that commands of any group may name. */
export const allKeys = [
  ...stringKeys,
  ...counterKeys,
  ...hashKeys,
  ...streamKeys,
  ...zsetKeys,
  ...listKeys,
  ...setKeys,
  ...commonKeys,
];
export const fieldNames = ['', 'f', 'g', 'x', 'y', '1', '\xff\0', 'field with space', '__proto__', 'F'.repeat(64)];
export const integers = [
  '0',
  '1',
  '-1',
  '5',
  '10',
  '100',
  '-7',
  '9999',
  '10000',
  '12345678901',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775800',
];
export const oddIntegers = [
  '9223372036854775808',
  '-9223372036854775809',
  '01',
  '+1',
  '1.0',
  '',
  ' 1',
  '1 ',
  'abc',
  '-0',
  '1e2',
  '0x10',
];
export const floats = [
  '0.1',
  '-0.1',
  '3.5',
  '1e3',
  '10.50',
  '1e17',
  '5e-3',
  '123456789.125',
  '-2.25e-2',
  '0',
  '3',
  '-3',
  '.5',
  '5.',
];
export const oddFloats = ['inf', '-inf', 'nan', '1e400', 'x', '', ' 1.5', '1.5 ', '1,5', '0x1p2', '1e5000'];
export const texts = [
  '',
  'v',
  'hello',
  'hello world',
  '\0\r\n\xff',
  'a'.repeat(44),
  'b'.repeat(45),
  'c'.repeat(64),
  'd'.repeat(65),
  'ab'.repeat(300),
  'OK',
  '*1',
];
export const globs = [
  '*',
  'k*',
  'h?',
  'key:[0-9]',
  'key:[^1]*',
  '[a-c]',
  '?',
  '',
  'none',
  'k\\*',
  '*:*',
  '[',
  'h[1-2',
  '**',
  '\\',
];
const scanTypes = ['string', 'hash', 'list', 'set', 'zset', 'stream', 'HASH', 'nope'];
export const key = (random: SeededRandom): string => random.pick(allKeys);
/** Mostly a key that holds values of one type, now and then another. */
const keyAmong =
  (pool: readonly string[]) =>
  (random: SeededRandom): string =>
    random.pick(random.chance(0.9) ? pool : random.chance(0.7) ? commonKeys : allKeys);
export const stringKey = keyAmong(stringKeys);
export const counterKey = (random: SeededRandom): string =>
  random.chance(0.97) ? random.pick(counterKeys) : key(random);
export const counterField = (random: SeededRandom): string =>
  random.chance(0.9) ? random.pick(counterFields) : field(random);
/** Two keys that mostly hold values of one type. */
export const twoKeys = (random: SeededRandom): string[] => {
  const pools = [stringKeys, counterKeys, hashKeys, streamKeys, zsetKeys, listKeys, setKeys, commonKeys];
  const pool = random.chance(0.9) ? random.pick(pools) : allKeys;
  return [random.pick(pool), random.pick(pool)];
};
export const hashKey = keyAmong(hashKeys);
export const streamKey = keyAmong(streamKeys);
export const zsetKey = keyAmong(zsetKeys);
export const listKey = keyAmong(listKeys);
export const setKey = keyAmong(setKeys);
export const field = (random: SeededRandom): string =>
  random.chance(0.6) ? random.pick(fieldNames) : `f${random.below(180)}`;
export const integer = (random: SeededRandom): string => {
  if (random.chance(0.5)) return String(random.between(-20, 200));
  return random.pick(random.chance(0.9) ? integers : oddIntegers);
};
export const float = (random: SeededRandom): string => random.pick(random.chance(0.9) ? floats : oddFloats);
export const value = (random: SeededRandom): string => {
  const kind = random.below(10);
  if (kind < 4) return random.pick(texts);
  if (kind < 7) return integer(random);
  return kind < 8 ? float(random) : `value:${random.below(1000)}`;
};
export const index = (random: SeededRandom): string =>
  random.chance(0.95) ? String(random.between(-12, 12)) : integer(random);
export const db = (random: SeededRandom): string =>
  random.chance(0.97) ? String(random.below(4)) : random.pick(['15', '16', '-1', 'x']);
export const some = <T>(random: SeededRandom, most: number, make: (random: SeededRandom) => T): T[] =>
  random.times(random.between(1, most), () => make(random));
export const maybe = (random: SeededRandom, probability: number, ...args: readonly string[]): readonly string[] =>
  random.chance(probability) ? args : [];

/** Milliseconds from now: hours ahead, and never the same twice, so that GT and LT decide alike on both servers. */
export const relativeMs = (random: SeededRandom): number => 100 * hourMs + random.below(900_000_000) * 1_000;
export const absoluteMs = (random: SeededRandom): number =>
  firstAbsoluteMs + random.pick([0, 1, 499, 500, 999, 86_400_000, 90_000_500]);
export const seconds = (ms: number): string => String(Math.floor(ms / 1_000));

export const expiryOption = (random: SeededRandom): readonly string[] => {
  const option = random.pick(['EX', 'PX', 'EXAT', 'PXAT'] as const);
  if (random.chance(0.05)) return [option, random.pick(oddIntegers)];
  if (option === 'EX') return [option, seconds(relativeMs(random))];
  if (option === 'PX') return [option, String(relativeMs(random))];
  return [option, option === 'EXAT' ? seconds(absoluteMs(random)) : String(absoluteMs(random))];
};

export const shuffled = (random: SeededRandom, groups: readonly (readonly string[])[]): string[] => {
  const rest = [...groups];
  const args: string[] = [];
  while (rest.length > 0) args.push(...(rest.splice(random.below(rest.length), 1)[0] ?? []));
  return args;
};

export const scanOptions = (random: SeededRandom, withType: boolean): string[] =>
  shuffled(random, [
    random.chance(0.8) ? ['COUNT', '10000'] : random.chance(0.5) ? ['COUNT', integer(random)] : [],
    random.chance(0.4) ? ['MATCH', random.pick(globs)] : [],
    withType && random.chance(0.3) ? ['TYPE', random.pick(scanTypes)] : [],
  ]);

/**
 * Random SORT commands. What is sorted by number is integers in lists and at keys: of numbers that it holds as text redis-server says
 * now and then that they are none, because it looks at an error that an earlier number left behind. Where weights are equal
 * the order is the one that elements had, which in sets is chance, and which Redis loses with LIMIT.
 */
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { maybe, shuffled, some } from './values.js';

const members = ['', 'a', 'B', '\xff', 'x y', '-0', '1e3', '0x1f', 'nan', 'b', 'c', 'ab'];
/** Two of them are the same to ALPHA, which sees nothing behind a zero byte. */
const texts = [...members, 'a\0b'];

const number = (random: SeededRandom): string => String(random.between(-30, 30));
const text = (random: SeededRandom): string => (random.chance(0.6) ? number(random) : random.pick(texts));
const member = (random: SeededRandom): string => (random.chance(0.6) ? number(random) : random.pick(members));
const limit = (random: SeededRandom): readonly string[] =>
  random.chance(0.4) ? ['LIMIT', String(random.between(-2, 8)), String(random.between(-2, 12))] : [];
const order = (random: SeededRandom): readonly string[] => maybe(random, 0.4, random.pick(['ASC', 'DESC', 'desc']));
const getPattern = (random: SeededRandom): string =>
  random.pick(['sortn_*', 'sortt_*', 'sorth_*->n', 'sorth_*->t', 'sorth_*->', '#', 'none', '*']);
const gets = (random: SeededRandom): readonly string[] =>
  random.chance(0.3) ? some(random, 3, (each) => ['GET', getPattern(each)]).flat() : [];
const destination = (random: SeededRandom): readonly string[] => maybe(random, 0.2, 'STORE', 'sorted');
const options = (random: SeededRandom, ...more: readonly (readonly string[])[]): readonly string[] =>
  shuffled(random, [...[order(random), gets(random), destination(random), ...more].map((each) => [...each])]);

const name = (random: SeededRandom): string => random.pick(['SORT', 'SORT', 'SORT', 'SORT_RO']);

export const sorting: readonly Entry[] = [
  entry(3, (r) => [r.pick(['RPUSH', 'LPUSH']), 'sortints', ...some(r, 6, number)]),
  entry(3, (r) => [r.pick(['RPUSH', 'LPUSH']), 'sorttexts', ...some(r, 6, text)]),
  entry(2, (r) => ['LTRIM', r.pick(['sortints', 'sorttexts']), '-12', '-1']),
  entry(2, (r) => [r.pick(['SADD', 'SADD', 'SREM']), 'sortset', ...some(r, 5, number)]),
  entry(3, (r) => ['ZADD', 'sortzset', ...some(r, 4, (each) => [number(each), member(each)]).flat()]),
  entry(2, (r) => ['SET', `sortn_${number(r)}`, number(r)]),
  entry(2, (r) => ['SET', `sortt_${text(r)}`, text(r)]),
  entry(2, (r) => ['HSET', `sorth_${number(r)}`, 'n', number(r), 't', text(r)]),
  entry(3, (r) => [name(r), 'sortints', ...options(r, limit(r))]),
  entry(2, (r) => [name(r), r.pick(['sorttexts', 'sortzset', 'sortset']), 'ALPHA', ...options(r, limit(r))]),
  entry(3, (r) => [name(r), 'sortints', 'BY', 'sortn_*', ...options(r)]),
  entry(2, (r) => [name(r), r.pick(['sortints', 'sorttexts']), 'ALPHA', 'BY', getPattern(r), ...options(r)]),
  entry(2, (r) => [name(r), r.pick(['sortints', 'sortzset']), 'BY', 'nosort', ...options(r, limit(r))]),
  entry(1, () => ['LRANGE', 'sorted', '0', '-1']),
];

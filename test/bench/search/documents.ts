/**
 * Small documents of a shop: a category, a price and a title, drawn from a seed; and the questions that are asked about them. A part of
 * them is there as JSON, too, under an index of its own.
 */
import { SeededRandom } from '../../fuzz/seeded-random.js';

export const SCHEMA = ['category', 'TAG', 'price', 'NUMERIC', 'title', 'TEXT'];

export const JSON_SCHEMA = ['$.category', 'AS', 'category', 'TAG', '$.price', 'AS', 'price', 'NUMERIC'];

const CATEGORIES = 50;
const WORDS = 20_000;
const TITLE_WORDS = 6;
const PRICE_MAX = 10_000;

/** One HSET after the other. */
export function* writes(count: number, seed: number): Generator<string[]> {
  const random = new SeededRandom(seed);
  for (let at = 0; at < count; at++) {
    // The product of two draws: a few words are frequent, most are rare.
    const word = (): string => `w${Math.floor((random.below(WORDS) * random.below(WORDS)) / WORDS)}`;
    const title = Array.from({ length: TITLE_WORDS }, word).join(' ');
    const category = `category${random.below(CATEGORIES)}`;
    yield ['HSET', `d:${at}`, 'category', category, 'price', String(random.below(PRICE_MAX)), 'title', title];
  }
}

/** One JSON.SET after the other. */
export function* jsonWrites(count: number, seed: number): Generator<string[]> {
  const random = new SeededRandom(seed);
  for (let at = 0; at < count; at++) {
    const category = `category${random.below(CATEGORIES)}`;
    yield ['JSON.SET', `j:${at}`, '$', JSON.stringify({ category, price: random.below(PRICE_MAX) })];
  }
}

export interface Question {
  readonly title: string;
  readonly command: readonly string[];
  /** Whether every document is a row: then rows a second say something. */
  readonly readsAll: boolean;
  /** Whether it is about the documents in JSON. */
  readonly isOfJson?: boolean;
}

const aggregate = (query: string, ...steps: string[]): string[] => ['FT.AGGREGATE', 'idx', query, ...steps];
const search = (query: string, ...options: string[]): string[] => [
  'FT.SEARCH',
  'idx',
  query,
  'LIMIT',
  '0',
  '10',
  ...options,
];
const count = ['REDUCE', 'COUNT', '0', 'AS', 'count'];
const average = ['REDUCE', 'AVG', '1', '@price', 'AS', 'average'];

export const QUESTIONS: readonly Question[] = [
  {
    title: 'GROUPBY category, COUNT and AVG of price',
    command: aggregate('*', 'GROUPBY', '1', '@category', ...count, ...average),
    readsAll: true,
  },
  {
    title: 'APPLY floor(price / 100), GROUPBY it, COUNT',
    command: aggregate('*', 'APPLY', 'floor(@price / 100)', 'AS', 'hundreds', 'GROUPBY', '1', '@hundreds', ...count),
    readsAll: true,
  },
  {
    title: 'GROUPBY category, QUANTILE and STDDEV of price',
    command: aggregate(
      ...['*', 'GROUPBY', '1', '@category', 'REDUCE', 'QUANTILE', '2', '@price', '0.9', 'AS', 'q'],
      ...['REDUCE', 'STDDEV', '1', '@price', 'AS', 'deviation'],
    ),
    readsAll: true,
  },
  {
    title: 'JSON: GROUPBY category, COUNT and AVG of price',
    command: ['FT.AGGREGATE', 'json', '*', 'GROUPBY', '1', '@category', ...count, ...average],
    readsAll: true,
    isOfJson: true,
  },
  {
    title: 'SORTBY price MAX 10',
    command: aggregate('*', 'SORTBY', '2', '@price', 'DESC', 'MAX', '10'),
    readsAll: true,
  },
  {
    title: 'tag, number and word: a few documents',
    command: search('@category:{category7} @price:[1000 2000] w77'),
    readsAll: false,
  },
  {
    title: 'tags, number and a frequent word: a hundred documents',
    command: search('@category:{category7|category8|category9} @price:[1000 6000] w1'),
    readsAll: false,
  },
  {
    title: 'tags, number and frequent words: three thousand documents',
    command: search('@category:{category1*|category2*} @price:[1000 9000] (w0|w1|w2)'),
    readsAll: false,
  },
  {
    title: 'tag and number, by price',
    command: search('@category:{category7} @price:[1000 2000]', 'SORTBY', 'price'),
    readsAll: false,
  },
  {
    title: 'half of all documents, by price',
    command: search('@price:[0 5000]', 'SORTBY', 'price'),
    readsAll: false,
  },
];

import { parseQuery } from '#index/query/parser.js';
import { describeQuery } from '#index/query/query.js';
import { type Restriction, restrict } from '#index/query/restriction.js';
import { defineSchema } from '#index/schema.js';

const schema = defineSchema([
  { type: 'NUMERIC', identifier: 'n' },
  { type: 'GEO', identifier: 'g' },
]);
const range = { min: 1, minExclusive: true, max: 2, maxExclusive: false };
const numeric: Restriction = { kind: 'numeric', alias: 'n', range };
const geo: Restriction = { kind: 'geo', alias: 'g', lon: 1, lat: 2, radiusM: 3 };
const restricted = (text: string, ...restrictions: Restriction[]): string =>
  describeQuery(restrict(parseQuery(text, { schema }), schema, restrictions));

it('adds conditions to a query', () => {
  expect(restricted('@n:[5 6]')).toBe('numeric(n: [5, 6])');
  expect(restricted('*', numeric)).toBe('numeric(n: (1, 2])');
  expect(restricted('*', numeric, geo)).toBe('and(numeric(n: (1, 2]), geo(g: 3 m from 1, 2))');
  expect(restricted('@n:[5 6]', { kind: 'keys', keys: ['a', 'b'] })).toBe('and(numeric(n: [5, 6]), keys(a, b))');
});

it('refuses fields that are not there, or not of the type', () => {
  expect(() => restricted('*', { ...numeric, alias: 'x' })).toThrow('Index field `x` does not exist');
  expect(() => restricted('*', { ...numeric, alias: 'g' })).toThrow('`g` is not indexed as a numeric field');
  expect(() => restricted('*', { ...geo, alias: 'n' })).toThrow('`n` is not indexed as a geo field');
});

import { unitMetres } from '#index/query/geo-clause.js';
import { parseQuery } from '#index/query/parser.js';
import { describeQuery } from '#index/query/query.js';
import { defineSchema } from '#index/schema.js';

const schema = defineSchema([{ type: 'GEO', identifier: 'g' }]);

it.each([
  ['@g:[1 2 3 km]', 'geo(g: 3000 m from 1, 2)'],
  ['@g:[ -1.5,2 , 3e1 FT ]', 'geo(g: 9.144 m from -1.5, 2)'],
  ['-@g:[1 2 1 mi]', 'not(geo(g: 1609.34 m from 1, 2))'],
])('%s is read as %s', (query, tree) => {
  expect(describeQuery(parseQuery(query, { schema }))).toBe(tree);
});

it.each([
  ['@g:[1 2 3]', 'Missing unit'],
  ['@g:[1 2 3 parsec]', 'Invalid GeoFilter unit'],
  ['@g:[181 2 3 km]', 'Invalid GeoFilter lat/lon'],
  ['@g:[1 91 3 km]', 'Invalid GeoFilter lat/lon'],
  ['@g:[1 2 0 km]', 'Invalid GeoFilter radius'],
  ['@g:[x 2 3 km]', 'Invalid number: x'],
  ['@g:[1 2 3 km', 'Missing closing bracket'],
  ['@g:{a}', '`g` is not indexed as a tag field'],
])('%s is refused', (query, message) => {
  expect(() => parseQuery(query, { schema })).toThrow(message);
});

it('knows four units', () => {
  expect(['m', 'KM', 'mi', 'ft', 'toString'].map(unitMetres)).toEqual([1, 1000, 1609.34, 0.3048, undefined]);
});

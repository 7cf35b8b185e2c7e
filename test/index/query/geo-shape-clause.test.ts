import { parseQuery } from '#index/query/parser.js';
import { describeQuery } from '#index/query/query.js';
import { defineSchema } from '#index/schema.js';
import { parameters } from '../documents.js';

const schema = defineSchema([
  { type: 'GEOSHAPE', identifier: 'g', coordinates: 'FLAT' },
  { type: 'NUMERIC', identifier: 'n' },
]);
const shapes = parameters({
  square: 'POLYGON((0 0, 0 1, 1 1, 1 0))',
  point: 'POINT(500 2)',
  bad: 'POLIGON((0 0))',
});

it.each([
  ['@g:[WITHIN $square]', 'geoshape(g WITHIN (0 0 0 1 1 1 1 0))'],
  ['@g:[ contains  $point ]', 'geoshape(g CONTAINS (500 2))'],
  ['-@g:[Intersects $point] @n:[1 2]', 'and(not(geoshape(g INTERSECTS (500 2))), numeric(n: [1, 2]))'],
  ['@g:[DISJOINT $square]=>{$weight: 2}', 'geoshape(g DISJOINT (0 0 0 1 1 1 1 0))'],
])('%s is read as %s', (query, tree) => {
  expect(describeQuery(parseQuery(query, { schema, parameters: shapes }))).toBe(tree);
});

it.each([
  ['@g:[wizin $square]', 'Syntax error at offset 4 near wizin: Expected one of WITHIN, CONTAINS, INTERSECTS, DISJOINT'],
  ['@g:[within POINT(1 2)]', 'Syntax error at offset 11 near POINT(1: Expected a parameter that holds a shape'],
  ['@g:[within $]', 'Syntax error'],
  ['@g:[within $square', 'Missing closing bracket'],
  ['@g:[within $other]', 'No such parameter `other`'],
  ['@g:[within $bad]', "Error parsing geoshape: Should start with 'POLYGON' or 'POINT' in 'POLIGON((0 0))'"],
  ['@g:[1 2 3 km]', 'Expected one of'],
  ['@n:[within $square]', 'Invalid number'],
])('%s is refused', (query, message) => {
  expect(() => parseQuery(query, { schema, parameters: shapes })).toThrow(message);
});

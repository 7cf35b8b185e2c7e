import { scoreProperty } from '#index/aggregate/query-source.js';
import { parseQuery } from '#index/query/parser.js';
import { defineSchema } from '#index/schema.js';
import { SearchIndex } from '#index/search-index.js';
import { atOnce } from '#index/sliced.js';
import { asObject, Documents } from './aggregated.js';

const schema = defineSchema([{ type: 'VECTOR', algorithm: 'FLAT', identifier: 'v', dim: 1, metric: 'L2' }]);
const vector = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);

test('the nearest come first, with their distances', () => {
  const index = new SearchIndex(schema);
  for (const value of [5, 1, 3, 1]) index.put(`k${index.size}`, { get: () => vector(value) });
  const query = parseQuery('*=>[KNN 3 @v $q AS far]', { schema, parameters: new Map([['q', vector(0)]]) });
  const reader = new Documents().reader;
  const context = { reader, parameters: new Map(), random: () => 0 };
  const run = index.aggregate(query, [{ kind: 'load', fields: [{ name: '__key', as: '__key' }] }], {}, context);
  atOnce(run.fill(10));
  expect(run.take(10).map(asObject)).toEqual([
    { far: 1, __key: 'k1' },
    { far: 1, __key: 'k3' },
    { far: 9, __key: 'k2' },
  ]);
});

test('scores are not reckoned unless they are wanted', () => {
  const documents = new Documents({ a: { title: 'x' } });
  const rows = (scores?: 'wanted') => {
    const run = documents.run('x', [], scores === undefined ? {} : { scores });
    atOnce(run.fill(1));
    return run.take(1).map(asObject);
  };
  expect(rows()).toEqual([{}]);
  expect(Object.keys(rows('wanted')[0] ?? {})).toEqual([scoreProperty]);
});

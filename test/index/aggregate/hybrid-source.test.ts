import type { HybridQuery } from '#index/aggregate/hybrid-source.js';
import { parseQuery } from '#index/query/parser.js';
import { defineSchema } from '#index/schema.js';
import { SearchIndex } from '#index/search-index.js';
import { atOnce } from '#index/sliced.js';
import { document, parameters } from '../documents.js';
import { asObject, Documents } from './aggregated.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 'title' },
  { type: 'VECTOR', algorithm: 'FLAT', identifier: 'v', dim: 1, metric: 'L2' },
]);

function rows(changes: Partial<HybridQuery> = {}) {
  const index = new SearchIndex(schema);
  index.put('far', document({ title: 'shoe', v: [9] }));
  index.put('near', document({ title: 'hat', v: [0] }));
  index.put('both', document({ title: 'shoe', v: [1] }));
  const context = { schema, parameters: parameters({ q: [0] }) };
  const query: HybridQuery = {
    words: parseQuery('shoe', context),
    near: parseQuery('*=>[KNN 2 @v $q AS d]', context),
    metric: 'L2',
    fusion: { kind: 'LINEAR', alpha: 0, beta: 1 },
    window: 20,
    names: { words: undefined, near: 'near', fused: undefined },
    showsKeys: true,
    ...changes,
  };
  const reader = new Documents().reader;
  const run = index.hybrid(query, [], {}, { reader, parameters: new Map(), random: () => 0 });
  atOnce(run.fill(10));
  return run.take(10).map(asObject);
}

test('what either finds is a row, the best first', () => {
  expect(rows()).toEqual([
    { __key: 'near', near: 1, __score: 1 },
    { __key: 'both', near: 0.5, __score: 0.5 },
    { __key: 'far', __score: 0 },
  ]);
});

test('scores have the names they are given', () => {
  const names = { words: 'words', near: undefined, fused: 'all' };
  const [first] = rows({ names, fusion: { kind: 'RRF', constant: 60 } });
  expect(first).toEqual({ __key: 'both', words: expect.any(Number), all: 2 / 62 });
});

import { defineSchema, parseQuery, SearchIndex, SeveralVectors } from '#index/mod.js';
import { document, floats, parameters } from './documents.js';

const schema = defineSchema([
  { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim: 2, metric: 'L2', indexMissing: true },
  { type: 'TAG', identifier: 't' },
]);
const several = (...vectors: number[][]) => new Map([['v', new SeveralVectors(vectors.map(floats))]]);

function found(index: SearchIndex, query: string): unknown[] {
  const parsed = parseQuery(query, { schema, parameters: parameters({ q: [0, 0] }) });
  return index.search(parsed).hits.map(({ key, distances }) => [key, ...distances]);
}

test('the nearest of several vectors of a document counts, and the document is found once', () => {
  const index = new SearchIndex(schema);
  index.put('a', several([9, 0], [1, 0], [5, 0]));
  index.put('b', document({ v: [2, 0] }));
  index.put('c', several([0, 8], [0, 3]));
  expect(found(index, '*=>[KNN 9 @v $q AS d]')).toEqual([
    ['a', 1],
    ['b', 4],
    ['c', 9],
  ]);
  expect(found(index, '*=>[KNN 1 @v $q AS d]')).toEqual([['a', 1]]);
  expect(found(index, '@v:[VECTOR_RANGE 5 $q]=>{$YIELD_DISTANCE_AS: d}')).toEqual([
    ['a', 1],
    ['b', 4],
  ]);
  // Again, and otherwise.
  index.put('a', several([9, 0], [1, 0], [5, 0]));
  index.put('c', several([0, 8], [0, 0]));
  expect(found(index, '*=>[KNN 9 @v $q AS d]')).toEqual([
    ['c', 0],
    ['a', 1],
    ['b', 4],
  ]);
  index.put('c', document({ t: 'x' }));
  expect(found(index, '*=>[KNN 9 @v $q AS d]')).toEqual([
    ['a', 1],
    ['b', 4],
  ]);
  expect(found(index, 'ismissing(@v)')).toEqual([['c']]);
  index.delete('a');
  expect([found(index, '*=>[KNN 9 @v $q AS d]'), index.validate()]).toEqual([[['b', 4]], []]);
});

test('a document with one bad vector among several is refused', () => {
  const index = new SearchIndex(schema);
  expect(index.put('a', several([1, 0], [1, 2, 3]))).toEqual({
    status: 'invalid',
    field: 'v',
    reason: 'Could not add vector with blob size 12 (expected size 8)',
  });
  expect(index.put('b', several())).toMatchObject({ status: 'invalid', field: 'v' });
  const tags = new Map([['t', new SeveralVectors([floats([1, 2])])]]);
  expect(index.put('c', tags)).toMatchObject({ status: 'invalid', field: 't' });
  expect([index.size, index.validate()]).toEqual([0, []]);
});

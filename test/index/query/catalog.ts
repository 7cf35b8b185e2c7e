/** The schema and parameters the query tests are written against. */
import { defineSchema } from '#index/schema.js';
import { parameters } from '../documents.js';

export const catalogSchema = defineSchema([
  { type: 'TAG', identifier: 'color' },
  { type: 'TAG', identifier: 'meta', alias: 'metadata.userId' },
  { type: 'NUMERIC', identifier: 'price' },
  { type: 'VECTOR', algorithm: 'HNSW', identifier: 'embedding', alias: 'v', dim: 2, metric: 'COSINE' },
  { type: 'VECTOR', algorithm: 'FLAT', identifier: 'w', dim: 3, metric: 'L2' },
]);

export const catalogParameters = parameters({
  q: [1, 0],
  q3: [1, 2, 3],
  k: '7',
  big: '10001',
  name: 'dist',
  five: '5',
  red: 'Red | blue',
  word: 'abc',
});

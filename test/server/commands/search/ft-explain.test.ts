import { startInProcess } from '../../../support/in-process.js';

const client = startInProcess().connect();
const vector = 'v VECTOR FLAT 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2'.split(' ');
client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TEXT', 'n', 'NUMERIC', ...vector);

test('a query is told as one text, or line by line', () => {
  expect(client.call('FT.EXPLAIN', 'idx', '*')).toBe('<WILDCARD>\n');
  expect(client.call('FT.EXPLAINCLI', 'idx', '*', 'DIALECT', 2)).toEqual(['<WILDCARD>', '']);
  expect(client.call('FT.EXPLAINCLI', 'idx', '@n:[$a 2]', 'PARAMS', 2, 'a', 1)).toEqual([
    'NUMERIC {1.000000 <= @n <= 2.000000}',
    '',
  ]);
});

test('the way nearest vectors are looked for is told, too', () => {
  const q = Buffer.from(Float32Array.of(1, 2).buffer);
  client.call('HSET', 'd', 'v', q);
  const lines = client.call('FT.EXPLAINCLI', 'idx', '*=>[KNN 3 @v $q]', 'PARAMS', 2, 'q', q);
  expect(lines).toContainEqual(expect.stringMatching(/^PLAN \{exact|^PLAN \{graph/));
});

test('a query that is none is refused', () => {
  expect(client.error('FT.EXPLAIN', 'idx', '(')).toContain('Syntax error at offset 1');
  expect(client.error('FT.EXPLAIN', 'nope', '*')).toContain('no such index');
});

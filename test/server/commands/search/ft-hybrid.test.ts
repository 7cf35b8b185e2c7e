import { startInProcess } from '../../../support/in-process.js';

const process = startInProcess();
const client = process.connect();
const vector = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
client.call(
  'FT.CREATE',
  'idx',
  'SCHEMA',
  'title',
  'TEXT',
  'price',
  'NUMERIC',
  'v',
  'VECTOR',
  'FLAT',
  6,
  ...['TYPE', 'FLOAT32', 'DIM', 1, 'DISTANCE_METRIC', 'L2'],
);
client.call('HSET', 'far', 'title', 'shoe', 'price', 5, 'v', vector(9));
client.call('HSET', 'near', 'title', 'hat', 'price', 7, 'v', vector(0));
client.call('HSET', 'both', 'title', 'shoe', 'price', 9, 'v', vector(1));

const base = ['FT.HYBRID', 'idx', 'SEARCH', 'shoe', 'VSIM', '@v', '$q'];
const query = [...base, 'PARAMS', 2, 'q', vector(0)];

test('words and nearness are fused', () => {
  expect(client.call(...query, 'KNN', 2, 'K', 2)).toEqual([
    ...['total_results', 3, 'results'],
    [
      ['__key', 'both', '__score', '0.0322580645161'],
      ['__key', 'far', '__score', '0.016393442623'],
      ['__key', 'near', '__score', '0.016393442623'],
    ],
    ...['warnings', [], 'execution_time', expect.any(String)],
  ]);
});

test('steps follow, as in an aggregation', () => {
  const reply = client.call(
    ...[...query, 'KNN', 2, 'K', 1, 'LOAD', 2, '@title', '@price', 'APPLY', '@price * 2', 'AS', 'twice'],
    ...['SORTBY', 2, '@twice', 'DESC', 'LIMIT', 0, 1],
  );
  expect(reply).toMatchObject([
    'total_results',
    3,
    'results',
    [['title', 'shoe', 'price', '9', 'twice', '18']],
    'warnings',
    [],
    'execution_time',
    expect.any(String),
  ]);
});

test('the fused score can be loaded', () => {
  const reply = client.call(
    ...query,
    'COMBINE',
    'LINEAR',
    4,
    'ALPHA',
    0,
    'BETA',
    1,
    'LOAD',
    1,
    '@__score',
    'LIMIT',
    0,
    1,
  );
  expect(reply).toMatchObject([
    'total_results',
    expect.any(Number),
    'results',
    [['__score', '1']],
    'warnings',
    [],
    'execution_time',
    expect.any(String),
  ]);
});

test('RESP3 has maps', () => {
  const other = process.connect();
  other.call('HELLO', 3);
  const reply = other.call(...query);
  if (!(reply instanceof Map)) throw new Error('no map');
  expect([...reply.keys()]).toEqual(['total_results', 'results', 'warnings', 'execution_time']);
});

test('what is wrong is told', () => {
  const wrong = (search: string, field: string) =>
    client.error('FT.HYBRID', 'idx', 'SEARCH', search, 'VSIM', field, vector(0));
  expect(wrong('shoe', '@title')).toBe('Invalid VSIM: `title` is not a vector field of the index');
  expect(wrong('@title:(', '@v')).toContain('Syntax error');
  expect(client.error(...base, 'PARAMS', 2, 'q', 'short')).toContain('query vector blob size');
  expect(
    client.error('FT.HYBRID', 'idx', 'SEARCH', '*=>[KNN 1 @v $q]', 'VSIM', '@v', '$q', 'PARAMS', 2, 'q', vector(0)),
  ).toContain('KNN is not allowed');
});

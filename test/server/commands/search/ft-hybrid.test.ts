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

test('each list is read by a cursor of its own, not fused', () => {
  const reply = client.call(
    ...[...query, 'KNN', 2, 'K', 2, 'LOAD', 1, '@price', 'APPLY', '@price * 2', 'AS', 'twice'],
    ...['WITHCURSOR', 'COUNT', 1, 'MAXIDLE', 1000],
  );
  expect(reply).toEqual(['SEARCH', expect.any(Number), 'VSIM', expect.any(Number), 'warnings', []]);
  if (!Array.isArray(reply)) throw new Error('no list');
  const [, words, , near] = reply;
  const read = (id: unknown): unknown => client.call('FT.CURSOR', 'READ', 'idx', String(id));
  const score = expect.stringMatching(/^0\.47000/);
  expect(read(near)).toEqual([[2, ['__key', 'near', '__score', '1', 'price', '7']], near]);
  expect(read(words)).toEqual([[2, ['__key', 'far', '__score', score, 'price', '5']], words]);
  expect(read(near)).toEqual([[2, ['__key', 'both', '__score', '0.5', 'price', '9']], 0]);
  expect(client.call('FT.CURSOR', 'DEL', 'idx', String(words))).toBe('OK');
  expect(JSON.stringify(read(words))).toContain('Cursor not found');
});

test('lists under cursors name their scores as they are asked to', () => {
  const named = ['SEARCH', 'shoe', 'YIELD_SCORE_AS', 'text', 'VSIM', '@v', vector(0), 'YIELD_SCORE_AS', 'likeness'];
  const reply = client.call('FT.HYBRID', 'idx', ...named, 'WITHCURSOR');
  const keys = (id: unknown): unknown => {
    const page = client.call('FT.CURSOR', 'READ', 'idx', String(id));
    const row: unknown = Array.isArray(page) && Array.isArray(page[0]) ? page[0][1] : undefined;
    return Array.isArray(row) ? row.filter((_, at) => at % 2 === 0) : row;
  };
  if (!Array.isArray(reply)) throw new Error('no list');
  expect([keys(reply[1]), keys(reply[3])]).toEqual([
    ['__key', 'text', '__score'],
    ['__key', 'likeness', '__score'],
  ]);
});

test('BM25STD.TANH takes its factor', () => {
  const scoreWith = (...factor: (string | number)[]): number => {
    const words = ['SEARCH', 'shoe', 'SCORER', 'BM25STD.TANH', ...factor, 'YIELD_SCORE_AS', 'text'];
    const reply = client.call('FT.HYBRID', 'idx', ...words, 'VSIM', '@v', vector(0), 'LOAD', 1, '@text', 'LIMIT', 0, 1);
    const [row]: unknown[] = Array.isArray(reply) && Array.isArray(reply[3]) ? reply[3] : [];
    return Array.isArray(row) ? Number(row[1]) : Number.NaN;
  };
  const raw = Math.atanh(scoreWith('BM25STD_TANH_FACTOR', 1));
  expect(scoreWith()).toBeCloseTo(Math.tanh(raw / 4), 9);
  expect(scoreWith('BM25STD_TANH_FACTOR', 9)).toBeCloseTo(Math.tanh(raw / 9), 9);
  const bad = ['SCORER', 'BM25STD.TANH', 'BM25STD_TANH_FACTOR', 0, 'VSIM', '@v', vector(0)];
  expect(JSON.stringify(client.call('FT.HYBRID', 'idx', 'SEARCH', 'shoe', ...bad))).toContain('BM25STD_TANH_FACTOR');
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

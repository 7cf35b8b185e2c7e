import { type Argument, startInProcess } from '../../../support/in-process.js';

function setUp() {
  const process = startInProcess();
  const client = process.connect();
  client.call(
    'FT.CREATE',
    'idx',
    'SCHEMA',
    'color',
    'TAG',
    'n',
    'NUMERIC',
    'title',
    'TEXT',
    'v',
    'VECTOR',
    'FLAT',
    6,
    ...['TYPE', 'FLOAT32', 'DIM', 1, 'DISTANCE_METRIC', 'L2'],
  );
  const vector = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer);
  client.call('HSET', 'a', 'color', 'red', 'n', 1, 'title', 'hello world', 'v', vector(1));
  client.call('HSET', 'b', 'color', 'red', 'n', 2, 'title', 'hello', 'v', vector(2));
  client.call('HSET', 'c', 'color', 'Blue', 'n', 4, 'title', 'bye', 'v', vector(3));
  const aggregate = (...options: Argument[]) => client.call('FT.AGGREGATE', 'idx', ...options);
  return { ...process, process, client, aggregate, vector };
}

const { client, aggregate, vector } = setUp();
const byColor = ['GROUPBY', 1, '@color', 'REDUCE'];

test('documents are grouped, and numbers are text', () => {
  expect(aggregate('*', ...byColor, 'SUM', 1, '@n', 'AS', 'sum', 'REDUCE', 'COUNT', 0)).toEqual([
    2,
    ['color', 'red', 'sum', '3', '__generated_aliascount', '2'],
    ['color', 'Blue', 'sum', '4', '__generated_aliascount', '1'],
  ]);
});

test('a pipeline in the order it is written', () => {
  const reply = aggregate(
    ...['hello', 'LOAD', 3, '@title', 'AS', 't', 'APPLY', 'strlen(@t) * @n', 'AS', 'x'],
    ...['FILTER', '@x > 5', 'SORTBY', 2, '@x', 'DESC', 'LIMIT', 0, 1],
  );
  expect(reply).toEqual([2, ['t', 'hello world', 'n', '1', 'x', '11']]);
});

test('the nearest documents are rows with their distances', () => {
  const query = ['*=>[KNN 2 @v $q AS far]', 'PARAMS', 2, 'q', vector(0)];
  expect(aggregate(...query, 'APPLY', '1 - @far', 'AS', 'near')).toEqual([
    2,
    ['far', '1', 'near', '0'],
    ['far', '4', 'near', '-3'],
  ]);
});

test('vectors are grouped by nearness as a router asks', () => {
  const query = '@v:[VECTOR_RANGE $r $q]=>{$YIELD_DISTANCE_AS: d}';
  const options = [
    'PARAMS',
    4,
    'r',
    5,
    'q',
    vector(0),
    ...byColor,
    'AVG',
    1,
    'd',
    'AS',
    'd',
    'SORTBY',
    2,
    '@d',
    'ASC',
    'MAX',
    3,
  ];
  expect(aggregate(query, ...options, 'FILTER', '@color == "red"', 'DIALECT', 2)).toEqual([
    1,
    ['color', 'red', 'd', '2.5'],
  ]);
});

test('LOAD * has every field as it is', () => {
  expect(aggregate('@n:[2 2]', 'LOAD', '*')).toEqual([
    1,
    ['color', 'red', 'n', '2', 'title', 'hello', 'v', Buffer.from(vector(2)).toString('latin1')],
  ]);
});

test('what is wrong is told', () => {
  expect(client.error('FT.AGGREGATE', 'nope', '*')).toContain('no such index');
  expect(client.error('FT.AGGREGATE', 'idx', '@color:{')).toContain('Syntax error at offset 8');
  expect(client.error('FT.AGGREGATE', 'idx', '*', 'GROUPBY', 1, '@nope')).toBe(
    'Property `nope` not loaded nor in pipeline',
  );
  expect(client.error('FT.AGGREGATE', 'idx', '*', 'APPLY', '@title + 1', 'AS', 'x')).toBe(
    'Could not convert value to a number',
  );
  expect(client.error('FT.AGGREGATE', 'idx', '*', 'APPLY', 'nope(1)', 'AS', 'x')).toContain(
    "Unknown function name 'nope'",
  );
});

test('a long aggregation takes turns, and answers once it is done', async () => {
  const { client: asking, process } = setUp();
  for (let at = 0; at < 2000; at++) asking.call('HSET', `k${at}`, 'n', at % 2);
  process.clock.usPerLook = 2000;
  const call = asking.blocking(
    'FT.AGGREGATE',
    'idx',
    '@n:[0 1]',
    'GROUPBY',
    1,
    '@n',
    'REDUCE',
    'COUNT',
    0,
    'AS',
    'count',
  );
  process.connect().call('DEL', 'k1999');
  process.scheduler.runAll();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(call.reply).toEqual([2, ['n', '1', 'count', '1000'], ['n', '0', 'count', '1000']]);
  expect(process.failures).toEqual([]);
});

test('inside a transaction it is done at once', () => {
  const { client: asking, process } = setUp();
  process.clock.usPerLook = 2000;
  asking.call('MULTI');
  asking.call('FT.AGGREGATE', 'idx', '*', 'GROUPBY', 0, 'REDUCE', 'COUNT', 0, 'AS', 'count');
  expect(asking.call('EXEC')).toEqual([[1, ['count', '3']]]);
});

test('an index that is dropped meanwhile ends the aggregation', async () => {
  const { client: asking, process } = setUp();
  for (let at = 0; at < 2000; at++) asking.call('HSET', `k${at}`, 'n', at);
  process.clock.usPerLook = 2000;
  const call = asking.blocking('FT.AGGREGATE', 'idx', '*', 'GROUPBY', 1, '@n');
  process.connect().call('FT.DROPINDEX', 'idx');
  process.scheduler.runAll();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  expect(call.reply).toMatchObject({ message: expect.stringContaining('the index was dropped') });
});

test('one that takes too long is ended', () => {
  const { client: asking, process } = setUp();
  process.clock.usPerLook = 2_000_000;
  expect(asking.error('FT.AGGREGATE', 'idx', '*', 'TIMEOUT', 1)).toContain('timeout');
});

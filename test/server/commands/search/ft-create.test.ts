import { type InProcess, startInProcess } from '../../../support/in-process.js';

function effectsOf({ server }: InProcess): string[] {
  const effects: string[] = [];
  server.facilities.keyspace.events.subscribe({
    effect: (db, argv) =>
      effects.push(`${db} ${argv.map((token) => (typeof token === 'string' ? token : token.latin1())).join(' ')}`),
  });
  return effects;
}

test('an index is made once, in the database of the client', () => {
  const client = startInProcess().connect();
  expect(client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG')).toBe('OK');
  expect(client.error('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG')).toBe(
    'Index idx in database 0 already exists. (Index already exists)',
  );
  client.call('SELECT', 1);
  expect(client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG')).toBe('OK');
});

test('there are at most search-max-indexes, over all databases', () => {
  const client = startInProcess({ 'search-max-indexes': '2' }).connect();
  client.call('FT.CREATE', 'a', 'SCHEMA', 't', 'TAG');
  client.call('SELECT', 1);
  client.call('FT.CREATE', 'b', 'SCHEMA', 't', 'TAG');
  expect(client.error('FT.CREATE', 'c', 'SCHEMA', 't', 'TAG')).toBe(
    'The maximum number of indexes is 2 (search-max-indexes)',
  );
});

test('bounds of the engine are told in its words', () => {
  const client = startInProcess().connect();
  const vector = ['v', 'VECTOR', 'HNSW', 6, 'TYPE', 'FLOAT32', 'DISTANCE_METRIC', 'L2', 'DIM'];
  expect(client.error('FT.CREATE', 'idx', 'SCHEMA', ...vector, 0)).toBe(
    'The dimensions value must be a positive integer greater than 0 and less than or equal to 32768.',
  );
  expect(client.error('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG', 'SEPARATOR', ';;')).toBe(
    'The separator must be a single character, but got `;;`',
  );
  expect(client.call('FT._LIST')).toEqual([]);
});

test('its effect is the definition with nothing left to defaults', () => {
  const process = startInProcess();
  const effects = effectsOf(process);
  const client = process.connect();
  client.call('SELECT', 3);
  client.call('ft.create', 'idx', 'prefix', 1, 'p', 'schema', 't', 'tag');
  client.call('ft.create', 'idx', 'schema', 't', 'tag');
  expect(effects).toEqual(['3 FT.CREATE idx ON HASH PREFIX 1 p SCORE 1 SCHEMA t AS t TAG SEPARATOR ,']);
});

test('hashes that are there already are indexed in the background', () => {
  const { connect, scheduler } = startInProcess();
  const client = connect();
  client.call('HSET', 'k', 't', 'x');
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG');
  expect(client.call('FT.SEARCH', 'idx', '@t:{x}', 'NOCONTENT')).toEqual([0]);
  scheduler.runAll();
  expect(client.call('FT.SEARCH', 'idx', '@t:{x}', 'NOCONTENT')).toEqual([1, 'k']);
});

test('SKIPINITIALSCAN leaves them out until they are written', () => {
  const { connect, scheduler } = startInProcess();
  const client = connect();
  client.call('HSET', 'old', 't', 'x');
  client.call('HSET', 'touched', 't', 'x');
  client.call('FT.CREATE', 'idx', 'SKIPINITIALSCAN', 'SCHEMA', 't', 'TAG');
  client.call('HSET', 'touched', 'u', 'y');
  scheduler.runAll();
  expect(client.call('FT.SEARCH', 'idx', '*', 'NOCONTENT')).toEqual([1, 'touched']);
});

test('inside a transaction, SKIPINITIALSCAN leaves out what the transaction wrote before', () => {
  const client = startInProcess().connect();
  client.call('FT.CREATE', 'other', 'SCHEMA', 't', 'TAG');
  client.call('MULTI');
  client.call('HSET', 'k', 't', 'x');
  client.call('FT.CREATE', 'idx', 'SKIPINITIALSCAN', 'SCHEMA', 't', 'TAG');
  client.call('EXEC');
  expect(client.call('FT.SEARCH', 'idx', '*', 'NOCONTENT')).toEqual([0]);
});

test('an index that is there is left as it is when it is said so', () => {
  const client = startInProcess().connect();
  expect(client.call('FT._CREATEIFNX', 'idx', 'SCHEMA', 't', 'TAG')).toBe('OK');
  expect(client.call('FT._CREATEIFNX', 'idx', 'SCHEMA', 'n', 'NUMERIC')).toBe('OK');
  expect(client.call('FT.TAGVALS', 'idx', 't')).toEqual([]);
  expect(client.error('FT._CREATEIFNX', 'idx')).toContain('no SCHEMA');
});

test('FILTER says which documents there are, by fields of the schema, others, and the key', () => {
  const { connect, scheduler } = startInProcess();
  const client = connect();
  client.call('HSET', 'old', 'age', 30, 'name', 'b');
  client.call('FT.CREATE', 'idx', 'FILTER', '@n >= 18 && @__key != "no"', 'SCHEMA', 'age', 'AS', 'n', 'NUMERIC');
  client.call('FT.CREATE', 'named', 'FILTER', '@name == "a"', 'SCHEMA', 'age', 'NUMERIC');
  scheduler.runAll();
  client.call('HSET', 'young', 'age', 5, 'name', 'a');
  client.call('HSET', 'no', 'age', 50);
  client.call('HSET', 'odd', 'name', 'c');
  const found = (index: string): unknown => client.call('FT.SEARCH', index, '*', 'NOCONTENT');
  expect([found('idx'), found('named')]).toEqual([
    [1, 'old'],
    [1, 'young'],
  ]);
  client.call('HSET', 'young', 'age', 18, 'name', 'b');
  expect([found('idx'), found('named')]).toEqual([[2, 'old', 'young'], [0]]);
  client.call('HSET', 'old', 'age', 'not a number');
  expect(found('idx')).toEqual([1, 'young']);
  expect(client.call('FT.INFO', 'idx')).toEqual(
    expect.arrayContaining([expect.arrayContaining(['filter', '@n >= 18 && @__key != "no"'])]),
  );
});

test('FILTER reads paths of JSON documents', () => {
  const client = startInProcess().connect();
  client.call('FT.CREATE', 'idx', 'ON', 'JSON', 'FILTER', '@kind == "x"', 'SCHEMA', '$.k', 'AS', 'kind', 'TAG');
  client.call('JSON.SET', 'a', '$', '{"k":"x"}');
  client.call('JSON.SET', 'b', '$', '{"k":"y"}');
  expect(client.call('FT.SEARCH', 'idx', '*', 'NOCONTENT')).toEqual([1, 'a']);
});

test('a temporary index goes when nobody has written to it or asked it for so long; its documents stay', () => {
  const { connect, clock, server } = startInProcess();
  const client = connect();
  const { search } = server.facilities;
  const pass = (seconds: number): void => {
    for (let left = seconds; left > 0; left--) {
      clock.advance(1000);
      search.dropIdle(clock.nowMs());
    }
  };
  client.call('FT.CREATE', 'idx', 'TEMPORARY', 10, 'SCHEMA', 't', 'TAG');
  client.call('FT.CREATE', 'other', 'SCHEMA', 't', 'TAG');
  pass(8);
  client.call('HSET', 'k', 't', 'x');
  pass(8);
  client.call('FT.SEARCH', 'idx', '*');
  pass(8);
  client.call('FT.INFO', 'idx');
  expect(client.call('FT._LIST')).toEqual(['idx', 'other']);
  pass(4);
  expect(client.call('FT._LIST')).toEqual(['other']);
  expect(client.call('EXISTS', 'k')).toBe(1);
});

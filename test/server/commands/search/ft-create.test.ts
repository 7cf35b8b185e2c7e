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

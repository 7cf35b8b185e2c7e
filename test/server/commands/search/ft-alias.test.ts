import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

let client: InProcessClient;

beforeEach(() => {
  client = startInProcess().connect();
  client.call('FT.CREATE', 'one', 'PREFIX', 1, 'a:', 'SCHEMA', 't', 'TAG');
  client.call('FT.CREATE', 'two', 'PREFIX', 1, 'b:', 'SCHEMA', 't', 'TAG');
  client.call('HSET', 'a:1', 't', 'x');
  client.call('HSET', 'b:1', 't', 'x');
});

const found = (index: string): unknown => client.call('FT.SEARCH', index, '*', 'NOCONTENT');

test('an index is searched by its alias, and by that of another when it moves', () => {
  expect(client.call('FT.ALIASADD', 'now', 'one')).toBe('OK');
  expect(found('now')).toEqual([1, 'a:1']);
  expect(client.call('FT.ALIASUPDATE', 'now', 'two')).toBe('OK');
  expect(found('now')).toEqual([1, 'b:1']);
  expect(client.call('FT.ALIASDEL', 'now')).toBe('OK');
  expect(client.error('FT.SEARCH', 'now', '*')).toContain('no such index');
});

test('FT.ALIASUPDATE makes an alias that is not there', () => {
  client.call('FT.ALIASUPDATE', 'now', 'one');
  expect(client.call('FT.ALIASLIST', 'one')).toEqual(['now']);
  expect(client.call('FT.ALIASLIST', 'now')).toEqual(['now']);
  expect(client.call('FT._ALIASLIST')).toEqual(['now', 'one']);
});

test('aliases go with their index', () => {
  client.call('FT.ALIASADD', 'now', 'one');
  expect(client.error('FT.DROPINDEX', 'now')).toContain('Unknown index name');
  client.call('FT.DROPINDEX', 'one');
  expect(client.call('FT._ALIASLIST')).toEqual([]);
  expect(client.call('FT.ALIASADD', 'now', 'two')).toBe('OK');
});

test.each([
  [['FT.ALIASADD', 'now', 'two'], 'Alias already exists'],
  [['FT.ALIASADD', 'two', 'one'], 'Alias conflicts with an existing index name'],
  [['FT.ALIASADD', 'again', 'now'], 'Unknown index name'],
  [['FT.ALIASUPDATE', 'again', 'nope'], 'Unknown index name'],
  [['FT.ALIASDEL', 'nope'], 'Alias does not exist'],
  [['FT.CREATE', 'now', 'SCHEMA', 't', 'TAG'], 'already exists'],
  [['FT.ALIASLIST', 'nope'], 'Unknown index name'],
])('%j is refused', (argv, message) => {
  client.call('FT.ALIASADD', 'now', 'one');
  expect(client.error(...argv)).toContain(message);
});

test('an alias is left as it is, and one that is not there is not missed, when it is said so', () => {
  expect(client.call('FT._ALIASADDIFNX', 'now', 'one')).toBe('OK');
  expect(client.call('FT._ALIASADDIFNX', 'now', 'two')).toBe('OK');
  expect(found('now')).toEqual([1, 'a:1']);
  expect(client.error('FT._ALIASADDIFNX', 'again', 'nope')).toContain('Unknown index name');
  expect(client.call('FT._ALIASDELIFX', 'now')).toBe('OK');
  expect(client.call('FT._ALIASDELIFX', 'now')).toBe('OK');
  expect(client.call('FT._ALIASLIST')).toEqual([]);
});

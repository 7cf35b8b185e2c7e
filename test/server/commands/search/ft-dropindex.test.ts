import { parseFtDropIndex } from '#server/commands/search/ft-dropindex.js';
import { startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

test.each<[string, unknown]>([
  ['idx', { index: 'idx', deleteDocuments: false }],
  ['idx dd', { index: 'idx', deleteDocuments: true }],
  ['idx NOW', 'Unexpected argument `NOW`'],
  ['idx DD NOW', 'Unexpected argument `NOW`'],
])('%s is read', (line, expected) => {
  expect(parsedLine(parseFtDropIndex, line)).toEqual(expected);
});

test('an index is forgotten, its documents stay', () => {
  const client = startInProcess().connect();
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG');
  client.call('HSET', 'k', 't', 'x');
  expect(client.call('FT.DROPINDEX', 'idx')).toBe('OK');
  expect(client.call('EXISTS', 'k')).toBe(1);
  expect(client.error('FT.DROPINDEX', 'idx')).toMatch(/no such index/);
  expect(client.error('FT.SEARCH', 'idx', '*')).toMatch(/no such index/);
});

test('DD deletes the documents, tells each deletion, and leaves other keys alone', () => {
  const { connect, server } = startInProcess();
  const client = connect();
  client.call('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', 'n', 'NUMERIC');
  client.call('FT.CREATE', 'other', 'SCHEMA', 'n', 'NUMERIC');
  client.call('HSET', 'd:1', 'n', 1);
  client.call('HSET', 'd:2', 'n', 'invalid');
  client.call('SET', 'd:3', 'a string');
  client.call('HSET', 'e:1', 'n', 1);
  const told: string[] = [];
  server.facilities.keyspace.events.subscribe({
    keyChanged: (db, event, key) => told.push(`${db} ${event} ${key.latin1()}`),
    effect: (_db, argv) =>
      told.push(argv.map((token) => (typeof token === 'string' ? token : token.latin1())).join(' ')),
  });
  expect(client.call('FT.DROPINDEX', 'idx', 'DD')).toBe('OK');
  expect(told).toEqual(['0 del d:1', 'FT.DROPINDEX idx', 'UNLINK d:1']);
  expect(client.call('KEYS', 'd:*')).toEqual(expect.arrayContaining(['d:2', 'd:3']));
  expect(client.call('FT.SEARCH', 'other', '*', 'NOCONTENT')).toEqual([1, 'e:1']);
});

test.each([
  ['FT.DROPINDEX', 1],
  ['FT._DROPINDEXIFX', 1],
  ['FT.DROP', 0],
  ['FT._DROPIFX', 0],
])('%s leaves %i documents when nothing else is said', (command, left) => {
  const client = startInProcess().connect();
  client.call('FT.CREATE', 'idx', 'SCHEMA', 't', 'TAG');
  client.call('HSET', 'k', 't', 'x');
  expect(client.call(command, 'idx')).toBe('OK');
  expect(client.call('EXISTS', 'k')).toBe(left);
  expect(client.call('FT._LIST')).toEqual([]);
});

test('an index that is not there is missed, unless it is said so', () => {
  const client = startInProcess().connect();
  expect(client.error('FT.DROP', 'idx')).toMatch(/no such index/);
  expect(client.call('FT._DROPIFX', 'idx', 'KEEPDOCS')).toBe('OK');
  expect(client.call('FT._DROPINDEXIFX', 'idx', 'DD')).toBe('OK');
  expect(client.error('FT._DROPIFX', 'idx', 'DD')).toBe('Unexpected argument `DD`');
});

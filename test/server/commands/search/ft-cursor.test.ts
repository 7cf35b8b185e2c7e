import { parseFtCursor } from '#server/commands/search/ft-cursor.js';
import { type Reply, startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

function setUp() {
  const process = startInProcess();
  const client = process.connect();
  client.call('FT.CREATE', 'idx', 'SCHEMA', 'n', 'NUMERIC');
  for (let n = 0; n < 5; n++) client.call('HSET', `k${n}`, 'n', n);
  const open = (...options: (string | number)[]) =>
    parts(client.call('FT.AGGREGATE', 'idx', '*', 'LOAD', 1, '@n', 'WITHCURSOR', 'COUNT', 2, ...options));
  const read = (id: number, ...options: (string | number)[]) =>
    parts(client.call('FT.CURSOR', 'READ', 'idx', id, ...options));
  return { process, client, open, read };
}

function parts(reply: Reply): { readonly rows: Reply[]; readonly id: number } {
  const [answer, id] = Array.isArray(reply) ? reply : [];
  if (!Array.isArray(answer) || typeof id !== 'number') throw new Error(`answered ${JSON.stringify(reply)}`);
  return { rows: answer.slice(1), id };
}

const numbers = (...values: number[]) => values.map((n) => ['n', String(n)]);

test('rows are read bit by bit, and the last bit ends the cursor', () => {
  const { client, open, read } = setUp();
  const { rows, id } = open();
  expect(rows).toEqual(numbers(0, 1));
  expect(read(id)).toEqual({ rows: numbers(2, 3), id });
  expect(read(id)).toEqual({ rows: numbers(4), id: 0 });
  expect(client.error('FT.CURSOR', 'READ', 'idx', id)).toBe(`Cursor not found, id: ${id}`);
});

test('a reading may have a number of its own', () => {
  const { open, read } = setUp();
  expect(read(open().id, 'COUNT', 9)).toEqual({ rows: numbers(2, 3, 4), id: 0 });
});

test('what changes between two readings is seen', () => {
  const { client, open, read } = setUp();
  for (let n = 5; n < 300; n++) client.call('HSET', `k${n}`, 'n', n);
  const { id } = open();
  client.call('DEL', 'k298');
  client.call('HSET', 'k299', 'n', 30);
  expect(read(id, 'COUNT', 1000).rows.slice(-2)).toEqual(numbers(297, 30));
});

test('a cursor can be given up', () => {
  const { client, open } = setUp();
  const { id } = open();
  expect(client.call('FT.CURSOR', 'DEL', 'idx', id)).toBe('OK');
  expect(client.error('FT.CURSOR', 'DEL', 'idx', id)).toBe('Cursor does not exist');
});

test('a cursor that is not read is forgotten after its idle time', () => {
  const { process, client, open } = setUp();
  const { id } = open('MAXIDLE', 100);
  process.clock.advance(100);
  process.scheduler.runTimers();
  expect(process.server.facilities.search.cursors.size).toBe(0);
  expect(client.error('FT.CURSOR', 'READ', 'idx', id)).toContain('Cursor not found');
});

test('no idle time is longer than the setting allows', () => {
  const { process, client, open } = setUp();
  client.call('CONFIG', 'SET', 'search-cursor-max-idle', 50);
  open('MAXIDLE', 100);
  process.clock.advance(50);
  process.scheduler.runTimers();
  expect(process.server.facilities.search.cursors.size).toBe(0);
});

test('an index has so many cursors, which go with it', () => {
  const { process, client, open } = setUp();
  client.call('CONFIG', 'SET', 'search-index-cursor-limit', 1);
  open();
  const again = ['FT.AGGREGATE', 'idx', '*', 'WITHCURSOR', 'COUNT', 1];
  expect(client.error(...again)).toContain('INDEX_CURSOR_LIMIT of 1 has been reached');
  client.call('FT.DROPINDEX', 'idx');
  expect(process.server.facilities.search.cursors.size).toBe(0);
});

test.each([
  ['LOOK idx 1', 'Unknown subcommand: FT.CURSOR READ or DEL'],
  ['READ idx x', 'Bad cursor ID'],
  ['READ idx 1 COUNT 0', 'Bad arguments for COUNT: Value is outside acceptable bounds'],
  ['DEL idx 1 COUNT 2', 'ERR syntax error'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFtCursor, line)).toBe(message);
});

test('RESP3 has a map in the pair', () => {
  const { client } = setUp();
  client.call('HELLO', 3);
  const reply = client.call('FT.AGGREGATE', 'idx', '@n:[1 1]', 'LOAD', 1, '@n', 'WITHCURSOR');
  expect(reply).toEqual([expect.any(Map), 0]);
});

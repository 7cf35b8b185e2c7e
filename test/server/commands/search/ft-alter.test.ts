import { parseFtAlter } from '#server/commands/search/ft-alter.js';
import { EffectLog } from '../../../support/effect-log.js';
import { startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

function setUp() {
  const inProcess = startInProcess();
  const { scheduler } = inProcess;
  const client = inProcess.connect();
  client.call('HSET', 'd:1', 'color', 'red', 'size', 1, 'title', 'Running');
  client.call('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', 'color', 'TAG');
  scheduler.runAll();
  const found = (query: string): unknown => client.call('FT.SEARCH', 'idx', query, 'NOCONTENT');
  return { inProcess, scheduler, client, found };
}

test('new fields are searched, in documents that were there before, too', () => {
  const { client, found, scheduler } = setUp();
  expect(client.error('FT.SEARCH', 'idx', '@n:[1 1]')).toContain('`n` does not exist');
  expect(client.call('FT.ALTER', 'idx', 'SCHEMA', 'ADD', 'size', 'AS', 'n', 'NUMERIC', 'title', 'TEXT')).toBe('OK');
  client.call('HSET', 'd:2', 'size', 1);
  expect(found('@n:[1 1]')).toEqual([1, 'd:2']);
  scheduler.runAll();
  expect(found('@n:[1 1]')).toEqual([2, 'd:1', 'd:2']);
  expect(found('run @color:{red}')).toEqual([1, 'd:1']);
});

test('documents that were there are left alone when it is said so', () => {
  const { client, found, scheduler } = setUp();
  client.call('FT.ALTER', 'idx', 'SKIPINITIALSCAN', 'SCHEMA', 'ADD', 'size', 'NUMERIC');
  scheduler.runAll();
  expect(found('@size:[1 1]')).toEqual([0]);
  expect(found('@color:{red}')).toEqual([1, 'd:1']);
});

test('a field that is there already, or is none, changes nothing', () => {
  const { client, found } = setUp();
  expect(client.error('FT.ALTER', 'idx', 'SCHEMA', 'ADD', 'color', 'TAG')).toBe('Duplicate field in schema - color');
  expect(client.error('FT.ALTER', 'idx', 'SCHEMA', 'ADD', 'x', 'WORD')).toContain('Invalid field type');
  expect(client.error('FT.ALTER', 'nope', 'SCHEMA', 'ADD', 'x', 'TAG')).toContain('no such index');
  expect(found('@color:{red}')).toEqual([1, 'd:1']);
});

test('copies of the data are told the same', () => {
  const { client, inProcess } = setUp();
  const log = new EffectLog(inProcess);
  client.call('FT.ALTER', 'idx', 'SCHEMA', 'ADD', 'size', 'numeric', 'sortable');
  expect(log.effects.map(({ argv }) => argv.join(' '))).toEqual([
    'FT.ALTER idx SCHEMA ADD size AS size NUMERIC SORTABLE',
  ]);
});

test.each([
  ['idx SCHEMA DROP x TAG', 'Unknown action passed to ALTER SCHEMA: only SCHEMA ADD is supported'],
  ['idx ADD x TAG', 'Unknown action passed to ALTER SCHEMA: only SCHEMA ADD is supported'],
  ['idx SCHEMA ADD', 'Index schema must have at least one attribute: no SCHEMA given'],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFtAlter, line)).toBe(message);
});

test('fields that are there already are passed over when it is said so', () => {
  const { client, found, scheduler } = setUp();
  expect(client.call('FT._ALTERIFNX', 'idx', 'SCHEMA', 'ADD', 'color', 'TAG', 'size', 'NUMERIC')).toBe('OK');
  scheduler.runAll();
  expect(found('@size:[1 1]')).toEqual([1, 'd:1']);
  expect(client.call('FT._ALTERIFNX', 'idx', 'SCHEMA', 'ADD', 'color', 'TAG')).toBe('OK');
  expect(client.error('FT._ALTERIFNX', 'nope', 'SCHEMA', 'ADD', 'color', 'TAG')).toContain('no such index');
});

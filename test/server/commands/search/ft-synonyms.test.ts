import { EffectLog } from '../../../support/effect-log.js';
import { type InProcess, type InProcessClient, startInProcess } from '../../../support/in-process.js';

let inProcess: InProcess;
let client: InProcessClient;

beforeEach(() => {
  inProcess = startInProcess();
  client = inProcess.connect();
  client.call('FT.CREATE', 'idx', 'SCHEMA', 'title', 'TEXT');
  client.call('HSET', 'one', 'title', 'he is a boy');
  client.call('HSET', 'two', 'title', 'the child sister');
});

const found = (...query: string[]): unknown =>
  client.call('FT.SEARCH', 'idx', ...query, 'NOCONTENT', 'SORTBY', 'title');

test('a word finds the documents that hold its synonyms, in whatever order all of them came', () => {
  expect(found('offspring')).toEqual([0]);
  expect(client.call('FT.SYNUPDATE', 'idx', 'young', 'boy', 'Child', 'offspring')).toBe('OK');
  expect(found('offspring')).toEqual([2, 'one', 'two']);
  expect(found('boy')).toEqual([2, 'one', 'two']);
  client.call('HSET', 'three', 'title', 'no offspring');
  expect(found('child')).toEqual([3, 'one', 'three', 'two']);
  expect(found('child', 'VERBATIM')).toEqual([1, 'two']);
  expect(found('"child"')).toEqual([1, 'two']);
  expect(found('sister', 'offspring')).toEqual(client.call('FT.SEARCH', 'idx', 'sister', 'offspring'));
});

test('groups are told word by word, and grow', () => {
  client.call('FT.SYNUPDATE', 'idx', '1', 'boy', 'child');
  client.call('FT.SYNUPDATE', 'idx', '2', 'SKIPINITIALSCAN', 'child', 'kid');
  expect(client.call('FT.SYNDUMP', 'idx')).toEqual(['boy', ['1'], 'child', ['1', '2'], 'kid', ['2']]);
  client.call('HELLO', 3);
  expect(client.call('FT.SYNDUMP', 'idx')).toEqual(
    new Map([
      ['boy', ['1']],
      ['child', ['1', '2']],
      ['kid', ['2']],
    ]),
  );
});

test('groups are of one index, and go with it', () => {
  client.call('FT.SYNUPDATE', 'idx', '1', 'boy', 'child');
  client.call('FT.DROPINDEX', 'idx');
  client.call('FT.CREATE', 'idx', 'SCHEMA', 'title', 'TEXT');
  expect(client.call('FT.SYNDUMP', 'idx')).toEqual([]);
  expect(client.error('FT.SYNDUMP', 'nope')).toContain('Unknown index name');
  expect(client.error('FT.SYNUPDATE', 'nope', '1', 'boy')).toContain('Unknown index name');
});

test('copies of the data are told', () => {
  const log = new EffectLog(inProcess);
  client.call('FT.SYNUPDATE', 'idx', '1', 'SKIPINITIALSCAN', 'boy');
  expect(log.effects.map(({ argv }) => argv.join(' '))).toEqual(['FT.SYNUPDATE idx 1 boy']);
});

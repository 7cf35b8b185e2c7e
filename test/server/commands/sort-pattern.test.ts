import { ByteSlice } from '#server/base/byte-slice.js';
import { sortPattern, valueFor } from '#server/commands/sort-pattern.js';
import { startInProcess } from '../../support/in-process.js';

const pattern = (text: string) => sortPattern(ByteSlice.fromLatin1(text));

test.each([
  ['#', { kind: 'element' }],
  ['#\0*', { kind: 'element' }],
  ['none', { kind: 'nothing' }],
  ['a\0*', { kind: 'nothing' }],
  ['w_*', { kind: 'key', before: 'w_', after: '', field: undefined }],
  ['a*b*', { kind: 'key', before: 'a', after: 'b*', field: undefined }],
  ['o_*->', { kind: 'key', before: 'o_', after: '->', field: undefined }],
  ['->*', { kind: 'key', before: '->', after: '', field: undefined }],
])('%j is read as C reads it', (text, expected) => {
  expect(pattern(text)).toEqual(expected);
});

test('what follows the first arrow behind the star is a field', () => {
  const read = pattern('o*x->f->g');
  expect(read).toMatchObject({ kind: 'key', before: 'o', after: 'x' });
  expect(read.kind === 'key' && read.field?.latin1()).toBe('f->g');
});

test('a pattern names a string, or a field of a hash, and nothing of other types', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('SET', 'w_1', 'v');
  client.call('HSET', 'o_1', 'f', 'field');
  client.call('RPUSH', 'l_1', 'a');
  const db = server.facilities.keyspace.database(0);
  const found = ['w_*', 'o_*->f', 'o_*->g', 'o_*', 'w_*->f', 'l_*', 'l_*->f', 'x_*', '#', 'w'].map((text) =>
    valueFor(db, pattern(text), '1'),
  );
  expect(found).toEqual(['v', 'field', ...Array.from({ length: 6 }, () => undefined), '1', undefined]);
});

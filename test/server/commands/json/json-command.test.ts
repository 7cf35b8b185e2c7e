import { ByteSlice } from '#server/base/byte-slice.js';
import { compilePath, isRoot, jsonCommand } from '#server/commands/json/json-command.js';
import { startInProcess } from '../../../support/in-process.js';

const path = (text: string): ReturnType<typeof compilePath> => compilePath(ByteSlice.fromLatin1(text));

test('a JSON command works on its first argument, which it reads or writes', () => {
  const metadata = { name: 'X', arity: 1, since: '1', complexity: '', summary: '', syntax: '' };
  const entry = (flag: 'readonly' | 'write') =>
    jsonCommand<undefined>({ ...metadata, flags: [flag], parse: () => undefined, run: () => undefined });
  expect(entry('readonly').keys).toEqual([{ first: 1, last: 1, step: 1, flags: ['RO', 'access'] }]);
  expect(entry('write').keys).toEqual([{ first: 1, last: 1, step: 1, flags: ['RW', 'access', 'update'] }]);
});

test('paths are UTF-8, and the root is told from others', () => {
  expect([isRoot(path('.')), isRoot(path('$')), isRoot(path('$.a'))]).toEqual([true, true, false]);
  expect(() => path('$["\xff"]')).toThrow(expect.objectContaining({ message: "Couldn't parse as UTF-8 string" }));
});

test('a path that asks for too much is refused, and nothing else happens', () => {
  const client = startInProcess().connect();
  client.call('JSON.SET', 'doc', '$', `${'['.repeat(100)}1${']'.repeat(100)}`);
  expect(client.error('JSON.GET', 'doc', `$${'..*'.repeat(6)}`)).toMatch(/^ERR path /);
  expect(client.call('PING')).toBe('PONG');
});

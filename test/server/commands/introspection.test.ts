import { aclCategories } from '#server/commands/acl-categories.js';
import { commandGroups } from '#server/create-server.js';
import { startInProcess } from '../../support/in-process.js';

const client = startInProcess().connect();
const commands = commandGroups.flat();

test('COMMAND tells of every command, LIST of subcommands too, COUNT counts the commands', () => {
  expect(client.call('COMMAND', 'COUNT')).toBe(commands.length);
  expect(client.call('COMMAND', 'LIST')).toEqual(
    commands.flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]).map(({ fullName }) => fullName),
  );
  expect(client.call('COMMAND')).toHaveLength(commands.length);
});

test('COMMAND INFO tells of the named ones, subcommands too, and nil for what there is not', () => {
  const info = client.call('COMMAND', 'INFO', 'get', 'client|id', 'nonsense');
  expect(info).toEqual([
    ['get', 2, ['readonly', 'fast'], 1, 1, 1, ['@read', '@string', '@fast'], [], expect.any(Array), []],
    expect.arrayContaining(['client|id']),
    null,
  ]);
});

test('COMMAND DOCS describes the named ones and is silent about what there is not', () => {
  const docs = client.call('COMMAND', 'DOCS', 'ttl', 'nonsense');
  expect(docs).toEqual(['ttl', expect.arrayContaining(['summary', 'since', '1.0.0', 'group', 'generic'])]);
});

test('COMMAND LIST filters by pattern, category and module', () => {
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'PATTERN', 'hgeta*')).toEqual(['hgetall']);
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'transaction')).toEqual([
    'multi',
    'exec',
    'discard',
    'watch',
    'unwatch',
  ]);
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'nonsense')).toEqual([]);
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'MODULE', 'x')).toEqual([]);
  expect(client.error('COMMAND', 'LIST', 'FILTERBY', 'AGE', '5')).toBe('ERR syntax error');
});

test.each([
  [['SET', 'k', 'v'], ['k']],
  [
    ['MSET', 'a', '1', 'b', '2'],
    ['a', 'b'],
  ],
  [
    ['DEL', 'a', 'b', 'c'],
    ['a', 'b', 'c'],
  ],
  [
    ['COPY', 'a', 'b', 'REPLACE'],
    ['a', 'b'],
  ],
  [['OBJECT', 'ENCODING', 'k'], ['k']],
])('COMMAND GETKEYS %j', (argv, keys) => {
  expect(client.call('COMMAND', 'GETKEYS', ...argv)).toEqual(keys);
});

test.each([
  [['PING', 'x'], 'ERR The command has no key arguments'],
  [['NONSENSE', 'k'], 'ERR Invalid command specified'],
  [['GET', 'a', 'b'], 'ERR Invalid number of arguments specified for command'],
])('COMMAND GETKEYS %j is refused', (argv, message) => {
  expect(client.error('COMMAND', 'GETKEYS', ...argv)).toBe(message);
});

test('COMMAND GETKEYSANDFLAGS says how each key is used, as the arguments decide', () => {
  expect(client.call('COMMAND', 'GETKEYSANDFLAGS', 'SET', 'k', 'v')).toEqual([['k', ['OW', 'update']]]);
  expect(client.call('COMMAND', 'GETKEYSANDFLAGS', 'SET', 'k', 'v', 'GET')).toEqual([
    ['k', ['RW', 'access', 'update']],
  ]);
});

test('categories follow from flags: every command is fast or slow, and reads or writes if it says so', () => {
  for (const entry of commands) {
    const categories = aclCategories(entry);
    expect(categories.includes('fast')).toBe(!categories.includes('slow'));
    if (entry.flags.includes('write')) expect(categories).toContain('write');
    if (entry.flags.includes('admin')) expect(categories).toEqual(expect.arrayContaining(['admin', 'dangerous']));
  }
});

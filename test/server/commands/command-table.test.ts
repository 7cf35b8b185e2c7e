import { ByteSlice } from '#server/base/byte-slice.js';
import { type CommandDefinition, type CommandEntry, command, container, keysAt } from '#server/commands/command.js';
import { CommandTable, RenameError } from '#server/commands/command-table.js';
import { commandGroups } from '#server/create-server.js';

const definition: CommandDefinition<undefined> = {
  name: 'NAME',
  arity: 2,
  flags: ['readonly'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Does nothing',
  syntax: '',
  parse: () => undefined,
  run: () => undefined,
};

const entry = (changes: Partial<CommandDefinition<undefined>> = {}): CommandEntry =>
  command({ ...definition, ...changes });

function find(table: CommandTable, name: string): CommandEntry | undefined {
  const buffer = Buffer.from(`xx${name}yy`, 'latin1');
  return table.find(buffer, 2, 2 + name.length);
}

test('finds every command of the server by its bytes, in any case', () => {
  const table = new CommandTable(commandGroups);
  expect(table.size).toBe(commandGroups.flat().length);
  for (const known of table.all()) {
    expect(find(table, known.name)).toBe(known);
    expect(find(table, known.name.toLowerCase())).toBe(known);
    expect(find(table, `${known.name}?`)).toBeUndefined();
  }
});

test('finds nothing for what only looks alike', () => {
  const table = new CommandTable([[entry({ name: 'FT._LIST' })]]);
  expect(find(table, 'ft._list')).toBeDefined();
  for (const name of ['', 'FT.\x7fLIST', 'FT\x0e_LIST', 'FT._LIS', 'FT._LIST '])
    expect(find(table, name)).toBeUndefined();
});

test('finds subcommands by either spelling', () => {
  const sub = entry({ name: 'BOX OPEN' });
  const table = new CommandTable([[container({ ...definition, name: 'BOX', arity: -2 }, [sub])]]);
  expect(table.get('BOX|OPEN')?.execute).toBe(sub.execute);
  expect(table.get('BOX OPEN')).toBe(table.get('BOX|OPEN'));
  expect(table.get('BOX|CLOSE')).toBeUndefined();
  expect(sub.fullName).toBe('box|open');
  expect(table.original('BOX|OPEN')?.execute).toBe(sub.execute);
  expect(table.original('BOX|OPEN|WIDE')).toBeUndefined();
});

test('counts for itself: another table of the same entries knows nothing of it', () => {
  const groups = [[container({ ...definition, name: 'BOX', arity: -2 }, [entry({ name: 'BOX OPEN' })])]];
  const [one, other] = [new CommandTable(groups), new CommandTable(groups)];
  const counted = one.get('BOX|OPEN');
  if (counted !== undefined) counted.calls++;
  expect([one.get('BOX|OPEN')?.calls, other.get('BOX|OPEN')?.calls]).toEqual([1, 0]);
});

test.each<[string, Partial<CommandDefinition<undefined>>]>([
  ['the name is in upper case', { name: 'Name' }],
  ['arity counts the name', { arity: 0 }],
  ['write or readonly', { flags: ['write', 'readonly'] }],
  ['summary and since', { summary: '' }],
  ['the first key is always there', { keys: keysAt(2, 2, 1, 'RO') }],
])('refuses at start an entry that contradicts itself: %s', (rule, changes) => {
  expect(() => new CommandTable([[entry(changes)]])).toThrow(rule);
});

test('a renamed command is found by its new name only, and by its old one as the original', () => {
  const [one, other] = [entry({ name: 'ONE' }), entry({ name: 'OTHER' })];
  const table = new CommandTable(
    [[one, other]],
    [
      { from: 'one', to: 'first' },
      { from: 'OTHER', to: '' },
    ],
  );
  const find = (name: string): string | undefined => table.find(Buffer.from(name), 0, name.length)?.name;
  expect(['one', 'First', 'other'].map(find)).toEqual([undefined, 'ONE', undefined]);
  expect(table.named([ByteSlice.fromText('first')])?.name).toBe('ONE');
  expect([table.get('FIRST')?.name, table.get('ONE')]).toEqual(['ONE', undefined]);
  expect([table.original('ONE')?.name, table.original('OTHER')?.name]).toEqual(['ONE', 'OTHER']);
  expect([...table.all()].map(({ name }) => name)).toEqual(['ONE']);
});

test('refuses to rename what there is not, or to a name that is taken', () => {
  const groups = [[entry({ name: 'ONE' }), entry({ name: 'OTHER' })]];
  expect(() => new CommandTable(groups, [{ from: 'x', to: 'y' }])).toThrow(RenameError);
  expect(() => new CommandTable(groups, [{ from: 'one', to: 'other' }])).toThrow(RenameError);
});

test('refuses two entries of one name, and a bad subcommand', () => {
  expect(() => new CommandTable([[entry()], [entry()]])).toThrow('NAME is defined once');
  const box = container({ ...definition, name: 'BOX' }, [entry({ name: 'BOX OPEN', since: '' })]);
  expect(() => new CommandTable([[box]])).toThrow('BOX OPEN: summary and since');
});

test('every entry has the same properties in the same order, whatever its definition left out', () => {
  const table = new CommandTable(commandGroups);
  const shapes = new Set([...table.all()].map((known) => Object.keys(known).join()));
  expect(shapes.size).toBe(1);
});

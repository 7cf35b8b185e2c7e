import { ACL_CATEGORIES, aclCategories, aclCommandsOf, commandsInCategory } from '#server/commands/acl-categories.js';
import { CommandTable } from '#server/commands/command-table.js';
import { commandGroups } from '#server/create-server.js';

const table = new CommandTable(commandGroups, [{ from: 'get', to: 'fetch' }]);
const categoriesOf = (name: string): string[] => {
  const entry = table.original(name);
  return entry === undefined ? [] : aclCategories(entry);
};

test('categories are those an entry names and those its flags imply', () => {
  expect(categoriesOf('SET')).toEqual(['write', 'string', 'slow']);
  expect(categoriesOf('CONFIG|SET')).toEqual(['admin', 'slow', 'dangerous']);
  expect(categoriesOf('BLPOP')).toEqual(['write', 'list', 'slow', 'blocking']);
  expect(categoriesOf('EVAL_RO')).toEqual(['slow', 'scripting']);
  expect(categoriesOf('PUBLISH')).toEqual(['pubsub', 'fast']);
});

test('every category has members, and every command is fast or slow', () => {
  for (const category of ACL_CATEGORIES) expect(commandsInCategory(table, category).length).toBeGreaterThan(0);
  const both = [...commandsInCategory(table, 'fast'), ...commandsInCategory(table, 'slow')];
  const everything = [...table.all()].flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
  expect(new Set(both)).toEqual(new Set(everything));
  expect(both).toHaveLength(everything.length);
});

test('rules name commands as they were before they were renamed', () => {
  const commands = aclCommandsOf(table);
  expect(commands.find('GET')?.fullName).toBe('get');
  expect(commands.find('FETCH')).toBeUndefined();
  expect(commands.find('CONFIG|GET')?.fullName).toBe('config|get');
  expect(commands.inCategory('bogus')).toBeUndefined();
  expect(commands.inCategory('all')).toHaveLength(table.size);
  expect(commands.inCategory('transaction')?.map(({ fullName }) => fullName)).toContain('multi');
});

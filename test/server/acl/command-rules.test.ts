import { CommandRules } from '#server/acl/command-rules.js';
import type { AclCommand } from '#server/acl/request.js';
import { fewCommands } from '../../support/acl-commands.js';

const named = (upperName: string): AclCommand => {
  const command = fewCommands.find(upperName);
  if (command === undefined) throw new Error(`no ${upperName}`);
  return command;
};
const members = (category: string): readonly AclCommand[] => fewCommands.inCategory(category) ?? [];

const ALL = ['get', 'set', 'select', 'config', 'config|get', 'config|set'];
const allowed = (rules: CommandRules): string[] => ALL.filter((name) => rules.allows(name));

test('begins with nothing and allows what is added, a container with its subcommands', () => {
  const rules = new CommandRules();
  expect(allowed(rules)).toEqual([]);
  rules.setCommand(named('GET'), true, fewCommands);
  rules.setCommand(named('CONFIG'), true, fewCommands);
  rules.setCommand(named('CONFIG|SET'), false, fewCommands);
  expect(allowed(rules)).toEqual(['get', 'config', 'config|get']);
  expect(rules.toString()).toBe('-@all +get +config -config|set');
});

test('what is taken away from everything leaves the rest, and everything is nothing any more', () => {
  const rules = new CommandRules();
  rules.begin(true);
  expect(rules.isAll).toBe(true);
  expect(rules.allows('a command of tomorrow')).toBe(true);
  rules.setCategory('Dangerous', members('dangerous'), false, fewCommands);
  expect(rules.isAll).toBe(false);
  expect(allowed(rules)).toEqual(['get', 'set', 'select']);
  expect(rules.toString()).toBe('+@all -@dangerous');
  rules.begin(false);
  expect(allowed(rules)).toEqual([]);
  expect(rules.toString()).toBe('-@all');
});

test('a rule takes the place of the same one, and a command that of its subcommands', () => {
  const rules = new CommandRules();
  rules.setCommand(named('CONFIG|GET'), true, fewCommands);
  rules.setCommand(named('GET'), true, fewCommands);
  rules.setCommand(named('CONFIG|SET'), false, fewCommands);
  rules.setCommand(named('GET'), false, fewCommands);
  rules.setCommand(named('CONFIG'), true, fewCommands);
  expect(rules.toString()).toBe('-@all -get +config');
  expect(allowed(rules)).toEqual(['config', 'config|get', 'config|set']);
});

test('a first argument is allowed until something is said of the command', () => {
  const rules = new CommandRules();
  rules.allowFirstArgument(named('SELECT'), '0');
  rules.allowFirstArgument(named('SELECT'), '1');
  expect(rules.allows('select')).toBe(false);
  expect(['0', '1', '2', undefined].map((word) => rules.allowsFirstArgument('select', word))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(rules.toString()).toBe('-@all +select|0 +select|1');
  rules.setCommand(named('SELECT'), false, fewCommands);
  expect(rules.allowsFirstArgument('select', '0')).toBe(false);
  expect(rules.toString()).toBe('-@all -select');
});

test('a copy goes its own way', () => {
  const rules = new CommandRules();
  rules.allowFirstArgument(named('SELECT'), '0');
  const copy = rules.copy();
  copy.setCommand(named('GET'), true, fewCommands);
  copy.allowFirstArgument(named('SELECT'), '1');
  expect(rules.toString()).toBe('-@all +select|0');
  expect(rules.allows('get')).toBe(false);
  expect(rules.allowsFirstArgument('select', '1')).toBe(false);
});

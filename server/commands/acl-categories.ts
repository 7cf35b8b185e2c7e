/** The categories of commands that access rules and COMMAND INFO name, derived from the command table. */
import type { AclCommand, AclCommands } from '../acl/request.js';
import type { AclCategory, CommandEntry } from './command.js';
import type { CommandTable } from './command-table.js';

/** In Redis's order. */
export const ACL_CATEGORIES: readonly AclCategory[] = [
  'keyspace',
  'read',
  'write',
  'set',
  'sortedset',
  'list',
  'hash',
  'string',
  'bitmap',
  'hyperloglog',
  'geo',
  'stream',
  'pubsub',
  'admin',
  'fast',
  'slow',
  'blocking',
  'dangerous',
  'connection',
  'transaction',
  'scripting',
  'json',
  'vectorset',
  'search',
];

/** The ACL categories of a command: those it names and those its flags imply. */
export function aclCategories(entry: CommandEntry): AclCategory[] {
  const categories = new Set<AclCategory>(entry.acl);
  if (entry.flags.includes('write')) categories.add('write');
  // A script reads what its commands do; they are checked one by one.
  if (entry.flags.includes('readonly') && !entry.acl.includes('scripting')) categories.add('read');
  if (entry.flags.includes('admin')) categories.add('admin').add('dangerous');
  if (entry.flags.includes('pubsub')) categories.add('pubsub');
  if (entry.flags.includes('blocking')) categories.add('blocking');
  categories.add(entry.flags.includes('fast') ? 'fast' : 'slow');
  return ACL_CATEGORIES.filter((category) => categories.has(category));
}

/** The commands and subcommands of a category. */
export function commandsInCategory(table: CommandTable, category: AclCategory): CommandEntry[] {
  return everyEntry(table).filter((entry) => aclCategories(entry).includes(category));
}

/** The command table as access rules see it. */
export function aclCommandsOf(table: CommandTable): AclCommands {
  return {
    find: (upperName) => table.original(upperName),
    inCategory(category): readonly AclCommand[] | undefined {
      if (category === 'all') return [...table.all()];
      const known = ACL_CATEGORIES.find((name) => name === category);
      return known === undefined ? undefined : commandsInCategory(table, known);
    },
  };
}

function everyEntry(table: CommandTable): CommandEntry[] {
  return [...table.all()].flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
}

/** COMMAND: the command table, told to clients. Everything is derived from the entries. */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { errors } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { aclCategories } from './acl-categories.js';
import { type CommandEntry, type Context, command, container, helpCommand, type KeySpec } from './command.js';
import { keyPositions } from './command-keys.js';
import type { CommandTable } from './command-table.js';
import { writeKeySpec } from './key-spec-reply.js';
import { MODULES } from './modules.js';
import { describeArguments, writeSyntaxArguments } from './syntax.js';

const flags = ['loading', 'stale'] as const;

function writeEntry(reply: ReplyWriter, entry: CommandEntry | undefined): void {
  if (entry === undefined) {
    reply.nil();
    return;
  }
  const range = keyRange(entry.keys ?? []);
  reply.array(10);
  reply.bulkText(entry.fullName);
  reply.integer(entry.arity);
  writeNames(reply, entry.flags);
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  writeNames(
    reply,
    aclCategories(entry).map((category) => `@${category}`),
  );
  const tips = entry.tips ?? [];
  reply.set(tips.length);
  for (const tip of tips) reply.bulkText(tip);
  reply.set(entry.keys?.length ?? 0);
  for (const key of entry.keys ?? []) writeKeySpec(reply, key);
  reply.set(entry.subcommands?.size ?? 0);
  for (const sub of entry.subcommands?.values() ?? []) writeEntry(reply, sub);
}

/** First key, last key and step over all keys at fixed places, for clients that know no more than one range. */
function keyRange(keys: readonly KeySpec[]): { first: number; last: number; step: number } {
  const specs = keys.filter(({ movable }) => movable === undefined);
  const [spec] = specs;
  if (spec === undefined) return { first: 0, last: 0, step: 0 };
  const first = Math.min(...specs.map((each) => each.first));
  const lasts = specs.map((each) => each.last);
  const last = Math.min(...lasts) < 0 ? Math.min(...lasts) : Math.max(...lasts);
  return { first, last, step: spec.step };
}

function writeNames(reply: ReplyWriter, names: readonly string[]): void {
  reply.set(names.length);
  for (const name of names) reply.simple(name);
}

function writeDocs(reply: ReplyWriter, entry: CommandEntry): void {
  const syntaxArguments = describeArguments(entry.syntax);
  const subcommands = [...(entry.subcommands?.values() ?? [])];
  const { summary, since, group, complexity } = entry;
  const facts = Object.entries({ summary, since, group, complexity }).filter(([, value]) => value !== '');
  reply.map(facts.length + (syntaxArguments.length > 0 ? 1 : 0) + (subcommands.length > 0 ? 1 : 0));
  for (const [name, value] of facts) {
    reply.bulkText(name);
    reply.bulkText(value);
  }
  if (syntaxArguments.length > 0) {
    reply.bulkText('arguments');
    writeSyntaxArguments(reply, syntaxArguments);
  }
  if (subcommands.length > 0) {
    reply.bulkText('subcommands');
    reply.map(subcommands.length);
    for (const sub of subcommands) {
      reply.bulkText(sub.fullName);
      writeDocs(reply, sub);
    }
  }
}

const metadata = { acl: ['connection'], group: 'server', since: '2.8.13' } as const;
const perCommand = 'O(N) where N is the number of commands to look up';

const commandCount = command<undefined>({
  name: 'COMMAND COUNT',
  arity: 2,
  flags,
  ...metadata,
  complexity: 'O(1)',
  summary: 'Get total number of Redis commands',
  syntax: '',
  parse: () => undefined,
  run: ({ reply, server }) => reply.integer(server.commands.size),
});

const commandInfo = command<{ names: readonly string[] }>({
  name: 'COMMAND INFO',
  arity: -2,
  flags,
  ...metadata,
  complexity: perCommand,
  summary: 'Get array of specific Redis command details, or all when no argument is given.',
  syntax: '[command-name [command-name ...]]',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ names: args.rest().map((name) => name.latin1().toUpperCase()) }),
  run: ({ reply, server }, { names }) => writeAllOrNamed(reply, server.commands, names),
});

function writeAllOrNamed(reply: ReplyWriter, commands: CommandTable, names: readonly string[]): void {
  const entries = names.length === 0 ? [...commands.all()] : names.map((name) => commands.get(name));
  reply.array(entries.length);
  for (const entry of entries) writeEntry(reply, entry);
}

const commandDocs = command<{ names: readonly string[] }>({
  name: 'COMMAND DOCS',
  arity: -2,
  flags,
  ...metadata,
  since: '7.0.0',
  complexity: perCommand,
  summary: 'Get array of specific Redis command documentation',
  syntax: '[command-name [command-name ...]]',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ names: args.rest().map((name) => name.latin1().toUpperCase()) }),
  run: ({ reply, server }, { names }) => {
    const found =
      names.length === 0 ? [...server.commands.all()] : names.flatMap((name) => server.commands.get(name) ?? []);
    reply.map(found.length);
    for (const entry of found) {
      reply.bulkText(entry.fullName);
      writeDocs(reply, entry);
    }
  },
});

interface ListFilter {
  readonly by: 'all' | 'module' | 'aclcat' | 'pattern';
  readonly value: string;
}

const commandList = command<ListFilter>({
  name: 'COMMAND LIST',
  arity: -2,
  flags,
  ...metadata,
  since: '7.0.0',
  complexity: 'O(N) where N is the total number of Redis commands',
  summary: 'Get an array of Redis command names',
  syntax: '[FILTERBY <MODULE module-name | ACLCAT category | PATTERN pattern>]',
  tips: ['nondeterministic_output_order'],
  parse: (args) => {
    if (args.remaining === 0) return { by: 'all', value: '' };
    if (!args.option('FILTERBY')) args.fail(errors.syntax);
    if (args.option('MODULE')) return { by: 'module', value: args.text() };
    if (args.option('ACLCAT')) return { by: 'aclcat', value: args.text() };
    if (!args.option('PATTERN')) args.fail(errors.syntax);
    return { by: 'pattern', value: args.text() };
  },
  run: ({ reply, server }, { by, value }) => {
    const everything = [...server.commands.all()].flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
    const names = everything.filter((entry) => {
      if (by === 'pattern') return globMatches(ByteSlice.fromText(value), ByteSlice.fromText(entry.fullName), true);
      if (by === 'aclcat') return aclCategories(entry).some((category) => category === value.toLowerCase());
      return (
        by === 'all' || (by === 'module' && MODULES.some(({ name, group }) => name === value && group === entry.group))
      );
    });
    reply.array(names.length);
    for (const entry of names) reply.bulkText(entry.fullName);
  },
});

const commandGetkeys = command<{ argv: readonly ByteSlice[] }>({
  name: 'COMMAND GETKEYS',
  arity: -4,
  flags,
  ...metadata,
  complexity: 'O(N) where N is the number of arguments to the command',
  summary: 'Extract keys given a full Redis command',
  syntax: 'command [arg [arg ...]]',
  parse: (args) => ({ argv: args.rest() }),
  run: (context, { argv }) => {
    const keys = findKeys(context, argv);
    context.reply.array(keys.length);
    for (const { key } of keys) context.reply.bulk(key);
  },
});

const commandGetkeysandflags = command<{ argv: readonly ByteSlice[] }>({
  name: 'COMMAND GETKEYSANDFLAGS',
  arity: -4,
  flags,
  ...metadata,
  since: '7.0.0',
  complexity: 'O(N) where N is the number of arguments to the command',
  summary: 'Extract keys and access flags given a full Redis command',
  syntax: 'command [arg [arg ...]]',
  parse: (args) => ({ argv: args.rest() }),
  run: (context, { argv }) => {
    const keys = findKeys(context, argv);
    context.reply.array(keys.length);
    for (const { key, spec } of keys) {
      context.reply.array(2);
      context.reply.bulk(key);
      writeNames(context.reply, spec.flagsFor?.(argv) ?? spec.flags);
    }
  },
});

function findKeys({ server }: Context, argv: readonly ByteSlice[]): { key: ByteSlice; spec: KeySpec }[] {
  const entry = server.commands.named(argv);
  if (entry === undefined) throw errors.invalidCommand;
  const specs = (entry.keys ?? []).filter((spec) => !spec.flags.includes('not_key'));
  if (specs.length === 0) throw errors.noKeyArguments;
  if (entry.arity > 0 ? argv.length !== entry.arity : argv.length < -entry.arity) throw errors.invalidCommandArity;
  const keys = specs.flatMap((spec) => {
    const positions = spec.movable?.(argv) ?? keyPositions(spec, argv.length);
    return positions.flatMap((position) => {
      const key = argv[position];
      return key === undefined ? [] : [{ key, spec }];
    });
  });
  const movable = specs.filter((spec) => spec.movable !== undefined);
  const isOptional = entry.flags.includes('no_mandatory_keys');
  const hasCounted = !isOptional && movable.some(({ optional }) => optional !== true);
  const lacksCounted = hasCounted && !keys.some(({ spec }) => movable.includes(spec));
  const lacksPlaced =
    !isOptional && specs.some((spec) => spec.movable === undefined && keyPositions(spec, argv.length).length === 0);
  if (lacksCounted || lacksPlaced) throw errors.invalidCommandArguments;
  return keys;
}

const help = helpCommand(
  'COMMAND',
  'server',
  ['connection'],
  [
    '(no subcommand)',
    '    Return details about all Redis commands.',
    'COUNT',
    '    Return the total number of commands in this Redis server.',
    'LIST',
    '    Return a list of all commands in this Redis server.',
    'INFO [<command-name> ...]',
    '    Return details about multiple Redis commands.',
    '    If no command names are given, documentation details for all',
    '    commands are returned.',
    'DOCS [<command-name> ...]',
    '    Return documentation details about multiple Redis commands.',
    '    If no command names are given, documentation details for all',
    '    commands are returned.',
    'GETKEYS <full-command>',
    '    Return the keys from a full Redis command.',
    'GETKEYSANDFLAGS <full-command>',
    '    Return the keys and the access flags from a full Redis command.',
  ],
);

const commandContainer: CommandEntry = {
  ...container(
    {
      name: 'COMMAND',
      arity: -1,
      flags,
      ...metadata,
      complexity: 'O(N) where N is the total number of Redis commands',
      summary: 'Get array of Redis command details',
      syntax: '',
      tips: ['nondeterministic_output_order'],
    },
    [commandCount, commandDocs, commandGetkeys, commandGetkeysandflags, commandInfo, commandList, help],
  ),
  execute: ({ reply, server }) => writeAllOrNamed(reply, server.commands, []),
};

export const introspectionCommands: readonly CommandEntry[] = [commandContainer];

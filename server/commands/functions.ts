/** FCALL, FCALL_RO and FUNCTION. Libraries are in server/scripting. */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { parseInteger } from '../base/integer.js';
import { errorFor, errors } from '../errors.js';
import { CorruptPayload } from '../rdb/corrupt-payload.js';
import { openPayload } from '../rdb/dump-payload.js';
import type { FunctionLibrary, RestorePolicy } from '../scripting/function-service.js';
import { flagNames } from '../scripting/shebang.js';
import type { ArgumentParser } from './argument-parser.js';
import {
  type CommandEntry,
  type CommandFlag,
  type CommandMetadata,
  type Context,
  command,
  container,
  helpCommand,
  noArguments,
} from './command.js';
import { scriptCall, scriptKeys } from './scripting.js';

const callFlags: readonly CommandFlag[] = ['noscript', 'stale', 'skip_monitor', 'no_mandatory_keys', 'movablekeys'];

interface FunctionCall {
  readonly name: ByteSlice;
  /** As written: that it is no number comes after the question whether there is such a function. */
  readonly keyCount: ByteSlice;
  readonly rest: readonly ByteSlice[];
}

function fcall(name: string, summary: string, readOnly: boolean): CommandEntry {
  return command<FunctionCall>({
    name,
    arity: -3,
    flags: readOnly ? ['readonly', ...callFlags] : callFlags,
    acl: ['scripting'],
    keys: scriptKeys(readOnly),
    group: 'scripting',
    since: '7.0.0',
    complexity: 'Depends on the function that is executed.',
    summary,
    syntax: 'function numkeys [key [key ...]] [arg [arg ...]]',
    parse: (args) => ({ name: args.bytes(), keyCount: args.bytes(), rest: args.rest() }),
    run: (context, call) => callFunction(context, call, readOnly),
  });
}

function callFunction(context: Context, { name, keyCount, rest }: FunctionCall, readOnly: boolean): void {
  const { functions } = context.server;
  functions.find(name.latin1());
  const count = parseInteger(keyCount.buffer, keyCount.start, keyCount.end);
  if (count === undefined) throw errors.badNumberOfKeys;
  if (count > rest.length) throw errors.tooManyKeys;
  if (count < 0) throw errors.negativeKeys;
  const call = scriptCall(context, { keys: rest.slice(0, count), args: rest.slice(count) }, readOnly);
  context.atomically(() => functions.call(name.latin1(), call));
}

/** What the subcommands of FUNCTION have in common. */
function subcommand(name: string, summary: string, complexity: string) {
  const base = { acl: ['scripting'], group: 'scripting', since: '7.0.0' } as const;
  return { ...base, name: `FUNCTION ${name}`, summary, complexity };
}

const everyShard = ['request_policy:all_shards', 'response_policy:all_succeeded'] as const;

const load = command<{ code: ByteSlice; replace: boolean; unknown: ByteSlice | undefined }>({
  ...subcommand(
    'LOAD',
    'Create a function with the given arguments (name, code, description)',
    'O(1) (considering compilation time is redundant)',
  ),
  arity: -3,
  flags: ['write', 'denyoom', 'noscript'],
  syntax: '[REPLACE] function-code',
  tips: everyShard,
  parse: (args) => {
    let replace = false;
    let unknown: ByteSlice | undefined;
    while (args.remaining > 1 && unknown === undefined) {
      if (args.flag('REPLACE')) replace = true;
      else unknown = args.bytes();
    }
    const [code = args.bytes()] = args.rest();
    return { code, replace, unknown };
  },
  run: (context, { code, replace, unknown }) => {
    if (unknown !== undefined) throw errorFor.unknownFunctionOption(unknown.latin1());
    const name = context.server.functions.load(code, replace);
    context.changedDatabase();
    context.reply.bulkLatin1(name);
  },
});

const remove = command<{ name: ByteSlice }>({
  ...subcommand('DELETE', 'Delete a function by name', 'O(1)'),
  arity: 3,
  flags: ['write', 'noscript'],
  syntax: 'library-name',
  tips: everyShard,
  parse: (args) => ({ name: args.bytes() }),
  run: (context, { name }) => {
    context.server.functions.delete(name.latin1());
    context.changedDatabase();
    context.reply.simple('OK');
  },
});

const flush = command<undefined>({
  ...subcommand('FLUSH', 'Deleting all functions', 'O(N) where N is the number of functions deleted'),
  arity: -2,
  flags: ['write', 'noscript'],
  syntax: '[ASYNC | SYNC]',
  tips: everyShard,
  parse: (args) => {
    if (args.remaining > 1) args.fail(errors.functionFlushArity);
    else if (args.remaining === 1 && !args.flag('SYNC') && !args.flag('ASYNC')) args.fail(errors.functionFlushOption);
  },
  run: (context) => {
    context.server.functions.flush();
    context.changedDatabase();
    context.reply.simple('OK');
  },
});

interface ListRequest {
  readonly pattern: ByteSlice | undefined;
  readonly withCode: boolean;
}

const list = command<ListRequest>({
  ...subcommand('LIST', 'List information about all the functions', 'O(N) where N is the number of functions'),
  arity: -2,
  flags: ['noscript'],
  syntax: '[LIBRARYNAME library-name-pattern] [WITHCODE]',
  tips: ['nondeterministic_output_order'],
  parse: parseList,
  run: ({ reply, server }, { pattern, withCode }) => {
    const libraries = [...server.functions.libraries].filter(
      ({ name }) => pattern === undefined || globMatches(pattern, ByteSlice.fromLatin1(name), true),
    );
    reply.array(libraries.length);
    for (const library of libraries) {
      reply.map(withCode ? 4 : 3);
      reply.bulkText('library_name');
      reply.bulkLatin1(library.name);
      reply.bulkText('engine');
      reply.bulkText('LUA');
      reply.bulkText('functions');
      writeFunctions({ reply }, library);
      if (!withCode) continue;
      reply.bulkText('library_code');
      reply.bulkLatin1(library.code);
    }
  },
});

function parseList(args: ArgumentParser): ListRequest {
  let pattern: ByteSlice | undefined;
  let withCode = false;
  while (args.remaining > 0) {
    if (!withCode && args.flag('WITHCODE')) {
      withCode = true;
    } else if (pattern === undefined && args.flag('LIBRARYNAME')) {
      if (args.remaining === 0) args.fail(errors.libraryPattern);
      else pattern = args.bytes();
    } else {
      args.fail(errorFor.unknownFunctionArgument(args.bytes().latin1()));
    }
  }
  return { pattern, withCode };
}

function writeFunctions({ reply }: Pick<Context, 'reply'>, { functions }: FunctionLibrary): void {
  reply.array(functions.size);
  for (const { name, description, flags } of functions.values()) {
    reply.map(3);
    reply.bulkText('name');
    reply.bulkLatin1(name);
    reply.bulkText('description');
    if (description === undefined) reply.nil();
    else reply.bulkLatin1(description);
    reply.bulkText('flags');
    const names = flagNames(flags);
    reply.set(names.length);
    for (const flag of names) reply.simple(flag);
  }
}

const stats = command<undefined>({
  ...subcommand(
    'STATS',
    'Return information about the function currently running (name, description, duration)',
    'O(1)',
  ),
  arity: 2,
  flags: ['noscript', 'allow_busy'],
  syntax: '',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  parse: noArguments,
  run: ({ reply, server }) => {
    reply.map(2);
    reply.bulkText('running_script');
    // Functions run on the thread that reads commands: while this one is read, none is running.
    reply.nil();
    reply.bulkText('engines');
    reply.map(1);
    reply.bulkText('LUA');
    reply.map(2);
    reply.bulkText('libraries_count');
    reply.integer(server.functions.libraryCount);
    reply.bulkText('functions_count');
    reply.integer(server.functions.functionCount);
  },
});

const kill = command<undefined>({
  ...subcommand('KILL', 'Kill the function currently in execution.', 'O(1)'),
  arity: 2,
  flags: ['noscript', 'allow_busy'],
  syntax: '',
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  parse: noArguments,
  run: () => {
    throw errors.scriptNotBusy;
  },
});

const dump = command<undefined>({
  ...subcommand(
    'DUMP',
    'Dump all functions into a serialized binary payload',
    'O(N) where N is the number of functions',
  ),
  arity: 2,
  flags: ['noscript'],
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) => reply.bulkLatin1(server.functions.dump().toString('latin1')),
});

const POLICIES: readonly [word: string, policy: RestorePolicy][] = [
  ['APPEND', 'append'],
  ['REPLACE', 'replace'],
  ['FLUSH', 'flush'],
];

const restore = command<{ payload: ByteSlice; policy: RestorePolicy }>({
  ...subcommand(
    'RESTORE',
    'Restore all the functions on the given payload',
    'O(N) where N is the number of functions on the payload',
  ),
  arity: -3,
  flags: ['write', 'denyoom', 'noscript'],
  syntax: 'serialized-value [FLUSH | APPEND | REPLACE]',
  tips: everyShard,
  parse: (args) => {
    const payload = args.bytes();
    if (args.remaining > 1) args.fail(errors.functionRestoreArity);
    if (args.remaining === 0) return { payload, policy: 'append' };
    const policy = POLICIES.find(([word]) => args.flag(word))?.[1];
    if (policy === undefined) args.fail(errors.restorePolicy);
    return { payload, policy: policy ?? 'append' };
  },
  run: (context, { payload, policy }) => {
    const reader = openPayload(payload);
    if (reader === undefined) throw errors.payloadVersion;
    try {
      context.server.functions.restore(reader, policy);
    } catch (failure) {
      if (failure instanceof CorruptPayload) throw errors.payloadFormat;
      throw failure;
    }
    context.changedDatabase();
    context.reply.simple('OK');
  },
});

const help = helpCommand(
  'FUNCTION',
  'scripting',
  ['scripting'],
  [
    'LOAD [REPLACE] <FUNCTION CODE>',
    '    Create a new library with the given library name and code.',
    'DELETE <LIBRARY NAME>',
    '    Delete the given library.',
    'LIST [LIBRARYNAME PATTERN] [WITHCODE]',
    '    Return general information on all the libraries:',
    '    * Library name',
    '    * The engine used to run the Library',
    '    * Library description',
    '    * Functions list',
    '    * Library code (if WITHCODE is given)',
    '    It also possible to get only function that matches a pattern using LIBRARYNAME argument.',
    'STATS',
    '    Return information about the current function running:',
    '    * Function name',
    '    * Command used to run the function',
    '    * Duration in MS that the function is running',
    '    If no function is running, return nil',
    '    In addition, returns a list of available engines.',
    'KILL',
    '    Kill the current running function.',
    'FLUSH [ASYNC|SYNC]',
    '    Delete all the libraries.',
    '    When called without the optional mode argument, the behavior is determined by the',
    '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
    '    * ASYNC: Asynchronously flush the libraries.',
    '    * SYNC: Synchronously flush the libraries.',
    'DUMP',
    '    Return a serialized payload representing the current libraries, can be restored using FUNCTION RESTORE command',
    'RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]',
    '    Restore the libraries represented by the given payload, it is possible to give a restore policy to',
    '    control how to handle existing libraries (default APPEND):',
    '    * FLUSH: delete all existing libraries.',
    '    * APPEND: appends the restored libraries to the existing libraries. On collision, abort.',
    '    * REPLACE: appends the restored libraries to the existing libraries, On collision, replace the old',
    '      libraries with the new libraries (notice that even on this option there is a chance of failure',
    '      in case of functions name collision with another library).',
  ],
  '7.0.0',
);

const functionMetadata: CommandMetadata = {
  name: 'FUNCTION',
  arity: -2,
  flags: [],
  acl: [],
  group: 'scripting',
  since: '7.0.0',
  complexity: 'Depends on subcommand.',
  summary: 'A container for function commands',
  syntax: '',
};

export const functionCommands: readonly CommandEntry[] = [
  fcall('FCALL', 'Invoke a function', false),
  fcall('FCALL_RO', 'Invoke a read-only function', true),
  container(functionMetadata, [remove, dump, flush, help, kill, list, load, restore, stats]),
];

/** EVAL and its kin, and SCRIPT. What scripts do is in server/scripting. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errors } from '../errors.js';
import type { ArgumentParser } from './argument-parser.js';
import {
  type CommandEntry,
  type CommandFlag,
  type CommandMetadata,
  type Context,
  command,
  container,
  helpCommand,
  type KeySpec,
  noArguments,
} from './command.js';

/** Keys after their number. */
export interface ScriptArguments {
  readonly script: ByteSlice;
  readonly keys: readonly ByteSlice[];
  readonly args: readonly ByteSlice[];
}

const callFlags: readonly CommandFlag[] = ['noscript', 'stale', 'skip_monitor', 'no_mandatory_keys', 'movablekeys'];

const ASSUMED = 'We cannot tell how the keys will be used so we assume the worst,';

/** Keys that a number before them counts. @param isNoted whether COMMAND INFO says why their flags are what they are */
export function scriptKeys(readOnly: boolean, isNoted = true): readonly KeySpec[] {
  const flags = readOnly ? ['RO', 'access'] : ['RW', 'access', 'update'];
  const notes = isNoted ? { notes: `${ASSUMED} ${readOnly ? 'RO and ACCESS' : 'RW and UPDATE'}` } : {};
  const search = { kind: 'counted', countAt: 2, step: 1 } as const;
  return [{ first: 0, last: 0, step: 0, flags, optional: true, movable: countedPositions, search, ...notes }];
}

function countedPositions(argv: readonly ByteSlice[]): number[] {
  // As C reads a number: up to what is no digit.
  const count = Number.parseInt(argv[2]?.latin1() ?? '', 10);
  if (Number.isNaN(count) || count < 0 || count > argv.length - 3) return [];
  return Array.from({ length: count }, (_, i) => 3 + i);
}

/** `script numkeys key ... arg ...` */
function parseCall(args: ArgumentParser): ScriptArguments {
  const script = args.bytes();
  const count = args.integer();
  if (count > args.remaining) args.fail(errors.tooManyKeys);
  if (count < 0) args.fail(errors.negativeKeys);
  const keys: ByteSlice[] = [];
  for (let i = 0; i < count && args.remaining > 0; i++) keys.push(args.bytes());
  return { script, keys, args: args.rest() };
}

/** The call as the script service takes it. */
export function scriptCall(context: Context, { keys, args }: Omit<ScriptArguments, 'script'>, readOnly: boolean) {
  const { scriptHost: host, client, reply } = context;
  return { host, client, reply, keys, args, readOnly };
}

interface EvalForm {
  readonly name: string;
  readonly since: string;
  readonly summary: string;
  readonly what: 'script' | 'sha1';
  readonly readOnly: boolean;
}

function evalCommand({ name, since, summary, what, readOnly }: EvalForm): CommandEntry {
  return command<ScriptArguments>({
    name,
    arity: -3,
    flags: readOnly ? ['readonly', ...callFlags] : callFlags,
    runsOthers: true,
    acl: ['scripting'],
    keys: scriptKeys(readOnly, what === 'script'),
    group: 'scripting',
    since,
    complexity: 'Depends on the script that is executed.',
    summary,
    syntax: `${what} numkeys [key [key ...]] [arg [arg ...]]`,
    parse: (args) => {
      if (what === 'sha1' && args.peek()?.length !== 40) args.fail(errors.noScript);
      return parseCall(args);
    },
    run: (context, parsed) => {
      const call = scriptCall(context, parsed, readOnly);
      const { scripts } = context.server;
      context.atomically(() => {
        if (what === 'sha1') scripts.evaluateSha(parsed.script, call);
        else scripts.evaluate(parsed.script, call);
      });
    },
  });
}

const evals: readonly CommandEntry[] = [
  evalCommand({
    name: 'EVAL',
    since: '2.6.0',
    summary: 'Execute a Lua script server side',
    what: 'script',
    readOnly: false,
  }),
  evalCommand({
    name: 'EVALSHA',
    since: '2.6.0',
    summary: 'Execute a Lua script server side',
    what: 'sha1',
    readOnly: false,
  }),
  evalCommand({
    name: 'EVAL_RO',
    since: '7.0.0',
    summary: 'Execute a read-only Lua script server side',
    what: 'script',
    readOnly: true,
  }),
  evalCommand({
    name: 'EVALSHA_RO',
    since: '7.0.0',
    summary: 'Execute a read-only Lua script server side',
    what: 'sha1',
    readOnly: true,
  }),
];

/** What the subcommands of SCRIPT have in common. */
function subcommand(name: string, since: string, summary: string) {
  return { name: `SCRIPT ${name}`, since, summary, acl: ['scripting'], group: 'scripting' } as const;
}

const load = command<{ source: ByteSlice }>({
  ...subcommand('LOAD', '2.6.0', 'Load the specified Lua script into the script cache.'),
  arity: 3,
  flags: ['noscript', 'stale'],
  complexity: 'O(N) with N being the length in bytes of the script body.',
  syntax: 'script',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  parse: (args) => ({ source: args.bytes() }),
  run: ({ reply, server }, { source }) => reply.bulkLatin1(server.scripts.load(source)),
});

const exists = command<{ digests: readonly ByteSlice[] }>({
  ...subcommand('EXISTS', '2.6.0', 'Check existence of scripts in the script cache.'),
  arity: -3,
  flags: ['noscript'],
  complexity: 'O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).',
  syntax: 'sha1 [sha1 ...]',
  tips: ['request_policy:all_shards', 'response_policy:agg_logical_and'],
  parse: (args) => ({ digests: args.rest() }),
  run: ({ reply, server }, { digests }) => {
    reply.array(digests.length);
    for (const digest of digests) reply.integer(server.scripts.has(digest.latin1()) ? 1 : 0);
  },
});

const flush = command<undefined>({
  ...subcommand('FLUSH', '2.6.0', 'Remove all the scripts from the script cache.'),
  arity: -2,
  flags: ['noscript'],
  complexity: 'O(N) with N being the number of scripts in cache',
  syntax: '[ASYNC | SYNC]',
  tips: ['request_policy:all_nodes', 'response_policy:all_succeeded'],
  parse: (args) => {
    if (args.remaining === 0 || (args.remaining === 1 && (args.flag('ASYNC') || args.flag('SYNC')))) return;
    args.fail(errors.scriptFlushOption);
  },
  run: ({ reply, server }) => {
    server.scripts.flush();
    reply.simple('OK');
  },
});

const kill = command<undefined>({
  ...subcommand('KILL', '2.6.0', 'Kill the script currently in execution.'),
  arity: 2,
  flags: ['noscript', 'allow_busy'],
  complexity: 'O(1)',
  syntax: '',
  tips: ['request_policy:all_shards', 'response_policy:one_succeeded'],
  parse: noArguments,
  // Scripts run on the thread that reads commands: while this one is read, none is running.
  run: () => {
    throw errors.scriptNotBusy;
  },
});

const debug = command<{ mode: 'NO' | undefined }>({
  ...subcommand('DEBUG', '3.2.0', 'Set the debug mode for executed scripts.'),
  arity: 3,
  flags: ['noscript'],
  complexity: 'O(1)',
  syntax: '<YES | SYNC | NO>',
  parse: (args) => {
    if (args.flag('NO')) return { mode: 'NO' };
    if (!args.flag('YES') && !args.flag('SYNC')) args.fail(errors.scriptDebugOption);
    return { mode: undefined };
  },
  run: ({ reply }, { mode }) => {
    if (mode === undefined) throw errors.scriptDebugMissing;
    reply.simple('OK');
  },
});

const help = helpCommand(
  'SCRIPT',
  'scripting',
  ['scripting'],
  [
    'DEBUG (YES|SYNC|NO)',
    '    Set the debug mode for subsequent scripts executed.',
    'EXISTS <sha1> [<sha1> ...]',
    '    Return information about the existence of the scripts in the script cache.',
    'FLUSH [ASYNC|SYNC]',
    '    Flush the Lua scripts cache. Very dangerous on replicas.',
    '    When called without the optional mode argument, the behavior is determined by the',
    '    lazyfree-lazy-user-flush configuration directive. Valid modes are:',
    '    * ASYNC: Asynchronously flush the scripts cache.',
    '    * SYNC: Synchronously flush the scripts cache.',
    'KILL',
    '    Kill the currently executing Lua script.',
    'LOAD <script>',
    '    Load a script into the scripts cache without executing it.',
  ],
);

const scriptMetadata: CommandMetadata = {
  name: 'SCRIPT',
  arity: -2,
  flags: [],
  acl: [],
  group: 'scripting',
  since: '2.6.0',
  complexity: 'Depends on subcommand.',
  summary: 'A container for Lua scripts management commands',
  syntax: '',
};

export const scriptingCommands: readonly CommandEntry[] = [
  ...evals,
  container(scriptMetadata, [debug, exists, flush, help, kill, load]),
];

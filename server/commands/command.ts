/**
 * The vocabulary of commands: what an entry of the command table says, and what a running command can reach.
 *
 * One entry per command, beside its handler. From the entry come lookup, arity errors, COMMAND INFO/DOCS/GETKEYS, ACL
 * categories, MULTI rules, statistics and docs/commands.md. Shared code asks an entry's flags, never its name.
 */
import type { AccessControl } from '../acl/access-control.js';
import type { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import type { Histogram } from '../base/histogram.js';
import type { Logger } from '../base/logger.js';
import type { Random } from '../base/random.js';
import type { BlockedClients } from '../client/blocked-clients.js';
import type { Client } from '../client/client.js';
import type { ClientRegistry } from '../client/client-registry.js';
import type { Pause } from '../client/pause.js';
import type { WatchList } from '../client/transaction.js';
import type { Config } from '../config/config.js';
import type { LatencyMonitor } from '../diagnostics/latency-monitor.js';
import type { SlowLog } from '../diagnostics/slow-log.js';
import type { Database } from '../keyspace/database.js';
import type { Evictor } from '../keyspace/evictor.js';
import type { Keyspace } from '../keyspace/keyspace.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import type { MemoryGauge } from '../keyspace/memory-gauge.js';
import type { Monitors } from '../messages/monitors.js';
import type { PubSub } from '../messages/pub-sub.js';
import type { Tracking } from '../messages/tracking.js';
import type { ReplySink } from '../protocol/reply-writer.js';
import type { FunctionService } from '../scripting/function-service.js';
import type { ScriptHost } from '../scripting/script-run.js';
import type { ScriptService } from '../scripting/script-service.js';
import type { SearchService } from '../search/search-service.js';
import type { ArgumentParser } from './argument-parser.js';
import type { CommandTable } from './command-table.js';
import type { Wait } from './wait.js';

/** Command flags as COMMAND INFO names them. */
export type CommandFlag =
  | 'write'
  | 'readonly'
  | 'denyoom'
  | 'admin'
  | 'pubsub'
  | 'noscript'
  | 'blocking'
  | 'loading'
  | 'stale'
  | 'skip_monitor'
  | 'skip_slowlog'
  | 'asking'
  | 'fast'
  | 'no_auth'
  | 'sentinel'
  | 'only_sentinel'
  | 'no_mandatory_keys'
  | 'protected'
  | 'no_async_loading'
  | 'no_multi'
  | 'movablekeys'
  | 'allow_busy'
  | 'module';

/** ACL categories. Those of the flags need not be named by an entry. */
export type AclCategory =
  | 'keyspace'
  | 'read'
  | 'write'
  | 'set'
  | 'sortedset'
  | 'list'
  | 'hash'
  | 'string'
  | 'bitmap'
  | 'hyperloglog'
  | 'geo'
  | 'stream'
  | 'pubsub'
  | 'admin'
  | 'fast'
  | 'slow'
  | 'blocking'
  | 'dangerous'
  | 'connection'
  | 'transaction'
  | 'scripting'
  | 'json'
  | 'vectorset'
  | 'search';

/** Command groups as COMMAND DOCS names them, and those of modules. */
export type CommandGroup =
  | 'connection'
  | 'server'
  | 'string'
  | 'bitmap'
  | 'hash'
  | 'list'
  | 'set'
  | 'sorted-set'
  | 'hyperloglog'
  | 'geo'
  | 'stream'
  | 'pubsub'
  | 'generic'
  | 'transactions'
  | 'scripting'
  | 'cluster'
  | 'json'
  | 'vector-set'
  | 'search';

/** Where a command's keys are among its arguments, the name being argument 0. Negative `last` counts from the end. */
export interface KeySpec {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** How keys are used: read, overwritten, removed or both read and written, as in COMMAND INFO's key specifications. */
  readonly flags: readonly string[];
  /** Finds keys that `first`, `last`, `step` cannot describe: answers argument positions. */
  readonly movable?: (argv: readonly ByteSlice[]) => number[];
  /** Whether `movable` may find none: a key behind an option. */
  readonly optional?: true;
  /** The flags when they depend on the arguments (`variable_flags`), for COMMAND GETKEYSANDFLAGS. */
  readonly flagsFor?: (argv: readonly ByteSlice[]) => readonly string[];
  /** How COMMAND INFO describes where `movable` finds keys. */
  readonly search?: KeySearch;
  /** What COMMAND INFO remarks. */
  readonly notes?: string;
}

/** Keys behind their number, keys behind a word that is looked for from an argument on, or keys nobody can describe. */
export type KeySearch =
  | { readonly kind: 'counted'; readonly countAt: number; readonly step: number }
  | {
      readonly kind: 'keyword';
      readonly keyword: string;
      readonly startFrom: number;
      /** The last key, counted from the first; negative from the end. */
      readonly last: number;
      /** 2: only the first half of what follows. */
      readonly limit: number;
    }
  | { readonly kind: 'unknown' };

/** What an entry says of its command: what COMMAND INFO and DOCS, docs/commands.md and the executor go by. */
export interface CommandMetadata {
  readonly name: string;
  /** Number of arguments with the name; negative: at least that many. */
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  /** Categories beside those that follow from the flags. */
  readonly acl: readonly AclCategory[];
  readonly keys?: readonly KeySpec[] | undefined;
  /** Where channels are that a user must be allowed. Negative `last` counts from the end. */
  readonly channels?: { readonly first: number; readonly last: number; readonly arePatterns?: true } | undefined;
  readonly group: CommandGroup;
  readonly since: string;
  /** Empty for the few that have none. */
  readonly complexity: string;
  readonly summary: string;
  /** The arguments as in the command reference: `key value [NX | XX]`. */
  readonly syntax: string;
  readonly tips?: readonly string[] | undefined;
  /** False for commands that run at once even between MULTI and EXEC. */
  readonly queueable?: false | undefined;
  /** Replicas hear of it, though it writes no key: CLIENT PAUSE WRITE holds it back. */
  readonly mayReplicate?: true | undefined;
  /** A client that has subscribed and speaks RESP2 may use the command: its replies look like messages. */
  readonly inSubscriberMode?: true | undefined;
  /** It runs a script, whose commands are noted one by one: MONITOR shows it before them, and it reads nothing itself. */
  readonly runsOthers?: true | undefined;
  /** What CLIENT CACHING said is not about this command. */
  readonly sparesCaching?: true | undefined;
  /** Places of arguments that must not be seen in logs or by MONITOR. */
  readonly secrets?: ((argv: readonly ByteSlice[]) => readonly number[]) | undefined;
  /** Refused, the command still ends the transaction: EXEC. */
  readonly endsTransaction?: true | undefined;
  /** With so many arguments at most the command takes about the same time whatever it finds, whatever its complexity says of more. */
  readonly quickArguments?: number | undefined;
}

/** What a running command can reach. One object serves every command of a server in turn. */
export interface Context {
  readonly client: Client;
  /** The client's database. */
  readonly db: Database;
  readonly reply: ReplySink;
  /** One wall-clock `now` for the whole command or transaction, in epoch milliseconds. */
  readonly nowMs: number;
  readonly server: ServerFacilities;
  /** Announces a change of a key; call it after the change. Counts as a modification. */
  changed(event: string, key: ByteSlice, db?: Database): void;
  /** Tells another event of the change that `changed` has announced: `expire` after `set`. */
  furtherEvent(event: string, key: ByteSlice): void;
  /** Counts a change of whole databases, which the keyspace has announced, as a modification. */
  changedDatabase(): void;
  /**
   * Replaces the command's effect by other commands that are deterministic. Without a call, the effect of a command that
   * changed something is the command as it came. An empty list: nothing is to be repeated elsewhere.
   */
  effects(commands: readonly (readonly EffectToken[])[]): void;
  /** Whether anyone listens to effects: commands that run often build theirs only then. */
  readonly wantsEffects: boolean;
  /**
   * Of the keys a blocking command waits for, those that may serve it now: all of them, or the one that has become ready
   * when the command runs again (wait.ts).
   */
  keysToTry(keys: readonly ByteSlice[]): readonly ByteSlice[];
  /** Whether the command has waited: what it was to find is gone, when it is not there, and was not missing. */
  readonly hasWaited: boolean;
  /** Whether the client may run a command and read every key: some read keys that their arguments do not name. */
  mayReadEveryKey(entry: CommandEntry, argv: readonly ByteSlice[]): boolean;
  /** Whether a script calls the command. */
  readonly inScript: boolean;
  /** Whether the reply may come later; false inside a transaction. */
  readonly mayFinishLater: boolean;
  /** Runs the commands queued by MULTI. */
  runQueued(): void;
  /** Who runs the commands of a script. */
  readonly scriptHost: ScriptHost;
  /** What is changed meanwhile is told as one transaction; a part of the one that is told already, if there is one. */
  atomically(body: () => void): void;
}

/** What there is one of per server. */
export interface ServerFacilities {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  /** Bytes nobody can foresee, for secrets. */
  readonly entropy: (bytes: number) => Buffer;
  readonly logger: Logger;
  readonly access: AccessControl;
  readonly clients: ClientRegistry;
  readonly blocked: BlockedClients;
  readonly watchList: WatchList;
  readonly commands: CommandTable;
  readonly stats: ServerStats;
  readonly search: SearchService;
  readonly scripts: ScriptService;
  readonly pubsub: PubSub;
  readonly tracking: Tracking;
  readonly monitors: Monitors;
  readonly slowLog: SlowLog;
  readonly latency: LatencyMonitor;
  readonly pause: Pause;
  readonly functions: FunctionService;
  readonly memory: MemoryGauge;
  readonly evictor: Evictor;
  readonly version: string;
  readonly runId: string;
  readonly startedAtMs: number;
  readonly transportName: string;
  readonly vectorEngineName: string;
  /** Where the RESP port listens; 0 while it does not. */
  port: number;
  httpPort: number;
  /** Ends the process in good order; what starts the server says how. */
  shutDown: (() => void) | undefined;
}

export interface ServerStats {
  commandsProcessed: number;
  /** Over the last second or so. */
  commandsPerSecond: number;
  /** Keys changed since the start. */
  changes: number;
  netInputBytes: number;
  netOutputBytes: number;
  errorReplies: number;
  /** Error replies by their first word. */
  readonly errorsByCode: Map<string, number>;
}

/** An entry of the command table with its handler sealed in. */
export interface CommandEntry extends CommandMetadata {
  readonly subcommands?: ReadonlyMap<string, CommandEntry> | undefined;
  /** In lower case, subcommands as `client|id`: the form errors and statistics use. */
  readonly fullName: string;
  /** How many leading arguments are the name: 2 for a subcommand. */
  readonly nameArguments: number;
  /** With so many arguments at most the command takes about the same time whatever it finds; read off its complexity. */
  readonly quickArguments: number;
  calls: number;
  rejectedCalls: number;
  failedCalls: number;
  /** Time spent in calls. */
  totalUs: number;
  /** How long calls took; made by the first one that is recorded. */
  latencies: Histogram | undefined;
  /** Parses the arguments and runs. */
  execute(context: Context, args: ArgumentParser): RunResult;
}

/**
 * A command has written its reply, or promises a function that will write it, or waits for keys (wait.ts). Until its reply
 * is there the client's next commands wait, so replies keep their order; other clients go on. Inside MULTI a command may
 * not put its reply off.
 */
export type RunResult = void | Later | Wait;
/** The reply of a command that finishes later. */
export type Later = Promise<WriteReply>;
export type WriteReply = (reply: ReplySink) => void;

/** A command in its source form: metadata, a pure parser and a handler that sees only what the parser made. */
export interface CommandDefinition<Arguments> extends CommandMetadata {
  readonly parse: (args: ArgumentParser) => Arguments;
  readonly run: (context: Context, parsed: Arguments) => RunResult;
}

/** Complexities that begin like this: constant, or logarithmic in the size of one value. */
const QUICK = /^O\((1|log\(N\))\)/;
/** With more arguments no command counts as quick. */
const QUICK_ARGUMENTS_MAX = 8;

/** Seals a definition into a table entry. */
export function command<Arguments>(definition: CommandDefinition<Arguments>): CommandEntry {
  const { parse, run, ...metadata } = definition;
  return {
    ...metadata,
    fullName: metadata.name.toLowerCase().replace(' ', '|'),
    nameArguments: metadata.name.split(' ').length,
    quickArguments: metadata.quickArguments ?? (QUICK.test(metadata.complexity) ? QUICK_ARGUMENTS_MAX : 0),
    calls: 0,
    rejectedCalls: 0,
    failedCalls: 0,
    totalUs: 0,
    latencies: undefined,
    execute(context, args) {
      const parsed = parse(args);
      const error = args.finish();
      if (error !== undefined) throw error;
      return run(context, parsed);
    },
  };
}

/** A command that only holds subcommands, each an entry named `CONTAINER SUB`. */
export function container(metadata: CommandMetadata, subcommands: readonly CommandEntry[]): CommandEntry {
  const entry: CommandEntry = {
    ...metadata,
    fullName: metadata.name.toLowerCase(),
    nameArguments: 1,
    quickArguments: 0,
    calls: 0,
    rejectedCalls: 0,
    failedCalls: 0,
    totalUs: 0,
    latencies: undefined,
    subcommands: new Map(subcommands.map((sub) => [sub.name.slice(metadata.name.length + 1), sub])),
    execute() {
      throw new Error(`${metadata.name} is a container`);
    },
  };
  return entry;
}

/** The HELP subcommand of a container. @param usage the lines between the heading and HELP's own */
export function helpCommand(
  containerName: string,
  group: CommandGroup,
  acl: readonly AclCategory[],
  usage: readonly string[],
  since = '5.0.0',
): CommandEntry {
  const heading = `${containerName} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`;
  const lines = [heading, ...usage, 'HELP', '    Prints this help.'];
  return command<undefined>({
    name: `${containerName} HELP`,
    arity: 2,
    flags: ['loading', 'stale'],
    acl,
    group,
    since,
    complexity: 'O(1)',
    summary: 'Show helpful text about the different subcommands',
    syntax: '',
    parse: noArguments,
    run: ({ reply }) => {
      reply.array(lines.length);
      for (const line of lines) reply.simple(line);
    },
  });
}

/** Keys at fixed places. @param flags see `KeySpec.flags` */
export function keysAt(first: number, last: number, step: number, ...flags: string[]): readonly KeySpec[] {
  return [{ first, last, step, flags }];
}

/** Keys about which COMMAND INFO remarks something. */
export function noted(notes: string, keys: readonly KeySpec[]): readonly KeySpec[] {
  return keys.map((spec) => ({ ...spec, notes }));
}

/** Keys behind their number, which is argument `countAt`: ZUNION, BZMPOP. */
export function countedKeys(countAt: number, ...flags: string[]): KeySpec {
  return counted(countAt, 1, flags);
}

/** As `countedKeys`, each key with a value behind it: MSETEX. */
export function countedPairs(countAt: number, ...flags: string[]): KeySpec {
  return counted(countAt, 2, flags);
}

function counted(countAt: number, step: number, flags: readonly string[]): KeySpec {
  const search = { kind: 'counted', countAt, step } as const;
  return { first: 0, last: 0, step: 0, flags, movable: (argv) => countedPositions(argv, countAt, step), search };
}

/** The number is read as C's atoi reads it; none when the arguments do not hold as many keys. */
function countedPositions(argv: readonly ByteSlice[], countAt: number, step: number): number[] {
  const count = Number(/^[ \t\n\v\f\r]*([+-]?\d+)/.exec(argv[countAt]?.latin1() ?? '')?.[1] ?? 0);
  if (count < 1 || countAt + count * step >= argv.length) return [];
  return Array.from({ length: count }, (_, i) => countAt + 1 + i * step);
}

/** No arguments to parse. */
export const noArguments = (): undefined => undefined;

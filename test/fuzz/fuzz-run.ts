/**
 * Runs one seeded sequence of random commands against two servers and compares every reply, and now and then all data.
 * Commands go in pipelined batches over four connections, one connection at a time, so that both servers see the same
 * order. Data agree when our DUMP of every key, restored into the oracle and dumped there, is the oracle's own DUMP of its
 * key. Hash tables have an order of each server's own and lists and streams nodes of their own: there the restored value
 * must hold the same, read whole, under the same encoding. A difference is shrunk: the commands that share its keys are replayed on empty databases with one after the
 * other left out, as long as the difference remains.
 */
import { canonical } from '../compat/looseness.js';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { parseReply, type ReplyTree, textsOf } from '../support/reply-tree.js';
import { type FuzzCommand, nextCommand, nextTransaction } from './command-generator.js';
import { autoStream } from './generators/streams.js';
import { anyOrderOfPairs, type Comparison, exact, timeIn, withoutTimes } from './reply-comparison.js';
import { SeededRandom } from './seeded-random.js';

const connectionCount = 4;
const batchCommandsMax = 300;
const checkpointCommands = 20_000;
const replayTimeoutMs = 60_000;
const historyCommandsMax = 400;
const databases = 16;

export interface FuzzOptions {
  readonly seed: number;
  readonly commands: number;
  readonly ports: { readonly ours: number; readonly theirs: number };
}

export interface FuzzReport {
  readonly commandsRun: number;
  /** Null when the servers agree; else what differs, and how to get there. */
  readonly difference: string | null;
}

interface Sent {
  readonly connection: number;
  readonly command: FuzzCommand;
}

interface Mismatch {
  /** The command that differs, and the place of its replies. */
  readonly at: number;
  readonly why: string;
  readonly ours: string;
  readonly theirs: string;
}

/** The same four connections to both servers, and what each has queued in a transaction. */
class Pair {
  #queued: Comparison[][] = Array.from({ length: connectionCount }, () => []);

  private constructor(
    readonly ours: readonly RawConnection[],
    readonly theirs: readonly RawConnection[],
  ) {}

  static async open(ports: FuzzOptions['ports']): Promise<Pair> {
    const open = (port: number): Promise<RawConnection[]> =>
      Promise.all(
        Array.from({ length: connectionCount }, () => RawConnection.open({ port, timeoutMs: replayTimeoutMs })),
      );
    const pair = new Pair(await open(ports.ours), await open(ports.theirs));
    for (const [index, connections] of [pair.ours, pair.theirs].entries()) {
      const first = connections[0];
      const flushed = (await first?.call('FLUSHALL'))?.toString();
      if (flushed !== '+OK\r\n') throw new Error(`server ${index} answered ${flushed} to FLUSHALL`);
      await first?.call('CONFIG', 'SET', 'hash-max-listpack-entries', '128', 'hash-max-listpack-value', '64');
      await first?.call('CONFIG', 'SET', 'stream-node-max-entries', '100');
      for (const connection of connections.slice(connectionCount / 2)) await connection.call('HELLO', '3');
    }
    return pair;
  }

  close(): void {
    for (const connection of [...this.ours, ...this.theirs]) connection.close();
  }

  /** Sends the commands of one connection in one packet and compares the replies. */
  async run(batch: readonly Sent[]): Promise<Mismatch | null> {
    const connection = batch[0]?.connection ?? 0;
    const [ours, theirs] = this.#both(connection);
    const bytes = Buffer.concat(batch.map(({ command }) => encodeLatin1(command.args)));
    ours.send(bytes);
    theirs.send(bytes);
    const [mine, oracles] = await Promise.all([collect(ours, batch.length), collect(theirs, batch.length)]);
    for (const [at, { command }] of batch.entries()) {
      const [a, b] = [mine.replies[at], oracles.replies[at]];
      if (a === undefined || b === undefined) {
        const failure = a === undefined ? `ours: ${mine.failure}` : `the oracle: ${oracles.failure}`;
        return { at, why: failure, ours: shown(a), theirs: shown(b) };
      }
      const why = this.#compare(connection, command, a, b);
      if (why !== null) return { at, why, ours: shown(a), theirs: shown(b) };
    }
    return null;
  }

  /** Compares every database; answers the keys that differ with what is wrong. */
  async compareData(): Promise<{ why: string; keys: readonly string[] } | null> {
    const [ours, theirs] = this.#both(0);
    const both = async (...args: string[]): Promise<[Buffer, Buffer]> => {
      const bytes = encodeLatin1(args);
      ours.send(bytes);
      theirs.send(bytes);
      return Promise.all([ours.reply(), theirs.reply()]);
    };
    await both('RESET');
    this.#queued[0] = [];
    for (let db = 0; db < databases; db++) {
      await both('SELECT', String(db));
      const [mine, oracles] = await both('KEYS', '*');
      const [keys, expected] = [textsOf(parseReply(mine)).sort(), textsOf(parseReply(oracles)).sort()];
      const odd = [...keys.filter((key) => !expected.includes(key)), ...expected.filter((key) => !keys.includes(key))];
      if (odd.length > 0) return { why: `database ${db}: only one server has these keys`, keys: odd };
      const [size, oracleSize] = await both('DBSIZE');
      if (!size.equals(oracleSize))
        return { why: `database ${db}: ${shown(size)} keys, not ${shown(oracleSize)}`, keys: [] };
      for (const key of expected) {
        const why = (await compareKey(both, key)) ?? (await compareDump(ours, theirs, key));
        if (why !== null) return { why: `database ${db}, key ${JSON.stringify(key)}: ${why}`, keys: [key] };
      }
    }
    return null;
  }

  #both(index: number): [RawConnection, RawConnection] {
    const [ours, theirs] = [this.ours[index], this.theirs[index]];
    if (ours === undefined || theirs === undefined) throw new Error(`there is no connection ${index}`);
    return [ours, theirs];
  }

  #compare(connection: number, command: FuzzCommand, ours: Buffer, theirs: Buffer): string | null {
    const queued = this.#queued[connection] ?? [];
    const name = command.args[0]?.toUpperCase();
    const isEqual = ours.equals(theirs);
    if (theirs.toString('latin1') === '+QUEUED\r\n') {
      queued.push(command.comparison);
      return isEqual ? null : 'the replies differ';
    }
    if (name !== 'EXEC') {
      if (name === 'MULTI' || name === 'DISCARD' || name === 'RESET') queued.length = 0;
      return isEqual ? null : command.comparison(parseReply(ours), parseReply(theirs));
    }
    const comparisons = queued.splice(0);
    if (isEqual) return null;
    const [mine, oracles] = [parseReply(ours), parseReply(theirs)];
    if (mine.type !== oracles.type || mine.items.length !== oracles.items.length) return 'the replies differ';
    return firstDifference(mine.items, oracles.items, comparisons);
  }
}

function firstDifference(
  ours: readonly ReplyTree[],
  theirs: readonly ReplyTree[],
  comparisons: readonly Comparison[],
): string | null {
  for (const [index, oracle] of theirs.entries()) {
    const mine = ours[index] ?? oracle;
    if (JSON.stringify(mine) === JSON.stringify(oracle)) continue;
    const why = (comparisons[index] ?? exact)(mine, oracle);
    if (why !== null) return `${why} in reply ${index + 1} of the transaction`;
  }
  return null;
}

/** How values are read whole, by their type. */
const readers: { readonly string: Reader } & Readonly<Record<string, Reader>> = {
  string: { read: (key) => ['GET', key], comparison: exact },
  hash: { read: (key) => ['HGETALL', key], comparison: anyOrderOfPairs },
  zset: { read: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'], comparison: exact },
  stream: { read: (key) => ['XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'], comparison: withoutTimes },
  [autoStream]: { read: (key) => ['XLEN', key], comparison: exact },
};

interface Reader {
  readonly read: (key: string) => string[];
  readonly comparison: Comparison;
}

async function compareKey(both: (...args: string[]) => Promise<[Buffer, Buffer]>, key: string): Promise<string | null> {
  const [type, oracleType] = await both('TYPE', key);
  if (!type.equals(oracleType)) return `is ${shown(type)}, not ${shown(oracleType)}`;
  const { read, comparison } =
    readers[key === autoStream ? autoStream : type.toString().slice(1, -2)] ?? readers.string;
  const [value, oracleValue] = await both(...read(key));
  if (!value.equals(oracleValue) && comparison(parseReply(value), parseReply(oracleValue)) !== null) {
    return `holds ${shownSorted(value)}, not ${shownSorted(oracleValue)}`;
  }
  const [time, oracleTime] = await both('PEXPIRETIME', key);
  const timeDiffers = time.equals(oracleTime) ? null : timeIn(1, true)(parseReply(time), parseReply(oracleTime));
  if (timeDiffers !== null) return `expires at ${shown(time)}, not ${shown(oracleTime)}`;
  const [encoding, oracleEncoding] = await both('OBJECT', 'ENCODING', key);
  return encoding.equals(oracleEncoding) ? null : `is encoded ${shown(encoding)}, not ${shown(oracleEncoding)}`;
}

/** Where the oracle holds what it restores for a moment; no random command names these keys. */
const restoredKeys = { ours: 'restored from our DUMP', oracles: 'restored from its own DUMP' };

/** Our DUMP of a key beside the oracle's, both restored into the oracle. */
async function compareDump(ours: RawConnection, theirs: RawConnection, key: string): Promise<string | null> {
  if (key === autoStream) return null;
  const call = async (connection: RawConnection, ...args: readonly string[]): Promise<Buffer> => {
    connection.send(encodeLatin1(args));
    return connection.reply();
  };
  const [dump, oracleDump] = [await call(ours, 'DUMP', key), await call(theirs, 'DUMP', key)];
  const restored = await call(theirs, 'RESTORE', restoredKeys.ours, '0', parseReply(dump).text ?? '');
  await call(theirs, 'RESTORE', restoredKeys.oracles, '0', parseReply(oracleDump).text ?? '');
  try {
    if (restored.toString() !== '+OK\r\n') return `has a DUMP that redis-server answers with ${shown(restored)}`;
    const both = async (args: readonly string[]): Promise<[Buffer, Buffer]> => [
      await call(theirs, ...args.map((arg) => (arg === key ? restoredKeys.ours : arg))),
      await call(theirs, ...args.map((arg) => (arg === key ? restoredKeys.oracles : arg))),
    ];
    const [again, oracleAgain] = await both(['DUMP', key]);
    if (again.equals(oracleAgain)) return null;
    const [encoding, oracleEncoding] = await both(['OBJECT', 'ENCODING', key]);
    if (!encoding.equals(oracleEncoding)) return `is restored as ${shown(encoding)}, not ${shown(oracleEncoding)}`;
    const type = (await call(theirs, 'TYPE', key)).toString().slice(1, -2);
    const form = (await call(theirs, 'OBJECT', 'ENCODING', key)).toString();
    const hasOneForm = type === 'string' || form.includes('listpack') || form.includes('intset');
    const { read, comparison } = readers[type] ?? readers.string;
    const [value, oracleValue] = await both(read(key));
    const differs = !value.equals(oracleValue) && comparison(parseReply(value), parseReply(oracleValue)) !== null;
    return hasOneForm || differs ? `is dumped as ${shown(again)}, not ${shown(oracleAgain)}` : null;
  } finally {
    await call(theirs, 'DEL', restoredKeys.ours, restoredKeys.oracles);
  }
}

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = new SeededRandom(options.seed);
  const history: Sent[] = [];
  const pair = await Pair.open(options.ports);
  try {
    let nextCheckpoint = checkpointCommands;
    while (history.length < options.commands) {
      const batch = nextBatch(random);
      const before = history.length;
      history.push(...batch);
      const mismatch = await pair.run(batch);
      if (mismatch !== null) {
        const sent = history.slice(0, before + mismatch.at + 1);
        const steps = await shrink(options.ports, sent);
        return { commandsRun: sent.length, difference: told(options.seed, mismatch, steps) };
      }
      if (history.length < nextCheckpoint && history.length < options.commands) continue;
      nextCheckpoint += checkpointCommands;
      const data = await pair.compareData();
      if (data !== null) {
        const steps = related(history, new Set(data.keys)).slice(-30);
        const difference = `seed ${options.seed}, after ${history.length} commands: ${data.why}\n${listed(steps)}`;
        return { commandsRun: history.length, difference };
      }
    }
    return { commandsRun: history.length, difference: null };
  } finally {
    pair.close();
  }
}

function nextBatch(random: SeededRandom): Sent[] {
  const connection = random.below(connectionCount);
  const commands: FuzzCommand[] = [];
  const size = random.between(1, batchCommandsMax);
  while (commands.length < size) {
    if (random.chance(0.03)) commands.push(...nextTransaction(random));
    else commands.push(nextCommand(random));
  }
  return commands.map((command) => ({ connection, command }));
}

/** The shortest history found that still ends in a difference; the last command is the one that differs. */
async function shrink(ports: FuzzOptions['ports'], sent: readonly Sent[]): Promise<readonly Sent[]> {
  const last = sent.at(-1);
  if (last === undefined) return [];
  let steps = related(sent, new Set(last.command.args.slice(1))).slice(-historyCommandsMax);
  if (!(await stillDiffers(ports, steps))) {
    steps = sent.slice(-historyCommandsMax);
    if (!(await stillDiffers(ports, steps))) return sent.slice(-30);
  }
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < steps.length - 1; ) {
      const shorter = [...steps.slice(0, start), ...steps.slice(Math.min(start + size, steps.length - 1))];
      if (await stillDiffers(ports, shorter)) steps = shorter;
      else start += size;
    }
  }
  return steps;
}

async function stillDiffers(ports: FuzzOptions['ports'], steps: readonly Sent[]): Promise<boolean> {
  const pair = await Pair.open(ports);
  try {
    for (const step of steps) {
      const mismatch = await pair.run([step]);
      if (mismatch !== null) return true;
    }
    return false;
  } finally {
    pair.close();
  }
}

const wholeDatabase = new Set([
  'SELECT',
  'SWAPDB',
  'FLUSHDB',
  'FLUSHALL',
  'MULTI',
  'EXEC',
  'DISCARD',
  'RESET',
  'HELLO',
  'WATCH',
  'CONFIG',
]);

/** The commands that name one of `keys`, and those that concern whole databases and connections. */
function related(sent: readonly Sent[], keys: ReadonlySet<string>): readonly Sent[] {
  return sent.filter(
    ({ command }, position) =>
      position === sent.length - 1 ||
      wholeDatabase.has(command.args[0]?.toUpperCase() ?? '') ||
      command.args.slice(1, 3).some((arg) => keys.has(arg)),
  );
}

function told(seed: number, mismatch: Mismatch, steps: readonly Sent[]): string {
  return `seed ${seed}: ${mismatch.why}\n  ours    ${mismatch.ours}\n  oracle  ${mismatch.theirs}\nafter\n${listed(steps)}`;
}

function listed(steps: readonly Sent[]): string {
  return steps
    .map(({ connection, command }) => `  ${connection}> ${command.args.map((arg) => JSON.stringify(arg)).join(' ')}`)
    .join('\n');
}

async function collect(connection: RawConnection, count: number): Promise<{ replies: Buffer[]; failure: string }> {
  const replies: Buffer[] = [];
  try {
    while (replies.length < count) replies.push(await connection.reply());
    return { replies, failure: '' };
  } catch (error) {
    return { replies, failure: error instanceof Error ? error.message : String(error) };
  }
}

function encodeLatin1(args: readonly string[]): Buffer {
  return encodeCommand(args.map((arg) => Buffer.from(arg, 'latin1')));
}

function shown(reply: Buffer | undefined): string {
  return reply === undefined ? '(nothing)' : JSON.stringify(reply.toString('latin1', 0, 500));
}

function shownSorted(reply: Buffer): string {
  return canonical(parseReply(reply), 'pairs').slice(0, 500);
}

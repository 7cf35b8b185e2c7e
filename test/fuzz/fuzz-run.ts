/**
 * Runs one seeded sequence of random commands against two servers and compares every reply, and now and then all data.
 * Commands go in pipelined batches over four connections, one connection at a time, so that both servers see the same
 * order. A difference is shrunk: the commands that share its keys are replayed on empty databases with one after the
 * other left out, as long as the difference remains.
 *
 * Data agree when each key has the same type, encoding, expiry and content, and our DUMP of it, restored into the oracle
 * and dumped there, is the oracle's own DUMP, which goes the same way. Byte for byte where the form is a function of the content: strings,
 * all compact forms (listpack, intset), skiplists, lists of a single node. A hash table is dumped in an order that
 * follows from what was there before: the same bytes must be there in another order. A hash that was such a table and
 * is restored as a listpack has that order in its compressed bytes; where a longer list is cut into nodes, and which
 * removed entries a stream's nodes still hold, follows from history, too. There the content read whole decides
 * (HGETALL; LRANGE; XINFO STREAM FULL with all entries and groups).
 */
import { setTimeout } from 'node:timers/promises';
import { canonical, canonicalItems } from '../compat/looseness.js';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { parseReply, type ReplyTree, textsOf } from '../support/reply-tree.js';
import { type FuzzCommand, nextCommand, nextExpiry, nextTransaction, nextWalk } from './command-generator.js';
import { lottery } from './generators/sets.js';
import { autoStream } from './generators/streams.js';
import { anyOrder, anyOrderOfPairs, type Comparison, exact, timeIn, withoutTimes } from './reply-comparison.js';
import { SeededRandom } from './seeded-random.js';

const connectionCount = 4;
const batchCommandsMax = 300;
const checkpointCommands = 20_000;
const replayTimeoutMs = 60_000;
const historyCommandsMax = 400;
const walkPagesMax = 100_000;
const dumpChecksumBytes = 8;
/** What is shown before a difference. */
const contextBytes = 200;
const databases = 16;

/** What random commands may have set otherwise. */
const limits = [
  ...['hash-max-listpack-entries', '128', 'hash-max-listpack-value', '64', 'hll-sparse-max-bytes', '3000'],
  ...['list-max-listpack-size', '-2', 'set-max-intset-entries', '512', 'stream-node-max-entries', '100'],
  ...['zset-max-listpack-entries', '128', 'zset-max-listpack-value', '64'],
];

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
      await first?.call('CONFIG', 'SET', ...limits);
      for (const connection of connections.slice(connectionCount / 2)) await connection.call('HELLO', '3');
    }
    return pair;
  }

  close(): void {
    for (const connection of [...this.ours, ...this.theirs]) connection.close();
  }

  /** Sends the commands of one connection in one packet and compares the replies. */
  async run(batch: readonly Sent[]): Promise<Mismatch | null> {
    const { connection = 0, command: first } = batch[0] ?? {};
    const [ours, theirs] = this.#both(connection);
    if (first?.pauseMs !== undefined) await setTimeout(first.pauseMs);
    if (first?.walks !== undefined) return compareWalks(ours, theirs, first);
    const bytes = Buffer.concat(batch.map(({ command }) => encodeLatin1(command.args)));
    ours.send(bytes);
    theirs.send(bytes);
    const [mine, oracles] = await Promise.all([collect(ours, batch.length), collect(theirs, batch.length)]);
    for (const [at, { command }] of batch.entries()) {
      const [a, b] = [mine.replies[at], oracles.replies[at]];
      if (a === undefined || b === undefined) {
        const failure = a === undefined ? `ours: ${mine.failure}` : `the oracle: ${oracles.failure}`;
        return { at, why: failure, ...shownBoth(a, b) };
      }
      const why = this.#compare(connection, command, a, b);
      if (why !== null) return { at, why, ...shownBoth(a, b) };
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

/** Iterates to the end on both sides; a walk is a batch of its own. */
async function compareWalks(
  ours: RawConnection,
  theirs: RawConnection,
  command: FuzzCommand,
): Promise<Mismatch | null> {
  const [mine, oracles] = await Promise.all([walk(ours, command), walk(theirs, command)]);
  return mine === oracles ? null : { at: 0, why: 'the iterations differ', ours: mine, theirs: oracles };
}

/** All that an iteration finds, once; or the reply that is no page: an error, or `+QUEUED`. */
async function walk(connection: RawConnection, { args, walks }: FuzzCommand): Promise<string> {
  const found = new Set<string>();
  const { cursorAt = 1, entries = 'single' } = walks ?? {};
  for (let cursor = '0', pages = 0; pages < walkPagesMax; pages++) {
    connection.send(encodeLatin1(args.toSpliced(cursorAt, 1, cursor)));
    const reply = parseReply(await connection.reply());
    const [next, page] = reply.items;
    if (page === undefined) return canonical(reply, 'single');
    for (const item of canonicalItems(page, entries)) found.add(item);
    cursor = next?.text ?? '0';
    if (cursor === '0') return [...found].sort().join(' ');
  }
  return `no end after ${walkPagesMax} pages`;
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
  list: { read: (key) => ['LRANGE', key, '0', '-1'], comparison: exact },
  set: { read: (key) => ['SMEMBERS', key], comparison: anyOrder },
  zset: { read: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'], comparison: exact },
  stream: { read: (key) => ['XINFO', 'STREAM', key, 'FULL', 'COUNT', '0'], comparison: withoutTimes },
  [autoStream]: { read: (key) => ['XLEN', key], comparison: exact },
  [lottery]: { read: (key) => ['SCARD', key], comparison: exact },
};
/** Keys whose contents are each server's own. */
const unreadable = [autoStream, lottery];

interface Reader {
  readonly read: (key: string) => string[];
  readonly comparison: Comparison;
}

async function compareKey(both: (...args: string[]) => Promise<[Buffer, Buffer]>, key: string): Promise<string | null> {
  const [type, oracleType] = await both('TYPE', key);
  if (!type.equals(oracleType)) return `is ${shown(type)}, not ${shown(oracleType)}`;
  const { read, comparison } = readers[unreadable.includes(key) ? key : type.toString().slice(1, -2)] ?? readers.string;
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
  if (unreadable.includes(key)) return null;
  const [dump, oracleDump] = [await callLatin1(ours, 'DUMP', key), await callLatin1(theirs, 'DUMP', key)];
  const restored = await callLatin1(theirs, 'RESTORE', restoredKeys.ours, '0', parseReply(dump).text ?? '');
  await callLatin1(theirs, 'RESTORE', restoredKeys.oracles, '0', parseReply(oracleDump).text ?? '');
  try {
    if (restored.toString() !== '+OK\r\n') return `has a DUMP that redis-server answers with ${shown(restored)}`;
    const isTable = parseReply(oracleDump).text?.charCodeAt(0) === tableOfFields;
    return await compareRestored(isTable, async (makeArgs) => [
      await callLatin1(theirs, ...makeArgs(restoredKeys.ours)),
      await callLatin1(theirs, ...makeArgs(restoredKeys.oracles)),
    ]);
  } finally {
    await callLatin1(theirs, 'DEL', restoredKeys.ours, restoredKeys.oracles);
  }
}

/** What a DUMP begins with when it lists the fields of a hash table, in the table's order. */
const tableOfFields = 4;

/** Asks the oracle the same of both restored keys. */
type AskBoth = (makeArgs: (key: string) => string[]) => Promise<[Buffer, Buffer]>;

async function compareRestored(isTable: boolean, ask: AskBoth): Promise<string | null> {
  const [dump, oracleDump] = await ask((key) => ['DUMP', key]);
  if (dump.equals(oracleDump)) return null;
  const [form, oracleForm] = await ask((key) => ['OBJECT', 'ENCODING', key]);
  if (!form.equals(oracleForm)) return `is restored as ${shown(form)}, not ${shown(oracleForm)}`;
  const why = `is dumped as ${shown(dump)}, not ${shown(oracleDump)}`;
  const encoding = parseReply(form).text ?? '';
  if (encoding === 'hashtable' && sortedBytes(dump).equals(sortedBytes(oracleDump))) return null;
  const isFree = encoding === 'stream' || isTable || (encoding === 'quicklist' && (await haveNodes(ask)));
  if (!isFree) return why;
  const type = (await ask((key) => ['TYPE', key]))[1].toString().slice(1, -2);
  const { read, comparison } = readers[type] ?? readers.string;
  const [value, oracleValue] = await ask(read);
  if (value.equals(oracleValue)) return null;
  return comparison(parseReply(value), parseReply(oracleValue)) === null ? null : why;
}

/** Whether one of two lists has several nodes. */
async function haveNodes(ask: AskBoth): Promise<boolean> {
  const told = await ask((key) => ['DEBUG', 'OBJECT', key]);
  return told.some((facts) => !facts.toString().includes('ql_nodes:1 '));
}

/** What a DUMP holds, in no order: without the checksum at its end. */
function sortedBytes(dump: Buffer): Buffer {
  const content = Buffer.from(parseReply(dump).text ?? '', 'latin1');
  return Buffer.from(content.subarray(0, Math.max(0, content.length - dumpChecksumBytes)).sort());
}

async function callLatin1(connection: RawConnection, ...args: readonly string[]): Promise<Buffer> {
  connection.send(encodeLatin1(args));
  return connection.reply();
}

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const random = new SeededRandom(options.seed);
  const history: Sent[] = [];
  const pair = await Pair.open(options.ports);
  try {
    let nextCheckpoint = checkpointCommands;
    while (history.length < options.commands) {
      for (const batch of nextBatches(random)) {
        const before = history.length;
        history.push(...batch);
        const mismatch = await pair.run(batch);
        if (mismatch === null) continue;
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

/** What one connection sends next, in as many packets. */
function nextBatches(random: SeededRandom): Sent[][] {
  const connection = random.below(connectionCount);
  return nextPackets(random).map((commands) => commands.map((command) => ({ connection, command })));
}

function nextPackets(random: SeededRandom): FuzzCommand[][] {
  if (random.chance(0.1)) return [[{ args: ['DISCARD'], comparison: exact }], [nextWalk(random)]];
  if (random.chance(0.1)) return nextExpiry(random);
  const commands: FuzzCommand[] = [];
  const size = random.between(1, batchCommandsMax);
  while (commands.length < size) {
    if (random.chance(0.03)) commands.push(...nextTransaction(random));
    else commands.push(nextCommand(random));
  }
  return [commands];
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

/** Two replies, the part from a little before their first different byte on. */
function shownBoth(ours: Buffer | undefined, theirs: Buffer | undefined): Pick<Mismatch, 'ours' | 'theirs'> {
  const firstDifferent = theirs?.findIndex((byte, at) => byte !== ours?.[at]) ?? 0;
  const start = Math.max(0, firstDifferent - contextBytes);
  return { ours: shown(ours?.subarray(start)), theirs: shown(theirs?.subarray(start)) };
}

function shown(reply: Buffer | undefined): string {
  return reply === undefined ? '(nothing)' : JSON.stringify(reply.toString('latin1', 0, 500));
}

function shownSorted(reply: Buffer): string {
  return canonical(parseReply(reply), 'pairs').slice(0, 500);
}

/** HyperLogLog commands: strings that estimate how many different elements were added to them. */
import type { ByteSlice } from '../base/byte-slice.js';
import { cText, errorFor, errors } from '../errors.js';
import { type Database, KEEP_EXPIRY } from '../keyspace/database.js';
import { CorruptHyperLogLog, estimateRegisters, HyperLogLog, isHyperLogLog, REGISTERS } from '../types/hyperloglog.js';
import { type CommandEntry, type Context, command, keysAt, noArguments, noted, type RunResult } from './command.js';

/** A register of the self test is filled with each value once. */
const SELF_TEST_VALUES = 51;

const pfadd = command<{ key: ByteSlice; elements: readonly ByteSlice[] }>({
  name: 'PFADD',
  arity: -2,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['hyperloglog'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'O(1) to add every element.',
  summary: 'Adds the specified elements to the specified HyperLogLog.',
  syntax: 'key [element [element ...]]',
  parse: (args) => ({ key: args.bytes(), elements: args.rest() }),
  run: refusingCorrupt((context, { key, elements }) => {
    const { db } = context;
    const existing = forWrite(db, key);
    const hyperLogLog = existing ?? HyperLogLog.empty();
    let isChanged = existing === undefined;
    for (const element of elements) if (hyperLogLog.add(element, db.shared.limits.hllSparseBytesMax)) isChanged = true;
    if (isChanged) save(context, key, hyperLogLog);
    context.reply.integer(isChanged ? 1 : 0);
  }),
});

const pfcount = command<{ keys: readonly ByteSlice[] }>({
  name: 'PFCOUNT',
  arity: -2,
  flags: ['readonly'],
  acl: ['hyperloglog'],
  keys: noted(
    'RW because it may change the internal representation of the key, and propagate to replicas',
    keysAt(1, -1, 1, 'RW', 'access'),
  ),
  group: 'hyperloglog',
  since: '2.8.9',
  complexity:
    'O(1) with a very small average constant time when called with a single key. O(N) with N being the number of keys, and much bigger constant times, when called with multiple keys.',
  summary: 'Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s).',
  syntax: 'key [key ...]',
  parse: (args) => ({ keys: args.rest() }),
  run: refusingCorrupt((context, { keys }) => {
    const { db, reply } = context;
    const [only] = keys;
    if (keys.length === 1 && only !== undefined) reply.integer(estimateOf(context, only));
    else reply.integer(estimateRegisters(merged(db, keys).registers));
  }),
});

const pfmerge = command<{ destination: ByteSlice; sources: readonly ByteSlice[] }>({
  name: 'PFMERGE',
  arity: -2,
  flags: ['write', 'denyoom'],
  acl: ['hyperloglog'],
  keys: [...keysAt(1, 1, 1, 'RW', 'access', 'insert'), ...keysAt(2, -1, 1, 'RO', 'access')],
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'O(N) to merge N HyperLogLogs, but with high constant times.',
  summary: 'Merge N different HyperLogLogs into a single one.',
  syntax: 'destkey [sourcekey [sourcekey ...]]',
  parse: (args) => ({ destination: args.bytes(), sources: args.rest() }),
  run: refusingCorrupt((context, { destination, sources }) => {
    const { db } = context;
    const { registers, isDense } = merged(db, [destination, ...sources]);
    const hyperLogLog = forWrite(db, destination) ?? HyperLogLog.empty();
    if (isDense) hyperLogLog.makeDense();
    for (const [register, value] of registers.entries()) {
      if (value > 0) hyperLogLog.raise(register, value, db.shared.limits.hllSparseBytesMax);
    }
    save(context, destination, hyperLogLog);
    context.reply.simple('OK');
  }),
});

const pfdebug = command<{ subcommand: ByteSlice; key: ByteSlice }>({
  name: 'PFDEBUG',
  arity: 3,
  flags: ['write', 'denyoom', 'admin'],
  acl: ['hyperloglog'],
  keys: keysAt(2, 2, 1, 'RW', 'access'),
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'N/A',
  summary: 'Internal commands for debugging HyperLogLog values',
  syntax: 'subcommand key',
  parse: (args) => ({ subcommand: args.bytes(), key: args.bytes() }),
  run: refusingCorrupt((context, { subcommand, key }) => {
    const hyperLogLog = forWrite(context.db, key);
    if (hyperLogLog === undefined) throw errors.hllMissing;
    const debug = debuggers[cText(subcommand.latin1()).toUpperCase()];
    if (debug === undefined) throw errorFor.unknownPfdebug(subcommand.latin1());
    debug(context, key, hyperLogLog);
  }),
});

const debuggers: Readonly<Record<string, (context: Context, key: ByteSlice, hyperLogLog: HyperLogLog) => void>> = {
  GETREG(context, key, hyperLogLog) {
    if (hyperLogLog.makeDense()) saveDense(context, key, hyperLogLog);
    context.reply.array(REGISTERS);
    hyperLogLog.forEachRun((_first, _length, value) => context.reply.integer(value));
  },
  DECODE({ reply }, _key, hyperLogLog) {
    if (hyperLogLog.isDense) throw errors.hllNotSparse;
    reply.bulkText(hyperLogLog.describeRuns());
  },
  ENCODING: ({ reply }, _key, hyperLogLog) => reply.simple(hyperLogLog.isDense ? 'dense' : 'sparse'),
  TODENSE(context, key, hyperLogLog) {
    const wasSparse = hyperLogLog.makeDense();
    if (wasSparse) saveDense(context, key, hyperLogLog);
    context.reply.integer(wasSparse ? 1 : 0);
  },
};

const pfselftest = command<undefined>({
  name: 'PFSELFTEST',
  arity: 1,
  flags: ['admin'],
  acl: ['hyperloglog'],
  group: 'hyperloglog',
  since: '2.8.9',
  complexity: 'N/A',
  summary: 'An internal command for testing HyperLogLog values',
  syntax: '',
  parse: noArguments,
  run: ({ reply }) => {
    if (!registersHold()) throw errors.hllSelfTest;
    reply.simple('OK');
  },
});

export const hyperLogLogCommands: readonly CommandEntry[] = [pfadd, pfcount, pfmerge, pfdebug, pfselftest];

/** A handler that answers a string which is no HyperLogLog after all with an error. */
function refusingCorrupt<Arguments>(
  run: (context: Context, parsed: Arguments) => void,
): (context: Context, parsed: Arguments) => RunResult {
  return (context, parsed) => {
    try {
      run(context, parsed);
    } catch (failure) {
      throw failure instanceof CorruptHyperLogLog ? errors.hllCorrupt : failure;
    }
  };
}

function opened(bytes: ByteSlice | undefined): HyperLogLog | undefined {
  if (bytes === undefined) return undefined;
  if (!isHyperLogLog(bytes)) throw errors.notHyperLogLog;
  return HyperLogLog.open(bytes);
}

/** What a key holds, for a command that changes it; its encoding becomes raw. @throws ReplyError */
function forWrite(db: Database, key: ByteSlice): HyperLogLog | undefined {
  const bytes = db.stringForWrite(key);
  if (bytes === undefined) return undefined;
  if (!isHyperLogLog(bytes)) throw errors.notHyperLogLog;
  return HyperLogLog.open(db.resizeString(key, bytes.length));
}

/** Writes back what has changed. */
function save(context: Context, key: ByteSlice, hyperLogLog: HyperLogLog): void {
  hyperLogLog.outdate();
  if (!hyperLogLog.isInPlace) context.db.setString(key, hyperLogLog.bytes(), KEEP_EXPIRY, 'raw');
  context.changed('pfadd', key);
}

/** Writes back what holds the same in another form. */
function saveDense(context: Context, key: ByteSlice, hyperLogLog: HyperLogLog): void {
  context.db.setString(key, hyperLogLog.bytes(), KEEP_EXPIRY, 'raw');
  context.changed('pfdebug', key);
}

/** The estimate of one key, kept in it for the next time. */
function estimateOf(context: Context, key: ByteSlice): number | bigint {
  const { db } = context;
  const bytes = db.getString(key);
  const hyperLogLog = opened(bytes);
  if (bytes === undefined || hyperLogLog === undefined) return 0;
  const kept = hyperLogLog.keptEstimate();
  if (kept !== undefined) return kept;
  const estimate = hyperLogLog.estimate();
  hyperLogLog.keepEstimate(estimate);
  if (!hyperLogLog.isInPlace) db.setString(key, hyperLogLog.bytes(), KEEP_EXPIRY, 'raw');
  // The estimate is kept in the value: a transaction that watches it fails.
  context.changed('pfcount', key);
  return estimate;
}

/** The registers of several keys together, and whether one of them is dense. */
function merged(db: Database, keys: readonly ByteSlice[]): { registers: Uint8Array; isDense: boolean } {
  const registers = new Uint8Array(REGISTERS);
  let isDense = false;
  for (const key of keys) {
    const hyperLogLog = opened(db.getString(key));
    if (hyperLogLog?.isDense) isDense = true;
    hyperLogLog?.mergeInto(registers);
  }
  return { registers, isDense };
}

/** Whether sparse and dense registers hold every value they are raised to. */
function registersHold(): boolean {
  const [sparse, dense] = [HyperLogLog.empty(), HyperLogLog.empty()];
  dense.makeDense();
  const expected = new Uint8Array(REGISTERS);
  for (let value = 1; value <= SELF_TEST_VALUES; value++) {
    const register = (value * 331) % REGISTERS;
    expected[register] = value;
    for (const each of [sparse, dense]) each.raise(register, value, Number.POSITIVE_INFINITY);
  }
  return [sparse, dense].every((each) => {
    const registers = new Uint8Array(REGISTERS);
    each.mergeInto(registers);
    return Buffer.compare(registers, expected) === 0;
  });
}

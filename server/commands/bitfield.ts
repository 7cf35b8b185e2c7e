/**
 * BITFIELD: integers of 1 to 64 bits at any bit of a string, read, set and counted in one command.
 *
 * A mistake in any operation refuses them all; an increment that overflows under FAIL answers null and leaves its field
 * alone. The string grows to hold every field that is written, even when the write then fails.
 */
import { type ByteSlice, equalsWord } from '../base/byte-slice.js';
import { INT64_MAX, parseInteger } from '../base/integer.js';
import { errors, type ReplyError } from '../errors.js';
import {
  type BitfieldType,
  fitBitfield,
  type Overflow,
  parseBitfieldType,
  readBitfield,
  writeBitfield,
} from '../types/bits.js';
import type { ArgumentParser } from './argument-parser.js';
import { checkBitOffset } from './bitmap.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

const HASH_SIGN = 35;
/** Arguments after each subcommand's word. */
const ARGUMENTS = { GET: 2, SET: 3, INCRBY: 3, OVERFLOW: 1 } as const;
const OVERFLOWS: readonly Overflow[] = ['WRAP', 'SAT', 'FAIL'];

interface Operation {
  readonly word: 'GET' | 'SET' | 'INCRBY';
  readonly type: BitfieldType;
  /** In bits. */
  readonly offset: number;
  readonly value: bigint;
  readonly overflow: Overflow;
}

interface BitfieldRequest {
  readonly key: ByteSlice;
  readonly operations: readonly Operation[];
  /** What is wrong with an operation, unless an offset before it lies too far out. */
  readonly mistake: ReplyError | undefined;
}

const bitfield = command<BitfieldRequest>({
  name: 'BITFIELD',
  arity: -2,
  flags: ['write', 'denyoom'],
  acl: ['bitmap'],
  keys: [
    {
      first: 1,
      last: 1,
      step: 1,
      flags: ['RW', 'access', 'update', 'variable_flags'],
      notes: 'This command allows both access and modification of the key',
      flagsFor: (argv) => (onlyReads(argv) ? ['RO', 'access'] : ['RW', 'access', 'update']),
    },
  ],
  group: 'bitmap',
  since: '3.2.0',
  complexity: 'O(1) for each subcommand specified',
  summary: 'Perform arbitrary bitfield integer operations on strings',
  syntax:
    'key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment> [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value | INCRBY encoding offset increment> ...]]',
  parse: parseBitfield,
  run: (context, { key, operations, mistake }) => {
    checkOperations(context, operations, mistake);
    if (operations.every(({ word }) => word === 'GET')) read(context, key, operations);
    else write(context, key, operations);
  },
});

const bitfieldRo = command<BitfieldRequest>({
  name: 'BITFIELD_RO',
  arity: -2,
  flags: ['readonly', 'fast'],
  acl: ['bitmap'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'bitmap',
  since: '6.0.0',
  complexity: 'O(1) for each subcommand specified',
  summary: 'Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD',
  syntax: 'key [GET encoding offset [GET encoding offset ...]]',
  parse: parseBitfield,
  run: (context, { key, operations, mistake }) => {
    checkOperations(context, operations, mistake);
    if (operations.some(({ word }) => word !== 'GET')) throw errors.bitfieldReadOnly;
    read(context, key, operations);
  },
});

export const bitfieldCommands: readonly CommandEntry[] = [bitfield, bitfieldRo];

function parseBitfield(args: ArgumentParser): BitfieldRequest {
  const key = args.bytes();
  const operations: Operation[] = [];
  let overflow: Overflow = 'WRAP';
  const mistake = args.deferred(() => {
    while (args.remaining > 0) {
      const word = wordWithArguments(args);
      if (word === undefined) args.fail(errors.syntax);
      else if (word === 'OVERFLOW') overflow = parseOverflow(args);
      else parseOperation(args, word, overflow, operations);
    }
  });
  return { key, operations, mistake };
}

/** Reads a subcommand's word when its arguments are all there. */
function wordWithArguments(args: ArgumentParser): keyof typeof ARGUMENTS | undefined {
  for (const word of ['GET', 'SET', 'INCRBY', 'OVERFLOW'] as const) {
    if (args.remaining > ARGUMENTS[word] && args.flag(word)) return word;
  }
  return undefined;
}

function parseOverflow(args: ArgumentParser): Overflow {
  const overflow = OVERFLOWS.find((word) => args.flag(word));
  if (overflow === undefined) args.fail(errors.bitfieldOverflow);
  return overflow ?? 'WRAP';
}

/** Adds an operation even when its value is wrong: its offset, which comes before the value, is checked with the others. */
function parseOperation(
  args: ArgumentParser,
  word: Operation['word'],
  overflow: Overflow,
  operations: Operation[],
): void {
  const type = parseBitfieldType(args.bytes().latin1());
  if (type === undefined) {
    args.fail(errors.bitfieldType);
    return;
  }
  const offset = parseOffset(args.bytes(), type);
  if (offset === undefined) {
    args.fail(errors.bitOffset);
    return;
  }
  const value = word === 'GET' ? 0n : BigInt(args.int64());
  operations.push({ word, type, offset, value, overflow });
}

/** A number of bits or, after `#`, of fields of the type. */
function parseOffset({ buffer, start, end }: ByteSlice, { bits }: BitfieldType): number | undefined {
  if (buffer[start] !== HASH_SIGN || start === end) return parseInteger(buffer, start, end);
  const fields = parseInteger(buffer, start + 1, end);
  return fields === undefined ? undefined : fields * bits;
}

/** @throws ReplyError */
function checkOperations(context: Context, operations: readonly Operation[], mistake: ReplyError | undefined): void {
  for (const { offset } of operations) checkBitOffset(context, offset);
  if (mistake !== undefined) throw mistake;
}

function read({ db, reply }: Context, key: ByteSlice, operations: readonly Operation[]): void {
  const bytes = db.getString(key);
  reply.array(operations.length);
  for (const { offset, type } of operations) reply.integer(bytes === undefined ? 0 : readBitfield(bytes, offset, type));
}

function write(context: Context, key: ByteSlice, operations: readonly Operation[]): void {
  const { db, reply } = context;
  const length = db.stringForWrite(key)?.length;
  const needed = operations.reduce((most, { word, offset, type }) => {
    return word === 'GET' ? most : Math.max(most, Math.ceil((offset + type.bits) / 8));
  }, length ?? 0);
  const bytes = db.resizeString(key, needed);
  let isChanged = needed !== length;
  reply.array(operations.length);
  for (const operation of operations) {
    const { offset, type } = operation;
    const old = readBitfield(bytes, offset, type);
    const value = operation.word === 'GET' ? old : written(operation, old);
    if (value === undefined) {
      reply.nil();
      continue;
    }
    if (value !== old) {
      writeBitfield(bytes, offset, type, value);
      isChanged = true;
    }
    reply.integer(operation.word === 'INCRBY' ? value : old);
  }
  if (isChanged) context.changed('setbit', key);
}

/** What SET or INCRBY leaves in the field; undefined when it fails. */
function written({ word, type, value, overflow }: Operation, old: bigint): bigint | undefined {
  if (word === 'INCRBY') return fitBitfield(old + value, type, overflow);
  // A negative number is a large one to an unsigned field.
  if (!type.signed) return fitBitfield(BigInt.asUintN(64, value), type, overflow);
  return fitBitfield(overflow === 'SAT' && wrapsAround(value, type) ? INT64_MAX : value, type, overflow);
}

/** Redis measures the way to a signed type's greatest value in 64 bits: the least numbers of all lie above it. */
function wrapsAround(value: bigint, { bits }: BitfieldType): boolean {
  return bits < 64 && (1n << BigInt(bits - 1)) - 1n - value > INT64_MAX;
}

/** What COMMAND GETKEYSANDFLAGS takes for a command that reads. */
function onlyReads(argv: readonly ByteSlice[]): boolean {
  let at = 2;
  while (at < argv.length) {
    const arg = argv[at];
    const after = argv.length - at - 1;
    const is = (word: keyof typeof ARGUMENTS): boolean =>
      arg !== undefined && after >= ARGUMENTS[word] && equalsWord(arg.buffer, arg.start, arg.end, word);
    if (is('GET')) at += 1 + ARGUMENTS.GET;
    else if (is('OVERFLOW')) at += 1 + ARGUMENTS.OVERFLOW;
    else return false;
  }
  return true;
}

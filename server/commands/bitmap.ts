/**
 * Commands on single bits of strings; bitfield.ts has those on integers of any width.
 *
 * Bit offsets reach as far as strings do: `proto-max-bulk-len` is known when a command runs, so the check comes then, and
 * mistakes in what follows the offset wait for it.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { errors, type ReplyError } from '../errors.js';
import { NO_EXPIRY } from '../keyspace/database.js';
import { type BitOperation, combineBits, countBitRange, countBits, findBit, getBit, setBit } from '../types/bits.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

const EMPTY = ByteSlice.of(Buffer.alloc(0));

/** @throws ReplyError when a bit lies beyond the longest string there may be */
export function checkBitOffset({ server }: Context, offset: number): void {
  if (offset < 0 || Math.floor(offset / 8) >= server.config.get('proto-max-bulk-len')) throw errors.bitOffset;
}

const setbit = command<{ key: ByteSlice; offset: number; bit: number; mistake: ReplyError | undefined }>({
  name: 'SETBIT',
  arity: 4,
  flags: ['write', 'denyoom'],
  acl: ['bitmap'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'bitmap',
  since: '2.2.0',
  complexity: 'O(1)',
  summary: 'Sets or clears the bit at offset in the string value stored at key',
  syntax: 'key offset value',
  parse: (args) => {
    const key = args.bytes();
    const offset = args.integer(errors.bitOffset);
    let bit = 0;
    const mistake = args.deferred(() => {
      bit = args.integer(errors.bitValue);
      if (bit !== 0 && bit !== 1) args.fail(errors.bitValue);
    });
    return { key, offset, bit, mistake };
  },
  run: (context, { key, offset, bit, mistake }) => {
    checkBitOffset(context, offset);
    if (mistake !== undefined) throw mistake;
    const { db } = context;
    const length = db.stringForWrite(key)?.length;
    const grownTo = Math.max(length ?? 0, Math.floor(offset / 8) + 1);
    const bytes = db.resizeString(key, grownTo);
    const old = getBit(bytes, offset);
    setBit(bytes, offset, bit === 1 ? 1 : 0);
    if (grownTo !== length || old !== bit) context.changed('setbit', key);
    context.reply.integer(old);
  },
});

const getbit = command<{ key: ByteSlice; offset: number }>({
  name: 'GETBIT',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['bitmap'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'bitmap',
  since: '2.2.0',
  complexity: 'O(1)',
  summary: 'Returns the bit value at offset in the string value stored at key',
  syntax: 'key offset',
  parse: (args) => ({ key: args.bytes(), offset: args.integer(errors.bitOffset) }),
  run: (context, { key, offset }) => {
    checkBitOffset(context, offset);
    context.reply.integer(getBit(context.db.getString(key) ?? EMPTY, offset));
  },
});

/** The part of a string a command looks at, as written: negative ends count from behind. */
interface WrittenRange {
  readonly start: number;
  /** Undefined: to the end, which BITPOS treats as followed by zeros. */
  readonly end: number | undefined;
  readonly unit: 'BYTE' | 'BIT';
}

interface RangeRequest {
  readonly key: ByteSlice;
  readonly range: WrittenRange | undefined;
  /** What is wrong with the range: told of a string only. */
  readonly mistake: ReplyError | undefined;
}

const bitcount = command<RangeRequest>({
  name: 'BITCOUNT',
  arity: -2,
  flags: ['readonly'],
  acl: ['bitmap'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'bitmap',
  since: '2.6.0',
  complexity: 'O(N)',
  summary: 'Count set bits in a string',
  syntax: 'key [start end [BYTE | BIT]]',
  parse: (args) => ({ key: args.bytes(), ...parseRange(args, 2) }),
  run: ({ db, reply }, { key, range, mistake }) => {
    const bytes = db.getString(key);
    if (bytes === undefined) {
      reply.integer(0);
      return;
    }
    if (mistake !== undefined) throw mistake;
    if (range?.end !== undefined && isReversed(range.start, range.end)) {
      reply.integer(0);
      return;
    }
    const bits = bitRange(range, bytes.length);
    if (bits === undefined) reply.integer(0);
    else if (range === undefined) reply.integer(countBits(bytes));
    else reply.integer(countBitRange(bytes, bits.first, bits.last));
  },
});

const bitpos = command<RangeRequest & { readonly bit: 0 | 1 }>({
  name: 'BITPOS',
  arity: -3,
  flags: ['readonly'],
  acl: ['bitmap'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'bitmap',
  since: '2.8.7',
  complexity: 'O(N)',
  summary: 'Find first bit set or clear in a string',
  syntax: 'key bit [start [end [BYTE | BIT]]]',
  parse: (args) => {
    const key = args.bytes();
    const bit = args.integer();
    if (bit !== 0 && bit !== 1) args.fail(errors.bitArgument);
    return { key, bit: bit === 1 ? 1 : 0, ...parseRange(args, 1) };
  },
  run: ({ db, reply }, { key, bit, range, mistake }) => {
    const bytes = db.getString(key);
    if (bytes === undefined) {
      reply.integer(bit === 1 ? -1 : 0);
      return;
    }
    if (mistake !== undefined) throw mistake;
    const bits = bitRange(range, bytes.length);
    if (bits === undefined) {
      reply.integer(-1);
      return;
    }
    const found = findBit(bytes, bit, bits.first, bits.last);
    const isOpen = range?.end === undefined;
    reply.integer(found < 0 && bit === 0 && isOpen ? bytes.length * 8 : found);
  },
});

const OPERATIONS: readonly BitOperation[] = ['AND', 'OR', 'XOR', 'NOT'];

interface BitopRequest {
  readonly operation: BitOperation;
  readonly destination: ByteSlice;
  readonly sources: readonly ByteSlice[];
}

const bitop = command<BitopRequest>({
  name: 'BITOP',
  arity: -4,
  flags: ['write', 'denyoom'],
  acl: ['bitmap'],
  keys: [...keysAt(2, 2, 1, 'OW', 'update'), ...keysAt(3, -1, 1, 'RO', 'access')],
  group: 'bitmap',
  since: '2.6.0',
  complexity: 'O(N)',
  summary: 'Perform bitwise operations between strings',
  syntax: 'operation destkey key [key ...]',
  parse: (args) => {
    const operation = OPERATIONS.find((word) => args.flag(word));
    if (operation === undefined) args.fail(errors.syntax);
    const destination = args.bytes();
    const sources = args.rest();
    if (operation === 'NOT' && sources.length !== 1) args.fail(errors.bitopNot);
    return { operation: operation ?? 'AND', destination, sources };
  },
  run: (context, { operation, destination, sources }) => {
    const { db } = context;
    const result = ByteSlice.of(
      combineBits(
        operation,
        sources.map((key) => db.getString(key) ?? EMPTY),
      ),
    );
    if (result.length > 0) {
      db.setString(destination, result, NO_EXPIRY, 'raw');
      context.changed('set', destination);
    } else if (db.delete(destination)) {
      context.changed('del', destination);
    }
    context.reply.integer(result.length);
  },
});

export const bitmapCommands: readonly CommandEntry[] = [setbit, getbit, bitcount, bitpos, bitop];

/** Reads `start end BYTE|BIT`. @param least how many of the numbers there must be when there is one */
function parseRange(args: ArgumentParser, least: 1 | 2): Omit<RangeRequest, 'key'> {
  let range: WrittenRange | undefined;
  const mistake = args.deferred(() => {
    if (args.remaining === 0) return;
    if (args.remaining < least || args.remaining > 3) args.fail(errors.syntax);
    const start = args.integer();
    const written = args.remaining > 0 ? args.bytes() : undefined;
    const readEnd = (): number | undefined => (written === undefined ? undefined : Number(args.asInt64(written)));
    // BITCOUNT complains of the end before the unit, BITPOS after.
    const endBeforeUnit = least === 2 ? readEnd() : undefined;
    // Of a range that ends before it begins BITCOUNT reads no unit.
    if (endBeforeUnit !== undefined && isReversed(start, endBeforeUnit)) args.rest();
    const unit = args.flag('BIT') ? 'BIT' : 'BYTE';
    if (unit === 'BYTE') args.flag('BYTE');
    if (args.remaining > 0) args.fail(errors.syntax);
    range = { start, end: endBeforeUnit ?? readEnd(), unit };
  });
  return { range, mistake };
}

/** Whether both count from the end, and the end lies before the start. */
function isReversed(start: number, end: number): boolean {
  return start < 0 && end < 0 && start > end;
}

/** First and last bit of a range within a string, both included; undefined when it is empty. */
function bitRange(range: WrittenRange | undefined, lengthBytes: number): { first: number; last: number } | undefined {
  const unitBits = range?.unit === 'BIT' ? 1 : 8;
  const length = (lengthBytes * 8) / unitBits;
  const start = fromFront(range?.start ?? 0, length);
  const end = Math.min(fromFront(range?.end ?? -1, length), length - 1);
  return start > end ? undefined : { first: start * unitBits, last: (end + 1) * unitBits - 1 };
}

/** An index from the front; one that lies before the first unit means the first. */
function fromFront(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : index;
}

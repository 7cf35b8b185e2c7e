/**
 * A JSON value as bytes: a tag, then what the tag says, containers with their members inside. A document is one run of
 * bytes without pointers, so that it lies in one block of an arena, is copied by copying, and costs the garbage collector
 * nothing.
 *
 *   null, false, true   the tag alone
 *   number              the tag and 1, 2, 4 or 8 bytes: the narrowest form that holds it exactly; integers from -32 to 159
 *                       are tags themselves. Integers are exact in 64 bits, signed and unsigned; a number written with a
 *                       point or an exponent is a double, and stays one.
 *   string              the tag, a length of 1, 2 or 4 bytes, UTF-8
 *   array, object       the tag, the number of members (u32), the bytes of the members (u32), the members; a member of an
 *                       object is a key (a length byte, or 255 and a u32; UTF-8) and a value
 *
 * Heads of containers have one width whatever their size: when a part changes its length, what lies before it stays where
 * it is. Keys are unique, in the order in which they came.
 *
 * The root of a document is at offset 0 of its bytes. Functions here trust the bytes: a parser or `validateTape` made
 * sure of them.
 */
import { assert } from '../base/assert.js';
import { ByteSlice, equalBytes } from '../base/byte-slice.js';

export const Tag = {
  null: 0,
  false: 1,
  true: 2,
  int8: 3,
  int16: 4,
  int32: 5,
  int64: 6,
  uint64: 7,
  float: 8,
  double: 9,
  string8: 10,
  string16: 11,
  string32: 12,
  array: 13,
  object: 14,
  /** From here on the tag is an integer. */
  smallInteger: 64,
} as const;

/** The integer that the first tag of small integers stands for. */
export const SMALL_INTEGER_MIN = -32;
export const SMALL_INTEGER_MAX = SMALL_INTEGER_MIN + 255 - Tag.smallInteger;
/** Tag, count and length of a container. */
export const CONTAINER_HEAD_BYTES = 9;
/** First byte of a key's length that four more bytes follow. */
export const LONG_KEY = 255;

/** The name of a value's type, as JSON.TYPE answers it. */
export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const TYPE_OF_TAG: readonly JsonType[] = [
  'null',
  'boolean',
  'boolean',
  'integer',
  'integer',
  'integer',
  'integer',
  'integer',
  'number',
  'number',
  'string',
  'string',
  'string',
  'array',
  'object',
];

/** Bytes of a scalar with its tag, by tag; 0 when the length stands behind the tag. */
const SCALAR_BYTES = Uint8Array.of(1, 1, 1, 2, 3, 5, 9, 9, 5, 9, 0, 0, 0, 0, 0);

export function tagAt(tape: Buffer, at: number): number {
  return tape[at] ?? 0;
}

export function typeAt(tape: Buffer, at: number): JsonType {
  return TYPE_OF_TAG[tagAt(tape, at)] ?? 'integer';
}

export function isContainer(tape: Buffer, at: number): boolean {
  const tag = tagAt(tape, at);
  return tag === Tag.array || tag === Tag.object;
}

export function isNumber(tape: Buffer, at: number): boolean {
  const tag = tagAt(tape, at);
  return (tag >= Tag.int8 && tag <= Tag.double) || tag >= Tag.smallInteger;
}

export function isString(tape: Buffer, at: number): boolean {
  const tag = tagAt(tape, at);
  return tag >= Tag.string8 && tag <= Tag.string32;
}

/** Where a value ends. */
export function endOf(tape: Buffer, at: number): number {
  const tag = tagAt(tape, at);
  if (tag >= Tag.smallInteger) return at + 1;
  const bytes = SCALAR_BYTES[tag] ?? 0;
  if (bytes > 0) return at + bytes;
  if (tag >= Tag.array) return at + CONTAINER_HEAD_BYTES + tape.readUInt32LE(at + 5);
  if (tag === Tag.string8) return at + 2 + (tape[at + 1] ?? 0);
  return tag === Tag.string16 ? at + 3 + tape.readUInt16LE(at + 1) : at + 5 + tape.readUInt32LE(at + 1);
}

/** Members of a container. */
export function countAt(tape: Buffer, at: number): number {
  return tape.readUInt32LE(at + 1);
}

/** The UTF-8 of a string, as a view. */
export function stringAt(tape: Buffer, at: number): ByteSlice {
  const width = 1 << (tagAt(tape, at) - Tag.string8);
  return new ByteSlice(tape, at + 1 + width, endOf(tape, at));
}

/** Where the value of an object's member lies, whose key begins at `at`. */
export function valueOfEntry(tape: Buffer, at: number): number {
  const short = tape[at] ?? 0;
  return short === LONG_KEY ? at + 5 + tape.readUInt32LE(at + 1) : at + 1 + short;
}

/** The UTF-8 of the key that begins at `at`, as a view. */
export function keyAt(tape: Buffer, at: number): ByteSlice {
  return new ByteSlice(tape, tape[at] === LONG_KEY ? at + 5 : at + 1, valueOfEntry(tape, at));
}

/** An integer, exactly: a number when a double holds it, else a bigint. */
export function integerAt(tape: Buffer, at: number): number | bigint {
  const tag = tagAt(tape, at);
  switch (tag) {
    case Tag.int8:
      return tape.readInt8(at + 1);
    case Tag.int16:
      return tape.readInt16LE(at + 1);
    case Tag.int32:
      return tape.readInt32LE(at + 1);
    case Tag.int64:
      return narrowed(tape.readBigInt64LE(at + 1));
    case Tag.uint64:
      return tape.readBigUInt64LE(at + 1);
    default:
      return tag - Tag.smallInteger + SMALL_INTEGER_MIN;
  }
}

/** A number as a double: beyond 2^53 the nearest one. */
export function doubleAt(tape: Buffer, at: number): number {
  const tag = tagAt(tape, at);
  if (tag === Tag.double) return tape.readDoubleLE(at + 1);
  return tag === Tag.float ? tape.readFloatLE(at + 1) : Number(integerAt(tape, at));
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Where the entry of an object with a key begins; -1 when there is none. */
export function findEntry(tape: Buffer, at: number, key: ByteSlice): number {
  const { buffer, start, end } = key;
  const stop = endOf(tape, at);
  for (let entry = at + CONTAINER_HEAD_BYTES; entry < stop; ) {
    const value = valueOfEntry(tape, entry);
    const keyStart = tape[entry] === LONG_KEY ? entry + 5 : entry + 1;
    if (equalBytes(tape, keyStart, value, buffer, start, end)) return entry;
    entry = endOf(tape, value);
  }
  return -1;
}

/** Where an element of an array begins, counted from its first; it is there. */
export function elementAt(tape: Buffer, at: number, index: number): number {
  let element = at + CONTAINER_HEAD_BYTES;
  for (let left = index; left > 0; left--) element = endOf(tape, element);
  return element;
}

/** Visits the members of a container: where each begins (an object's at its key), and where its value does. */
export function forEachMember(tape: Buffer, at: number, visit: (entry: number, value: number) => void): void {
  const isObject = tagAt(tape, at) === Tag.object;
  const stop = endOf(tape, at);
  for (let entry = at + CONTAINER_HEAD_BYTES; entry < stop; ) {
    const value = isObject ? valueOfEntry(tape, entry) : entry;
    visit(entry, value);
    entry = endOf(tape, value);
  }
}

/** How deep containers lie in each other: 0 for a scalar. */
export function depthOf(tape: Buffer, at: number): number {
  if (!isContainer(tape, at)) return 0;
  let deepest = 0;
  forEachMember(tape, at, (_entry, value) => {
    deepest = Math.max(deepest, depthOf(tape, value));
  });
  return deepest + 1;
}

/** Checks every invariant of the head comment; throws on the first that fails. For tests. */
export function validateTape(tape: Buffer, at = 0): void {
  const end = endOf(tape, at);
  assert(end <= tape.length, 'a value ends within its bytes');
  assert(at > 0 || end === tape.length, 'the root is all there is');
  if (!isContainer(tape, at)) return;
  let count = 0;
  let behind = at + CONTAINER_HEAD_BYTES;
  const keys = new Set<string>();
  forEachMember(tape, at, (entry, value) => {
    assert(entry === behind, 'members follow each other');
    if (entry !== value) {
      const key = keyAt(tape, entry).latin1();
      assert(!keys.has(key), `the key ${key} is unique`);
      keys.add(key);
    }
    validateTape(tape, value);
    behind = endOf(tape, value);
    count++;
  });
  assert(behind === end, 'the last member ends where its container does');
  assert(count === countAt(tape, at), `count ${countAt(tape, at)}, counted ${count}`);
}

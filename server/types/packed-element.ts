/**
 * Elements one after another in a block of bytes, as Redis's listpacks hold them: integers in as few bytes as they need,
 * everything else as it is, and each element's length on both sides of it, so that a block is read from either end. A block
 * of elements between a listpack's head and its last byte is what DUMP and snapshots write.
 *
 *   0xxxxxxx                integer, 0 to 127          10xxxxxx ...             bytes, length below 64
 *   110xxxxx xxxxxxxx       integer, 13 bits           1110xxxx xxxxxxxx ...    bytes, length below 4,096
 *   F1, F2, F3, F4 ...      integer of 16, 24, 32 or 64 bits, the lowest byte first
 *   F0 and 4 bytes ...      bytes, any length, its lowest byte first
 *
 * After each follow the bytes it took, seven bits a byte, the highest first; a set top bit says that more stand before it.
 *
 * Only the canonical decimal of an integer is kept as one, so equal bytes are equal elements and the other way round.
 */
import { ByteSlice, copyBytes, equalBytes } from '../base/byte-slice.js';
import { formatInt64, parseInt64 } from '../base/integer.js';

const BYTES_6 = 0x80;
const INT_13 = 0xc0;
const BYTES_12 = 0xe0;
const BYTES_32 = 0xf0;
const INT_16 = 0xf1;
const INT_64 = 0xf4;

/** Values of the low word of an int64. */
const WORD = 2 ** 32;

/**
 * An element on its way into a block. One object is prepared for one element after another: what it was prepared for is a
 * view, and must not change until it is written.
 */
export class ElementDraft {
  #bytes: ByteSlice = ByteSlice.of(Buffer.alloc(0));
  #integer: number | bigint | undefined;
  #ownBytes = 0;
  /** Bytes the element takes in a block. */
  size = 0;

  prepare(bytes: ByteSlice): void {
    this.#bytes = bytes;
    this.#integer = parseInt64(bytes.buffer, bytes.start, bytes.end);
    this.#ownBytes = this.#integer === undefined ? bytesSize(bytes.end - bytes.start) : integerSize(this.#integer);
    this.size = this.#ownBytes + lengthSize(this.#ownBytes);
  }

  /** Writes the element. @returns where it ends */
  write(to: Buffer, at: number): number {
    if (this.#integer === undefined) writeBytes(this.#bytes, to, at);
    else writeInteger(this.#integer, this.#ownBytes, to, at);
    return writeLength(this.#ownBytes, to, at + this.#ownBytes);
  }

  /** Whether the element at a place is the same. */
  equals(from: Buffer, at: number): boolean {
    const first = from[at] ?? 0;
    if (isInteger(first)) return this.#integer !== undefined && readInteger(from, at) === this.#integer;
    if (this.#integer !== undefined) return false;
    const start = at + bytesHead(first);
    const bytes = this.#bytes;
    return equalBytes(from, start, start + bytesLength(from, at), bytes.buffer, bytes.start, bytes.end);
  }
}

/** The element at a place: a view, or scratch memory that lives until the next call. */
export function readElement(from: Buffer, at: number): ByteSlice {
  const first = from[at] ?? 0;
  if (isInteger(first)) return formatInt64(readInteger(from, at));
  const start = at + bytesHead(first);
  return new ByteSlice(from, start, start + bytesLength(from, at));
}

/** Bytes the element at a place takes. */
export function elementSize(from: Buffer, at: number): number {
  const first = from[at] ?? 0;
  const ownBytes = isInteger(first) ? integerBytes(first) : bytesHead(first) + bytesLength(from, at);
  return ownBytes + lengthSize(ownBytes);
}

/** Bytes taken by the element that ends before a place. */
export function sizeBefore(from: Buffer, end: number): number {
  let ownBytes = 0;
  let shift = 1;
  let at = end - 1;
  for (;;) {
    const byte = from[at] ?? 0;
    ownBytes += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
    shift *= 128;
    at--;
  }
  return ownBytes + end - at;
}

function isInteger(first: number): boolean {
  return first < BYTES_6 || (first >= INT_13 && first < BYTES_12) || first > BYTES_32;
}

/** Bytes of an integer by its first one. */
function integerBytes(first: number): number {
  if (first < BYTES_6) return 1;
  if (first < BYTES_12) return 2;
  return first === INT_64 ? 9 : first - INT_16 + 3;
}

function integerSize(value: number | bigint): number {
  if (typeof value === 'bigint') return 9;
  if (value >= 0 && value < 128) return 1;
  if (value >= -4096 && value < 4096) return 2;
  if (value >= -0x8000 && value < 0x8000) return 3;
  if (value >= -0x80_0000 && value < 0x80_0000) return 4;
  return value >= -0x8000_0000 && value < 0x8000_0000 ? 5 : 9;
}

function writeInteger(value: number | bigint, size: number, to: Buffer, at: number): void {
  if (typeof value === 'bigint') {
    to[at] = INT_64;
    to.writeBigInt64LE(value, at + 1);
  } else if (size === 1) {
    to[at] = value;
  } else if (size === 2) {
    to[at] = INT_13 | ((value >> 8) & 0x1f);
    to[at + 1] = value;
  } else if (size === 9) {
    to[at] = INT_64;
    to.writeInt32LE(Math.floor(value / WORD), at + 5);
    to.writeUInt32LE(value >>> 0, at + 1);
  } else {
    to[at] = INT_16 + size - 3;
    for (let i = 1, rest = value; i < size; i++, rest >>= 8) to[at + i] = rest;
  }
}

function readInteger(from: Buffer, at: number): number | bigint {
  const first = from[at] ?? 0;
  if (first < BYTES_6) return first;
  if (first < BYTES_12) return (((first & 0x1f) << 27) >> 19) | (from[at + 1] ?? 0);
  if (first === INT_64) {
    const value = from.readInt32LE(at + 5) * WORD + from.readUInt32LE(at + 1);
    return Number.isSafeInteger(value) ? value : from.readBigInt64LE(at + 1);
  }
  return from.readIntLE(at + 1, integerBytes(first) - 1);
}

/** Bytes before the bytes themselves, by the first one. */
function bytesHead(first: number): number {
  if (first < INT_13) return 1;
  return first < BYTES_32 ? 2 : 5;
}

function bytesLength(from: Buffer, at: number): number {
  const first = from[at] ?? 0;
  if (first < INT_13) return first & 0x3f;
  return first < BYTES_32 ? ((first & 0xf) << 8) | (from[at + 1] ?? 0) : from.readUInt32LE(at + 1);
}

function bytesSize(length: number): number {
  if (length < 64) return length + 1;
  return length + (length < 4096 ? 2 : 5);
}

function writeBytes({ buffer, start, end }: ByteSlice, to: Buffer, at: number): void {
  const length = end - start;
  let target = at + 1;
  if (length < 64) {
    to[at] = BYTES_6 | length;
  } else if (length < 4096) {
    to[at] = BYTES_12 | (length >> 8);
    to[target++] = length;
  } else {
    to[at] = BYTES_32;
    target = to.writeUInt32LE(length, target);
  }
  copyBytes(buffer, start, end, to, target);
}

/** Bytes that say how many bytes an element took. */
function lengthSize(ownBytes: number): number {
  if (ownBytes < 128) return 1;
  if (ownBytes < 16_383) return 2;
  if (ownBytes < 2_097_151) return 3;
  return ownBytes < 268_435_455 ? 4 : 5;
}

/** @returns where it ends */
function writeLength(ownBytes: number, to: Buffer, at: number): number {
  const size = lengthSize(ownBytes);
  let rest = ownBytes;
  for (let i = size - 1; i > 0; i--) {
    to[at + i] = 0x80 | (rest & 0x7f);
    rest = Math.floor(rest / 128);
  }
  to[at] = rest;
  return at + size;
}

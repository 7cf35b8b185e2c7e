/**
 * Bits of a byte string, numbered as Redis numbers them: bit 0 is the highest bit of the first byte. Counting and
 * searching walk 32 bits at a time where the memory is aligned.
 *
 * A bitfield is an integer of 1 to 64 bits at any bit offset, its highest bit first; bits beyond the string are zero.
 */
import type { ByteSlice } from '../base/byte-slice.js';

/** Ranges shorter than this are not worth a view of words. */
const WORDS_FROM_BYTES = 64;

/** How many bits are set. */
export function countBits(bytes: ByteSlice): number {
  const { buffer, start, end } = bytes;
  const words = wordsOf(bytes);
  let count = 0;
  let at = start;
  if (words !== undefined) {
    for (; at < words.start; at++) count += bitsIn(buffer[at] ?? 0);
    for (const word of words.view) count += bitsIn(word);
    at = words.end;
  }
  for (; at < end; at++) count += bitsIn(buffer[at] ?? 0);
  return count;
}

/** How many of the bits from `first` to `last`, both included, are set. They lie within the bytes. */
export function countBitRange(bytes: ByteSlice, first: number, last: number): number {
  const firstByte = Math.floor(first / 8);
  const lastByte = Math.floor(last / 8);
  const whole = countBits(bytes.slice(firstByte, lastByte + 1));
  const before = (byteAt(bytes, firstByte) >>> (8 - (first % 8))) & 0xff;
  const after = byteAt(bytes, lastByte) & ((1 << (7 - (last % 8))) - 1);
  return whole - bitsIn(before) - bitsIn(after);
}

/** The first bit of a value from bit `first` to bit `last`, both included and within the bytes; -1 when there is none. */
export function findBit(bytes: ByteSlice, bit: 0 | 1, first: number, last: number): number {
  const lastByte = Math.floor(last / 8);
  const head = first % 8;
  let byte = Math.floor(first / 8);
  if (head !== 0) {
    const found = firstBitIn(byteAt(bytes, byte), bit, head);
    if (found >= 0) return within(byte * 8 + found, last);
    byte++;
  }
  byte = skipBytes(bytes, bit === 1 ? 0 : 0xff, byte, lastByte + 1);
  if (byte > lastByte) return -1;
  return within(byte * 8 + firstBitIn(byteAt(bytes, byte), bit, 0), last);
}

export function getBit(bytes: ByteSlice, offset: number): 0 | 1 {
  const byte = Math.floor(offset / 8);
  if (byte >= bytes.length) return 0;
  return ((byteAt(bytes, byte) >>> (7 - (offset % 8))) & 1) === 1 ? 1 : 0;
}

/** Sets a bit that lies within the bytes. */
export function setBit(bytes: ByteSlice, offset: number, bit: 0 | 1): void {
  const at = bytes.start + Math.floor(offset / 8);
  const mask = 1 << (7 - (offset % 8));
  const byte = bytes.buffer[at] ?? 0;
  bytes.buffer[at] = bit === 1 ? byte | mask : byte & ~mask;
}

export type BitOperation = 'AND' | 'OR' | 'XOR' | 'NOT';

/** Combines strings byte by byte; shorter ones count as filled with zeros. NOT takes one. */
export function combineBits(operation: BitOperation, sources: readonly ByteSlice[]): Buffer {
  const [first, ...others] = sources;
  const length = sources.reduce((longest, source) => Math.max(longest, source.length), 0);
  const result = Buffer.alloc(length);
  first?.buffer.copy(result, 0, first.start, first.end);
  if (operation === 'NOT') for (let i = 0; i < length; i++) result[i] = ~(result[i] ?? 0);
  for (const { buffer, start, end } of others) {
    const common = end - start;
    if (operation === 'AND') {
      for (let i = 0; i < common; i++) result[i] = (result[i] ?? 0) & (buffer[start + i] ?? 0);
      result.fill(0, common);
    } else if (operation === 'OR') {
      for (let i = 0; i < common; i++) result[i] = (result[i] ?? 0) | (buffer[start + i] ?? 0);
    } else {
      for (let i = 0; i < common; i++) result[i] = (result[i] ?? 0) ^ (buffer[start + i] ?? 0);
    }
  }
  return result;
}

/** The integer type of a bitfield. Unsigned ones have at most 63 bits, signed ones at most 64. */
export interface BitfieldType {
  readonly signed: boolean;
  readonly bits: number;
}

export type Overflow = 'WRAP' | 'SAT' | 'FAIL';

/** Reads `i8`, `u16` ...; undefined when it is no such type. */
export function parseBitfieldType(text: string): BitfieldType | undefined {
  const [, letter, digits] = /^([iu])([1-9]\d?)$/.exec(text) ?? [];
  const bits = Number(digits);
  const signed = letter === 'i';
  return letter === undefined || bits > (signed ? 64 : 63) ? undefined : { signed, bits };
}

export function readBitfield(bytes: ByteSlice, offset: number, { signed, bits }: BitfieldType): bigint {
  let value = 0n;
  for (let read = 0; read < bits; ) {
    const at = offset + read;
    const inByte = at % 8;
    const taken = Math.min(8 - inByte, bits - read);
    const byte = Math.floor(at / 8);
    const part = byte < bytes.length ? (byteAt(bytes, byte) >>> (8 - inByte - taken)) & ((1 << taken) - 1) : 0;
    value = (value << BigInt(taken)) | BigInt(part);
    read += taken;
  }
  return signed ? BigInt.asIntN(bits, value) : value;
}

/** Writes a value into a field that lies within the bytes; higher bits of the value are cut off. */
export function writeBitfield(bytes: ByteSlice, offset: number, { bits }: BitfieldType, value: bigint): void {
  for (let left = bits; left > 0; ) {
    const last = offset + left - 1;
    const inByte = last % 8;
    const taken = Math.min(inByte + 1, left);
    const shift = 7 - inByte;
    const mask = ((1 << taken) - 1) << shift;
    const part = Number((value >> BigInt(bits - left)) & 0xffn) << shift;
    const at = bytes.start + Math.floor(last / 8);
    bytes.buffer[at] = ((bytes.buffer[at] ?? 0) & ~mask) | (part & mask);
    left -= taken;
  }
}

/** A value brought into the range of a type; undefined when it does not fit and the overflow is to fail. */
export function fitBitfield(value: bigint, { signed, bits }: BitfieldType, overflow: Overflow): bigint | undefined {
  const min = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const max = signed ? (1n << BigInt(bits - 1)) - 1n : (1n << BigInt(bits)) - 1n;
  if (value >= min && value <= max) return value;
  if (overflow === 'FAIL') return undefined;
  if (overflow === 'SAT') return value < min ? min : max;
  return signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

function byteAt(bytes: ByteSlice, index: number): number {
  return bytes.buffer[bytes.start + index] ?? 0;
}

function within(position: number, last: number): number {
  return position <= last ? position : -1;
}

/** The first bit of a value in a byte, from bit `from` on, or -1. */
function firstBitIn(byte: number, bit: 0 | 1, from: number): number {
  const wanted = (bit === 1 ? byte : ~byte) & (0xff >>> from);
  return wanted === 0 ? -1 : Math.clz32(wanted) - 24;
}

/** Index of the first byte from `from` up to and without `to` that is not `skipped`; `to` when there is none. */
function skipBytes(bytes: ByteSlice, skipped: 0 | 0xff, from: number, to: number): number {
  const words = wordsOf(bytes.slice(from, to));
  const { buffer, start } = bytes;
  let at = start + from;
  const end = start + to;
  if (words !== undefined) {
    while (at < words.start && buffer[at] === skipped) at++;
    if (at < words.start) return at - start;
    const word = skipped === 0 ? 0 : -1;
    const different = words.view.findIndex((candidate) => candidate !== word);
    at = different < 0 ? words.end : words.start + different * 4;
  }
  while (at < end && buffer[at] === skipped) at++;
  return at - start;
}

/** Bits set in a 32-bit word. */
function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

interface Words {
  readonly view: Int32Array;
  /** Where the words begin and end in the buffer. */
  readonly start: number;
  readonly end: number;
}

/** The aligned words inside a range; undefined when it is short. */
function wordsOf({ buffer, start, end }: ByteSlice): Words | undefined {
  if (end - start < WORDS_FROM_BYTES) return undefined;
  const first = start + (-(buffer.byteOffset + start) & 3);
  const count = (end - first) >>> 2;
  return {
    view: new Int32Array(buffer.buffer, buffer.byteOffset + first, count),
    start: first,
    end: first + count * 4,
  };
}

/**
 * Elements of a listpack, the compact list of Redis, at an offset of a buffer. RDB holds small collections in this form, and
 * streams keep their entries in it, byte for byte: how much fits into a node decides what an approximate trim removes, which clients see.
 *
 *   element   code and data, then their length once more, so that a reader can go backwards
 *   code      0xxxxxxx          integers 0 to 127
 *             10llllll          text of up to 63 bytes
 *             110xxxxx +1       integers of 13 bits
 *             1110llll +1       text of up to 4095 bytes
 *             f0 +4             longer text
 *             f1 f2 f3 f4       integers of 2, 3, 4, 8 bytes, little-endian
 *   length    7 bits a byte, the most significant first; every byte but the first has bit 7 set
 *
 * Text that is a canonical int64 is kept as that integer. A list begins with its size in bytes (u32) and its number of
 * elements (u16, 65535 for "many"), and ends with ff.
 */
import { ByteSlice, copyBytes } from './byte-slice.js';
import { highWord, type Int64, int64OfWords, lowWord } from './int64-words.js';
import { formatInt64, parseInt64 } from './integer.js';

export const LIST_HEAD_BYTES = 6;
export const LIST_END = 0xff;
/** The number of elements of a list that has this many or more. */
export const MANY_ELEMENTS = 0xffff;

/** What an integer takes at most, and a text beside its bytes. */
export const INTEGER_BYTES_MAX = 10;
export const TEXT_OVERHEAD_BYTES_MAX = 10;

const TEXT6_MAX = 63;
const TEXT12_MAX = 4095;
const INT13_MAX = 4095;
const INT16_MAX = 2 ** 15 - 1;
const INT24_MAX = 2 ** 23 - 1;
const INT32_MAX = 2 ** 31 - 1;
/** From so many bytes on an element's length takes one byte more. */
const LENGTH_STEPS = [128, 16_383, 2_097_151, 268_435_455];

const TEXT32 = 0xf0;
const INT16 = 0xf1;
const INT24 = 0xf2;
const INT32 = 0xf3;
const INT64 = 0xf4;
/** The greatest code there is. */
export const LAST_CODE = INT64;

/** How many bytes of an element must be there before its size can be told. */
export function sizingBytes(code: number): number {
  if (code < 0xc0) return 1;
  return code < TEXT32 ? 2 : code === TEXT32 ? 5 : 1;
}

/** Bytes of code and data at `at`. */
export function contentBytes(buffer: Buffer, at: number): number {
  const code = buffer[at] ?? 0;
  if (code < 0x80) return 1;
  if (code < 0xc0) return 1 + (code & 0x3f);
  if (code < 0xe0) return 2;
  if (code < 0xf0) return 2 + text12Length(buffer, at);
  if (code === TEXT32) return 5 + buffer.readUInt32LE(at + 1);
  return code === INT16 ? 3 : code === INT24 ? 4 : code === INT32 ? 5 : 9;
}

function text12Length(buffer: Buffer, at: number): number {
  return (((buffer[at] ?? 0) & 0x0f) << 8) | (buffer[at + 1] ?? 0);
}

/** Bytes in which the length of so many bytes is written. */
export function lengthBytes(bytes: number): number {
  let size = 1;
  for (const step of LENGTH_STEPS) if (bytes >= step) size++;
  return size;
}

/** Where the element after the one at `at` begins. */
export function nextElement(buffer: Buffer, at: number): number {
  const content = contentBytes(buffer, at);
  return at + content + (content < 128 ? 1 : lengthBytes(content));
}

/** Whether `at` holds the length of so many bytes. */
export function hasLength(buffer: Buffer, at: number, bytes: number): boolean {
  let rest = bytes;
  for (let from = at + lengthBytes(bytes) - 1; from >= at; from--) {
    if (buffer[from] !== ((rest & 0x7f) | (from > at ? 0x80 : 0))) return false;
    rest = Math.floor(rest / 128);
  }
  return true;
}

/** Where the element before `at` begins. */
export function previousElement(buffer: Buffer, at: number): number {
  let from = at - 1;
  let content = (buffer[from] ?? 0) & 0x7f;
  for (let scale = 128; ((buffer[from] ?? 0) & 0x80) !== 0; scale *= 128) {
    from--;
    content += ((buffer[from] ?? 0) & 0x7f) * scale;
  }
  return from - content;
}

/** The integer at `at`; undefined for text. */
export function integerAt(buffer: Buffer, at: number): Int64 | undefined {
  const code = buffer[at] ?? 0;
  if (code < 0x80) return code;
  if (code < 0xc0) return undefined;
  if (code < 0xe0) {
    const value = ((code & 0x1f) << 8) | (buffer[at + 1] ?? 0);
    return value > INT13_MAX ? value - 8192 : value;
  }
  switch (code) {
    case INT16:
      return buffer.readInt16LE(at + 1);
    case INT24:
      return buffer.readIntLE(at + 1, 3);
    case INT32:
      return buffer.readInt32LE(at + 1);
    case INT64:
      return int64OfWords(buffer.readUInt32LE(at + 5), buffer.readUInt32LE(at + 1));
    default:
      return undefined;
  }
}

/** The element at `at` as text: a view, or for an integer scratch memory that lives until the next call. */
export function textAt(buffer: Buffer, at: number): ByteSlice {
  const code = buffer[at] ?? 0;
  if (code >= 0x80 && code < 0xc0) return new ByteSlice(buffer, at + 1, at + 1 + (code & 0x3f));
  if (code >= 0xe0 && code < 0xf0) return new ByteSlice(buffer, at + 2, at + 2 + text12Length(buffer, at));
  if (code === TEXT32) return new ByteSlice(buffer, at + 5, at + 5 + buffer.readUInt32LE(at + 1));
  return formatInt64(integerAt(buffer, at) ?? 0);
}

/** Bytes an integer takes as an element. */
export function integerBytes(value: Int64): number {
  if (typeof value === 'bigint') return 10;
  if (value >= 0 && value <= 127) return 2;
  const magnitude = value < 0 ? -value - 1 : value;
  if (magnitude <= INT13_MAX) return 3;
  if (magnitude <= INT16_MAX) return 4;
  if (magnitude <= INT24_MAX) return 5;
  return magnitude <= INT32_MAX ? 6 : 10;
}

/** Bytes a text takes as an element. */
export function textBytes(text: ByteSlice): number {
  const integer = parseInt64(text.buffer, text.start, text.end);
  return integer === undefined ? plainTextBytes(text.length) : integerBytes(integer);
}

function plainTextBytes(length: number): number {
  const content = (length <= TEXT6_MAX ? 1 : length <= TEXT12_MAX ? 2 : 5) + length;
  return content + lengthBytes(content);
}

/** Writes an integer as an element. @returns where it ends */
export function writeInteger(buffer: Buffer, at: number, value: Int64): number {
  const end = at + integerBytes(value) - 1;
  switch (end - at) {
    case 1:
      buffer[at] = Number(value);
      break;
    case 2:
      buffer[at] = 0xc0 | ((Number(value) >> 8) & 0x1f);
      buffer[at + 1] = Number(value) & 0xff;
      break;
    case 3:
      buffer[at] = INT16;
      buffer.writeInt16LE(Number(value), at + 1);
      break;
    case 4:
      buffer[at] = INT24;
      buffer.writeIntLE(Number(value), at + 1, 3);
      break;
    case 5:
      buffer[at] = INT32;
      buffer.writeInt32LE(Number(value), at + 1);
      break;
    default:
      buffer[at] = INT64;
      buffer.writeUInt32LE(lowWord(value), at + 1);
      buffer.writeUInt32LE(highWord(value), at + 5);
  }
  buffer[end] = end - at;
  return end + 1;
}

/** Writes a text as an element, as an integer when it is one. @returns where it ends */
export function writeText(buffer: Buffer, at: number, text: ByteSlice): number {
  const integer = parseInt64(text.buffer, text.start, text.end);
  if (integer !== undefined) return writeInteger(buffer, at, integer);
  const { length } = text;
  let data = at + 1;
  if (length <= TEXT6_MAX) {
    buffer[at] = 0x80 | length;
  } else if (length <= TEXT12_MAX) {
    buffer[at] = 0xe0 | (length >> 8);
    buffer[at + 1] = length & 0xff;
    data = at + 2;
  } else {
    buffer[at] = TEXT32;
    buffer.writeUInt32LE(length, at + 1);
    data = at + 5;
  }
  copyBytes(text.buffer, text.start, text.end, buffer, data);
  return writeLength(buffer, data + length, data + length - at);
}

/** @returns where the length ends */
function writeLength(buffer: Buffer, at: number, bytes: number): number {
  const end = at + lengthBytes(bytes);
  let rest = bytes;
  for (let to = end - 1; to >= at; to--) {
    buffer[to] = (rest & 0x7f) | (to > at ? 0x80 : 0);
    rest = Math.floor(rest / 128);
  }
  return end;
}

/**
 * Listpacks: small collections as one string. A head of total bytes (uint32) and number of elements (uint16; 65535:
 * count them), elements, and 255. An element is an integer or a string, followed by its own length, written backwards.
 */

import { ByteSink } from '../../base/byte-sink.js';
import { ByteSlice } from '../../base/byte-slice.js';
import { formatInt64, parseInt64 } from '../../base/integer.js';
import { CorruptPayload, demand } from '../corrupt-payload.js';

const HEAD_BYTES = 6;
const END = 0xff;
const UNCOUNTED = 0xffff;
const INTEGER_TEXT_MAX = 20;

/** Builds a listpack element by element. */
export class ListpackWriter {
  readonly #sink = new ByteSink();
  #count = 0;

  constructor() {
    this.#sink.uint(0, HEAD_BYTES);
  }

  /** Adds a string; one that is an integer in canonical form becomes one. */
  string(bytes: ByteSlice): void {
    const { buffer, start, end } = bytes;
    const value = end - start <= INTEGER_TEXT_MAX ? parseInt64(buffer, start, end) : undefined;
    if (value !== undefined) this.integer(value);
    else this.#string(bytes);
  }

  integer(value: number | bigint): void {
    const at = this.#sink.length;
    if (typeof value === 'bigint' || value < -(2 ** 31) || value >= 2 ** 31) {
      this.#sink.byte(0xf4);
      this.#sink.int64(BigInt(value));
    } else if (value >= 0 && value <= 127) {
      this.#sink.byte(value);
    } else if (value >= -4096 && value <= 4095) {
      this.#sink.uintBE(0xc000 | (value & 0x1fff), 2);
    } else {
      const [first, width] =
        value === (value << 16) >> 16 ? [0xf1, 2] : value === (value << 8) >> 8 ? [0xf2, 3] : [0xf3, 4];
      this.#sink.byte(first);
      this.#sink.int(value, width);
    }
    this.#endElement(at);
  }

  /** The whole listpack; nothing may be added after. */
  bytes(): Buffer {
    this.#sink.byte(END);
    this.#sink.patchUint(this.#sink.length, 0, 4);
    this.#sink.patchUint(Math.min(this.#count, UNCOUNTED), 4, 2);
    return this.#sink.bytes();
  }

  #string(bytes: ByteSlice): void {
    const at = this.#sink.length;
    const { length } = bytes;
    if (length < 64) {
      this.#sink.byte(0x80 | length);
    } else if (length < 4096) {
      this.#sink.uintBE(0xe000 | length, 2);
    } else {
      this.#sink.byte(0xf0);
      this.#sink.uint(length, 4);
    }
    this.#sink.raw(bytes.view());
    this.#endElement(at);
  }

  /** Writes the length of the element that began at `at`, seven bits a byte, the highest first. */
  #endElement(at: number): void {
    const length = this.#sink.length - at;
    const bytes = backLengthBytes(length);
    for (let left = bytes - 1; left >= 0; left--) {
      const bits = Math.floor(length / 2 ** (7 * left)) & 0x7f;
      this.#sink.byte(left === bytes - 1 ? bits : bits | 0x80);
    }
    this.#count++;
  }
}

/** How many bytes the length behind an element takes. */
function backLengthBytes(length: number): number {
  if (length <= 127) return 1;
  if (length < 16383) return 2;
  if (length < 2097151) return 3;
  return length < 268435455 ? 4 : 5;
}

/** Every element of a listpack, integers as text. @throws CorruptPayload */
export function readListpack({ buffer, start, end }: ByteSlice): ByteSlice[] {
  const length = end - start;
  demand(length > HEAD_BYTES && buffer.readUInt32LE(start) === length, 'a listpack has another length');
  const counted = buffer.readUInt16LE(start + 4);
  const elements: ByteSlice[] = [];
  const last = end - 1;
  let at = start + HEAD_BYTES;
  while (at < last) {
    const { element, bytes } = readElement(buffer, at, last);
    const behind = backLengthBytes(bytes);
    demand(at + bytes + behind <= last, 'an element of a listpack runs over');
    demand(readBackLength(buffer, at + bytes, behind) === bytes, 'an element of a listpack has another length');
    elements.push(element);
    at += bytes + behind;
  }
  demand(at === last && buffer[last] === END, 'a listpack does not end');
  demand(counted === UNCOUNTED || counted === elements.length, 'a listpack has another number of elements');
  return elements;
}

function readBackLength(buffer: Buffer, at: number, bytes: number): number {
  let length = 0;
  for (let i = 0; i < bytes; i++) {
    const byte = buffer[at + i] ?? 0;
    if (byte >= 0x80 !== i > 0) return -1;
    length = length * 128 + (byte & 0x7f);
  }
  return length;
}

interface Element {
  readonly element: ByteSlice;
  /** Without the length behind it. */
  readonly bytes: number;
}

function readElement(buffer: Buffer, at: number, end: number): Element {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return integerElement(first, 1);
  if (first < 0xc0) return stringElement(buffer, at, 1, first & 0x3f, end);
  if (first < 0xe0) {
    demand(at + 2 <= end, 'a listpack ends too soon');
    return integerElement(((((first & 0x1f) << 8) | (buffer[at + 1] ?? 0)) << 19) >> 19, 2);
  }
  demand(at + (HEADS[first - 0xe0] ?? 0) <= end, 'a listpack ends too soon');
  if (first < 0xf0) return stringElement(buffer, at, 2, ((first & 0x0f) << 8) | (buffer[at + 1] ?? 0), end);
  switch (first) {
    case 0xf0:
      return stringElement(buffer, at, 5, buffer.readUInt32LE(at + 1), end);
    case 0xf1:
      return integerElement(buffer.readInt16LE(at + 1), 3);
    case 0xf2:
      return integerElement(buffer.readIntLE(at + 1, 3), 4);
    case 0xf3:
      return integerElement(buffer.readInt32LE(at + 1), 5);
    case 0xf4:
      return integerElement(buffer.readBigInt64LE(at + 1), 9);
    default:
      throw new CorruptPayload('an element of a listpack has no type');
  }
}

/** Bytes of an element that are there whatever its length: by first byte, from 0xe0 on. */
const HEADS: readonly number[] = [...Array.from({ length: 16 }, () => 2), 5, 3, 4, 5, 9];

function integerElement(value: number | bigint, bytes: number): Element {
  return { element: ByteSlice.of(formatInt64(value).copy()), bytes };
}

function stringElement(buffer: Buffer, at: number, head: number, length: number, end: number): Element {
  demand(length <= end - at - head, 'a string of a listpack runs over');
  return { element: new ByteSlice(buffer, at + head, at + head + length), bytes: head + length };
}

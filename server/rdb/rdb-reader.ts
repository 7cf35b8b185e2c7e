/**
 * Reads the elements of RDB from bytes that may be anything: every read checks that what it reads is there, and throws
 * `CorruptPayload` when it is not. Strings are views of the payload unless they have to be made.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { formatInt64 } from '../base/integer.js';
import { CorruptPayload, demand } from './corrupt-payload.js';
import { decompress } from './lzf.js';
import {
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  STRING_COMPRESSED,
  STRING_INT8,
  STRING_INT16,
  STRING_INT32,
} from './rdb-types.js';

/** The double written as text has a length byte: these mean no text. */
const NAN_LENGTH = 253;
const INFINITY_LENGTH = 254;
const MINUS_INFINITY_LENGTH = 255;

export class RdbReader {
  #at: number;
  readonly #buffer: Buffer;
  readonly #end: number;

  constructor({ buffer, start, end }: ByteSlice) {
    this.#buffer = buffer;
    this.#at = start;
    this.#end = end;
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    return this.#buffer[this.#take(1)] ?? 0;
  }

  int64(): bigint {
    return this.#buffer.readBigInt64LE(this.#take(8));
  }

  /** A double in binary. */
  double(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  /** A double as text, as old versions wrote it. */
  textDouble(): number {
    const length = this.byte();
    if (length === NAN_LENGTH) return Number.NaN;
    if (length === INFINITY_LENGTH) return Number.POSITIVE_INFINITY;
    if (length === MINUS_INFINITY_LENGTH) return Number.NEGATIVE_INFINITY;
    const text = this.bytes(length).latin1();
    const value = Number(text);
    demand(/^[-+\d.eE]+$/.test(text) && !Number.isNaN(value), 'a number is none');
    return value;
  }

  bytes(count: number): ByteSlice {
    const start = this.#take(count);
    return new ByteSlice(this.#buffer, start, start + count);
  }

  /** A length, or any other number that is not negative; beyond 2^53 the nearest double. */
  length(): number {
    return Number(this.#number(this.byte()));
  }

  /** As `length`, exactly. */
  exactLength(): bigint {
    return BigInt(this.#number(this.byte()));
  }

  /** How many elements follow, each of which takes at least `bytesEach`. */
  count(bytesEach = 1): number {
    const count = this.length();
    demand(count * bytesEach <= this.remaining, 'more elements than bytes');
    return count;
  }

  /** A string in any form. */
  string(): ByteSlice {
    const first = this.byte();
    switch (first) {
      case STRING_INT8:
        return textOf(this.#buffer.readInt8(this.#take(1)));
      case STRING_INT16:
        return textOf(this.#buffer.readInt16LE(this.#take(2)));
      case STRING_INT32:
        return textOf(this.#buffer.readInt32LE(this.#take(4)));
      case STRING_COMPRESSED: {
        const compressedLength = this.length();
        const length = this.length();
        return ByteSlice.of(decompress(this.bytes(compressedLength).view(), length));
      }
      default:
        return this.bytes(Number(this.#number(first)));
    }
  }

  #number(first: number): number | bigint {
    switch (first >>> 6) {
      case 0:
        return first;
      case 1:
        return ((first & 0x3f) << 8) | this.byte();
      case 2:
        if (first === LENGTH_32_BITS) return this.#buffer.readUInt32BE(this.#take(4));
        if (first === LENGTH_64_BITS) return this.#buffer.readBigUInt64BE(this.#take(8));
        break;
    }
    throw new CorruptPayload('a length is none');
  }

  /** @returns where `count` bytes begin that are read by this */
  #take(count: number): number {
    demand(count <= this.#end - this.#at, 'the payload ends too soon');
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

function textOf(value: number): ByteSlice {
  return ByteSlice.of(formatInt64(value).copy());
}

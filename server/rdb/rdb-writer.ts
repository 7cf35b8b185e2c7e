/** Writes the elements of RDB into one growing buffer: lengths, strings, numbers. */

import { ByteSink } from '../base/byte-sink.js';
import type { ByteSlice } from '../base/byte-slice.js';
import { parseInt64 } from '../base/integer.js';
import { compress } from './lzf.js';
import {
  LENGTH_14_BITS,
  LENGTH_32_BITS,
  LENGTH_64_BITS,
  STRING_COMPRESSED,
  STRING_INT8,
  STRING_INT16,
  STRING_INT32,
} from './rdb-types.js';

/** Longer texts are no 32-bit integer. */
const INTEGER_TEXT_MAX = 11;
/** Strings up to this length are not compressed, as in Redis. */
const PLAIN_BYTES_MAX = 20;
/** A compressed string must be shorter by at least so much, as in Redis. */
const COMPRESSION_GAIN_MIN = 4;

export class RdbWriter {
  readonly #sink = new ByteSink();

  /** What was written, as a view that lives until the next write. */
  bytes(): Buffer {
    return this.#sink.bytes();
  }

  byte(byte: number): void {
    this.#sink.byte(byte);
  }

  raw(bytes: Uint8Array): void {
    this.#sink.raw(bytes);
  }

  uint16(value: number): void {
    this.#sink.uint(value, 2);
  }

  /** A moment in milliseconds, or any other int64. */
  int64(value: number | bigint): void {
    this.#sink.int64(BigInt(value));
  }

  /** A double in binary. */
  double(value: number): void {
    this.#sink.double(value);
  }

  length(length: number | bigint): void {
    if (length < 64) {
      this.byte(Number(length));
    } else if (length < 16384) {
      this.#sink.uintBE((LENGTH_14_BITS << 8) | Number(length), 2);
    } else if (length < 2 ** 32) {
      this.byte(LENGTH_32_BITS);
      this.#sink.uintBE(Number(length), 4);
    } else {
      this.byte(LENGTH_64_BITS);
      this.#sink.int64BE(BigInt.asIntN(64, BigInt(length)));
    }
  }

  /** A string in its shortest form: as an integer, compressed, or as it is. */
  string(bytes: ByteSlice): void {
    if (bytes.length <= INTEGER_TEXT_MAX && this.#integer(bytes)) return;
    if (bytes.length > PLAIN_BYTES_MAX && this.#compressed(bytes.view())) return;
    this.length(bytes.length);
    this.raw(bytes.view());
  }

  #integer({ buffer, start, end }: ByteSlice): boolean {
    const value = parseInt64(buffer, start, end);
    if (typeof value !== 'number' || value < -(2 ** 31) || value >= 2 ** 31) return false;
    const [first, width] =
      value === (value << 24) >> 24
        ? [STRING_INT8, 1]
        : value === (value << 16) >> 16
          ? [STRING_INT16, 2]
          : [STRING_INT32, 4];
    this.byte(first);
    this.#sink.int(value, width);
    return true;
  }

  #compressed(bytes: Buffer): boolean {
    const shorter = compress(bytes, bytes.length - COMPRESSION_GAIN_MIN);
    if (shorter === undefined) return false;
    this.byte(STRING_COMPRESSED);
    this.length(shorter.length);
    this.length(bytes.length);
    this.raw(shorter);
    return true;
  }
}

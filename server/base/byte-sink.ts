/** Bytes written one after the other into a buffer that grows. Numbers are little-endian unless their name says `BE`. */
import { copyBytes } from './byte-slice.js';

const INITIAL_BYTES = 256;

export class ByteSink {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, as a view that lives until the next write. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** Starts over, in a small buffer when what was written before took a large one. */
  reset(bytesKept = Number.POSITIVE_INFINITY): void {
    this.#length = 0;
    if (this.#buffer.length > bytesKept) this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  }

  byte(byte: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = byte;
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** A range of other bytes; not of these. */
  range(bytes: Buffer, start: number, end: number): void {
    const at = this.#reserve(end - start);
    copyBytes(bytes, start, end, this.#buffer, at);
  }

  /** One character a byte. */
  latin1(text: string): void {
    const at = this.#reserve(text.length);
    this.#buffer.write(text, at, 'latin1');
  }

  /** A signed integer of 1 to 6 bytes. */
  int(value: number, width: number): void {
    const at = this.#reserve(width);
    this.#buffer.writeIntLE(value, at, width);
  }

  /** An unsigned integer of 1 to 6 bytes. */
  uint(value: number, width: number): void {
    const at = this.#reserve(width);
    this.#buffer.writeUIntLE(value, at, width);
  }

  uintBE(value: number, width: number): void {
    const at = this.#reserve(width);
    this.#buffer.writeUIntBE(value, at, width);
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64LE(value, at);
  }

  int64BE(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigUInt64LE(value, at);
  }

  float(value: number): void {
    const at = this.#reserve(4);
    this.#buffer.writeFloatLE(value, at);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleLE(value, at);
  }

  /** Writes over what is there already. */
  patchUint(value: number, at: number, width: number): void {
    this.#buffer.writeUIntLE(value, at, width);
  }

  /** @returns where the next `bytes` begin */
  #reserve(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, at);
      this.#buffer = grown;
    }
    return at;
  }
}

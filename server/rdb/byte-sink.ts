/** Bytes written one after the other into a buffer that grows. Numbers are little-endian unless their name says `BE`. */

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

  byte(byte: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = byte;
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#buffer.set(bytes, at);
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

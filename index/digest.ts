/**
 * What is known of a field's value without keeping it: 53 bits of it, by document. A document that is written again is indexed
 * again only where it differs; that two values of one field have the same digest is a matter of one in 10^16.
 */
import { grownFloat64 } from './typed-arrays.js';

/** Of no value: digests are not negative. */
const none = -1;

export class Digests {
  #values: Float64Array = new Float64Array(0);

  /** Notes the digest of a document. @returns whether it is another than before */
  changed(id: number, digest: number): boolean {
    if (this.isSame(id, digest)) return false;
    this.#values = grownFloat64(this.#values, id + 1, none);
    this.#values[id] = digest;
    return true;
  }

  /** Whether a document has this digest. */
  isSame(id: number, digest: number): boolean {
    return id < this.#values.length && this.#values[id] === digest;
  }

  /** The document has no value any more. */
  forget(id: number): void {
    if (id < this.#values.length) this.#values[id] = none;
  }

  /** No document is known any more. */
  clear(): void {
    this.#values = new Float64Array(0);
  }

  get memoryBytes(): number {
    return this.#values.byteLength;
  }
}

/** Two lanes of 32 bits, word by word: values that differ in one word never share a digest. @param seed the digest of what comes before */
export function digestOf(bytes: Uint8Array, seed = 0): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let low = seed ^ bytes.length;
  let high = (seed / 2 ** 32) ^ 0x1b873593;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const word = words.getUint32(at, true);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x85ebca6b) ^ (low >>> 13);
  }
  for (; at < bytes.length; at++) low = Math.imul(low ^ words.getUint8(at), 0x01000193);
  high ^= low >>> 16;
  return (low >>> 0) + (high & 0x1fffff) * 2 ** 32;
}

/** MurmurHash64A (Austin Appleby) in two 32-bit halves, because 64-bit integers cost too much in JavaScript. */

const MULTIPLIER_HIGH = 0xc6a4a793;
const MULTIPLIER_LOW = 0x5bd1e995;
/** A shift by 47 bits leaves what lies above bit 15 of the high half in the low one. */
const SHIFT_IN_HIGH = 15;

export interface Hash64 {
  high: number;
  low: number;
}

/** The hash of a range, written into `hash`. @param seed of 32 bits */
export function murmur64(buffer: Buffer, start: number, end: number, seed: number, hash: Hash64): void {
  const block: Hash64 = { high: 0, low: end - start };
  multiply(block);
  hash.high = block.high;
  hash.low = seed ^ block.low;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    block.low = buffer.readInt32LE(at);
    block.high = buffer.readInt32LE(at + 4);
    multiply(block);
    block.low ^= block.high >>> SHIFT_IN_HIGH;
    multiply(block);
    hash.high ^= block.high;
    hash.low ^= block.low;
    multiply(hash);
  }
  if (at < end) {
    for (let i = 0; at + i < end; i++) {
      const byte = buffer[at + i] ?? 0;
      if (i < 4) hash.low ^= byte << (8 * i);
      else hash.high ^= byte << (8 * (i - 4));
    }
    multiply(hash);
  }
  hash.low ^= hash.high >>> SHIFT_IN_HIGH;
  multiply(hash);
  hash.low ^= hash.high >>> SHIFT_IN_HIGH;
}

/** Multiplies by the constant, modulo 2^64. */
function multiply(hash: Hash64): void {
  const low = hash.low >>> 0;
  const carried = highOfProduct(low, MULTIPLIER_LOW);
  hash.high = (carried + Math.imul(low, MULTIPLIER_HIGH) + Math.imul(hash.high, MULTIPLIER_LOW)) | 0;
  hash.low = Math.imul(low, MULTIPLIER_LOW);
}

/** The upper 32 bits of the product of two 32-bit numbers. */
function highOfProduct(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const crossed = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(crossed / 0x10000);
}

/**
 * 64-bit integers as two 32-bit words, the form in which they lie in memory, and as values: a number when a double holds
 * it exactly, else a bigint. BigInt is slow where most values are small, so it is met only beyond 2^53.
 */

export type Int64 = number | bigint;

const WORD = 2 ** 32;
/** High words below this (of the magnitude) make a number that a double holds exactly. */
const SAFE_HIGH = 2 ** 21;

/** The high word of a value, unsigned. */
export function highWord(value: Int64): number {
  return typeof value === 'number' ? Math.floor(value / WORD) >>> 0 : Number(BigInt.asUintN(32, value >> 32n));
}

/** The low word of a value, unsigned. */
export function lowWord(value: Int64): number {
  if (typeof value === 'bigint') return Number(BigInt.asUintN(32, value));
  return value >= 0 && value < WORD ? value : value - Math.floor(value / WORD) * WORD;
}

/** The signed value of two words. */
export function int64OfWords(high: number, low: number): Int64 {
  const signed = high | 0;
  if (signed >= -SAFE_HIGH && signed < SAFE_HIGH) return signed * WORD + low;
  return (BigInt(signed) << 32n) | BigInt(low);
}

/** The unsigned value of two words. */
export function uint64OfWords(high: number, low: number): Int64 {
  return high < SAFE_HIGH ? high * WORD + low : (BigInt(high) << 32n) | BigInt(low);
}

/** Reads a signed little-endian value. */
export function readInt64(words: DataView, at: number): Int64 {
  return int64OfWords(words.getUint32(at + 4, true), words.getUint32(at, true));
}

/** Writes a value, little-endian. */
export function writeInt64(words: DataView, at: number, value: Int64): void {
  words.setUint32(at, lowWord(value), true);
  words.setUint32(at + 4, highWord(value), true);
}

/** Adds two signed values as 64-bit hardware does: what leaves the range comes in at the other end. */
export function wrappingAdd(a: Int64, b: Int64): Int64 {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const exact = BigInt.asIntN(64, BigInt(a) + BigInt(b));
  return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
}

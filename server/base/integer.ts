/**
 * Integers as Valkey reads and writes them: signed 64 bits, canonical decimal only (no sign on zero, no leading zeros,
 * no spaces). Values a double holds exactly are numbers; the rest of the 64-bit range is bigint.
 */

import { ByteSlice } from './byte-slice.js';

export const INT64_MAX = 9223372036854775807n;
export const INT64_MIN = -9223372036854775808n;

const DIGITS_ALWAYS_SAFE = 15;
const INT64_TEXT_MAX = 20;

/** Reads a canonical int64 that fits a double exactly; bigint beyond that; undefined when it is not one. */
export function parseInt64(buffer: Buffer, start: number, end: number): number | bigint | undefined {
  const length = end - start;
  if (length === 0 || length > INT64_TEXT_MAX) return undefined;
  const negative = buffer[start] === 45;
  let at = negative ? start + 1 : start;
  if (at === end) return undefined;
  const first = buffer[at] ?? 0;
  if (first === 48) return length === 1 ? 0 : undefined;
  if (first < 49 || first > 57) return undefined;
  const digitsAt = at;
  let value = 0;
  for (; at < end; at++) {
    const digit = (buffer[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (end - digitsAt <= DIGITS_ALWAYS_SAFE || value <= Number.MAX_SAFE_INTEGER) return negative ? -value : value;
  const exact = BigInt(buffer.toString('latin1', start, end));
  return exact > INT64_MAX || exact < INT64_MIN ? undefined : exact;
}

/** Reads an int64 as a double; beyond 2^53 the nearest one. Undefined when the bytes are not an int64. */
export function parseInteger(buffer: Buffer, start: number, end: number): number | undefined {
  const value = parseInt64(buffer, start, end);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Multiplies two int64 values. @returns undefined when the product leaves the 64-bit range */
export function multiplyInt64(a: number | bigint, b: number | bigint): number | bigint | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product;
  }
  return int64From(BigInt(a) * BigInt(b));
}

/** Adds two int64 values. @returns undefined when the sum leaves the 64-bit range */
export function addInt64(a: number | bigint, b: number | bigint): number | bigint | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return int64From(BigInt(a) + BigInt(b));
}

/** A number when a double holds it exactly; undefined beyond 64 bits. */
function int64From(exact: bigint): number | bigint | undefined {
  if (exact > INT64_MAX || exact < INT64_MIN) return undefined;
  return exact >= BigInt(Number.MIN_SAFE_INTEGER) && exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
}

const formatted = Buffer.alloc(INT64_TEXT_MAX);

/** An int64 in decimal. The slice is scratch memory: it lives until the next call. */
export function formatInt64(value: number | bigint): ByteSlice {
  if (typeof value === 'bigint' || value < 0 || value >= 1e9) {
    return new ByteSlice(formatted, 0, formatted.write(value.toString(), 0, 'latin1'));
  }
  let start = INT64_TEXT_MAX;
  let rest = value;
  do {
    const next = (rest / 10) | 0;
    formatted[--start] = 48 + rest - next * 10;
    rest = next;
  } while (rest > 0);
  return new ByteSlice(formatted, start, INT64_TEXT_MAX);
}

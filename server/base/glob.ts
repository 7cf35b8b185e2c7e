/**
 * Glob patterns as KEYS, SCAN MATCH and CONFIG GET read them, over bytes: `*`, `?`, `[abc]`, `[^a-z]`, `\` before a byte
 * that stands for itself. Quirks are Redis's: an empty text matches the empty pattern alone, a class that is never closed
 * ends with the pattern, the bounds of a range may be swapped and are signed bytes, and an escape inside a class heeds
 * case even where the rest does not.
 *
 * After a failure only the last `*` takes one byte more (an earlier one can never do better), so the cost is at most
 * pattern length times text length, where naive recursion is exponential.
 */
import type { ByteSlice } from './byte-slice.js';

const STAR = 42;
const DASH = 45;
const QUESTION_MARK = 63;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const CARET = 94;

const NO_MATCH = -1;

/** Whether the whole text matches the pattern. @param ignoreCase of ASCII letters */
export function globMatches(pattern: ByteSlice, text: ByteSlice, ignoreCase = false): boolean {
  if (text.length === 0) return pattern.length === 0;
  const { buffer, end } = pattern;
  let patternAt = pattern.start;
  let textAt = text.start;
  /** Where the pattern goes on after its last star, and the text that star has not swallowed yet. */
  let afterStar = NO_MATCH;
  let starTextAt = 0;
  while (textAt < text.end) {
    if (patternAt < end && buffer[patternAt] === STAR) {
      afterStar = ++patternAt;
      starTextAt = textAt;
      continue;
    }
    const next = patternAt < end ? matchOne(pattern, patternAt, text.buffer[textAt] ?? 0, ignoreCase) : NO_MATCH;
    if (next !== NO_MATCH) {
      patternAt = next;
      textAt++;
    } else if (afterStar !== NO_MATCH) {
      patternAt = afterStar;
      textAt = ++starTextAt;
    } else {
      return false;
    }
  }
  while (patternAt < end && buffer[patternAt] === STAR) patternAt++;
  return patternAt === end;
}

/** Compares one byte with the pattern's element at `at`. @returns where the next element begins, or `NO_MATCH` */
function matchOne(pattern: ByteSlice, at: number, byte: number, ignoreCase: boolean): number {
  const head = pattern.buffer[at] ?? 0;
  if (head === QUESTION_MARK) return at + 1;
  if (head === OPEN_BRACKET) return matchClass(pattern, at + 1, byte, ignoreCase);
  const literalAt = head === BACKSLASH && at + 1 < pattern.end ? at + 1 : at;
  return fold(pattern.buffer[literalAt] ?? 0, ignoreCase) === fold(byte, ignoreCase) ? literalAt + 1 : NO_MATCH;
}

/** Compares one byte with a class whose `[` has been read. @returns as `matchOne` */
function matchClass(pattern: ByteSlice, start: number, byte: number, ignoreCase: boolean): number {
  const { buffer, end } = pattern;
  const negated = start < end && buffer[start] === CARET;
  let at = negated ? start + 1 : start;
  let found = false;
  for (; at < end && buffer[at] !== CLOSE_BRACKET; at++) {
    const head = buffer[at] ?? 0;
    if (head === BACKSLASH && at + 1 < end) {
      at++;
      if (buffer[at] === byte) found = true;
    } else if (at + 2 < end && buffer[at + 1] === DASH) {
      if (isBetween(byte, head, buffer[at + 2] ?? 0, ignoreCase)) found = true;
      at += 2;
    } else if (fold(head, ignoreCase) === fold(byte, ignoreCase)) {
      found = true;
    }
  }
  return found === negated ? NO_MATCH : Math.min(at + 1, end);
}

function isBetween(byte: number, first: number, second: number, ignoreCase: boolean): boolean {
  const low = Math.min(signed(first), signed(second));
  const high = Math.max(signed(first), signed(second));
  const value = fold(signed(byte), ignoreCase);
  return value >= fold(low, ignoreCase) && value <= fold(high, ignoreCase);
}

function signed(byte: number): number {
  return byte < 128 ? byte : byte - 256;
}

function fold(byte: number, ignoreCase: boolean): number {
  return ignoreCase && byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

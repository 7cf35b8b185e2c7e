/**
 * Redis's glob patterns over bytes: `*`, `?`, `[abc]`, `[^a-z]` and backslash escapes.
 *
 * Stars are matched by remembering the last one only: when what follows it fails, the star takes one byte more. That is
 * enough for globs, and keeps the cost at pattern length times text length, where naive recursion is exponential.
 */

const STAR = 42;
const QUESTION = 63;
const OPEN = 91;
const CLOSE = 93;
const CARET = 94;
const DASH = 45;
const BACKSLASH = 92;

/** Whether the whole text matches the pattern. */
export function globMatches(pattern: Buffer, text: Buffer, ignoreCase = false): boolean {
  let p = 0;
  let t = 0;
  let starPattern = -1;
  let starText = 0;
  while (t < text.length) {
    const next = p < pattern.length && pattern[p] !== STAR ? matchOne(pattern, p, text[t] ?? 0, ignoreCase) : -1;
    if (next >= 0) {
      p = next;
      t++;
    } else if (pattern[p] === STAR && p < pattern.length) {
      starPattern = ++p;
      starText = t;
    } else if (starPattern >= 0) {
      p = starPattern;
      t = ++starText;
    } else {
      return false;
    }
  }
  while (pattern[p] === STAR) p++;
  return p >= pattern.length;
}

/** Matches one byte against the pattern element at `p`. @returns where the next element begins, or -1 */
function matchOne(pattern: Buffer, p: number, byte: number, ignoreCase: boolean): number {
  const element = pattern[p] ?? 0;
  if (element === QUESTION) return p + 1;
  if (element === OPEN) return matchClass(pattern, p + 1, byte, ignoreCase);
  const at = element === BACKSLASH && p + 1 < pattern.length ? p + 1 : p;
  return fold(pattern[at] ?? 0, ignoreCase) === fold(byte, ignoreCase) ? at + 1 : -1;
}

/** A bracketed class from `p` on; one that is never closed ends with the pattern, as in Redis. */
function matchClass(pattern: Buffer, p: number, byte: number, ignoreCase: boolean): number {
  const wanted = fold(byte, ignoreCase);
  const negated = pattern[p] === CARET;
  let at = negated ? p + 1 : p;
  let found = false;
  for (; at < pattern.length && pattern[at] !== CLOSE; at++) {
    if (pattern[at] === BACKSLASH && at + 1 < pattern.length) {
      at++;
      if (pattern[at] === byte) found = true;
    } else if (pattern[at + 1] === DASH && at + 2 < pattern.length) {
      const first = fold(pattern[at] ?? 0, ignoreCase);
      const last = fold(pattern[at + 2] ?? 0, ignoreCase);
      at += 2;
      if (wanted >= Math.min(first, last) && wanted <= Math.max(first, last)) found = true;
    } else if (fold(pattern[at] ?? 0, ignoreCase) === wanted) {
      found = true;
    }
  }
  if (found === negated) return -1;
  return Math.min(at + 1, pattern.length);
}

function fold(byte: number, ignoreCase: boolean): number {
  return ignoreCase && byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

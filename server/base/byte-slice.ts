/**
 * A view of bytes: an argument inside a read batch, or a key or value inside the arena.
 *
 * A view is borrowed. One into a batch lives until the batch is executed; one into the arena lives until the next
 * write to the same database. Whoever keeps the bytes longer calls `copy()`.
 */
export class ByteSlice {
  constructor(
    readonly buffer: Buffer,
    readonly start: number,
    readonly end: number,
  ) {}

  static of(bytes: Buffer): ByteSlice {
    return new ByteSlice(bytes, 0, bytes.length);
  }

  /** A slice over the UTF-8 bytes of `text`. */
  static fromText(text: string): ByteSlice {
    return ByteSlice.of(Buffer.from(text, 'utf8'));
  }

  /** A slice over a binary string: one byte a character. */
  static fromLatin1(text: string): ByteSlice {
    return ByteSlice.of(Buffer.from(text, 'latin1'));
  }

  get length(): number {
    return this.end - this.start;
  }

  /** A part of this view: bytes from `from` up to and without `to`, counted from the view's start. */
  slice(from: number, to: number): ByteSlice {
    return new ByteSlice(this.buffer, this.start + from, this.start + to);
  }

  /** A private copy of the bytes. */
  copy(): Buffer {
    return Buffer.from(this.buffer.subarray(this.start, this.end));
  }

  /** The same bytes as a Buffer that shares memory with this view. */
  view(): Buffer {
    return this.buffer.subarray(this.start, this.end);
  }

  /** One character a byte: the form in which names are kept as JavaScript strings. Lossless. */
  latin1(): string {
    return this.buffer.toString('latin1', this.start, this.end);
  }

  utf8(): string {
    return this.buffer.toString('utf8', this.start, this.end);
  }

  equals(other: ByteSlice): boolean {
    return equalBytes(this.buffer, this.start, this.end, other.buffer, other.start, other.end);
  }

  /** The order of the two as `compareBytes` has it. */
  compare(other: ByteSlice): number {
    return compareBytes(this.buffer, this.start, this.end, other.buffer, other.start, other.end);
  }
}

/** Whether two ranges hold the same bytes. Short ranges are compared in place: a native call costs more. */
export function equalBytes(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): boolean {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return false;
  if (length > 64) return a.compare(b, bStart, bEnd, aStart, aEnd) === 0;
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/** The order of two ranges as memcmp has it; of two that begin alike the shorter comes first. @returns the sign */
export function compareBytes(a: Buffer, aStart: number, aEnd: number, b: Buffer, bStart: number, bEnd: number): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  if (length > 64) return a.compare(b, bStart, bEnd, aStart, aEnd);
  for (let i = 0; i < length; i++) {
    const difference = (a[aStart + i] ?? 0) - (b[bStart + i] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return Math.sign(aEnd - aStart - (bEnd - bStart));
}

/** Up to here a range is copied by hand: `copy` makes a view and calls native code, which costs as much, and garbage. */
const BYTES_BY_HAND_MAX = 96;

/** Copies a range. */
export function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start > BYTES_BY_HAND_MAX) {
    from.copy(to, at, start, end);
    return;
  }
  let i = start;
  let j = at;
  for (; i + 8 <= end; i += 8, j += 8) {
    to[j] = from[i] ?? 0;
    to[j + 1] = from[i + 1] ?? 0;
    to[j + 2] = from[i + 2] ?? 0;
    to[j + 3] = from[i + 3] ?? 0;
    to[j + 4] = from[i + 4] ?? 0;
    to[j + 5] = from[i + 5] ?? 0;
    to[j + 6] = from[i + 6] ?? 0;
    to[j + 7] = from[i + 7] ?? 0;
  }
  for (; i < end; i++, j++) to[j] = from[i] ?? 0;
}

/** Compares a range with an upper-case ASCII word, ignoring case. */
export function equalsWord(buffer: Buffer, start: number, end: number, upperWord: string): boolean {
  if (end - start !== upperWord.length) return false;
  for (let i = 0; i < upperWord.length; i++) {
    let byte = buffer[start + i] ?? 0;
    if (byte >= 97 && byte <= 122) byte -= 32;
    if (byte !== upperWord.charCodeAt(i)) return false;
  }
  return true;
}

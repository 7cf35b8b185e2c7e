/**
 * The longest common subsequence of two byte strings, by the classic table of lengths: 4 bytes for every pair of
 * positions. Of several subsequences of that length it finds the one Redis finds.
 */
import type { ByteSlice } from '../base/byte-slice.js';

/** Bytes both strings have in a row: positions of the first and the last, in the one and in the other. */
export interface CommonRange {
  readonly a: readonly [number, number];
  readonly b: readonly [number, number];
  readonly length: number;
}

/** Bytes the table takes for strings of these lengths. */
export function tableBytes(aLength: number, bLength: number): number {
  return (aLength + 1) * (bLength + 1) * Uint32Array.BYTES_PER_ELEMENT;
}

export class CommonSubsequence {
  /** Lengths for all prefixes: row of `a`'s prefix, column of `b`'s. */
  readonly #table: Uint32Array;
  readonly #columns: number;

  constructor(
    private readonly a: ByteSlice,
    private readonly b: ByteSlice,
  ) {
    this.#columns = b.length + 1;
    this.#table = fillTable(a, b, this.#columns);
  }

  get length(): number {
    return this.#table[this.#table.length - 1] ?? 0;
  }

  /** The subsequence itself. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(this.length);
    let at = bytes.length;
    this.#walk((i) => {
      bytes[--at] = this.a.buffer[this.a.start + i] ?? 0;
    });
    return bytes;
  }

  /** The subsequence as ranges of neighbouring bytes, from the last to the first. */
  ranges(): CommonRange[] {
    const ranges: CommonRange[] = [];
    this.#walk((i, j) => {
      const last = ranges.at(-1);
      if (last !== undefined && last.a[0] === i + 1 && last.b[0] === j + 1) {
        ranges[ranges.length - 1] = { a: [i, last.a[1]], b: [j, last.b[1]], length: last.length + 1 };
      } else {
        ranges.push({ a: [i, i], b: [j, j], length: 1 });
      }
    });
    return ranges;
  }

  /** Visits the positions of the common bytes, from the last to the first. */
  #walk(visit: (i: number, j: number) => void): void {
    let i = this.a.length;
    let j = this.b.length;
    while (i > 0 && j > 0) {
      if (this.a.buffer[this.a.start + i - 1] === this.b.buffer[this.b.start + j - 1]) visit(--i, --j);
      else if (this.#lengthAt(i - 1, j) > this.#lengthAt(i, j - 1)) i--;
      else j--;
    }
  }

  #lengthAt(i: number, j: number): number {
    return this.#table[i * this.#columns + j] ?? 0;
  }
}

function fillTable(a: ByteSlice, b: ByteSlice, columns: number): Uint32Array {
  const table = new Uint32Array((a.length + 1) * columns);
  for (let i = 1; i <= a.length; i++) {
    const byte = a.buffer[a.start + i - 1];
    const row = i * columns;
    for (let j = 1; j < columns; j++) {
      const above = table[row - columns + j] ?? 0;
      const left = table[row + j - 1] ?? 0;
      const isCommon = byte === b.buffer[b.start + j - 1];
      table[row + j] = isCommon ? (table[row - columns + j - 1] ?? 0) + 1 : Math.max(above, left);
    }
  }
  return table;
}

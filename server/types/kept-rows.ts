/**
 * Vectors that values of one database hold in rows of an index instead of bytes of their own: which indexes' rows they are, by
 * numbers small enough to stand in the place of a value.
 *
 * A reference is 8 bytes: the number of the rows and the row. Rows of an index that was dropped are good until they are let go;
 * those of which nothing is kept are forgotten, and their number goes to others.
 *
 * Invariants: `#counts` has how many rows are kept by number, 0 where there are none; `bytes` is what all of them take.
 */
import type { SharedRows } from '@nearkey/index';
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';

export const REFERENCE_BYTES = 8;

export class KeptRows {
  readonly #rows: (SharedRows | undefined)[] = [];
  readonly #counts: number[] = [];

  /** @param beyond counts what is held beyond the arena */
  constructor(private readonly beyond: { bytes: number }) {}

  /**
   * Keeps the row of a document's vector.
   * @returns the reference to it, a view that lives until the next call; undefined when the row does not hold these bytes
   */
  keep(rows: SharedRows, id: number, bytes: ByteSlice): ByteSlice | undefined {
    if (bytes.length !== rows.rowBytes) return undefined;
    const row = rows.keep(id, bytes.view());
    if (row < 0) return undefined;
    const number = this.#numberOf(rows);
    this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    this.beyond.bytes += rows.rowBytes;
    reference.writeUInt32LE(number, 0);
    reference.writeUInt32LE(row, 4);
    return referenceSlice;
  }

  /** The bytes behind a reference: a copy. */
  read(at: ByteSlice): ByteSlice {
    return ByteSlice.of(this.#at(at).read(rowIn(at)));
  }

  /** How many bytes there are behind a reference. */
  lengthOf(at: ByteSlice): number {
    return this.#at(at).rowBytes;
  }

  /** Whether the row behind a reference is still the index's own. */
  isIndexed(at: ByteSlice): boolean {
    return this.#at(at).isIndexed(rowIn(at));
  }

  /** The reference is not used any more. */
  release(at: ByteSlice): void {
    const rows = this.#at(at);
    const number = numberIn(at);
    this.beyond.bytes -= rows.rowBytes;
    rows.release(rowIn(at));
    this.#counts[number] = (this.#counts[number] ?? 0) - 1;
    if (this.#counts[number] === 0) this.#rows[number] = undefined;
  }

  /** All values of the database are forgotten at once. */
  abandon(): void {
    for (const rows of this.#rows) rows?.releaseAll();
  }

  /** Rows that are kept. */
  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #numberOf(rows: SharedRows): number {
    const known = this.#rows.indexOf(rows);
    if (known >= 0) return known;
    const free = this.#rows.indexOf(undefined);
    const number = free < 0 ? this.#rows.length : free;
    this.#rows[number] = rows;
    return number;
  }

  #at(at: ByteSlice): SharedRows {
    const rows = this.#rows[numberIn(at)];
    assert(rows !== undefined, 'the rows are known');
    return rows;
  }
}

const reference = Buffer.alloc(REFERENCE_BYTES);
const referenceSlice = ByteSlice.of(reference);

function numberIn({ buffer, start }: ByteSlice): number {
  return buffer.readUInt32LE(start);
}

function rowIn({ buffer, start }: ByteSlice): number {
  return buffer.readUInt32LE(start + 4);
}

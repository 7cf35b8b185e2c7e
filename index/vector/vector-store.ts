/**
 * The vectors of one field, exactly as they were given, in rows of large slabs.
 *
 * Rows are dense: a deleted row is filled with the last one, so a scan reads memory from front to back and never meets
 * a hole. Growing adds a slab and copies nothing. Invariants (see `validate`): `idOf` and `rowOf` are each other's
 * inverse, and rows at or above `size` belong to nobody.
 */
import type { DocumentId } from '../document-table.js';
import type { DistanceMetric } from '../schema.js';
import { grownFloat64, grownInt32 } from '../typed-arrays.js';
import { distance, inverseNorm } from './distance.js';

/** Large enough that a scan is not a walk over slabs, small enough that a small index is small. */
const slabElements = 65_536;

/** The distance of a stored vector to a fixed one; undefined for a document without a vector. */
export type Measure = (id: DocumentId) => number | undefined;

export class VectorStore {
  readonly dim: number;
  readonly metric: DistanceMetric;
  readonly #rowsPerSlab: number;
  readonly #slabs: Float32Array[] = [];
  #rowOfId: Int32Array = new Int32Array(0);
  #idOfRow: Int32Array = new Int32Array(0);
  #inverseNorms: Float64Array = new Float64Array(0);
  #size = 0;

  constructor(dim: number, metric: DistanceMetric) {
    this.dim = dim;
    this.metric = metric;
    this.#rowsPerSlab = Math.max(1, Math.floor(slabElements / dim));
  }

  get size(): number {
    return this.#size;
  }

  /** Vectors there is room for. */
  get capacity(): number {
    return this.#slabs.length * this.#rowsPerSlab;
  }

  has(id: DocumentId): boolean {
    return this.#rowOf(id) !== -1;
  }

  /** The document whose vector is in the row; rows run from 0 to `size`. */
  idAt(row: number): DocumentId {
    return this.#idOfRow[row] ?? -1;
  }

  /** A view of the stored vector, good until the store changes. */
  get(id: DocumentId): Float32Array | undefined {
    const row = this.#rowOf(id);
    return row === -1 ? undefined : this.#view(row);
  }

  /** Replaces what the document had; false when it had this very vector. */
  put(id: DocumentId, vector: Float32Array): boolean {
    const known = this.get(id);
    if (known?.every((element, at) => Object.is(element, vector[at])) === true) return false;
    const row = known === undefined ? this.#size++ : this.#rowOf(id);
    if (row === this.capacity) this.#slabs.push(new Float32Array(this.#rowsPerSlab * this.dim));
    this.#rowOfId = grownInt32(this.#rowOfId, id + 1, -1);
    this.#idOfRow = grownInt32(this.#idOfRow, row + 1, -1);
    this.#inverseNorms = grownFloat64(this.#inverseNorms, row + 1, 0);
    this.#place(id, row, vector, inverseNorm(vector));
    return true;
  }

  delete(id: DocumentId): boolean {
    const row = this.#rowOf(id);
    if (row === -1) return false;
    const last = this.#size - 1;
    this.#rowOfId[id] = -1;
    if (row !== last) this.#place(this.idAt(last), row, this.#view(last), this.#inverseNorms[last] ?? 0);
    this.#idOfRow[last] = -1;
    this.#size = last;
    while (this.capacity - this.#rowsPerSlab >= this.#size && this.#slabs.length > 0) this.#slabs.pop();
    return true;
  }

  /** The vector scaled to length 1; a zero vector stays zero. */
  normalised(vector: Float32Array): Float32Array {
    const factor = inverseNorm(vector);
    return vector.map((element) => element * factor);
  }

  measure(query: Float32Array): Measure {
    const inverseNormOfQuery = inverseNorm(query);
    return (id) => {
      const row = this.#rowOf(id);
      if (row === -1) return undefined;
      const slab = this.#slabs[Math.floor(row / this.#rowsPerSlab)];
      if (slab === undefined) return undefined;
      const offset = (row % this.#rowsPerSlab) * this.dim;
      return distance(this.metric, slab, offset, query, this.#inverseNorms[row] ?? 0, inverseNormOfQuery);
    };
  }

  get memoryBytes(): number {
    return (
      this.capacity * this.dim * Float32Array.BYTES_PER_ELEMENT +
      this.#rowOfId.byteLength +
      this.#idOfRow.byteLength +
      this.#inverseNorms.byteLength
    );
  }

  validate(): string[] {
    const errors: string[] = [];
    for (let row = 0; row < this.#size; row++) {
      const id = this.idAt(row);
      if (this.#rowOf(id) !== row) errors.push(`vectors: row ${row} belongs to document ${id}, which is elsewhere`);
      if (this.#inverseNorms[row] !== inverseNorm(this.#view(row))) errors.push(`vectors: row ${row} has a stale norm`);
    }
    const placed = this.#rowOfId.filter((row) => row !== -1).length;
    if (placed !== this.#size) errors.push(`vectors: ${placed} documents have a row, ${this.#size} rows are used`);
    return errors;
  }

  #rowOf(id: DocumentId): number {
    return this.#rowOfId[id] ?? -1;
  }

  #place(id: DocumentId, row: number, vector: Float32Array, inverseNormOfVector: number): void {
    this.#view(row).set(vector);
    this.#inverseNorms[row] = inverseNormOfVector;
    this.#idOfRow[row] = id;
    this.#rowOfId[id] = row;
  }

  #view(row: number): Float32Array {
    const offset = (row % this.#rowsPerSlab) * this.dim;
    const slab = this.#slabs[Math.floor(row / this.#rowsPerSlab)];
    return slab === undefined ? new Float32Array(0) : slab.subarray(offset, offset + this.dim);
  }
}

/** The FLAT algorithm: every search looks at every vector it may return. Exact, and the oracle of the other indexes. */
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { DistanceMetric } from '../schema.js';
import {
  type Candidates,
  type Neighbor,
  type Precedes,
  scanNearest,
  scanRadius,
  type VectorIndex,
} from './vector-index.js';
import { type Measure, VectorStore } from './vector-store.js';

export class FlatIndex implements VectorIndex {
  readonly graphNodes = 0;
  readonly #store: VectorStore;
  readonly #precedes: Precedes;

  constructor(dim: number, metric: DistanceMetric, precedes: Precedes) {
    this.#store = new VectorStore(dim, metric);
    this.#precedes = precedes;
  }

  get size(): number {
    return this.#store.size;
  }

  get capacity(): number {
    return this.#store.capacity;
  }

  get memoryBytes(): number {
    return this.#store.memoryBytes;
  }

  has(id: DocumentId): boolean {
    return this.#store.has(id);
  }

  put(id: DocumentId, vector: Float32Array): void {
    this.#store.put(id, vector);
  }

  delete(id: DocumentId): void {
    this.#store.delete(id);
  }

  measure(query: Float32Array): Measure {
    return this.#store.measure(query);
  }

  searchExact(query: Float32Array, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[] {
    return scanNearest(this.#store, this.#precedes, query, k, deadline, candidates);
  }

  searchGraph(): undefined {
    return undefined;
  }

  searchRadius(query: Float32Array, radiusDistance: number, deadline: Deadline): Neighbor[] {
    return scanRadius(this.#store, this.#precedes, query, radiusDistance, deadline);
  }

  validate(): string[] {
    return this.#store.validate();
  }
}

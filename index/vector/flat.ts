/** The FLAT algorithm: every search looks at every vector it may return. Exact, and the oracle of the other indexes. */
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { DistanceMetric } from '../schema.js';
import { type ElementType, toFloats, type VectorElements } from './elements.js';
import {
  type Candidates,
  type Neighbor,
  type SequenceOf,
  scanNearest,
  scanRadius,
  type VectorIndex,
} from './vector-index.js';
import { type Measure, VectorStore } from './vector-store.js';

export class FlatIndex implements VectorIndex {
  readonly own = undefined;
  readonly graphNodes = 0;
  readonly #type: ElementType;
  #store: VectorStore;
  readonly #sequenceOf: SequenceOf;

  constructor(dim: number, metric: DistanceMetric, sequenceOf: SequenceOf, type: ElementType = 'FLOAT32') {
    this.#type = type;
    this.#store = new VectorStore(dim, metric);
    this.#sequenceOf = sequenceOf;
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

  read(id: DocumentId): Uint8Array | undefined {
    const vector = this.#store.get(id);
    return vector && new Uint8Array(vector.slice().buffer);
  }

  put(id: DocumentId, elements: VectorElements): void {
    this.#store.put(id, toFloats(this.#type, elements));
  }

  delete(id: DocumentId): void {
    this.#store.delete(id);
  }

  measure(query: VectorElements): Measure {
    return this.#store.measure(toFloats(this.#type, query));
  }

  searchExact(query: VectorElements, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[] {
    return scanNearest(this.#store, this.#sequenceOf, toFloats(this.#type, query), k, deadline, candidates);
  }

  searchGraph(): undefined {
    return undefined;
  }

  searchRadius(query: VectorElements, radiusDistance: number, deadline: Deadline): Neighbor[] {
    return scanRadius(this.#store, this.#sequenceOf, toFloats(this.#type, query), radiusDistance, deadline);
  }

  validate(): string[] {
    return this.#store.validate();
  }

  close(): void {
    this.#store = new VectorStore(this.#store.dim, this.#store.metric);
  }
}

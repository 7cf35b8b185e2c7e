/**
 * What the engine asks of an index of vectors. `FlatIndex` answers everything exactly and is the oracle of the others;
 * `test/contract/vector-index.ts` is the meaning of this interface, run against each of them.
 *
 * Ids are the document table's. Distances are those of `distance.ts`. Results ascend by distance, and equal distances
 * by insertion order of the documents.
 */
import { BoundedHeap } from '../bounded-heap.js';
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { VectorElements } from './elements.js';
import type { Measure, VectorStore } from './vector-store.js';

export interface Neighbor {
  readonly id: DocumentId;
  readonly distance: number;
}

/** The place of a document in insertion order: smaller is older. */
export type SequenceOf = (id: DocumentId) => number;

/** Visits document ids, each once. */
export type Candidates = (visit: (id: DocumentId) => void) => void;

export interface GraphSearchOptions {
  readonly deadline: Deadline;
  readonly efRuntime: number | undefined;
  /** Which documents may be found. */
  readonly accepts: ((id: DocumentId) => boolean) | undefined;
  /** Calls of `accepts` after which the search gives up, because an exact scan would be done by then. */
  readonly acceptCallsMax: number;
}

/** What is asked of an index that chooses its own way. */
export interface NearestRequest {
  readonly k: number;
  readonly efRuntime: number | undefined;
  /** A bit for each document that may be found; undefined when all may. */
  readonly allowed: Uint32Array | undefined;
  /** Measure every vector that may be found. */
  readonly exact: boolean;
  readonly deadline: Deadline;
}

/** What a search beside JavaScript's thread has found: the neighbours `from` up to and without `to`, in order. */
export interface FoundNeighbors {
  readonly ids: Uint32Array;
  readonly distances: Float32Array;
  readonly from: number;
  readonly to: number;
  /** No vector of the index has changed since. */
  readonly isCurrent: boolean;
}

/** The searches of an index that weighs its ways itself, and can run them beside JavaScript's thread. */
export interface OwnSearch {
  nearest(query: VectorElements, request: NearestRequest): Neighbor[];
  /** Rejects with the timeout error, or with that of a closed index. */
  nearestLater(query: VectorElements, request: NearestRequest): Promise<FoundNeighbors>;
}

/**
 * Vectors of an index that somebody else keeps, too, in the place of bytes of his own. A row that is kept stays as it is, whatever
 * becomes of the document, its vector and the index, until it is released.
 */
export interface SharedRows {
  /** Of each. */
  readonly rowBytes: number;
  /** Keeps a document's row when it holds these `rowBytes` bytes and nobody keeps it yet. @returns its number, or -1 */
  keep(id: DocumentId, bytes: Uint8Array): number;
  /** A copy of a row that is kept. */
  read(row: number): Buffer;
  /** Whether a row that is kept is still the index's own, too. */
  isIndexed(row: number): boolean;
  release(row: number): void;
  releaseAll(): void;
}

/** How vectors of bits are linked. */
export interface BitsGraph {
  readonly dim: number;
  readonly m: number;
  readonly efConstruction: number;
  readonly efRuntime: number;
}

export interface VectorIndex {
  /** Undefined: the planner (planner.ts) chooses among the searches below. */
  readonly own: OwnSearch | undefined;
  /** Undefined where vectors are not held as they were given. */
  readonly rows?: SharedRows | undefined;
  /** Vectors indexed. */
  readonly size: number;
  /** Vectors there is room for. */
  readonly capacity: number;
  /** Nodes a search may walk over, deleted ones included; 0 when there is no graph. */
  readonly graphNodes: number;
  readonly memoryBytes: number;
  has(id: DocumentId): boolean;
  /** A copy of the vector's bytes, as float32 where the index keeps no other. */
  read(id: DocumentId): Uint8Array | undefined;
  /** Replaces what the document had. The vector is finite, of the right dimension, and of the field's element type. */
  put(id: DocumentId, vector: VectorElements): void;
  delete(id: DocumentId): void;
  measure(query: VectorElements): Measure;
  /** The k nearest of the candidates (of all, when there are none given) by looking at each. */
  searchExact(query: VectorElements, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[];
  /** The k nearest by the index's own means: approximate, possibly fewer. Undefined when it has none, or gave up. */
  searchGraph(query: VectorElements, k: number, options: GraphSearchOptions): Neighbor[] | undefined;
  /** Every vector within the radius, inclusive; an approximate index may miss some. */
  searchRadius(query: VectorElements, radiusDistance: number, deadline: Deadline, epsilon?: number): Neighbor[];
  /**
   * The documents a vector is linked with, a list for each level, the highest first; none for a document without a vector. Undefined
   * where the graph does not show them. It costs waiting until every vector is linked.
   */
  linksOf?(id: DocumentId): readonly Uint32Array[];
  /** The highest level of the graph, where it shows it. */
  readonly topLevel?: number;
  validate(): string[];
  /** Gives memory and work in flight up; the index is not used again. */
  close(): void;
}

export function compareNeighbors(sequenceOf: SequenceOf): (a: Neighbor, b: Neighbor) => number {
  return (a, b) => a.distance - b.distance || sequenceOf(a.id) - sequenceOf(b.id);
}

/** Exact k nearest: looks at each candidate. */
export function scanNearest(
  store: VectorStore,
  sequenceOf: SequenceOf,
  query: Float32Array,
  k: number,
  deadline: Deadline,
  candidates: Candidates = everyVector(store),
): Neighbor[] {
  if (k <= 0) return [];
  const compare = compareNeighbors(sequenceOf);
  const measure = store.measure(query);
  const nearest = new BoundedHeap<Neighbor>(k, (a, b) => compare(a, b) < 0);
  candidates((id) => {
    deadline.step();
    const distance = measure(id);
    if (distance === undefined) return;
    const last = nearest.last;
    if (last === undefined || distance <= last.distance) nearest.offer({ id, distance });
  });
  return nearest.sorted();
}

/** Exact range: looks at every vector. */
export function scanRadius(
  store: VectorStore,
  sequenceOf: SequenceOf,
  query: Float32Array,
  radiusDistance: number,
  deadline: Deadline,
): Neighbor[] {
  const measure = store.measure(query);
  const within: Neighbor[] = [];
  everyVector(store)((id) => {
    deadline.step();
    const distance = measure(id);
    if (distance !== undefined && distance <= radiusDistance) within.push({ id, distance });
  });
  return within.sort(compareNeighbors(sequenceOf));
}

function everyVector(store: VectorStore): Candidates {
  return (visit) => {
    for (let row = 0; row < store.size; row++) visit(store.idAt(row));
  };
}

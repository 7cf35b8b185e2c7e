/**
 * The HNSW algorithm, on hnswlib-node. The graph proposes, the store disposes: every label the graph returns is
 * measured again against the stored vector, so distances and their order are those of `FlatIndex`, and only the choice
 * of neighbours is approximate. The price is that vectors are held twice (docs/decisions/0002).
 *
 * Labels are the graph's own dense numbers, not document ids. The label of a deleted vector is revived, with the new
 * vector, by the next insertion, before any new label is made. Two things hang on that:
 *  - the graph never grows while it has tombstones. hnswlib links a *new* node to the live nodes it can reach, and
 *    reads past the end of an empty list when tombstones leave it none; reviving a node has no such hole;
 *  - hnswlib's own reuse (allow_replace_deleted) hands a label's slot to another label and can later erase the wrong
 *    one. A label here keeps its slot for life, so that mode stays off.
 *
 * COSINE is the inner product of vectors of length 1, a zero vector staying zero: its distance is 1 to everything.
 */
import hnswlib from 'hnswlib-node';
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { DistanceMetric } from '../schema.js';
import { grownInt32 } from '../typed-arrays.js';
import { type ElementType, toFloats, type VectorElements } from './elements.js';
import {
  type Candidates,
  compareNeighbors,
  type GraphSearchOptions,
  type Neighbor,
  type SequenceOf,
  scanNearest,
  scanRadius,
  type VectorIndex,
} from './vector-index.js';
import { type Measure, VectorStore } from './vector-store.js';

/** The graph starts small and doubles: INITIAL_CAP as a promise of memory has taken servers down. */
const graphCapacityMin = 1024;

/** A range search asks the graph for this many neighbours, then four times as many, and so on. */
const radiusFirstK = 64;
/** When more than this part of the vectors lies within the radius, a scan is as fast and misses none. */
const radiusScanPart = 1 / 8;

/** `accepts` is called this often between questions to the deadline. */
const acceptCallsPerCheck = 256;

export interface HnswParameters {
  readonly dim: number;
  readonly metric: DistanceMetric;
  readonly m: number;
  readonly efConstruction: number;
  readonly efRuntime: number;
  /** Seeds the draw of levels. */
  readonly seed: number;
  /** What vectors come as; they are held as float32. */
  readonly elementType?: ElementType;
}

export class HnswIndex implements VectorIndex {
  readonly own = undefined;
  readonly #parameters: HnswParameters;
  readonly #sequenceOf: SequenceOf;
  #store: VectorStore;
  /** Undefined while there are no vectors: the last deletion drops the graph, tombstones and all. */
  #graph: hnswlib.HierarchicalNSW | undefined;
  #labelOfId: Int32Array = new Int32Array(0);
  #idOfLabel: Int32Array = new Int32Array(0);
  #labels = 0;
  #freeLabels: number[] = [];

  constructor(parameters: HnswParameters, sequenceOf: SequenceOf) {
    this.#parameters = parameters;
    this.#sequenceOf = sequenceOf;
    this.#store = new VectorStore(parameters.dim, parameters.metric);
  }

  get size(): number {
    return this.#store.size;
  }

  get capacity(): number {
    return this.#graph?.getMaxElements() ?? 0;
  }

  get graphNodes(): number {
    return this.#labels;
  }

  get memoryBytes(): number {
    const { dim, m } = this.#parameters;
    const baseLayer = this.capacity * (dim * 4 + (2 * m + 1) * 4 + nodeOverheadBytes);
    const upperLayers = (this.#labels / Math.max(1, m - 1)) * (m + 1) * 4;
    const maps = this.#labelOfId.byteLength + this.#idOfLabel.byteLength + this.#freeLabels.length * 8;
    return Math.round(this.#store.memoryBytes + baseLayer + upperLayers + maps);
  }

  has(id: DocumentId): boolean {
    return this.#store.has(id);
  }

  read(id: DocumentId): Uint8Array | undefined {
    const vector = this.#store.get(id);
    return vector && new Uint8Array(vector.slice().buffer);
  }

  put(id: DocumentId, elements: VectorElements): void {
    const vector = this.#floats(elements);
    const label = this.#store.has(id) ? this.#labelOf(id) : this.#freeLabel();
    if (!this.#store.put(id, vector)) return;
    this.#labelOfId = grownInt32(this.#labelOfId, id + 1, -1);
    this.#idOfLabel = grownInt32(this.#idOfLabel, label + 1, -1);
    this.#labelOfId[id] = label;
    this.#idOfLabel[label] = id;
    this.#roomyGraph().addPoint(this.#toGraph(vector), label);
  }

  delete(id: DocumentId): void {
    if (!this.#store.delete(id)) return;
    const label = this.#labelOf(id);
    this.#labelOfId[id] = -1;
    this.#idOfLabel[label] = -1;
    if (this.#store.size === 0) {
      this.#graph = undefined;
      this.#labels = 0;
      this.#freeLabels = [];
    } else {
      this.#graph?.markDelete(label);
      this.#freeLabels.push(label);
    }
  }

  measure(query: VectorElements): Measure {
    return this.#store.measure(this.#floats(query));
  }

  searchExact(query: VectorElements, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[] {
    return scanNearest(this.#store, this.#sequenceOf, this.#floats(query), k, deadline, candidates);
  }

  searchGraph(query: VectorElements, k: number, options: GraphSearchOptions): Neighbor[] | undefined {
    const { deadline, accepts, acceptCallsMax } = options;
    if (accepts === undefined) return this.#ask(this.#floats(query), k, options.efRuntime);
    let calls = 0;
    let leaving = false;
    // An exception cannot pass through the native search. Accepting everything ends it: it has its ef results at once.
    const filter = (label: number): boolean => {
      calls++;
      leaving ||= calls > acceptCallsMax || (calls % acceptCallsPerCheck === 0 && deadline.isOver());
      return leaving || accepts(this.#idOfLabel[label] ?? -1);
    };
    const found = this.#ask(this.#floats(query), k, options.efRuntime, filter);
    deadline.check();
    return leaving ? undefined : found;
  }

  searchRadius(query: VectorElements, radiusDistance: number, deadline: Deadline): Neighbor[] {
    for (let k = radiusFirstK; k < this.size * radiusScanPart; k *= 4) {
      deadline.check();
      const found = this.#ask(this.#floats(query), k, undefined);
      const farthest = found.at(-1);
      if (farthest === undefined || found.length < k) break;
      if (farthest.distance > radiusDistance) return found.filter(({ distance }) => distance <= radiusDistance);
    }
    return scanRadius(this.#store, this.#sequenceOf, this.#floats(query), radiusDistance, deadline);
  }

  validate(): string[] {
    const errors = this.#store.validate();
    let live = 0;
    for (let label = 0; label < this.#labels; label++) {
      const id = this.#idOfLabel[label] ?? -1;
      if (id === -1) continue;
      live++;
      if (this.#labelOf(id) !== label) errors.push(`hnsw: label ${label} and document ${id} disagree`);
      if (!this.#store.has(id)) errors.push(`hnsw: label ${label} has no vector`);
    }
    if (live !== this.size) errors.push(`hnsw: ${live} labels for ${this.size} vectors`);
    if (live + new Set(this.#freeLabels).size !== this.#labels) errors.push('hnsw: a label is neither used nor free');
    if ((this.#graph?.getCurrentCount() ?? 0) !== this.#labels) errors.push('hnsw: the graph has lost or gained nodes');
    return errors;
  }

  close(): void {
    this.#graph = undefined;
    this.#labels = 0;
    this.#store = new VectorStore(this.#parameters.dim, this.#parameters.metric);
  }

  #floats(elements: VectorElements): Float32Array {
    return toFloats(this.#parameters.elementType ?? 'FLOAT32', elements);
  }

  #labelOf(id: DocumentId): number {
    return this.#labelOfId[id] ?? -1;
  }

  #freeLabel(): number {
    return this.#freeLabels.pop() ?? this.#labels++;
  }

  #roomyGraph(): hnswlib.HierarchicalNSW {
    const { dim, metric, m, efConstruction, seed } = this.#parameters;
    let graph = this.#graph;
    if (graph === undefined) {
      graph = new hnswlib.HierarchicalNSW(metric === 'L2' ? 'l2' : 'ip', dim);
      graph.initIndex({ maxElements: graphCapacityMin, m, efConstruction, randomSeed: seed });
      this.#graph = graph;
    } else if (this.#labels > graph.getMaxElements()) {
      graph.resizeIndex(graph.getMaxElements() * 2);
    }
    return graph;
  }

  #toGraph(vector: Float32Array): number[] {
    return Array.from(this.#parameters.metric === 'COSINE' ? this.#store.normalised(vector) : vector);
  }

  #ask(query: Float32Array, k: number, efRuntime: number | undefined, filter?: (label: number) => boolean): Neighbor[] {
    const graph = this.#graph;
    const wanted = Math.min(k, this.size);
    if (graph === undefined || wanted <= 0) return [];
    graph.setEf(Math.max(efRuntime ?? this.#parameters.efRuntime, wanted));
    const measure = this.#store.measure(query);
    const neighbors: Neighbor[] = [];
    for (const label of graph.searchKnn(this.#toGraph(query), wanted, filter).neighbors) {
      const id = this.#idOfLabel[label] ?? -1;
      const distance = measure(id);
      if (distance !== undefined) neighbors.push({ id, distance });
    }
    return neighbors.sort(compareNeighbors(this.#sequenceOf));
  }
}

/** Label, level and lock of a node, and its mark in the visited list. */
const nodeOverheadBytes = 8 + 4 + 40 + 2;

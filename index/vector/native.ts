/**
 * Indexes of the native engine (index/native): vectors, graph and searches in C++, threads beside JavaScript's. A vector is
 * found as soon as `put` returns, though the pool links it later. What is answered is measured on the vectors themselves.
 *
 * The engine weighs its ways itself (`own`): the planner has no part in it.
 */
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import { closedError, timeoutError } from '../errors.js';
import { codeTypes, type DistanceMetric, type VectorField } from '../schema.js';
import { elementBytes, elementTypes, type VectorElements } from './elements.js';
import {
  BIT_ELEMENT,
  HEAD_WORDS,
  type NativeEngineHandle,
  type NativeFound,
  type NativeMeasure,
  type NativeVectors,
  STATUS,
  STRATEGY,
  type VectorAddon,
} from './native-addon.js';
import { type Soon, Turns } from './turns.js';
import type {
  BitsGraph,
  Candidates,
  FoundNeighbors,
  GraphSearchOptions,
  NearestRequest,
  Neighbor,
  OwnSearch,
  SequenceOf,
  SharedRows,
  VectorIndex,
} from './vector-index.js';
import type { Measure } from './vector-store.js';

/** As Metric in index/native/vectors.h. */
const metrics: readonly DistanceMetric[] = ['L2', 'IP', 'COSINE'];

/** Searches in flight; beyond, a search runs on JavaScript's thread, which holds further ones back. */
const inFlightMax = 16_384;

interface Waiting {
  readonly index: NativeIndex;
  readonly resolve: (found: FoundNeighbors) => void;
  readonly reject: (failure: Error) => void;
  /** What came of it, once it is known. */
  outcome: FoundNeighbors | Error | undefined;
}

/**
 * Searches that are answered in one turn. Who asked for them is answered at once, which takes some 50 us each: others are looked at
 * before the next ones.
 */
const answersInTurn = 4;

const atOnce: Soon = (task) => task();

/** Threads that any number of indexes share. */
export class NativeEngine {
  readonly #handle: NativeEngineHandle;
  /** Whether `createOfBits` is there. */
  readonly hasBits: boolean;
  readonly #waiting = new Map<number, Waiting>();
  /** Of what is answered. */
  readonly #turns: Turns<Waiting>;
  #lastTicket = 0;

  constructor(
    addon: VectorAddon,
    /** 0: everything runs on JavaScript's thread, in the order it is asked for. */
    readonly threads: number,
    soon: Soon = atOnce,
  ) {
    this.#turns = new Turns(answersInTurn, soon, settle);
    this.hasBits = (addon.elements ?? 0) > BIT_ELEMENT;
    this.#handle = new addon.Engine(threads, (heads, ids, distances) => this.#answer(heads, ids, distances));
  }

  create(field: VectorField, sequenceOf: SequenceOf, seed: number): NativeIndex {
    const { dim, metric, elementType } = field;
    const graph =
      field.algorithm === 'HNSW' ? field : { m: 0, efConstruction: 0, efRuntime: 0, codeType: 'INT8' as const };
    const vectors = this.#handle.create(
      dim,
      metrics.indexOf(metric),
      elementTypes.indexOf(elementType),
      codeTypes.indexOf(graph.codeType),
      graph.m,
      graph.efConstruction,
      seed,
    );
    const rows = vectors.keepRow && new NativeRows(vectors, dim * elementBytes[elementType]);
    return new NativeIndex(this, vectors, sequenceOf, graph.efRuntime, rows);
  }

  createOfBits({ dim, m, efConstruction, efRuntime }: BitsGraph, sequenceOf: SequenceOf, seed: number): NativeIndex {
    const codes = codeTypes.indexOf('INT8');
    const vectors = this.#handle.create(dim, metrics.indexOf('COSINE'), BIT_ELEMENT, codes, m, efConstruction, seed);
    return new NativeIndex(this, vectors, sequenceOf, efRuntime, undefined);
  }

  get canSearchLater(): boolean {
    return this.threads > 0 && this.#waiting.size < inFlightMax;
  }

  /** @param begin begins the search, under a ticket */
  searchLater(index: NativeIndex, begin: (ticket: number) => void): Promise<FoundNeighbors> {
    this.#lastTicket = (this.#lastTicket + 1) >>> 0;
    const ticket = this.#lastTicket;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ticket, { index, resolve, reject, outcome: undefined });
      begin(ticket);
    });
  }

  #answer(heads: Uint32Array, ids: Uint32Array, distances: Float32Array): void {
    const answered: Waiting[] = [];
    let from = 0;
    for (let head = 0; head < heads.length; head += HEAD_WORDS) {
      const ticket = heads[head] ?? 0;
      const waiting = this.#waiting.get(ticket);
      this.#waiting.delete(ticket);
      const to = from + (heads[head + 2] ?? 0);
      if (waiting !== undefined) {
        // Now, because it is true to what the index holds now.
        if (heads[head + 1] === STATUS.done) waiting.outcome = new Found(ids, distances, from, to, waiting.index);
        else waiting.outcome = heads[head + 1] === STATUS.timedOut ? timeoutError() : closedError();
        answered.push(waiting);
      }
      from = to;
    }
    this.#turns.take(answered);
  }
}

/** An index that was closed while an answer waited for its turn answers no more. */
function settle({ index, outcome, resolve, reject }: Waiting): void {
  if (outcome instanceof Error) reject(outcome);
  else if (outcome === undefined || index.isClosed) reject(closedError());
  else resolve(outcome);
}

export class NativeIndex implements VectorIndex {
  readonly own: OwnSearch = {
    nearest: (query, request) => this.#nearest(query, request),
    nearestLater: (query, request) => this.#nearestLater(query, request),
  };
  readonly #engine: NativeEngine;
  readonly #vectors: NativeVectors;
  readonly #sequenceOf: SequenceOf;
  readonly #efRuntime: number;
  /** One more than the greatest id there ever was. */
  #idLimit = 0;
  /** How often a vector was put or deleted. */
  changes = 0;
  isClosed = false;

  /** Use `NativeEngine.create`. */
  constructor(
    engine: NativeEngine,
    vectors: NativeVectors,
    sequenceOf: SequenceOf,
    efRuntime: number,
    readonly rows: NativeRows | undefined,
  ) {
    this.#engine = engine;
    this.#vectors = vectors;
    this.#sequenceOf = sequenceOf;
    this.#efRuntime = efRuntime;
  }

  get size(): number {
    return this.#vectors.size();
  }

  get capacity(): number {
    return this.#figure(0);
  }

  get graphNodes(): number {
    return this.#figure(1);
  }

  get memoryBytes(): number {
    return this.#figure(2);
  }

  /** Vectors that are found, but not linked yet. */
  get waiting(): number {
    return this.#figure(3);
  }

  has(id: DocumentId): boolean {
    return this.#vectors.has(id);
  }

  put(id: DocumentId, vector: VectorElements): void {
    this.changes++;
    this.#idLimit = Math.max(this.#idLimit, id + 1);
    this.#vectors.put(id, this.#sequenceOf(id), vector);
  }

  delete(id: DocumentId): void {
    this.changes++;
    this.#vectors.delete(id);
  }

  /** A copy of the vector's bytes. */
  read(id: DocumentId): Buffer | undefined {
    return this.#vectors.read(id);
  }

  linksOf(id: DocumentId): readonly Uint32Array[] {
    return this.#vectors.links(id);
  }

  get topLevel(): number {
    return this.#figure(4);
  }

  measure(query: VectorElements): Measure {
    // Made when the first distance is asked for: many a query asks for none.
    let measure: NativeMeasure | undefined;
    return (id) => {
      measure ??= this.#vectors.measure(query);
      const distance = measure.distance(id);
      return Number.isNaN(distance) ? undefined : distance;
    };
  }

  searchExact(query: VectorElements, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[] {
    const allowed = candidates === undefined ? undefined : this.#bitsOf(candidates);
    return this.#nearest(query, { k, efRuntime: undefined, allowed, exact: true, deadline });
  }

  searchGraph(query: VectorElements, k: number, options: GraphSearchOptions): Neighbor[] | undefined {
    const { deadline, efRuntime, accepts } = options;
    if (this.graphNodes === 0) return undefined;
    const allowed = accepts === undefined ? undefined : this.#bitsOf((visit) => this.#accepted(accepts, visit));
    return this.#search(deadline, [...this.#arguments(query, k, efRuntime, allowed), STRATEGY.graph], Number.NaN, 0);
  }

  searchRadius(query: VectorElements, radiusDistance: number, deadline: Deadline, epsilon = 0): Neighbor[] {
    const wanted = this.#arguments(query, 0, undefined, undefined);
    return this.#search(deadline, [...wanted, STRATEGY.auto], radiusDistance, epsilon);
  }

  /** Waits until every vector is linked. */
  settle(): void {
    this.#vectors.settle();
  }

  validate(): string[] {
    return this.#vectors.validate();
  }

  close(): void {
    this.isClosed = true;
    this.#vectors.close();
  }

  /** The index as bytes, as it is now, in slices to be taken when there is time; writes go on meanwhile. */
  *dump(sliceBytes: number): Generator<Uint8Array> {
    this.#vectors.beginDump();
    try {
      for (;;) {
        const slice = this.#vectors.nextSlice(sliceBytes);
        if (slice.length === 0) return;
        yield slice;
      }
    } finally {
      this.#vectors.endDump();
    }
  }

  /**
   * Fills an empty index from a dump, slice by slice, cut anywhere; an empty slice ends it.
   * @returns why the dump is refused; the index is then to be closed
   */
  load(slice: Uint8Array): string | undefined {
    const refusal = this.#vectors.load(slice);
    this.#idLimit = Math.max(this.#idLimit, this.size);
    return refusal;
  }

  #figure(at: number): number {
    return this.#vectors.figures()[at] ?? 0;
  }

  #nearest(query: VectorElements, { k, efRuntime, allowed, exact, deadline }: NearestRequest): Neighbor[] {
    const strategy = exact ? STRATEGY.exact : STRATEGY.auto;
    return this.#search(deadline, [...this.#arguments(query, k, efRuntime, allowed), strategy], Number.NaN, 0);
  }

  #nearestLater(query: VectorElements, request: NearestRequest): Promise<FoundNeighbors> {
    const { k, efRuntime, allowed, exact, deadline } = request;
    const strategy = exact ? STRATEGY.exact : STRATEGY.auto;
    if (!this.#engine.canSearchLater) {
      return Promise.resolve().then(() => {
        const wanted = this.#arguments(query, k, efRuntime, allowed);
        const { ids, distances } = this.#found(deadline, [...wanted, strategy], Number.NaN, 0);
        return new Found(ids, distances, 0, ids.length, this);
      });
    }
    const ef = efRuntime ?? this.#efRuntime;
    const budgetMs = deadline.budgetMs ?? -1;
    return this.#engine.searchLater(this, (ticket) =>
      this.#vectors.searchLater(ticket, query, k, ef, allowed, strategy, budgetMs, Number.NaN, 0),
    );
  }

  #arguments(
    query: VectorElements,
    k: number,
    efRuntime: number | undefined,
    allowed: Uint32Array | undefined,
  ): readonly [VectorElements, number, number, Uint32Array | undefined] {
    return [query, Math.max(0, k), efRuntime ?? this.#efRuntime, allowed];
  }

  #search(
    deadline: Deadline,
    wanted: readonly [VectorElements, number, number, Uint32Array | undefined, number],
    radius: number,
    epsilon: number,
  ): Neighbor[] {
    return neighborsIn(this.#found(deadline, wanted, radius, epsilon));
  }

  #found(
    deadline: Deadline,
    wanted: readonly [VectorElements, number, number, Uint32Array | undefined, number],
    radius: number,
    epsilon: number,
  ): NativeFound {
    deadline.check();
    const found = this.#vectors.search(...wanted, deadline.budgetMs ?? -1, radius, epsilon);
    deadline.check();
    if (found === undefined) throw timeoutError();
    return found;
  }

  #bitsOf(candidates: Candidates): Uint32Array {
    const bits = new Uint32Array(Math.ceil(this.#idLimit / 32) + 1);
    candidates((id) => {
      if (id < this.#idLimit) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
    });
    return bits;
  }

  #accepted(accepts: (id: DocumentId) => boolean, visit: (id: DocumentId) => void): void {
    for (let id = 0; id < this.#idLimit; id++) if (accepts(id)) visit(id);
  }
}

/** Good after the index was closed, too. */
class NativeRows implements SharedRows {
  constructor(
    private readonly vectors: NativeVectors,
    readonly rowBytes: number,
  ) {}

  keep(id: DocumentId, bytes: Uint8Array): number {
    return this.vectors.keepRow?.(id, bytes) ?? -1;
  }

  read(row: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.rowBytes);
    this.vectors.readRow(row, bytes);
    return bytes;
  }

  isIndexed(row: number): boolean {
    return this.vectors.isIndexed(row);
  }

  release(row: number): void {
    this.vectors.releaseRow(row);
  }

  releaseAll(): void {
    this.vectors.releaseRows();
  }
}

class Found implements FoundNeighbors {
  readonly #changes: number;

  constructor(
    readonly ids: Uint32Array,
    readonly distances: Float32Array,
    readonly from: number,
    readonly to: number,
    private readonly index: NativeIndex,
  ) {
    this.#changes = index.changes;
  }

  get isCurrent(): boolean {
    return this.index.changes === this.#changes;
  }
}

function neighborsIn({ ids, distances }: NativeFound): Neighbor[] {
  const neighbors: Neighbor[] = [];
  for (let at = 0; at < ids.length; at++) neighbors.push({ id: ids[at] ?? 0, distance: distances[at] ?? 0 });
  return neighbors;
}

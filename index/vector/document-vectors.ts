/**
 * The vectors of a field of which documents may have several. A document is as near as the nearest of its vectors, and is found once.
 *
 * The first vector of each document is in one index, by the document's id; the others are in a second index, under ids of their own.
 * So an index in which no document has several is as it would be without this, and has no second one. The k nearest are among the k
 * nearest first vectors and the k documents whose further vectors are nearest.
 *
 * Invariants (see `validate`): a document with further vectors has a first one; `#documentOf` and `#furtherOf` are each other's inverse.
 */
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { VectorElements } from './elements.js';
import {
  type Candidates,
  compareNeighbors,
  type FoundNeighbors,
  type GraphSearchOptions,
  type NearestRequest,
  type Neighbor,
  type OwnSearch,
  type SequenceOf,
  type SharedRows,
  type VectorIndex,
} from './vector-index.js';
import type { Measure } from './vector-store.js';

export class DocumentVectors implements VectorIndex {
  readonly #first: VectorIndex;
  #further: VectorIndex | undefined;
  /** By id of a further vector; -1 where it is free. */
  readonly #documentOf: DocumentId[] = [];
  readonly #free: number[] = [];
  readonly #furtherOf = new Map<DocumentId, readonly number[]>();

  constructor(
    private readonly make: (sequenceOf: SequenceOf) => VectorIndex,
    private readonly sequenceOf: SequenceOf,
  ) {
    this.#first = make(sequenceOf);
  }

  get own(): OwnSearch | undefined {
    const { own } = this.#first;
    const further = this.#further?.own;
    return own === undefined || further === undefined ? own : this.#ownOfBoth(own, further);
  }

  #ownOfBoth(own: OwnSearch, further: OwnSearch): OwnSearch {
    return {
      nearest: (query, request) => {
        const nearest = own.nearest(query, request);
        return this.#merged(
          request.k,
          nearest,
          this.#nearestFurther(request, (wish) => further.nearest(query, wish)),
        );
      },
      nearestLater: (query, request) => this.#nearestLater(own, further, query, request),
    };
  }

  get rows(): SharedRows | undefined {
    return this.#first.rows;
  }

  /** Documents with vectors. */
  get size(): number {
    return this.#first.size;
  }

  get capacity(): number {
    return this.#first.capacity;
  }

  get graphNodes(): number {
    return this.#first.graphNodes;
  }

  get memoryBytes(): number {
    const further = this.#documentOf.length * furtherOverheadBytes;
    return this.#first.memoryBytes + (this.#further?.memoryBytes ?? 0) + further;
  }

  has(id: DocumentId): boolean {
    return this.#first.has(id);
  }

  /** The first. */
  read(id: DocumentId): Uint8Array | undefined {
    return this.#first.read(id);
  }

  put(id: DocumentId, vector: VectorElements, ...more: readonly VectorElements[]): void {
    this.#forgetFurther(id);
    this.#first.put(id, vector);
    if (more.length === 0) return;
    this.#further ??= this.make((further) => this.sequenceOf(this.#documentOf[further] ?? 0));
    const ids = more.map(() => this.#free.pop() ?? this.#documentOf.push(-1) - 1);
    this.#furtherOf.set(id, ids);
    ids.forEach((further, at) => {
      this.#documentOf[further] = id;
      const own = more[at];
      if (own !== undefined) this.#further?.put(further, own);
    });
  }

  delete(id: DocumentId): void {
    this.#forgetFurther(id);
    this.#first.delete(id);
  }

  measure(query: VectorElements): Measure {
    const ofFirst = this.#first.measure(query);
    const ofFurther = this.#further?.measure(query);
    if (ofFurther === undefined) return ofFirst;
    return (id) => {
      let least = ofFirst(id);
      for (const further of this.#furtherOf.get(id) ?? []) least = lesser(least, ofFurther(further));
      return least;
    };
  }

  searchExact(query: VectorElements, k: number, deadline: Deadline, candidates?: Candidates): Neighbor[] {
    const nearest = this.#first.searchExact(query, k, deadline, candidates);
    if (this.#further === undefined) return nearest;
    const measure = this.measure(query);
    const best = new Map<DocumentId, number>();
    const visit = (id: DocumentId): void => {
      if (!this.#furtherOf.has(id)) return;
      deadline.step();
      best.set(id, measure(id) ?? Number.POSITIVE_INFINITY);
    };
    if (candidates === undefined) for (const id of this.#furtherOf.keys()) visit(id);
    else candidates(visit);
    return this.#merged(k, nearest, best);
  }

  searchGraph(query: VectorElements, k: number, options: GraphSearchOptions): Neighbor[] | undefined {
    const nearest = this.#first.searchGraph(query, k, options);
    const further = this.#further;
    if (nearest === undefined || further === undefined) return nearest;
    const { accepts } = options;
    const ofDocuments = accepts && ((id: number): boolean => accepts(this.#documentOf[id] ?? -1));
    let hasGivenUp = false;
    const best = this.#nearestFurther({ k, allowed: undefined }, (wish) => {
      const found = further.searchGraph(query, wish.k, { ...options, accepts: ofDocuments });
      hasGivenUp ||= found === undefined;
      return found ?? [];
    });
    return hasGivenUp ? undefined : this.#merged(k, nearest, best);
  }

  searchRadius(query: VectorElements, radiusDistance: number, deadline: Deadline, epsilon?: number): Neighbor[] {
    const within = this.#first.searchRadius(query, radiusDistance, deadline, epsilon);
    if (this.#further === undefined) return within;
    const further = this.#further.searchRadius(query, radiusDistance, deadline, epsilon);
    return this.#merged(Number.POSITIVE_INFINITY, within, this.#bestOf(further));
  }

  validate(): string[] {
    const errors = [...this.#first.validate(), ...(this.#further?.validate() ?? [])];
    let used = 0;
    for (const [id, ids] of this.#furtherOf) {
      used += ids.length;
      if (!this.#first.has(id)) errors.push(`vectors: document ${id} has further ones and no first`);
      for (const further of ids) {
        if (this.#documentOf[further] !== id) errors.push(`vectors: ${further} is another document's`);
      }
    }
    if (used !== (this.#further?.size ?? 0)) errors.push('vectors: miscounts further ones');
    if (used + this.#free.length !== this.#documentOf.length)
      errors.push('vectors: a further id is neither used nor free');
    return errors;
  }

  close(): void {
    this.#first.close();
    this.#further?.close();
  }

  #forgetFurther(id: DocumentId): void {
    const ids = this.#furtherOf.get(id);
    if (ids === undefined) return;
    this.#furtherOf.delete(id);
    for (const further of ids) {
      this.#documentOf[further] = -1;
      this.#free.push(further);
      this.#further?.delete(further);
    }
  }

  async #nearestLater(
    own: OwnSearch,
    ownOfFurther: OwnSearch,
    query: VectorElements,
    request: NearestRequest,
  ): Promise<FoundNeighbors> {
    const first = own.nearestLater(query, request);
    const found: FoundNeighbors[] = [await first];
    let best = new Map<DocumentId, number>();
    for (const wish of this.#furtherWishes(request)) {
      const further = await ownOfFurther.nearestLater(query, wish);
      found.push(further);
      const neighbors = neighborsOf(further);
      best = this.#bestOf(neighbors);
      if (best.size >= request.k || neighbors.length < wish.k) break;
    }
    const merged = this.#merged(request.k, found.slice(0, 1).flatMap(neighborsOf), best);
    return {
      ids: Uint32Array.from(merged, ({ id }) => id),
      distances: Float32Array.from(merged, ({ distance }) => distance),
      from: 0,
      to: merged.length,
      get isCurrent() {
        return found.every(({ isCurrent }) => isCurrent);
      },
    };
  }

  /** The documents whose further vectors are nearest, k of them if there are as many, with their distances. */
  #nearestFurther<W extends Pick<NearestRequest, 'k' | 'allowed'>>(
    request: W,
    search: (wish: W) => readonly Neighbor[],
  ): Map<DocumentId, number> {
    let best = new Map<DocumentId, number>();
    for (const wish of this.#furtherWishes(request)) {
      const found = search(wish);
      best = this.#bestOf(found);
      if (best.size >= request.k || found.length < wish.k) break;
    }
    return best;
  }

  /** For twice as many vectors each time, until they are of enough documents. */
  *#furtherWishes<W extends Pick<NearestRequest, 'k' | 'allowed'>>(request: W): Generator<W> {
    const size = this.#further?.size ?? 0;
    const allowed = request.allowed && this.#furtherBits(request.allowed);
    for (let k = Math.min(size, request.k); k > 0; k = k === size ? 0 : Math.min(size, k * 2)) {
      yield { ...request, k, allowed };
    }
  }

  #furtherBits(allowed: Uint32Array): Uint32Array {
    const bits = new Uint32Array(Math.ceil(this.#documentOf.length / 32));
    this.#documentOf.forEach((id, further) => {
      if (id < 0 || (((allowed[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 0) return;
      bits[further >>> 5] = (bits[further >>> 5] ?? 0) | (1 << (further & 31));
    });
    return bits;
  }

  #bestOf(further: readonly Neighbor[]): Map<DocumentId, number> {
    const best = new Map<DocumentId, number>();
    for (const { id: own, distance } of further) {
      const id = this.#documentOf[own] ?? -1;
      if (id >= 0) best.set(id, lesser(best.get(id), distance) ?? distance);
    }
    return best;
  }

  #merged(k: number, first: readonly Neighbor[], best: ReadonlyMap<DocumentId, number>): Neighbor[] {
    const distances = new Map(best);
    for (const { id, distance } of first) distances.set(id, lesser(distances.get(id), distance) ?? distance);
    const all = Array.from(distances, ([id, distance]): Neighbor => ({ id, distance }));
    return all.sort(compareNeighbors(this.sequenceOf)).slice(0, k);
  }
}

/** A slot of either map, and of the list of ids. */
const furtherOverheadBytes = 48;

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

function neighborsOf({ ids, distances, from, to }: FoundNeighbors): Neighbor[] {
  const neighbors: Neighbor[] = [];
  for (let at = from; at < to; at++) neighbors.push({ id: ids[at] ?? 0, distance: distances[at] ?? 0 });
  return neighbors;
}

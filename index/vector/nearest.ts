/** The nearest vectors of an index, whichever its engine: for who uses an index of vectors without documents around it. */
import type { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { VectorElements } from './elements.js';
import type { FoundNeighbors, Neighbor, VectorIndex } from './vector-index.js';

export interface NearestWish {
  readonly k: number;
  readonly efRuntime: number;
  /** Measure every vector that may be found. */
  readonly exact: boolean;
  /** Ids of the vectors that may be found, ascending; undefined when all may. */
  readonly allowed: readonly DocumentId[] | undefined;
  readonly deadline: Deadline;
}

export function nearestNeighbors(index: VectorIndex, query: VectorElements, wish: NearestWish): Neighbor[] {
  const { k, efRuntime, exact, allowed, deadline } = wish;
  if (index.own !== undefined) {
    return index.own.nearest(query, { k, efRuntime, exact, deadline, allowed: allowed && bitsOf(allowed) });
  }
  const graph = { deadline, efRuntime, accepts: undefined, acceptCallsMax: 0 };
  const found = exact || allowed !== undefined ? undefined : index.searchGraph(query, k, graph);
  return found ?? index.searchExact(query, k, deadline, allowed && ((visit) => allowed.forEach(visit)));
}

/** Vectors below which a search takes less than waking a thread. */
export const searchLaterMin = 2_000;

/** The same beside JavaScript's thread; undefined when `nearestNeighbors` is the faster way. */
export function nearestLater(
  index: VectorIndex,
  query: VectorElements,
  { k, efRuntime, exact, allowed, deadline }: NearestWish,
): Promise<FoundNeighbors> | undefined {
  if (index.own === undefined || index.size < searchLaterMin) return undefined;
  return index.own.nearestLater(query, { k, efRuntime, exact, deadline, allowed: allowed && bitsOf(allowed) });
}

function bitsOf(ids: readonly DocumentId[]): Uint32Array {
  const bits = new Uint32Array(Math.floor((ids.at(-1) ?? 0) / 32) + 1);
  for (const id of ids) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
  return bits;
}

/**
 * The native engine and hnswlib-node, asked the same questions in this process, on one thread. hnswlib-node is called as
 * its users call it: vectors as arrays of numbers, filters as functions.
 */
import hnswlib from 'hnswlib-node';
import { Deadline } from '#index/deadline.js';
import { defineSchema, type VectorField } from '#index/schema.js';
import { NativeEngine, type NativeIndex } from '#index/vector/native.js';
import { loadVectorAddon, type VectorAddon } from '#index/vector/native-addon.js';
import { median } from '../statistics.js';
import { type DataSet, type FilterName, K } from './data-set.js';

export interface Engine {
  search(query: number, ef: number, filter: FilterName): readonly number[];
}

export interface Point {
  readonly ef: number;
  readonly recall: number;
  readonly perSecond: number;
}

const noDeadline = new Deadline(undefined);

export function addon(): VectorAddon {
  const found = loadVectorAddon();
  if (typeof found === 'string') throw new Error(`the native engine is not built: ${found}`);
  return found;
}

export function emptyNative({ dim }: DataSet, seed: number, threads = 0): NativeIndex {
  const [field] = defineSchema([{ type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim, metric: 'COSINE' }]).fields;
  if (field?.type !== 'VECTOR') throw new Error('the schema has lost its field');
  const complete: VectorField = field;
  return new NativeEngine(addon(), threads).create(complete, (id) => id, seed);
}

/** The data are of unit length: their product is their cosine. */
export function emptyHnswlib({ dim, documents }: DataSet, seed: number): hnswlib.HierarchicalNSW {
  const graph = new hnswlib.HierarchicalNSW('ip', dim);
  graph.initIndex({ maxElements: documents, m: 16, efConstruction: 200, randomSeed: seed });
  return graph;
}

export function nativeSearches(index: NativeIndex, set: DataSet): Engine {
  const allowed = new Map<FilterName, Uint32Array | undefined>([['all', undefined]]);
  for (const filter of ['p1', 'p10', 'p50'] as const) {
    const bits = new Uint32Array(Math.ceil(set.documents / 32));
    for (let id = 0; id < set.documents; id++) {
      if (set.passes(id, filter)) bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
    }
    allowed.set(filter, bits);
  }
  return {
    search: (query, ef, filter) => {
      const request = { k: K, efRuntime: ef, allowed: allowed.get(filter), exact: false, deadline: noDeadline };
      return index.own.nearest(set.query(query), request).map(({ id }) => id);
    },
  };
}

export function hnswSearches(graph: hnswlib.HierarchicalNSW, set: DataSet): Engine {
  return {
    search: (query, ef, filter) => {
      graph.setEf(ef);
      const accepts = filter === 'all' ? undefined : (label: number): boolean => set.passes(label, filter);
      return graph.searchKnn(Array.from(set.query(query)), K, accepts).neighbors;
    },
  };
}

export function measure(set: DataSet, engine: Engine, ef: number, filter: FilterName, queries = set.queries): Point {
  let hits = 0;
  const startedAtMs = performance.now();
  for (let query = 0; query < queries; query++) hits += set.hits(filter, query, engine.search(query, ef, filter));
  return { ef, recall: hits / (queries * K), perSecond: (queries * 1000) / (performance.now() - startedAtMs) };
}

/** The engines in turn within a round, so that a busy minute of the machine falls on all of them. */
export function curves(set: DataSet, engines: readonly Engine[], efs: readonly number[], rounds: number): Point[][] {
  const samples = engines.map(() => efs.map((): Point[] => []));
  for (let round = 0; round < rounds; round++) {
    for (const [at, ef] of efs.entries()) {
      for (const [of, engine] of engines.entries()) samples[of]?.[at]?.push(measure(set, engine, ef, 'all'));
    }
  }
  return samples.map((points) => points.map(medianPoint));
}

export function medianPoint(points: readonly Point[]): Point {
  const [first] = points;
  if (first === undefined) throw new Error('there are no samples');
  return { ...first, perSecond: median(points.map((point) => point.perSecond)) };
}

/** Queries a second at a recall, on the line between the two points around it. */
export function atRecall(points: readonly Point[], recall: number): number {
  for (const [at, next] of points.entries()) {
    const last = points[at - 1];
    if (next.recall < recall || last === undefined) continue;
    const part = (recall - last.recall) / (next.recall - last.recall);
    return last.perSecond + part * (next.perSecond - last.perSecond);
  }
  return Number.NaN;
}

/**
 * What a `VectorIndex` promises, as a suite that every implementation runs. The oracle is a scan written here, over
 * plain arrays; an approximate index must reach the recall floor against it, and be exact in everything else.
 */
import { Deadline } from '#index/deadline.js';
import type { DistanceMetric } from '#index/schema.js';
import type { Neighbor, SequenceOf, VectorIndex } from '#index/vector/vector-index.js';
import { Random } from '../index/random.js';

export interface VectorIndexContract {
  readonly name: string;
  create(dim: number, metric: DistanceMetric, sequenceOf: SequenceOf): VectorIndex;
  /** Least part of the true neighbours that `searchGraph` finds at `efRuntime`; undefined when there is no graph. */
  readonly recall: { readonly floor: number; readonly efRuntime: number } | undefined;
}

const metrics: readonly DistanceMetric[] = ['L2', 'IP', 'COSINE'];
const dim = 12;
const byId: SequenceOf = (id) => id;
const noDeadline = new Deadline(undefined);

function plainDistance(metric: DistanceMetric, a: Float32Array, b: Float32Array): number {
  let [dot, squared, normA, normB] = [0, 0, 0, 0];
  a.forEach((x, at) => {
    const y = b[at] ?? 0;
    dot += x * y;
    squared += (x - y) ** 2;
    normA += x * x;
    normB += y * y;
  });
  if (metric === 'L2') return squared;
  if (metric === 'IP') return 1 - dot;
  return normA === 0 || normB === 0 ? 1 : 1 - dot / Math.sqrt(normA * normB);
}

function plainNearest(metric: DistanceMetric, vectors: ReadonlyMap<number, Float32Array>, query: Float32Array) {
  return [...vectors]
    .map(([id, vector]) => ({ id, distance: plainDistance(metric, query, vector) }))
    .sort((a, b) => a.distance - b.distance || a.id - b.id);
}

function clusters(random: Random, count: number): () => Float32Array {
  const centers = Array.from({ length: count }, () => random.vector(dim));
  return () => {
    const center = random.pick(centers);
    return center.map((element) => element + 0.4 * random.gaussian());
  };
}

function ids(neighbors: readonly Neighbor[]): number[] {
  return neighbors.map(({ id }) => id);
}

const unlimited = { deadline: noDeadline, efRuntime: undefined, accepts: undefined, acceptCallsMax: 0 };

export function describeVectorIndex({ name, create, recall }: VectorIndexContract): void {
  describe(`${name}, as a vector index`, () => {
    for (const metric of metrics) {
      describe(`with ${metric}`, () => {
        it('measures as the metric says', () => {
          const random = new Random(1);
          const index = create(dim, metric, byId);
          const [vector, query] = [random.vector(dim), random.vector(dim)];
          index.put(3, vector);
          expect(index.measure(query)(3)).toBeCloseTo(plainDistance(metric, query, vector), 4);
          expect(index.measure(query)(4)).toBeUndefined();
        });

        it('stays equal to a plain scan while vectors are put, replaced and deleted', () => {
          const random = new Random(2);
          const index = create(dim, metric, byId);
          const plain = new Map<number, Float32Array>();
          const next = clusters(random, 8);
          for (let step = 0; step < 600; step++) {
            const id = random.integer(120);
            if (random.chance(0.35)) {
              index.delete(id);
              plain.delete(id);
            } else {
              const vector = next();
              index.put(id, vector);
              plain.set(id, vector);
            }
            if (step % 60 !== 0) continue;
            const query = next();
            expect(index.validate()).toEqual([]);
            expect(index.size).toBe(plain.size);
            const expected = ids(plainNearest(metric, plain, query)).slice(0, 7);
            expect(ids(index.searchExact(query, 7, noDeadline))).toEqual(expected);
          }
        });

        it('finds everything within a radius, boundary included', () => {
          const random = new Random(3);
          const index = create(dim, metric, byId);
          const plain = new Map<number, Float32Array>();
          for (let id = 0; id < 300; id++) {
            const vector = random.vector(dim);
            index.put(id, vector);
            plain.set(id, vector);
          }
          const query = random.vector(dim);
          const boundary = index.searchExact(query, 40, noDeadline).at(-1)?.distance ?? 0;
          const found = index.searchRadius(query, boundary, noDeadline);
          expect(ids(found)).toEqual(ids(plainNearest(metric, plain, query)).slice(0, 40));
        });

        it('treats a zero vector as any other', () => {
          const index = create(dim, metric, byId);
          const zero = new Float32Array(dim);
          const ones = new Float32Array(dim).fill(1);
          index.put(0, zero);
          index.put(1, ones);
          for (const query of [zero, ones]) {
            for (const { id, distance } of index.searchExact(query, 2, noDeadline)) {
              expect(distance).toBe(plainDistance(metric, query, id === 0 ? zero : ones));
            }
          }
        });

        if (recall === undefined) return;
        it(`finds at least ${recall.floor} of the true neighbours through its graph, also after churn`, () => {
          const random = new Random(4);
          const index = create(dim, metric, byId);
          const plain = new Map<number, Float32Array>();
          const next = clusters(random, 20);
          const put = (id: number): void => {
            const vector = next();
            index.put(id, vector);
            plain.set(id, vector);
          };
          for (let id = 0; id < 1500; id++) put(id);
          expect(recallOf(index, metric, plain, next, recall.efRuntime)).toBeGreaterThanOrEqual(recall.floor);
          for (let step = 0; step < 1500; step++) {
            const id = random.integer(1500);
            index.delete(id);
            plain.delete(id);
            if (random.chance(0.7)) put(id);
          }
          expect(recallOf(index, metric, plain, next, recall.efRuntime)).toBeGreaterThanOrEqual(recall.floor);
          expect(index.validate()).toEqual([]);
        });
      });
    }

    it('orders equal distances by insertion, whatever the ids', () => {
      const index = create(2, 'L2', (id) => -id);
      for (const id of [4, 9, 1, 7]) index.put(id, Float32Array.of(1, 1));
      index.put(5, Float32Array.of(0, 0));
      expect(ids(index.searchExact(Float32Array.of(0, 0), 4, noDeadline))).toEqual([5, 9, 7, 4]);
      expect(ids(index.searchRadius(Float32Array.of(0, 0), 5, noDeadline))).toEqual([5, 9, 7, 4, 1]);
      const graph = index.searchGraph(Float32Array.of(0, 0), 5, unlimited);
      if (graph !== undefined) expect(ids(graph)).toEqual([5, 9, 7, 4, 1]);
    });

    it('looks only at the candidates it is given', () => {
      const index = create(1, 'L2', byId);
      for (let id = 0; id < 20; id++) index.put(id, Float32Array.of(id));
      const candidates = [15, 3, 12, 99];
      const found = index.searchExact(Float32Array.of(0), 2, noDeadline, (visit) => candidates.forEach(visit));
      expect(found).toEqual([
        { id: 3, distance: 9 },
        { id: 12, distance: 144 },
      ]);
    });

    it('never returns a document twice, nor one that is gone', () => {
      const random = new Random(5);
      const index = create(dim, 'COSINE', byId);
      for (let round = 0; round < 6; round++) {
        for (let id = 0; id < 60; id++) index.put(id, random.vector(dim));
        for (let id = 0; id < 60; id += 1 + random.integer(3)) index.delete(id);
        const query = random.vector(dim);
        const found = index.searchGraph(query, 60, unlimited) ?? index.searchExact(query, 60, noDeadline);
        expect(new Set(ids(found)).size).toBe(found.length);
        expect(found.every(({ id }) => index.has(id))).toBe(true);
      }
    });

    it('can be emptied and filled again', () => {
      const random = new Random(6);
      const index = create(dim, 'L2', byId);
      for (let round = 0; round < 3; round++) {
        for (let id = 0; id < 30; id++) index.put(id, random.vector(dim));
        for (let id = 0; id < 30; id++) index.delete(id);
        expect(index.size).toBe(0);
        expect(index.searchExact(random.vector(dim), 5, noDeadline)).toEqual([]);
        expect(index.searchRadius(random.vector(dim), 1e9, noDeadline)).toEqual([]);
        expect(index.validate()).toEqual([]);
      }
    });

    it('asks for nothing when k is 0', () => {
      const index = create(1, 'L2', byId);
      index.put(0, Float32Array.of(1));
      expect(index.searchExact(Float32Array.of(1), 0, noDeadline)).toEqual([]);
    });

    it('keeps its own copy of a vector', () => {
      const index = create(2, 'L2', byId);
      const vector = Float32Array.of(1, 2);
      index.put(0, vector);
      vector.fill(9);
      expect(index.measure(Float32Array.of(1, 2))(0)).toBe(0);
    });

    it('stops when the deadline says so', () => {
      const index = create(1, 'L2', byId);
      for (let id = 0; id < 600; id++) index.put(id, Float32Array.of(id));
      const over = new Deadline(() => true);
      expect(() => index.searchExact(Float32Array.of(1), 5, over)).toThrow(/timeout/);
      expect(() => index.searchRadius(Float32Array.of(1), 5, over)).toThrow(/timeout/);
    });

    it('says what it takes', () => {
      const index = create(dim, 'L2', byId);
      for (let id = 0; id < 100; id++) index.put(id, new Float32Array(dim));
      expect(index.memoryBytes).toBeGreaterThanOrEqual(100 * dim * 4);
      expect(index.capacity).toBeGreaterThanOrEqual(100);
    });
  });
}

function recallOf(
  index: VectorIndex,
  metric: DistanceMetric,
  plain: ReadonlyMap<number, Float32Array>,
  next: () => Float32Array,
  efRuntime: number,
): number {
  const [queries, k] = [60, 10];
  let found = 0;
  for (let query = 0; query < queries; query++) {
    const vector = next();
    const truth = new Set(ids(plainNearest(metric, plain, vector)).slice(0, k));
    const neighbors = index.searchGraph(vector, k, { ...unlimited, efRuntime }) ?? [];
    found += neighbors.filter(({ id }) => truth.has(id)).length;
  }
  return found / (queries * k);
}

import { Deadline } from '#index/deadline.js';
import { DocumentVectors } from '#index/vector/document-vectors.js';
import { FlatIndex } from '#index/vector/flat.js';
import { HnswIndex } from '#index/vector/hnsw.js';
import { NativeEngine } from '#index/vector/native.js';
import { loadVectorAddon } from '#index/vector/native-addon.js';
import type { SequenceOf, VectorIndex } from '#index/vector/vector-index.js';
import { describeVectorIndex } from '../../contract/vector-index.js';
import { Random } from '../random.js';

const addon = loadVectorAddon();
const engine = typeof addon === 'string' ? undefined : new NativeEngine(addon, 1);
const deadline = new Deadline(undefined);
const graph = { m: 8, efConstruction: 60, efRuntime: 200, seed: 3 };
const native = (algorithm: 'FLAT' | 'HNSW') => (sequenceOf: SequenceOf) => {
  if (engine === undefined) throw new Error('the native engine was not built');
  const common = { type: 'VECTOR', identifier: 'v', alias: 'v', dim: 3, metric: 'L2', elementType: 'FLOAT32' } as const;
  const field = { ...common, indexMissing: false, initialCap: 1 };
  return algorithm === 'FLAT'
    ? engine.create({ ...field, algorithm, blockSize: 1 }, sequenceOf, 1)
    : engine.create({ ...field, algorithm, ...graph, epsilon: 0.01, codeType: 'FLOAT32' }, sequenceOf, 1);
};

describeVectorIndex({
  name: 'an index of one vector a document',
  create: (dim, metric, sequenceOf) =>
    new DocumentVectors((sequence) => new FlatIndex(dim, metric, sequence), sequenceOf),
  recall: undefined,
});

const kinds: [string, (sequenceOf: SequenceOf) => VectorIndex][] = [
  ['FLAT in JavaScript', (sequenceOf) => new FlatIndex(3, 'L2', sequenceOf)],
  ['HNSW by hnswlib-node', (sequenceOf) => new HnswIndex({ dim: 3, metric: 'L2', ...graph }, sequenceOf)],
  ...(engine === undefined
    ? []
    : (['FLAT', 'HNSW'] as const).map((kind): [string, (sequenceOf: SequenceOf) => VectorIndex] => [
        `native ${kind}`,
        native(kind),
      ])),
];

/** What has been put, and what comparing every vector finds. */
class Twin {
  readonly vectors = new Map<number, Float32Array[]>();

  distance(id: number, query: Float32Array): number | undefined {
    const own = this.vectors
      .get(id)
      ?.map((vector) => vector.reduce((sum, x, at) => sum + (x - (query[at] ?? 0)) ** 2, 0));
    return own === undefined ? undefined : Math.min(...own);
  }

  nearest(query: Float32Array, accepts: (id: number) => boolean = () => true): { id: number; distance: number }[] {
    return [...this.vectors.keys()]
      .filter(accepts)
      .map((id) => ({ id, distance: this.distance(id, query) ?? 0 }))
      .sort((a, b) => a.distance - b.distance || a.id - b.id);
  }
}

test.each(kinds)(
  'documents with several vectors are as near as the nearest, and found once: %s',
  async (_kind, make) => {
    const random = new Random(8);
    const index = new DocumentVectors(make, (id) => id);
    const twin = new Twin();
    const vector = (): Float32Array => Float32Array.from({ length: 3 }, () => random.integer(12));
    for (let step = 0; step < 600; step++) {
      const id = random.integer(60);
      if (random.chance(0.3)) {
        index.delete(id);
        twin.vectors.delete(id);
      } else {
        const [first, ...more] = Array.from({ length: 1 + (random.chance(0.5) ? random.integer(6) : 0) }, vector);
        if (first === undefined) continue;
        index.put(id, first, ...more);
        twin.vectors.set(id, [first, ...more]);
      }
      if (step % 12 !== 0) continue;
      const query = vector();
      const k = 1 + random.integer(15);
      const isOdd = (at: number): boolean => at % 2 === 1;
      const expected = twin.nearest(query);
      const measure = index.measure(query);
      for (let at = 0; at < 60; at++) expect(measure(at)).toBe(twin.distance(at, query));
      expect(index.searchExact(query, k, deadline)).toEqual(expected.slice(0, k));
      expect(
        index.searchExact(query, k, deadline, (visit) => [...twin.vectors.keys()].filter(isOdd).forEach(visit)),
      ).toEqual(twin.nearest(query, isOdd).slice(0, k));
      const radius = random.integer(60);
      expect(index.searchRadius(query, radius, deadline)).toEqual(
        expected.filter(({ distance }) => distance <= radius),
      );
      const options = { deadline, efRuntime: 200, accepts: isOdd, acceptCallsMax: 100_000 };
      const found = index.own === undefined ? index.searchGraph(query, k, options) : undefined;
      if (found !== undefined) expect(found).toEqual(twin.nearest(query, isOdd).slice(0, k));
      const allowed = new Uint32Array([0xaaaaaaaa, 0xaaaaaaaa]);
      for (const [bits, accepted] of [[undefined, () => true] as const, [allowed, isOdd] as const]) {
        const request = { k, efRuntime: 200, allowed: bits, exact: true, deadline };
        const wanted = twin.nearest(query, accepted).slice(0, k);
        if (index.own === undefined) continue;
        expect(index.own.nearest(query, request)).toEqual(wanted);
        const later = await index.own.nearestLater(query, request);
        expect([...later.ids.subarray(later.from, later.to)]).toEqual(wanted.map(({ id }) => id));
        expect([...later.distances.subarray(later.from, later.to)]).toEqual(wanted.map(({ distance }) => distance));
        expect(later.isCurrent).toBe(true);
      }
    }
    expect([index.size, index.validate(), index.memoryBytes > 0]).toEqual([twin.vectors.size, [], true]);
    index.close();
  },
);

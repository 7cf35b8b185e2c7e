import { Deadline } from '#index/deadline.js';
import type { DistanceMetric, VectorField } from '#index/schema.js';
import { defineSchema } from '#index/schema.js';
import { NativeEngine, type NativeIndex } from '#index/vector/native.js';
import { loadVectorAddon, type VectorAddon } from '#index/vector/native-addon.js';
import type { FoundNeighbors, Neighbor } from '#index/vector/vector-index.js';
import { describeVectorIndex } from '../../contract/vector-index.js';
import { Random } from '../random.js';

const addon = loadVectorAddon();

function built(): VectorAddon {
  if (typeof addon === 'string') throw new Error(`the native engine is not built: ${addon}`);
  return addon;
}

function field(dim: number, metric: DistanceMetric, algorithm: 'FLAT' | 'HNSW'): VectorField {
  const common = { type: 'VECTOR', identifier: 'v', dim, metric } as const;
  const [only] = defineSchema([
    algorithm === 'FLAT' ? { ...common, algorithm } : { ...common, algorithm, efRuntime: 64 },
  ]).fields;
  if (only?.type !== 'VECTOR') throw new Error('the schema has lost its field');
  return only;
}

for (const threads of [0, 1, 2]) {
  const engine = new NativeEngine(built(), threads);
  describeVectorIndex({
    name: `a native graph, ${threads} threads`,
    create: (dim, metric, sequenceOf) => engine.create(field(dim, metric, 'HNSW'), sequenceOf, 7),
    // What threads link at the same time is another graph in every run: room for the poorest of them.
    recall: { floor: 0.95, efRuntime: 128 },
  });
}

describeVectorIndex({
  name: 'a native scan',
  create: (dim, metric, sequenceOf) => new NativeEngine(built(), 0).create(field(dim, metric, 'FLAT'), sequenceOf, 7),
  recall: undefined,
});

function neighborsOf({ ids, distances, from, to }: FoundNeighbors): Neighbor[] {
  return Array.from({ length: to - from }, (_, at) => ({
    id: ids[from + at] ?? 0,
    distance: distances[from + at] ?? 0,
  }));
}

const noDeadline = new Deadline(undefined);
const request = { k: 10, efRuntime: 64, allowed: undefined, exact: false, deadline: noDeadline };

describe('NativeIndex', () => {
  const engine = new NativeEngine(built(), 2);
  const dim = 16;
  const create = (metric: DistanceMetric = 'L2', own = engine): NativeIndex =>
    own.create(field(dim, metric, 'HNSW'), (id) => id, 7);
  const filled = (count: number, random: Random, own = engine): NativeIndex => {
    const index = create('L2', own);
    for (let id = 0; id < count; id++) index.put(id, random.vector(dim));
    return index;
  };

  it('finds what was put before the search began, though it is not linked yet', async () => {
    const random = new Random(1);
    const index = filled(300, random);
    for (let id = 300; id < 600; id++) {
      const vector = random.vector(dim);
      index.put(id, vector);
      const [nearest] = neighborsOf(await index.own.nearestLater(vector, { ...request, k: 1 }));
      expect(nearest).toEqual({ id, distance: 0 });
    }
  });

  it('answers many searches at once as it answers one', async () => {
    const random = new Random(2);
    const index = filled(2000, random);
    index.settle();
    const queries = Array.from({ length: 200 }, () => random.vector(dim));
    const later = await Promise.all(queries.map((query) => index.own.nearestLater(query, request)));
    expect(later.map(neighborsOf)).toEqual(queries.map((query) => index.own.nearest(query, request)));
  });

  it('keeps its invariants under random operations, beside searches', async () => {
    const random = new Random(3);
    const index = create();
    const searches: Promise<unknown>[] = [];
    const live = new Set<number>();
    for (let step = 0; step < 4000; step++) {
      const id = random.integer(700);
      if (random.chance(0.4)) {
        index.delete(id);
        live.delete(id);
      } else {
        index.put(id, random.vector(dim));
        live.add(id);
      }
      if (step % 10 === 0) searches.push(index.own.nearestLater(random.vector(dim), request));
      if (step % 500 === 499) expect(index.validate()).toEqual([]);
    }
    await Promise.all(searches);
    expect(index.validate()).toEqual([]);
    expect(index.size).toBe(live.size);
  });

  it('finds only what is allowed, whatever part that is', () => {
    const random = new Random(4);
    const index = filled(3000, random, new NativeEngine(built(), 0));
    for (const part of [0.002, 0.02, 0.2, 0.6, 1]) {
      const allowed = new Uint32Array(100);
      const ids = Array.from({ length: 3000 }, (_, id) => id).filter(() => random.chance(part));
      for (const id of ids) allowed[id >>> 5] = (allowed[id >>> 5] ?? 0) | (1 << (id & 31));
      let found = 0;
      for (let query = 0; query < 30; query++) {
        const vector = random.vector(dim);
        const truth = index.own.nearest(vector, { ...request, allowed, exact: true });
        const neighbors = index.own.nearest(vector, { ...request, efRuntime: 100, allowed });
        expect(neighbors.length).toBe(Math.min(10, ids.length));
        expect(neighbors.every(({ id }) => ids.includes(id))).toBe(true);
        found += neighbors.filter(({ id }) => truth.some((wanted) => wanted.id === id)).length / truth.length;
      }
      expect(found / 30).toBeGreaterThan(0.95);
    }
  });

  it('makes equal graphs of equal operations when it has no threads', () => {
    const [one, other] = [0, 0].map(() => filled(500, new Random(5), new NativeEngine(built(), 0)));
    const query = new Random(6).vector(dim);
    const wanted = { ...request, efRuntime: 10 };
    expect(one?.own.nearest(query, wanted)).toEqual(other?.own.nearest(query, wanted));
  });

  it('answers later with what there is by then: what went is left out, what was replaced is measured again', async () => {
    const random = new Random(16);
    const index = filled(2000, random);
    index.settle();
    const query = random.vector(dim);
    const [first, second, third] = index.own.nearest(query, request);
    const later = index.own.nearestLater(query, request);
    const far = random.vector(dim);
    index.delete(first?.id ?? -1);
    index.put(second?.id ?? -1, far);
    const found = await later;
    const distances = new Map(neighborsOf(found).map(({ id, distance }) => [id, distance]));
    expect(distances.has(first?.id ?? -1)).toBe(false);
    expect(distances.get(third?.id ?? -1)).toBe(third?.distance);
    // It was found where it lay, or it lay too far away already when the search came.
    expect([undefined, index.measure(query)(second?.id ?? -1)]).toContain(distances.get(second?.id ?? -1));
    expect([...distances.values()]).toEqual([...distances.values()].sort((a, b) => a - b));
    expect(found.isCurrent).toBe(true);
    index.delete(third?.id ?? -1);
    expect(found.isCurrent).toBe(false);
  });

  it('scans for many at once as it does for one, some of them behind filters, beside writes', async () => {
    const random = new Random(17);
    for (const threads of [1, 3]) {
      const own = new NativeEngine(built(), threads);
      const index = own.create(field(dim, 'L2', 'FLAT'), (id) => id, 7);
      for (let id = 0; id < 5000; id++) index.put(id, random.vector(dim));
      const most = new Uint32Array(160).fill(0xffff_fff0);
      const few = new Uint32Array(160).fill(1);
      const questions = Array.from({ length: 60 }, (_, n) => ({
        query: random.vector(dim),
        wanted: { ...request, k: 1 + (n % 20), allowed: [undefined, most, few][n % 3] },
      }));
      const alone = questions.map(({ query, wanted }) => index.own.nearest(query, wanted));
      const together = questions.map(({ query, wanted }) => index.own.nearestLater(query, wanted));
      expect((await Promise.all(together)).map(neighborsOf)).toEqual(alone);
      const beside = questions.map(({ query, wanted }) => {
        index.put(5000 + random.integer(500), random.vector(dim));
        index.delete(random.integer(5000));
        return index.own.nearestLater(query, wanted);
      });
      await Promise.all(beside);
      expect(index.validate()).toEqual([]);
    }
  });

  it('can be closed with work in flight', async () => {
    const random = new Random(7);
    const index = filled(2000, random);
    const searches = Array.from({ length: 50 }, () => index.own.nearestLater(random.vector(dim), request));
    index.close();
    for (const outcome of await Promise.allSettled(searches)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'closed' });
    }
    expect(index.size).toBe(0);
    expect(index.own.nearest(random.vector(dim), request)).toEqual([]);
  });

  it('gives up when its time is over', async () => {
    const random = new Random(8);
    const index = filled(2000, random);
    const deadline = new Deadline(undefined, 0);
    const exact = { ...request, exact: true, deadline };
    await expect(index.own.nearestLater(random.vector(dim), exact)).rejects.toMatchObject({ code: 'timeout' });
    expect(() => index.own.nearest(random.vector(dim), exact)).toThrow(/timeout/);
  });

  it('takes the largest vectors there are, and the smallest', () => {
    for (const size of [1, 2, 31, 33, 63, 65, 32_768]) {
      const index = new NativeEngine(built(), 0).create(field(size, 'COSINE', 'HNSW'), (id) => id, 1);
      for (let id = 0; id < 5; id++) index.put(id, new Float32Array(size).fill(id - 2));
      expect(index.validate()).toEqual([]);
      expect(index.own.nearest(new Float32Array(size).fill(1), request).map(({ id }) => id)).toEqual([3, 4, 2, 0, 1]);
    }
  });

  it('survives the greatest and the least numbers', () => {
    for (const metric of ['L2', 'IP', 'COSINE'] as const) {
      const index = create(metric, new NativeEngine(built(), 0));
      const values = [3.4e38, -3.4e38, 1e-45, -1e-45, 0, 1];
      for (let id = 0; id < 60; id++) index.put(id, new Float32Array(dim).fill(values[id % values.length] ?? 0));
      for (const value of values) {
        expect(index.own.nearest(new Float32Array(dim).fill(value), { ...request, k: 60 })).toHaveLength(60);
      }
    }
  });

  it('answers k beyond its size, ef below k, and nothing from nothing', () => {
    const random = new Random(9);
    const empty = create();
    expect(empty.own.nearest(random.vector(dim), request)).toEqual([]);
    const index = filled(20, random);
    expect(index.own.nearest(random.vector(dim), { ...request, k: 1000 })).toHaveLength(20);
    expect(index.own.nearest(random.vector(dim), { ...request, k: 15, efRuntime: 1 })).toHaveLength(15);
  });

  it('reads a vector back as it was put', () => {
    const index = create();
    const vector = new Random(10).vector(dim);
    index.put(3, vector);
    expect(index.read(3)).toEqual(Buffer.from(vector.buffer));
    expect(index.read(4)).toBeUndefined();
  });
});

describe('a dump', () => {
  const engine = new NativeEngine(built(), 1);
  const dim = 8;
  const create = (): NativeIndex => engine.create(field(dim, 'COSINE', 'HNSW'), (id) => id, 7);
  const filled = (): NativeIndex => {
    const random = new Random(11);
    const index = create();
    for (let id = 0; id < 400; id++) index.put(id, random.vector(dim));
    for (let id = 0; id < 400; id += 3) index.delete(id);
    return index;
  };
  const load = (bytes: Uint8Array, sliceBytes: number): { index: NativeIndex; refusal: string | undefined } => {
    const index = create();
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const refusal = index.load(bytes.subarray(at, at + sliceBytes));
      if (refusal !== undefined) return { index, refusal };
    }
    return { index, refusal: index.load(new Uint8Array(0)) };
  };

  it('brings back the index it was made of, cut anywhere', () => {
    const index = filled();
    const bytes = Buffer.concat([...index.dump(1000)]);
    index.settle();
    for (const sliceBytes of [7, 4096, bytes.length]) {
      const { index: loaded, refusal } = load(bytes, sliceBytes);
      expect(refusal).toBeUndefined();
      expect(loaded.validate()).toEqual([]);
      expect(loaded.size).toBe(index.size);
      const query = new Random(12).vector(dim);
      expect(loaded.searchExact(query, 20, noDeadline)).toEqual(index.searchExact(query, 20, noDeadline));
    }
  });

  it('holds what was there when it began, though the index changes meanwhile', () => {
    const index = filled();
    const query = new Random(13).vector(dim);
    const before = index.searchExact(query, 20, noDeadline);
    const slices: Uint8Array[] = [];
    let id = 0;
    const random = new Random(14);
    for (const slice of index.dump(500)) {
      slices.push(slice);
      for (let step = 0; step < 5; step++) {
        index.delete(id++);
        index.put(id + 500, random.vector(dim));
      }
    }
    const { index: loaded, refusal } = load(Buffer.concat(slices), 10_000);
    expect(refusal).toBeUndefined();
    expect(loaded.validate()).toEqual([]);
    expect(loaded.searchExact(query, 20, noDeadline)).toEqual(before);
  });

  it('begins again when another one was given up', () => {
    const index = filled();
    index.settle();
    const bytes = Buffer.concat([...index.dump(1000)]);
    for (const slice of index.dump(100)) {
      expect(slice.length).toBeGreaterThan(0);
      break;
    }
    const left = index.dump(100);
    left.next();
    expect(Buffer.concat([...index.dump(1000)])).toEqual(bytes);
    expect(index.validate()).toEqual([]);
  });

  it('is refused when it is cut short, altered, or something else', () => {
    const bytes = Buffer.concat([...filled().dump(1000)]);
    const random = new Random(15);
    for (let round = 0; round < 60; round++) {
      const cut = bytes.subarray(0, random.integer(bytes.length));
      expect(load(cut, 777).refusal).toMatch(/^The dump of the vector index cannot be loaded: /);
      const altered = Buffer.from(bytes);
      const at = random.integer(bytes.length);
      altered[at] = (altered[at] ?? 0) ^ (1 << random.integer(8));
      expect(load(altered, 777).refusal).toMatch(/^The dump of the vector index cannot be loaded: /);
    }
    const other = engine.create(field(dim, 'L2', 'HNSW'), (id) => id, 7);
    expect(other.load(bytes)).toMatch(/other parameters/);
    expect(create().load(Buffer.alloc(100))).toMatch(/does not begin with a header/);
  });
});

describe.each(['HNSW', 'FLAT'] as const)('rows of a %s index that somebody keeps', (algorithm) => {
  const dim = 16;
  const bytesOf = (vector: Float32Array): Uint8Array => new Uint8Array(vector.buffer, vector.byteOffset, dim * 4);

  function withRows(count: number) {
    const random = new Random(5);
    const index = new NativeEngine(built(), 2).create(field(dim, 'L2', algorithm), (id) => id, 7);
    const vectors = Array.from({ length: count }, () => random.vector(dim));
    for (const [id, vector] of vectors.entries()) index.put(id, vector);
    if (index.rows === undefined) throw new Error('an addon that was built before: build it again');
    return { index, rows: index.rows, vectors, random };
  }

  test('stay as they are when their vectors go, and when their index goes', () => {
    const { index, rows, vectors, random } = withRows(200);
    const kept = vectors.map((vector, id) => rows.keep(id, bytesOf(vector)));
    expect(new Set(kept).size).toBe(200);
    expect(kept.every((row) => rows.isIndexed(row))).toBe(true);
    for (let id = 0; id < 200; id++) {
      if (id % 2 === 0) index.delete(id);
      else index.put(id, random.vector(dim));
    }
    expect(kept.some((row) => rows.isIndexed(row))).toBe(false);
    expect(index.validate()).toEqual([]);
    index.close();
    expect(kept.map((row) => rows.read(row).equals(bytesOf(vectors[kept.indexOf(row)] ?? new Float32Array())))).toEqual(
      kept.map(() => true),
    );
    for (const row of kept) rows.release(row);
  });

  test('are used again once they are let go', () => {
    const { index, rows, vectors, random } = withRows(50);
    const row = rows.keep(7, bytesOf(vectors[7] ?? new Float32Array()));
    const grownBy = (id: number): number => {
      const before = index.memoryBytes;
      index.put(id, random.vector(dim));
      expect(index.validate()).toEqual([]);
      return index.memoryBytes - before;
    };
    index.delete(7);
    expect(index.validate()).toEqual([]);
    expect(grownBy(50)).toBeGreaterThanOrEqual(rows.rowBytes);
    rows.release(row);
    expect(grownBy(51)).toBeLessThan(rows.rowBytes);
    index.close();
  });

  test('are kept by one at a time, and only as what they hold', () => {
    const { index, rows, vectors } = withRows(3);
    const [first = new Float32Array(), second = new Float32Array()] = vectors;
    expect(rows.keep(0, bytesOf(second))).toBe(-1);
    expect(rows.keep(9, bytesOf(first))).toBe(-1);
    const row = rows.keep(0, bytesOf(first));
    expect(row).toBeGreaterThanOrEqual(0);
    expect(rows.keep(0, bytesOf(first))).toBe(-1);
    rows.releaseAll();
    expect(rows.keep(0, bytesOf(first))).toBe(row);
    index.close();
    expect(rows.isIndexed(row)).toBe(false);
    expect(rows.keep(1, bytesOf(second))).toBe(-1);
    rows.releaseAll();
  });
});

import { Deadline } from '#index/deadline.js';
import { HnswIndex } from '#index/vector/hnsw.js';
import { describeVectorIndex } from '../../contract/vector-index.js';
import { Random } from '../random.js';

const graph = { m: 16, efConstruction: 200, efRuntime: 64, seed: 7 };

describeVectorIndex({
  name: 'HnswIndex',
  create: (dim, metric, sequenceOf) => new HnswIndex({ dim, metric, ...graph }, sequenceOf),
  recall: { floor: 0.95, efRuntime: 64 },
});

describe('HnswIndex', () => {
  const byId = (id: number): number => id;
  const noDeadline = new Deadline(undefined);
  const create = (dim: number): HnswIndex => new HnswIndex({ dim, metric: 'L2', ...graph }, byId);
  const filled = (count: number): HnswIndex => {
    const index = create(2);
    for (let id = 0; id < count; id++) index.put(id, Float32Array.of(id, 1));
    return index;
  };
  const near = Float32Array.of(0, 1);

  it('revives the label of a deleted vector before it makes a new one', () => {
    const index = filled(50);
    for (let id = 0; id < 20; id++) index.delete(id);
    expect(index.graphNodes).toBe(50);
    for (let id = 100; id < 120; id++) index.put(id, Float32Array.of(id, 1));
    expect(index.graphNodes).toBe(50);
    index.put(120, near);
    expect(index.graphNodes).toBe(51);
    expect(index.validate()).toEqual([]);
  });

  it('leaves the graph alone when a document is put again with the same vector', () => {
    const [once, twice] = [filled(200), filled(200)];
    for (let id = 0; id < 200; id++) twice.put(id, Float32Array.of(id, 1));
    const options = { deadline: noDeadline, efRuntime: 10, accepts: undefined, acceptCallsMax: 0 };
    expect(twice.searchGraph(near, 10, options)).toEqual(once.searchGraph(near, 10, options));
  });

  it('grows past its first capacity', () => {
    const index = filled(1100);
    expect(index.capacity).toBe(2048);
    expect(index.searchExact(near, 1, noDeadline)).toEqual([{ id: 0, distance: 0 }]);
  });

  it('finds only what the filter accepts', () => {
    const options = { deadline: noDeadline, efRuntime: 50, accepts: (id: number) => id % 10 === 3 };
    const found = filled(300).searchGraph(near, 4, { ...options, acceptCallsMax: 10_000 });
    expect(found?.map(({ id }) => id)).toEqual([3, 13, 23, 33]);
  });

  it('gives up when a filter has been asked too often', () => {
    const options = { deadline: noDeadline, efRuntime: 50, accepts: () => false };
    expect(filled(300).searchGraph(near, 4, { ...options, acceptCallsMax: 100 })).toBeUndefined();
    expect(filled(300).searchGraph(near, 4, { ...options, acceptCallsMax: 300 })).toEqual([]);
  });

  it('stops a filtered walk at the deadline', () => {
    const options = { deadline: new Deadline(() => true), efRuntime: 50, accepts: () => true };
    expect(() => filled(10).searchGraph(near, 4, { ...options, acceptCallsMax: 1000 })).toThrow(/timeout/);
  });

  it('draws the same graph from the same seed', () => {
    const build = (): HnswIndex => {
      const random = new Random(11);
      const index = create(8);
      for (let id = 0; id < 400; id++) index.put(id, random.vector(8));
      return index;
    };
    const options = { deadline: noDeadline, efRuntime: 1, accepts: undefined, acceptCallsMax: 0 };
    const query = new Random(12).vector(8);
    expect(build().searchGraph(query, 5, options)).toEqual(build().searchGraph(query, 5, options));
  });

  it('asks the graph for a small radius and scans for a large one', () => {
    const index = filled(1000);
    expect(index.searchRadius(near, 9, noDeadline).map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    expect(index.searchRadius(near, 400 ** 2, noDeadline)).toHaveLength(401);
  });
});

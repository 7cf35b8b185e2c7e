import { Deadline } from '#index/deadline.js';
import { compareNeighbors, scanNearest, scanRadius } from '#index/vector/vector-index.js';
import { VectorStore } from '#index/vector/vector-store.js';

const noDeadline = new Deadline(undefined);
const newestFirst = (id: number): number => -id;

describe('neighbours', () => {
  it('compare by distance, then by insertion order, and infinity equals infinity', () => {
    const compare = compareNeighbors(newestFirst);
    const infinite = Number.POSITIVE_INFINITY;
    expect(compare({ id: 1, distance: 1 }, { id: 2, distance: 2 })).toBeLessThan(0);
    expect(compare({ id: 1, distance: 1 }, { id: 2, distance: 1 })).toBeGreaterThan(0);
    expect(compare({ id: 2, distance: infinite }, { id: 1, distance: infinite })).toBeLessThan(0);
    expect(compare({ id: 1, distance: 1 }, { id: 1, distance: 1 })).toBe(0);
  });
});

describe('exact scans', () => {
  const store = new VectorStore(1, 'L2');
  for (let id = 0; id < 10; id++) store.put(id, Float32Array.of(id % 5));

  it('keep the k nearest, ties at the border by insertion order', () => {
    const nearest = scanNearest(store, newestFirst, Float32Array.of(0), 3, noDeadline);
    expect(nearest.map(({ id }) => id)).toEqual([5, 0, 6]);
  });

  it('keep everything within a radius', () => {
    const within = scanRadius(store, newestFirst, Float32Array.of(0), 1, noDeadline);
    expect(within.map(({ id, distance }) => [id, distance])).toEqual([
      [5, 0],
      [0, 0],
      [6, 1],
      [1, 1],
    ]);
  });

  it('skip candidates that have no vector', () => {
    const nearest = scanNearest(store, newestFirst, Float32Array.of(0), 3, noDeadline, (visit) => {
      visit(77);
      visit(2);
    });
    expect(nearest).toEqual([{ id: 2, distance: 4 }]);
  });
});

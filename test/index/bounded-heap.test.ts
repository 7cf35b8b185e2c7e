import { BoundedHeap } from '#index/bounded-heap.js';
import { Random } from './random.js';

const ascending = (a: number, b: number): boolean => a < b;

describe('BoundedHeap', () => {
  it('keeps the first items of the order', () => {
    const random = new Random(51);
    for (let round = 0; round < 200; round++) {
      const items = Array.from({ length: random.integer(40) }, () => random.integer(30));
      const limit = random.integer(12);
      const heap = new BoundedHeap<number>(limit, ascending);
      for (const item of items) heap.offer(item);
      expect(heap.sorted()).toEqual(items.sort((a, b) => a - b).slice(0, limit));
    }
  });

  it('shows the last item kept once it is full', () => {
    const heap = new BoundedHeap<number>(2, ascending);
    heap.offer(5);
    expect([heap.size, heap.last]).toEqual([1, undefined]);
    heap.offer(3);
    expect([heap.size, heap.last]).toEqual([2, 5]);
    heap.offer(4);
    expect(heap.last).toBe(4);
  });
});

import { BlobStore } from '#index/blob-store.js';
import { Random } from './random.js';

function read(store: BlobStore, id: number): number[] | undefined {
  const blob = store.get(id);
  return blob && [...blob.bytes.subarray(blob.start, blob.end)];
}

describe('BlobStore', () => {
  it('keeps a copy of the bytes of each id, the empty run too', () => {
    const store = new BlobStore();
    const bytes = Uint8Array.of(1, 2, 3);
    store.put(5, bytes);
    store.put(6, new Uint8Array(0));
    bytes.fill(0);
    expect([read(store, 5), read(store, 6), read(store, 0), read(store, 99)]).toEqual([
      [1, 2, 3],
      [],
      undefined,
      undefined,
    ]);
  });

  it('takes runs that are larger than a page', () => {
    const store = new BlobStore();
    store.put(0, Uint8Array.of(1));
    store.put(1, new Uint8Array(1_000_000).fill(7));
    store.put(2, Uint8Array.of(2));
    expect([read(store, 0), read(store, 1)?.length, read(store, 2)]).toEqual([[1], 1_000_000, [2]]);
    expect(store.validate()).toEqual([]);
  });

  it.each([1, 2, 3])('holds what a Map holds, and gives holes back, with seed %i', (seed) => {
    const random = new Random(seed);
    const store = new BlobStore();
    const twin = new Map<number, number[]>();
    for (let step = 0; step < 4000; step++) {
      const id = random.integer(300);
      if (random.chance(0.3)) {
        store.delete(id);
        twin.delete(id);
      } else {
        const bytes = Uint8Array.from({ length: random.integer(8000) }, () => random.integer(256));
        store.put(id, bytes);
        twin.set(id, [...bytes]);
      }
      if (step % 500 === 0) expect(store.validate()).toEqual([]);
    }
    expect(store.validate()).toEqual([]);
    for (let id = 0; id < 300; id++) expect(read(store, id)).toEqual(twin.get(id));
    const live = [...twin.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    expect(store.memoryBytes).toBeLessThan(live * 2 + 3 * (1 << 18));
  });
});

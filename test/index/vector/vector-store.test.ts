import { VectorStore } from '#index/vector/vector-store.js';
import { Random } from '../random.js';

describe('VectorStore', () => {
  it('keeps rows dense under random operations', () => {
    const random = new Random(31);
    const store = new VectorStore(3, 'COSINE');
    const plain = new Map<number, Float32Array>();
    for (let step = 0; step < 2000; step++) {
      const id = random.integer(100);
      if (random.chance(0.4)) {
        expect(store.delete(id)).toBe(plain.delete(id));
      } else {
        const vector = random.vector(3);
        store.put(id, vector);
        plain.set(id, vector);
      }
    }
    expect(store.validate()).toEqual([]);
    expect(store.size).toBe(plain.size);
    const rows = Array.from({ length: store.size }, (_, row) => store.idAt(row));
    expect(rows.sort((a, b) => a - b)).toEqual([...plain.keys()].sort((a, b) => a - b));
    for (const [id, vector] of plain) expect(store.get(id)).toEqual(vector);
  });

  it('says whether a vector was new', () => {
    const store = new VectorStore(2, 'L2');
    expect(store.put(5, Float32Array.of(1, 2))).toBe(true);
    expect(store.put(5, Float32Array.of(1, 2))).toBe(false);
    expect(store.put(5, Float32Array.of(1, 3))).toBe(true);
    expect(store.size).toBe(1);
  });

  it('takes and returns slabs as it grows and shrinks', () => {
    const store = new VectorStore(32_768, 'L2');
    expect(store.capacity).toBe(0);
    for (let id = 0; id < 5; id++) store.put(id, new Float32Array(32_768).fill(id));
    expect(store.capacity).toBe(6);
    expect(store.measure(new Float32Array(32_768).fill(4))(3)).toBe(32_768);
    for (let id = 0; id < 4; id++) store.delete(id);
    expect(store.capacity).toBe(2);
    expect(store.get(4)?.[0]).toBe(4);
    expect(store.memoryBytes).toBeGreaterThanOrEqual(2 * 32_768 * 4);
  });

  it('scales vectors to length 1, but not the zero vector', () => {
    const store = new VectorStore(2, 'COSINE');
    expect(store.normalised(Float32Array.of(3, 4))).toEqual(Float32Array.of(0.6, 0.8));
    expect(store.normalised(Float32Array.of(0, 0))).toEqual(Float32Array.of(0, 0));
  });
});

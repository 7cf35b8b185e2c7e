import { distance, inverseNorm } from '#index/vector/distance.js';

const measure = (metric: 'L2' | 'IP' | 'COSINE', a: readonly number[], b: readonly number[]): number => {
  const [vectorA, vectorB] = [Float32Array.from(a), Float32Array.from(b)];
  return distance(metric, vectorA, 0, vectorB, inverseNorm(vectorA), inverseNorm(vectorB));
};

describe('distance', () => {
  it('is the squared Euclidean distance for L2', () => {
    expect(measure('L2', [1, 2, 3, 4, 5], [2, 4, 6, 8, 10])).toBe(55);
  });

  it('is one minus the inner product for IP, and may be negative', () => {
    expect(measure('IP', [1, 2, 3, 4, 5], [1, 1, 1, 1, 1])).toBe(-14);
  });

  it('is from 0 to 2 for COSINE', () => {
    expect(measure('COSINE', [1, 0], [0, 3])).toBe(1);
    expect(measure('COSINE', [1, 0], [-5, 0])).toBe(2);
    expect(measure('COSINE', [0.1, 0.2, 0.3], [0.1, 0.2, 0.3])).toBe(0);
  });

  it('is exactly 0 between parallel vectors, however long', () => {
    for (const length of [1e-30, 1e-3, 7, 1e18]) {
      const vector = [0.1, -0.7, 0.33].map((element) => element * length);
      expect(measure('COSINE', vector, [0.1, -0.7, 0.33])).toBe(0);
    }
  });

  it('is 1 to a zero vector for COSINE', () => {
    expect(measure('COSINE', [0, 0], [1, 2])).toBe(1);
    expect(measure('COSINE', [0, 0], [0, 0])).toBe(1);
  });

  it('reads its first vector from an offset', () => {
    const slab = Float32Array.of(9, 9, 1, 2, 9);
    expect(distance('L2', slab, 2, Float32Array.of(1, 4), 0, 0)).toBe(4);
  });
});

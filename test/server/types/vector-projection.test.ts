import { project, projectionMatrix } from '#server/types/vector-projection.js';

test('a projection is the same whenever it is made, and keeps apart what is apart', () => {
  const matrix = projectionMatrix(64, 16);
  expect(projectionMatrix(64, 16)).toEqual(matrix);
  expect(Math.max(...matrix.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number =>
      x.reduce((sum, element, i) => sum + element * (y[i] ?? 0), 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const one = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const near = one.map((element, i) => element + (i % 7 === 0 ? 0.1 : 0));
  const far = Float32Array.from({ length: 64 }, (_, i) => Math.cos(i * 3 + 1));
  const [a, b, c] = [one, near, far].map((vector) => project(vector, matrix, 16));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three vectors');
  expect(cosine(a, b)).toBeGreaterThan(0.95);
  expect(Math.abs(cosine(a, c))).toBeLessThan(0.7);
});

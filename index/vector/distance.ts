/**
 * What a distance is, once for every index.
 *
 *   L2      the squared Euclidean distance                     0 and up
 *   IP      1 - a.b                                            unbounded
 *   COSINE  1 - a.b / (|a| |b|); 1 when a vector is zero       0 to 2
 *
 * Smaller is nearer. Elements are float32, sums are double, and the last step is rounded to float32, the precision
 * servers report. The cosine is rounded before it is taken from 1: parallel vectors are at exactly 0, never below.
 */
import type { DistanceMetric } from '../schema.js';

/** `inverseNormA` and `inverseNormB` are 1 / |a| and 1 / |b|, 0 for a zero vector; only COSINE reads them. */
export function distance(
  metric: DistanceMetric,
  a: Float32Array,
  aOffset: number,
  b: Float32Array,
  inverseNormA: number,
  inverseNormB: number,
): number {
  if (metric === 'L2') return Math.fround(squaredDifference(a, aOffset, b));
  const product = dot(a, aOffset, b);
  if (metric === 'IP') return Math.fround(1 - product);
  return Math.fround(1 - Math.fround(product * inverseNormA * inverseNormB));
}

export function inverseNorm(vector: Float32Array): number {
  const squared = dot(vector, 0, vector);
  return squared === 0 ? 0 : 1 / Math.sqrt(squared);
}

/** The sum of a[aOffset + i] * b[i]. Four sums side by side: a single one would wait for each addition. */
function dot(a: Float32Array, aOffset: number, b: Float32Array): number {
  const length = b.length;
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    sum0 += (a[aOffset + i] ?? 0) * (b[i] ?? 0);
    sum1 += (a[aOffset + i + 1] ?? 0) * (b[i + 1] ?? 0);
    sum2 += (a[aOffset + i + 2] ?? 0) * (b[i + 2] ?? 0);
    sum3 += (a[aOffset + i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < length; i++) sum0 += (a[aOffset + i] ?? 0) * (b[i] ?? 0);
  return sum0 + sum1 + sum2 + sum3;
}

/** The sum of (a[aOffset + i] - b[i]) squared. */
function squaredDifference(a: Float32Array, aOffset: number, b: Float32Array): number {
  const length = b.length;
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const difference0 = (a[aOffset + i] ?? 0) - (b[i] ?? 0);
    const difference1 = (a[aOffset + i + 1] ?? 0) - (b[i + 1] ?? 0);
    const difference2 = (a[aOffset + i + 2] ?? 0) - (b[i + 2] ?? 0);
    const difference3 = (a[aOffset + i + 3] ?? 0) - (b[i + 3] ?? 0);
    sum0 += difference0 * difference0;
    sum1 += difference1 * difference1;
    sum2 += difference2 * difference2;
    sum3 += difference3 * difference3;
  }
  for (; i < length; i++) {
    const difference = (a[aOffset + i] ?? 0) - (b[i] ?? 0);
    sum0 += difference * difference;
  }
  return sum0 + sum1 + sum2 + sum3;
}

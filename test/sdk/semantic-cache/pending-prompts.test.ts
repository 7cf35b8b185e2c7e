import { nearestPendingOf } from '#sdk/semantic-cache/pending-prompts.js';

const vector = (...numbers: number[]): Float32Array => Float32Array.from(numbers);
const far = { prompt: 'far', vector: vector(0, 1) };
const near = { prompt: 'near', vector: vector(2, 1) };
const unread = { prompt: 'unread', vector: undefined };

describe('the nearest pending prompt', () => {
  test('is weighed with those behind it, and named with its similarity', () => {
    const seen: string[][] = [];
    const found = nearestPendingOf(vector(1, 0), [far, unread, near], 10, (candidates) => {
      seen.push(candidates.map(({ prompt }) => prompt));
      return true;
    });
    expect(found).toEqual({ pending: near, similarity: expect.closeTo(2 / Math.sqrt(5), 6) });
    expect(seen).toEqual([['near', 'far']]);
  });

  test('is none when it may not be served, or there is none with a vector', () => {
    expect(nearestPendingOf(vector(1, 0), [near], 10, () => false)).toBeUndefined();
    expect(nearestPendingOf(vector(1, 0), [unread], 10, () => true)).toBeUndefined();
  });

  test('is sought by the angle alone', () => {
    const similarityTo = (other: Float32Array) =>
      nearestPendingOf(vector(1, 0), [{ prompt: 'p', vector: other }], 1, () => true)?.similarity;
    expect(similarityTo(vector(3, 0))).toBeCloseTo(1, 6);
    expect(similarityTo(vector(0, 5))).toBeCloseTo(0, 6);
    expect(similarityTo(vector(1, 1))).toBeCloseTo(Math.SQRT1_2, 6);
  });
});

import { Histogram } from '#server/base/histogram.js';
import { seededRandom } from '#server/base/random.js';

test('percentiles are those of a sorted list, to one step of the histogram', () => {
  const random = seededRandom(7);
  const histogram = new Histogram();
  const plain: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    const ns = 1 + random.below(10 ** (1 + random.below(9)));
    plain.push(ns);
    histogram.record(ns);
  }
  plain.sort((a, b) => a - b);
  for (const percent of [0, 1, 25, 50, 75, 99, 99.9, 100]) {
    const exact = plain[Math.max(0, Math.ceil((plain.length * percent) / 100) - 1)] ?? 0;
    const found = histogram.percentile(percent);
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 128));
  }
});

test('a distribution counts up to bounds that double, and leaves out those that add nothing', () => {
  const histogram = new Histogram();
  for (const us of [1, 1, 2, 20, 30, 1000]) histogram.record(us * 1000);
  expect(histogram.distribution()).toEqual([
    { boundUs: 1, count: 2 },
    { boundUs: 2, count: 3 },
    { boundUs: 33, count: 5 },
    { boundUs: 1056, count: 6 },
  ]);
  expect(histogram.total).toBe(6);
});

test('durations of nothing, and beyond a second, are counted as the shortest and the longest', () => {
  const histogram = new Histogram();
  histogram.record(0);
  histogram.record(1e12);
  expect(histogram.total).toBe(2);
  expect(histogram.percentile(50)).toBe(1);
  expect(histogram.percentile(100)).toBeGreaterThanOrEqual(1e9);
  expect(new Histogram().percentile(50)).toBe(0);
  expect(new Histogram().distribution()).toEqual([]);
});

test('equal durations are recorded together', () => {
  const histogram = new Histogram();
  histogram.record(5000, 3);
  histogram.record(9000);
  expect([histogram.total, histogram.percentile(75), histogram.percentile(100)]).toEqual([4, 5023, 9023]);
});

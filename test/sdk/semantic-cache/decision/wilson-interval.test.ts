import { wilsonInterval } from '#sdk/semantic-cache/decision/wilson-interval.js';
import { seededRandom } from '#server/base/random.js';

test.each([
  [0, 10, 0, 0.2857],
  [1, 10, 0.0174, 0.4112],
  [10, 10, 0.7143, 1],
  [50, 1000, 0.0379, 0.0657],
])('of %i in %i the share lies between %d and %d', (found, total, low, high) => {
  const interval = wilsonInterval(found, total);
  expect([interval.low, interval.high]).toEqual([expect.closeTo(low, 3), expect.closeTo(high, 3)]);
});

test('nothing looked at says nothing', () => {
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

test.each([1, 2, 3])('covers the true share at least 93 times in 100, whatever it is (seed %i)', (seed) => {
  const random = seededRandom(seed);
  for (const share of [0.01, 0.03, 0.1, 0.4]) {
    let covered = 0;
    const rounds = 1000;
    for (let round = 0; round < rounds; round++) {
      let found = 0;
      for (let i = 0; i < 300; i++) if (random.below(1_000_000) < share * 1_000_000) found++;
      const { low, high } = wilsonInterval(found, 300);
      if (low <= share && share <= high) covered++;
    }
    expect(covered / rounds).toBeGreaterThanOrEqual(0.93);
  }
});

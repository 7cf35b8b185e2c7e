import { HyperLogLog } from '#index/aggregate/hyperloglog.js';

test.each([0, 1, 100, 5_000, 100_000])('%i values are counted to within five standard errors', (count) => {
  const seen = new HyperLogLog();
  for (let at = 0; at < count; at++) for (let again = 0; again < 2; again++) seen.add(`value ${at}`);
  expect(Math.abs(seen.count - count)).toBeLessThanOrEqual(count * 0.08);
});

test('numbers and texts are told apart', () => {
  const seen = new HyperLogLog();
  for (const value of [1, '1', 1]) seen.add(value);
  expect(seen.count).toBe(2);
});

test('what several have seen is added up', () => {
  const [a, b, all] = [new HyperLogLog(), new HyperLogLog(), new HyperLogLog()];
  for (let at = 0; at < 1000; at++) {
    a.add(at);
    b.add(at + 500);
    all.add(at);
    all.add(at + 500);
  }
  expect(a.addAll(b.toText())).toBe(true);
  expect(a.count).toBe(all.count);
  expect(a.addAll('short')).toBe(false);
});

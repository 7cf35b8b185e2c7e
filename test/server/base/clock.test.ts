import { systemClock } from '#server/base/clock.js';

describe('systemClock', () => {
  test('tells whole milliseconds since the Unix epoch', () => {
    const before = Date.now();
    const nowMs = systemClock.nowMs();
    expect(Number.isInteger(nowMs)).toBe(true);
    expect(nowMs).toBeGreaterThanOrEqual(before);
    expect(nowMs).toBeLessThanOrEqual(Date.now());
  });

  test('counts microseconds that never go back', () => {
    const times = Array.from({ length: 1_000 }, () => systemClock.monotonicUs());
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

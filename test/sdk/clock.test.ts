import { systemClock } from '#sdk/clock.js';

test('the system clock tells whole milliseconds since the epoch', () => {
  const beforeMs = Date.now();
  const nowMs = systemClock.nowMs();
  expect(Number.isInteger(nowMs)).toBe(true);
  expect(nowMs).toBeGreaterThanOrEqual(beforeMs);
  expect(nowMs).toBeLessThanOrEqual(Date.now());
});

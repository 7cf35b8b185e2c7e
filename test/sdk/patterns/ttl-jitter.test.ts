import { jitteredTtlMs } from '#sdk/patterns/ttl-jitter.js';

test.each([
  [1_000, 0.1, 0, 1_000],
  [1_000, 0.1, 0.5, 950],
  [1_000, 0, 0.9, 1_000],
  [1, 1, 0.99, 1],
])('%d ms by %d with %d: %d ms', (ttlMs, share, chance, expected) => {
  expect(jitteredTtlMs(ttlMs, share, () => chance)).toBe(expected);
});

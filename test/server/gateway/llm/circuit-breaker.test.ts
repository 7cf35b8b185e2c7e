import { CircuitBreaker } from '#server/gateway/llm/circuit-breaker.js';

test('rests after failures in a row, then lets one call through, which decides', () => {
  let nowMs = 0;
  const breaker = new CircuitBreaker({ failuresMax: 2, restMs: 100, clock: { nowMs: () => nowMs } });
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  expect(breaker.allows()).toBe(true);
  breaker.failed();
  expect(breaker.allows()).toBe(false);
  nowMs = 100;
  expect([breaker.allows(), breaker.allows()]).toEqual([true, false]);
  breaker.failed();
  nowMs = 199;
  expect(breaker.allows()).toBe(false);
  nowMs = 200;
  expect(breaker.allows()).toBe(true);
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
});

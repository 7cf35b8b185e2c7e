import { seededRandom } from '#server/base/random.js';
import { AccessClock } from '#server/keyspace/access-clock.js';

const startMs = 1_700_000_000_000;
const minuteMs = 60_000;

describe('under an lru policy', () => {
  const clock = new AccessClock(seededRandom(1));

  test('a key is idle since its last access, in whole seconds', () => {
    const bits = clock.fresh(startMs);
    expect(clock.idleSeconds(bits, startMs + 999)).toBe(0);
    expect(clock.idleSeconds(bits, startMs + 61_000)).toBe(61);
    expect(clock.idleSeconds(clock.touched(bits, startMs + 61_000), startMs + 61_000)).toBe(0);
  });

  test('24 bits wrap around without a gap', () => {
    const beforeWrapMs = (2 ** 24 * 101 - 3) * 1000;
    const bits = clock.fresh(beforeWrapMs);
    expect(clock.idleSeconds(bits, beforeWrapMs + 10_000)).toBe(10);
  });
});

describe('under an lfu policy', () => {
  function lfu(logFactor: number, decayMinutes: number): AccessClock {
    const clock = new AccessClock(seededRandom(7));
    clock.configure({ logFactor, decayMinutes });
    return clock;
  }

  function afterAccesses(clock: AccessClock, count: number): number {
    let bits = clock.fresh(startMs);
    for (let i = 0; i < count; i++) bits = clock.touched(bits, startMs);
    return clock.frequency(bits, startMs);
  }

  test('a new key begins at 5', () => {
    const clock = lfu(10, 1);
    const bits = clock.fresh(startMs);
    expect(clock.frequency(bits, startMs)).toBe(5);
  });

  test('with a factor of 0 every access counts, up to 255', () => {
    expect(afterAccesses(lfu(0, 1), 100)).toBe(105);
    expect(afterAccesses(lfu(0, 1), 300)).toBe(255);
  });

  test('with a factor of 10 a hundred accesses count about 10, a thousand about 18, as Redis documents', () => {
    expect(afterAccesses(lfu(10, 1), 100)).toBeGreaterThan(7);
    expect(afterAccesses(lfu(10, 1), 100)).toBeLessThan(14);
    expect(afterAccesses(lfu(10, 1), 1000)).toBeGreaterThan(14);
    expect(afterAccesses(lfu(10, 1), 1000)).toBeLessThan(25);
  });

  test('the count falls by one every decay time, not below 0, and never with 0', () => {
    const clock = lfu(0, 2);
    const bits = clock.touched(clock.fresh(startMs), startMs);
    expect(clock.frequency(bits, startMs + minuteMs)).toBe(6);
    expect(clock.frequency(bits, startMs + 4 * minuteMs)).toBe(4);
    expect(clock.frequency(bits, startMs + 100 * minuteMs)).toBe(0);
    expect(lfu(0, 0).frequency(bits, startMs + 100 * minuteMs)).toBe(6);
  });

  test('idle counts fall before they rise', () => {
    const clock = lfu(0, 1);
    const bits = clock.touched(clock.fresh(startMs), startMs + 3 * minuteMs);
    expect(clock.frequency(bits, startMs + 3 * minuteMs)).toBe(3);
  });
});

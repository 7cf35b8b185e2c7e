import { ExpiryQueue } from '#server/keyspace/expiry-queue.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';

function takeAll(queue: ExpiryQueue, nowMs: number): string[] {
  const keys: string[] = [];
  for (let key = queue.takeDue(nowMs); key !== undefined; key = queue.takeDue(nowMs)) keys.push(key);
  return keys;
}

test('keys come out when they are due, earliest first', () => {
  const queue = new ExpiryQueue();
  queue.set('late', 30);
  queue.set('early', 10);
  queue.set('middle', 20);
  expect(takeAll(queue, 9)).toEqual([]);
  expect(takeAll(queue, 20)).toEqual(['early', 'middle']);
  expect(takeAll(queue, 100)).toEqual(['late']);
  expect(queue.size).toBe(0);
});

test('only the last time of a key counts', () => {
  const queue = new ExpiryQueue();
  queue.set('a', 10);
  queue.set('a', 50);
  queue.set('b', 50);
  queue.set('b', 10);
  queue.set('c', 10);
  queue.delete('c');
  expect(takeAll(queue, 10)).toEqual(['b']);
  expect(takeAll(queue, 50)).toEqual(['a']);
});

test('a key whose time is set again and again does not make the queue grow', () => {
  const queue = new ExpiryQueue();
  for (let atMs = 0; atMs < 10_000; atMs++) queue.set(`k${atMs % 3}`, atMs);
  expect(queue.size).toBe(3);
  expect(queue.entries).toBeLessThanOrEqual(2 * 3 + 64);
  expect(takeAll(queue, 10_000)).toEqual(['k1', 'k2', 'k0']);
});

test.each([1, 2, 3])('it agrees with a plain map, with seed %i', (seed) => {
  const random = new SeededRandom(seed);
  const queue = new ExpiryQueue();
  const times = new Map<string, number>();
  for (let nowMs = 0; nowMs < 2000; nowMs++) {
    const key = `k${random.below(40)}`;
    if (random.chance(0.2)) {
      queue.delete(key);
      times.delete(key);
    } else {
      const atMs = nowMs + random.below(100);
      queue.set(key, atMs);
      times.set(key, atMs);
    }
    const due = [...times].filter(([, atMs]) => atMs <= nowMs).map(([name]) => name);
    for (const name of due) times.delete(name);
    expect(takeAll(queue, nowMs).sort()).toEqual(due.sort());
    expect(queue.size).toBe(times.size);
  }
});

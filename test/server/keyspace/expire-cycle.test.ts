import type { Clock } from '#server/base/clock.js';
import { seededRandom } from '#server/base/random.js';
import { NO_EXPIRY } from '#server/keyspace/database.js';
import { ExpireCycle } from '#server/keyspace/expire-cycle.js';
import type { Keyspace } from '#server/keyspace/keyspace.js';
import { HashValue } from '#server/types/hash.js';
import { bytes, smallKeyspace, startMs } from '../../support/small-keyspace.js';

/** Each look at the monotonic clock costs time: one slice of work took that long. */
class WorkingClock implements Clock {
  ms = startMs;
  us = 0;

  constructor(readonly usPerLook = 0) {}

  nowMs(): number {
    return this.ms;
  }

  monotonicUs(): number {
    this.us += this.usPerLook;
    return this.us;
  }
}

const MUCH_US = 1_000_000;
const TICK_MS = 100;

function fill(keyspace: Keyspace, index: number, count: number, expiryMs: (i: number) => number): void {
  for (let i = 0; i < count; i++) keyspace.database(index).setString(bytes(`k${i}`), bytes('v'), expiryMs(i));
}

describe('ExpireCycle', () => {
  test('removes what has expired from every database and tells it', () => {
    const keyspace = smallKeyspace(3);
    const clock = new WorkingClock();
    const told: string[] = [];
    keyspace.events.subscribe({
      keyChanged: (db, event, key) => told.push(`${db} ${event} ${key.utf8()}`),
      effect: (db, argv) => told.push(`${db} effect ${argv[0]}`),
      commandDone: () => told.push('done'),
    });
    for (const index of [0, 2]) fill(keyspace, index, 2, (i) => (i === 0 ? startMs + 5 : NO_EXPIRY));
    const cycle = new ExpireCycle(keyspace, clock);
    clock.ms = startMs + 5;
    expect(cycle.run(MUCH_US)).toBe(false);
    expect(told).toEqual(['0 expired k0', '0 effect DEL', '2 expired k0', '2 effect DEL', 'done']);
    expect([0, 1, 2].map((index) => keyspace.database(index).size)).toEqual([1, 0, 1]);
  });

  test('gives back the memory of values that have lost their keys, within its budget', () => {
    const keyspace = smallKeyspace(1);
    const database = keyspace.database(0);
    const before = database.memoryUsage().liveBytes;
    const hash = database.forWrite(HashValue, bytes('large'));
    for (let i = 0; i < 5000; i++) hash.set(bytes(`f${i}`), bytes('v'));
    database.delete(bytes('large'), 'unlink');
    const cycle = new ExpireCycle(keyspace, new WorkingClock(100));
    expect([cycle.run(150), database.dyingCount]).toEqual([true, 1]);
    expect([cycle.run(MUCH_US), database.dyingCount]).toEqual([false, 0]);
    expect(keyspace.shared.stats.lazilyFreed).toBe(1);
    expect(database.memoryUsage().liveBytes).toBeLessThan(before + 1000);
  });

  test('leaves keys whose time has come while it is told to', () => {
    const keyspace = smallKeyspace(1);
    const clock = new WorkingClock();
    fill(keyspace, 0, 20, () => startMs + 1);
    clock.ms = startMs + 1;
    keyspace.shared.expiresActively = false;
    new ExpireCycle(keyspace, clock).run(MUCH_US);
    expect(keyspace.database(0).size).toBe(20);
    keyspace.shared.expiresActively = true;
    new ExpireCycle(keyspace, clock).run(MUCH_US);
    expect(keyspace.database(0).size).toBe(0);
  });

  test('goes on at once while many of the keys it sees have expired', () => {
    const keyspace = smallKeyspace(1);
    const clock = new WorkingClock();
    fill(keyspace, 0, 20_000, (i) => (i % 2 === 0 ? startMs + 1 : startMs + 1_000_000));
    const cycle = new ExpireCycle(keyspace, clock);
    clock.ms = startMs + 1;
    expect(cycle.run(MUCH_US)).toBe(false);
    expect(keyspace.database(0).size).toBeLessThan(12_000);
  });

  test('no key outlives its time by more than a round, though few expire among many', () => {
    const keyspace = smallKeyspace(1);
    const clock = new WorkingClock();
    const random = seededRandom(9);
    const expiries = Array.from({ length: 40_000 }, () => startMs + random.below(600_000));
    fill(keyspace, 0, expiries.length, (i) => expiries[i] ?? 0);
    const cycle = new ExpireCycle(keyspace, clock);
    for (let second = 1; second <= 30; second++) {
      for (let tick = 0; tick < 1_000 / TICK_MS; tick++) {
        clock.ms += TICK_MS;
        cycle.run(MUCH_US);
      }
      const dueMs = clock.ms - 10_000 - 2 * TICK_MS;
      expect(keyspace.database(0).size).toBeLessThanOrEqual(expiries.filter((expiryMs) => expiryMs > dueMs).length);
    }
  });

  test('takes at most one slice more than its budget, and says that there is more to do', () => {
    const keyspace = smallKeyspace(4);
    const clock = new WorkingClock(100);
    for (let index = 0; index < 4; index++) fill(keyspace, index, 5_000, () => startMs + 1);
    const cycle = new ExpireCycle(keyspace, clock);
    clock.ms = startMs + 1;
    for (const budgetUs of [0, 50, 100, 250, 1_000]) {
      const beforeUs = clock.us;
      const sizeBefore = total(keyspace);
      expect(cycle.run(budgetUs)).toBe(true);
      // One look begins the budget, one ends each slice.
      expect(clock.us - beforeUs).toBeLessThanOrEqual(budgetUs + 2 * 100);
      expect(sizeBefore - total(keyspace)).toBeGreaterThan(0);
      expect(sizeBefore - total(keyspace)).toBeLessThanOrEqual(64 * (Math.ceil(budgetUs / 100) + 1));
    }
    let runs = 0;
    while (cycle.run(1_000)) if (++runs > 1_000) throw new Error('the cycle does not come to an end');
    expect(total(keyspace)).toBe(0);
  });

  test('gives every database its turn when time is short', () => {
    const keyspace = smallKeyspace(4);
    const clock = new WorkingClock(100);
    for (let index = 0; index < 4; index++) fill(keyspace, index, 1_000, () => startMs + 1);
    const cycle = new ExpireCycle(keyspace, clock);
    clock.ms = startMs + 1;
    for (let run = 0; run < 4; run++) cycle.run(0);
    const sizes = [0, 1, 2, 3].map((index) => keyspace.database(index).size);
    expect(sizes).toEqual([936, 936, 936, 936]);
  });

  test('time that jumps back or far ahead does no harm', () => {
    const keyspace = smallKeyspace(1);
    const clock = new WorkingClock();
    fill(keyspace, 0, 1_000, (i) => startMs + i);
    const cycle = new ExpireCycle(keyspace, clock);
    clock.ms = startMs - 1_000_000;
    cycle.run(MUCH_US);
    expect(keyspace.database(0).size).toBe(1_000);
    clock.ms = startMs + 1_000_000;
    cycle.run(MUCH_US);
    expect(keyspace.database(0).size).toBe(0);
    keyspace.database(0).validate();
  });

  test('what time is left brings resizing tables to an end', () => {
    const keyspace = smallKeyspace(2);
    const database = keyspace.database(1);
    let count = 0;
    while (count < 10_000 || !database.isRehashing) {
      database.setString(bytes(`k${count++}`), bytes('v'), NO_EXPIRY);
    }
    const shortClock = new WorkingClock(100);
    const cycle = new ExpireCycle(keyspace, shortClock);
    expect(cycle.run(100)).toBe(true);
    expect(database.isRehashing).toBe(true);
    let runs = 0;
    while (cycle.run(100)) if (++runs > 10_000) throw new Error('resizing does not come to an end');
    expect(database.isRehashing).toBe(false);
    database.validate();
    expect(database.size).toBe(count);
  });
});

function total(keyspace: Keyspace): number {
  let size = 0;
  keyspace.forEach((database) => {
    size += database.size;
  });
  return size;
}

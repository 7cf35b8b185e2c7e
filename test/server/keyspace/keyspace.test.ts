import { NO_EXPIRY } from '#server/keyspace/database.js';
import type { Keyspace } from '#server/keyspace/keyspace.js';
import { bytes, keysOf, smallKeyspace, startMs } from '../../support/small-keyspace.js';

let keyspace: Keyspace;

beforeEach(() => {
  keyspace = smallKeyspace(4);
});

function set(index: number, key: string): void {
  keyspace.database(index).setString(bytes(key), bytes('v'), NO_EXPIRY);
}

describe('Keyspace', () => {
  test('has its databases by number, each for itself', () => {
    set(0, 'a');
    set(3, 'b');
    expect(keyspace.count).toBe(4);
    expect([0, 1, 2, 3].map((index) => keysOf(keyspace.database(index)))).toEqual([['a'], [], [], ['b']]);
    expect([-1, 0, 3, 4].map((index) => keyspace.hasDatabase(index))).toEqual([false, true, true, false]);
    expect(() => keyspace.database(4)).toThrow('the database exists');
  });

  test('swapping gives databases each other’s number', () => {
    set(0, 'a');
    set(1, 'b');
    const told: string[] = [];
    keyspace.events.subscribe({
      databasesSwapped: (a, b) => told.push(`swapped ${a} ${b}`),
      keyChanged: (db, event, key) => told.push(`${db} ${event} ${key.utf8()}`),
    });
    keyspace.swap(0, 1);
    expect(keysOf(keyspace.database(0))).toEqual(['b']);
    expect(keysOf(keyspace.database(1))).toEqual(['a']);
    keyspace.database(1).setExpiryMs(bytes('a'), startMs);
    keyspace.database(1).exists(bytes('a'));
    expect(told).toEqual(['swapped 0 1', '1 expired a']);
  });

  test('flushing says so before the keys go and after', () => {
    set(2, 'a');
    const told: string[] = [];
    keyspace.events.subscribe({
      databaseFlushing: (db) => told.push(`flushing ${db}: ${keysOf(keyspace.database(db))}`),
      databaseFlushed: (db) => told.push(`flushed ${db}: ${keysOf(keyspace.database(db))}`),
    });
    keyspace.flush(2);
    keyspace.flush(2);
    expect(told).toEqual(['flushing 2: a', 'flushed 2: ', 'flushing 2: ', 'flushed 2: ']);
  });

  test('a purge leaves the data as they are', () => {
    set(0, 'a');
    const before = keyspace.memoryUsage();
    keyspace.purge();
    expect(keyspace.memoryUsage()).toEqual(before);
    expect(keysOf(keyspace.database(0))).toEqual(['a']);
  });

  test('memory is the sum over its databases', () => {
    set(0, 'a');
    set(1, 'b');
    const sums = { liveBytes: 0, reservedBytes: 0 };
    keyspace.forEach((database) => {
      const { liveBytes, reservedBytes } = database.memoryUsage();
      sums.liveBytes += liveBytes;
      sums.reservedBytes += reservedBytes;
    });
    expect(keyspace.memoryUsage()).toEqual(sums);
    expect(sums.liveBytes).toBeGreaterThan(0);
  });
});

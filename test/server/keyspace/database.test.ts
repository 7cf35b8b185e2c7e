import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { errors } from '#server/errors.js';
import {
  type Database,
  KEEP_EXPIRY,
  NO_EXPIRY,
  NO_KEY,
  naturalEncoding,
  SHARED_REFERENCES,
} from '#server/keyspace/database.js';
import type { Keyspace } from '#server/keyspace/keyspace.js';
import { HashValue } from '#server/types/hash.js';
import { bytes, held, keysOf, smallKeyspace, startMs } from '../../support/small-keyspace.js';

let keyspace: Keyspace;
let db: Database;

beforeEach(() => {
  keyspace = smallKeyspace();
  db = keyspace.database(0);
});

afterEach(() =>
  keyspace.forEach((database) => {
    database.validate();
  }),
);

function set(key: string, value: string, expiryMs: number | bigint = NO_EXPIRY, target = db): void {
  target.setString(bytes(key), bytes(value), expiryMs);
}

function setHash(key: string, fields: Readonly<Record<string, string>>, target = db): void {
  const hash = target.forWrite(HashValue, bytes(key));
  for (const [field, value] of Object.entries(fields)) hash.set(bytes(field), bytes(value));
}

describe('values', () => {
  test('keys and values are any bytes, empty ones too', () => {
    const key = ByteSlice.fromLatin1('\0\xff\r\n');
    db.setString(key, ByteSlice.fromLatin1('\xfe\0'), NO_EXPIRY);
    expect(db.getString(key)?.latin1()).toBe('\xfe\0');
    set('', '');
    expect(db.getString(bytes(''))?.length).toBe(0);
    expect(db.size).toBe(2);
  });

  test('a string replaces a value of any type, a hash only nothing', () => {
    setHash('k', { f: 'v' });
    set('k', 'text');
    expect(db.typeName(bytes('k'))).toBe('string');
    expect(() => db.forWrite(HashValue, bytes('k'))).toThrow(expect.objectContaining(errors.wrongType));
    setHash('h', { f: 'v' });
    expect(() => db.getString(bytes('h'))).toThrow(expect.objectContaining(errors.wrongType));
    expect(db.getStringOrNothing(bytes('h'))).toBeUndefined();
  });

  test('a string is made anew from what it was, keeps its expiry, and stays as it is when that fails', () => {
    set('k', 'ab', startMs + 5000);
    db.remakeString(bytes('k'), 'raw', { make: (current) => bytes(`${current?.utf8()}c`) });
    db.remakeString(bytes('new'), 'raw', { make: (current) => bytes(`${current}`) });
    expect([db.getString(bytes('k'))?.utf8(), db.getString(bytes('new'))?.utf8()]).toEqual(['abc', 'undefined']);
    expect([db.expiryMs(bytes('k')), db.encoding(bytes('k'))]).toEqual([startMs + 5000, 'raw']);
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => db.remakeString(bytes('k'), 'raw', { make: fail })).toThrow('no');
    expect(() => db.remakeString(bytes('none'), 'raw', { make: fail })).toThrow('no');
    expect([db.getString(bytes('k'))?.utf8(), db.typeName(bytes('none'))]).toEqual(['abc', undefined]);
    setHash('h', { f: 'v' });
    expect(() => db.remakeString(bytes('h'), 'raw', { make: () => bytes('') })).toThrow(
      expect.objectContaining(errors.wrongType),
    );
  });

  test('resizing a string keeps its beginning, fills with zeros and creates what is missing', () => {
    set('k', 'abc');
    db.resizeString(bytes('k'), 5);
    expect(held(db, 'k')).toBe('abc\0\0');
    db.resizeString(bytes('k'), 2);
    expect(held(db, 'k')).toBe('ab');
    db.resizeString(bytes('new'), 20_000);
    expect(held(db, 'new')).toBe('\0'.repeat(20_000));
    expect(db.encoding(bytes('k'))).toBe('raw');
  });

  test('an encoding is int, embstr up to 44 bytes, raw beyond, or the type of the object', () => {
    expect(naturalEncoding(bytes('-9223372036854775808'))).toBe('int');
    expect(naturalEncoding(bytes('9223372036854775808'))).toBe('embstr');
    expect(naturalEncoding(bytes('01'))).toBe('embstr');
    expect(naturalEncoding(bytes('x'.repeat(44)))).toBe('embstr');
    expect(naturalEncoding(bytes('x'.repeat(45)))).toBe('raw');
    setHash('h', { f: 'v' });
    expect(db.encoding(bytes('h'))).toBe('listpack');
    expect(db.encoding(bytes('none'))).toBeUndefined();
  });

  test('small integers are shared objects, except those that COPY made', () => {
    const references = (value: string): number | undefined => {
      set('k', value);
      return db.references(bytes('k'));
    };
    expect(references('0')).toBe(SHARED_REFERENCES);
    expect(references('9999')).toBe(SHARED_REFERENCES);
    expect(references('10000')).toBe(1);
    expect(references('-1')).toBe(1);
    expect(references('x')).toBe(1);
    expect(references('7')).toBe(SHARED_REFERENCES);
    db.rename(bytes('k'), bytes('renamed'));
    db.copy(bytes('renamed'), db, bytes('copied'));
    expect(db.references(bytes('renamed'))).toBe(SHARED_REFERENCES);
    expect(db.references(bytes('copied'))).toBe(1);
    expect(db.encoding(bytes('copied'))).toBe('int');
    expect(db.references(bytes('none'))).toBeUndefined();
  });
});

describe('expiry', () => {
  test('a key is gone for every reader from the millisecond of its expiry on, and announced once', () => {
    const told: string[] = [];
    keyspace.events.subscribe({
      keyChanged: (index, event, key) => told.push(`${index} ${event} ${key.utf8()}`),
      effect: (index, argv) => told.push(`${index} ${argv.map(String).length} tokens`),
    });
    set('k', 'v', startMs + 10);
    keyspace.shared.nowMs = startMs + 9;
    expect(db.exists(bytes('k'))).toBe(true);
    keyspace.shared.nowMs = startMs + 10;
    expect(keysOf(db)).toEqual([]);
    expect(db.size).toBe(1);
    expect(db.exists(bytes('k'))).toBe(false);
    expect(db.size).toBe(0);
    expect(db.expiryMs(bytes('k'))).toBe(NO_KEY);
    expect(told).toEqual(['0 expired k', '0 2 tokens']);
    expect(keyspace.shared.stats.expiredKeys).toBe(1);
  });

  test('an expiry is kept, replaced or removed as asked, over a change of type too', () => {
    set('k', 'a', startMs + 1_000);
    set('k', 'b', KEEP_EXPIRY);
    expect(db.expiryMs(bytes('k'))).toBe(startMs + 1_000);
    set('k', 'c', startMs + 2_000);
    expect(db.expiryMs(bytes('k'))).toBe(startMs + 2_000);
    set('k', 'd');
    expect(db.expiryMs(bytes('k'))).toBe(NO_EXPIRY);
    setHash('h', { f: 'v' });
    db.setExpiryMs(bytes('h'), startMs + 5);
    set('h', 'now a string', KEEP_EXPIRY);
    expect(db.expiryMs(bytes('h'))).toBe(startMs + 5);
    expect(db.expiringCount).toBe(1);
    db.setExpiryMs(bytes('h'), NO_EXPIRY);
    expect(db.expiringCount).toBe(0);
  });

  test.each([startMs, 2 ** 32, 2 ** 32 - 1, 2 ** 53 - 1, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n])(
    'an expiry of %p is kept exactly',
    (expiryMs) => {
      keyspace.shared.nowMs = 0;
      set('k', 'v', expiryMs);
      expect(BigInt(db.exactExpiryMs(bytes('k')))).toBe(BigInt(expiryMs));
      expect(db.expiryMs(bytes('k'))).toBe(Number(expiryMs));
      db.copy(bytes('k'), keyspace.database(1), bytes('copy'));
      expect(BigInt(keyspace.database(1).exactExpiryMs(bytes('copy')))).toBe(BigInt(expiryMs));
    },
  );

  test('a limited look removes what has expired and says how many that were', () => {
    for (let i = 0; i < 100; i++) set(`k${i}`, 'v', startMs + (i < 30 ? 1 : 1_000));
    keyspace.shared.nowMs = startMs + 1;
    expect(db.expireSome(0, 100)).toBe(30);
    expect(db.size).toBe(70);
    expect(db.expireSome(60, 100)).toBe(0);
    expect(keyspace.database(1).expireSome(0, 10)).toBe(0);
  });
});

describe('reads and writes leave different traces', () => {
  test('a lookup for reading counts a hit or miss, a lookup for writing does not', () => {
    const { stats } = keyspace.shared;
    set('k', 'v');
    db.exists(bytes('k'));
    db.touch(bytes('k'));
    db.getString(bytes('k'));
    expect([stats.hits, stats.misses]).toEqual([3, 0]);
    db.exists(bytes('none'));
    db.getString(bytes('none'));
    expect([stats.hits, stats.misses]).toEqual([3, 2]);
    for (const key of ['k', 'none']) {
      db.has(bytes(key));
      db.typeName(bytes(key));
      db.expiryMs(bytes(key));
      db.encoding(bytes(key));
      db.delete(bytes(key));
    }
    expect([stats.hits, stats.misses]).toEqual([3, 2]);
  });

  test('an access sets the idle time back, looking at facts about a key does not', () => {
    const idleAfter = (access: (key: ByteSlice) => void): number | undefined => {
      keyspace.shared.nowMs += 10_000;
      access(bytes('k'));
      return db.idleSeconds(bytes('k'));
    };
    set('k', 'v');
    expect(idleAfter((key) => db.exists(key))).toBe(10);
    expect(idleAfter((key) => db.typeName(key))).toBe(20);
    expect(idleAfter((key) => db.expiryMs(key))).toBe(30);
    expect(idleAfter((key) => db.touch(key))).toBe(0);
    expect(idleAfter((key) => db.has(key))).toBe(0);
    expect(idleAfter((key) => db.getString(key))).toBe(0);
    expect(db.idleSeconds(bytes('none'))).toBeUndefined();
  });
});

describe('copying, renaming and moving', () => {
  test('a copy is independent and carries the expiry', () => {
    setHash('h', { f: 'v' });
    db.setExpiryMs(bytes('h'), startMs + 5);
    const other = keyspace.database(1);
    set('target', 'in the way', startMs + 99, other);
    expect(db.copy(bytes('h'), other, bytes('target'))).toBe(true);
    setHash('h', { f: 'changed' });
    expect(held(other, 'target')).toEqual({ f: 'v' });
    expect(other.expiryMs(bytes('target'))).toBe(startMs + 5);
    expect(db.copy(bytes('none'), other, bytes('target'))).toBe(false);
    expect(held(other, 'target')).toEqual({ f: 'v' });
  });

  test.each(['string', 'hash'])(
    'a %s that is renamed or moved replaces what is in the way, with its expiry',
    (type) => {
      if (type === 'hash') setHash('k', { f: 'v' });
      else set('k', 'text');
      const value = held(db, 'k');
      db.setExpiryMs(bytes('k'), startMs + 5);
      setHash('new', { other: 'x' });
      db.rename(bytes('k'), bytes('new'));
      expect(keysOf(db)).toEqual(['new']);
      expect(held(db, 'new')).toEqual(value);
      expect(db.expiryMs(bytes('new'))).toBe(startMs + 5);
      const other = keyspace.database(2);
      set('new', 'in the way', NO_EXPIRY, other);
      db.move(bytes('new'), other);
      expect(db.size).toBe(0);
      expect(held(other, 'new')).toEqual(value);
      expect(other.expiryMs(bytes('new'))).toBe(startMs + 5);
    },
  );
});

describe('iteration', () => {
  test('a round of scans meets every key that is there from the first call to the last, while tables resize', () => {
    const random = seededRandom(11);
    for (const [before, during] of [
      [50, 2_000],
      [2_000, -1_950],
      [600, 0],
    ] as const) {
      db.flush();
      for (let i = 0; i < before; i++) set(`k${i}`, 'v');
      const staying = new Set(Array.from({ length: Math.min(before, before + during) }, (_, i) => `k${i}`));
      const seen = new Set<string>();
      let changed = 0;
      let cursor = 0;
      do {
        cursor = db.scan(cursor, (key) => seen.add(key.utf8()));
        for (let step = random.below(120); step > 0 && changed < Math.abs(during); step--, changed++) {
          if (during > 0) set(`k${before + changed}`, 'v');
          else db.delete(bytes(`k${before - 1 - changed}`));
        }
      } while (cursor !== 0);
      expect([...staying].filter((key) => !seen.has(key))).toEqual([]);
    }
  });

  test('a scan tells types and passes over expired keys', () => {
    set('s', 'v');
    setHash('h', { f: 'v' });
    set('expired', 'v', startMs);
    const found: string[] = [];
    let cursor = 0;
    do cursor = db.scan(cursor, (key, type) => found.push(`${key.utf8()} ${type}`));
    while (cursor !== 0);
    expect(found.sort()).toEqual(['h hash', 's string']);
  });

  test('a random key is any live key, and nothing when all have expired', () => {
    for (let i = 0; i < 20; i++) set(`k${i}`, 'v', i < 10 ? startMs + 1 : NO_EXPIRY);
    keyspace.shared.nowMs = startMs + 1;
    const drawn = new Set(Array.from({ length: 1_000 }, () => db.randomKey()?.utf8()));
    expect(drawn.size).toBe(10);
    expect(keyspace.database(1).randomKey()).toBeUndefined();
    set('only', 'v', startMs, keyspace.database(1));
    expect(keyspace.database(1).randomKey()).toBeUndefined();
    expect(keyspace.database(1).size).toBe(0);
  });
});

describe('memory', () => {
  test('flushing forgets everything and gives the memory back', () => {
    for (let i = 0; i < 20_000; i++) set(`key:${i}`, 'x'.repeat(100), startMs + 10_000);
    for (let i = 0; i < 100; i++) setHash(`h${i}`, { f: 'v' });
    const full = db.memoryUsage();
    db.flush();
    expect(db.size).toBe(0);
    expect(db.expiringCount).toBe(0);
    expect(keysOf(db)).toEqual([]);
    expect(db.memoryUsage().reservedBytes).toBeLessThan(full.reservedBytes / 10);
    set('k', 'v');
    expect(held(db, 'k')).toBe('v');
  });

  test('a key takes more with a longer value', () => {
    set('k', 'v');
    set('long', 'v'.repeat(5_000));
    expect(db.memoryBytes(bytes('k'))).toBeLessThan(200);
    expect(db.memoryBytes(bytes('long'))).toBeGreaterThan(5_000);
    expect(db.memoryBytes(bytes('none'))).toBeUndefined();
  });
});

/** The same database as a plain map. */
type Twin = Map<string, { value: string | Record<string, string>; expiryMs: number }>;

describe('against a plain map', () => {
  test.each([1, 2, 3])('any sequence of operations gives the same data (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const twins: Twin[] = [new Map(), new Map()];
    for (let step = 0; step < 6_000; step++) {
      applyRandomOperation(random, twins);
      if (step % 1_000 === 999) compare(twins);
    }
    compare(twins);
  });

  function compare(twins: readonly Twin[]): void {
    for (const [index, twin] of twins.entries()) {
      const database = keyspace.database(index);
      database.validate();
      const live = [...twin].filter(([, { expiryMs }]) => expiryMs < 0 || expiryMs > keyspace.shared.nowMs);
      expect(keysOf(database)).toEqual(live.map(([key]) => key).sort());
      for (const [key, { value, expiryMs }] of live) {
        expect([key, held(database, key), database.expiryMs(bytes(key))]).toEqual([key, value, expiryMs]);
      }
    }
  }

  function applyRandomOperation(random: Random, twins: readonly Twin[]): void {
    keyspace.shared.nowMs += random.below(3);
    const index = random.below(2);
    const [database, twin] = [keyspace.database(index), twins[index] ?? new Map()];
    const key = `k${random.below(300)}`;
    const other = `k${random.below(300)}`;
    const known = twin.get(key);
    if (known !== undefined && known.expiryMs >= 0 && known.expiryMs <= keyspace.shared.nowMs) twin.delete(key);
    const live = twin.get(key);
    switch (random.below(8)) {
      case 0:
      case 1: {
        const value = 'x'.repeat(random.below(random.below(10) === 0 ? 10_000 : 80));
        const expiryMs = random.below(2) === 0 ? NO_EXPIRY : keyspace.shared.nowMs + random.below(2_000);
        set(key, value, expiryMs, database);
        twin.set(key, { value, expiryMs });
        return;
      }
      case 2: {
        const fields = { [`f${random.below(20)}`]: `${random.below(100)}` };
        if (live !== undefined && typeof live.value === 'string') return;
        setHash(key, fields, database);
        twin.set(key, { value: { ...Object(live?.value), ...fields }, expiryMs: live?.expiryMs ?? NO_EXPIRY });
        return;
      }
      case 3:
        expect(database.delete(bytes(key))).toBe(live !== undefined);
        twin.delete(key);
        return;
      case 4: {
        if (live === undefined) return;
        const expiryMs = random.below(3) === 0 ? NO_EXPIRY : keyspace.shared.nowMs + 1 + random.below(2_000);
        database.setExpiryMs(bytes(key), expiryMs);
        twin.set(key, { ...live, expiryMs });
        return;
      }
      case 5:
        if (live === undefined || key === other) return;
        database.rename(bytes(key), bytes(other));
        twin.delete(key);
        twin.set(other, live);
        return;
      case 6:
        if (live === undefined || key === other) return;
        expect(database.copy(bytes(key), database, bytes(other))).toBe(true);
        twin.set(other, { ...live });
        return;
      default: {
        if (live === undefined) return;
        database.move(bytes(key), keyspace.database(1 - index));
        twin.delete(key);
        twins[1 - index]?.set(key, live);
      }
    }
  }
});

describe('a value made outside of the keyspace', () => {
  test('is put at a key, whatever was there, without an expiry', () => {
    const database = smallKeyspace().database(0);
    database.setString(bytes('k'), bytes('v'), startMs + 5_000);
    const hash = database.create(HashValue);
    hash.set(bytes('f'), bytes('v'));
    expect(database.size).toBe(1);
    database.put(HashValue, bytes('k'), hash);
    expect(held(database, 'k')).toEqual({ f: 'v' });
    expect(database.expiryMs(bytes('k'))).toBe(NO_EXPIRY);
    database.validate();
  });

  test('leaves nothing behind when it is freed instead', () => {
    const database = smallKeyspace().database(0);
    const before = database.memoryUsage().liveBytes;
    const hash = database.create(HashValue);
    hash.set(bytes('f'), bytes('v'.repeat(100)));
    hash.free();
    expect(database.memoryUsage().liveBytes).toBe(before);
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { Dict, type ExpiringOrder, INLINE_VALUE } from '#server/memory/dict.js';

const OWNED = 4;

/** The plain twin of an entry. */
interface Twin {
  kind: number;
  value: string;
  word: number;
  expiryMs: number;
}

function newDict(order: ExpiringOrder = 'unordered'): Dict {
  return new Dict(new Arena(), 12345, order);
}

function find(dict: Dict, key: string): number {
  const bytes = Buffer.from(key, 'latin1');
  return dict.find(bytes, 0, bytes.length);
}

function insert(dict: Dict, key: string, value: string): number {
  const bytes = Buffer.from(key, 'latin1');
  const address = dict.insert(bytes, 0, bytes.length, value.length, INLINE_VALUE);
  dict.writeValue(address, 0, ByteSlice.fromLatin1(value));
  return address;
}

function remove(dict: Dict, key: string): void {
  dict.remove(find(dict, key));
}

function randomValue(random: Random): string {
  const length = random.below(20) === 0 ? random.below(20_000) : random.below(80);
  return String.fromCharCode(random.below(256)).repeat(length);
}

/** One random operation on both; the key's twin says what must be. */
function step(dict: Dict, twins: Map<string, Twin>, random: Random): void {
  const key = `key:${random.below(400)}`.padEnd(8 + random.below(3) * 20, 'x');
  const address = find(dict, key);
  const twin = twins.get(key);
  expect(address !== 0).toBe(twin !== undefined);
  if (twin === undefined) {
    const kind = random.below(4) === 0 ? OWNED : INLINE_VALUE;
    const value = kind === INLINE_VALUE ? randomValue(random) : '';
    const word = kind === INLINE_VALUE ? value.length : random.below(1000);
    const bytes = Buffer.from(key, 'latin1');
    const added = dict.insert(bytes, 0, bytes.length, word, kind);
    if (kind === INLINE_VALUE) dict.writeValue(added, 0, ByteSlice.fromLatin1(value));
    twins.set(key, { kind, value, word, expiryMs: -1 });
    return;
  }
  const choice = random.below(6);
  if (choice === 0) {
    dict.remove(address);
    twins.delete(key);
  } else if (choice === 1) {
    twin.expiryMs = random.below(3) === 0 ? -1 : 1_700_000_000_000 + random.nextUint32();
    dict.setExpiryMs(address, twin.expiryMs);
  } else if (twin.kind === OWNED) {
    twin.word = random.below(1000);
    dict.setValueWord(address, twin.word);
  } else if (choice === 2) {
    const kept = twin.value.slice(0, random.below(twin.value.length + 1));
    const moved = dict.resizeValue(address, kept.length, kept.length);
    expect(dict.value(moved).latin1()).toBe(kept);
    twin.value = kept;
    twin.word = kept.length;
  } else {
    twin.value = randomValue(random);
    twin.word = twin.value.length;
    dict.setValue(address, ByteSlice.fromLatin1(twin.value));
  }
}

function expectEqual(dict: Dict, twins: ReadonlyMap<string, Twin>): void {
  dict.validate();
  dict.arena.validate();
  expect(dict.size).toBe(twins.size);
  expect(dict.expiringCount).toBe([...twins.values()].filter(({ expiryMs }) => expiryMs >= 0).length);
  const held = new Map<string, Twin>();
  dict.forEach((address) => {
    const kind = dict.meta(address) & 0xf;
    const value = kind === INLINE_VALUE ? dict.value(address).latin1() : '';
    held.set(dict.key(address).latin1(), {
      kind,
      value,
      word: dict.valueWord(address),
      expiryMs: dict.expiryMs(address),
    });
  });
  expect(held).toEqual(twins);
}

describe('a dict', () => {
  test.each([1, 2, 3, 4])('holds what a Map holds after random operations (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const dict = newDict();
    const twins = new Map<string, Twin>();
    for (let i = 0; i < 8000; i++) {
      step(dict, twins, random);
      if (i % 400 === 0) expectEqual(dict, twins);
    }
    expectEqual(dict, twins);
    dict.clear();
    expectEqual(dict, new Map());
    expect(dict.arena.usage().liveBytes).toBe(0);
  });

  test.each([500, 513, 600, 1000, 1025])('is cleared in parts with %i entries, also while its table grows', (count) => {
    for (const part of [1, 7, 64, 512]) {
      const dict = newDict();
      for (let i = 0; i < count; i++) insert(dict, `key:${i}`, 'v');
      let parts = 1;
      while (dict.clearSome(part)) {
        dict.arena.validate();
        expect(++parts).toBeLessThan(5000);
      }
      expect([dict.size, dict.arena.usage().liveBytes]).toEqual([0, 0]);
      insert(dict, 'again', 'v');
      dict.validate();
    }
  });

  test.each([5, 6])('kept soonest first, has what expires next at its front (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const dict = newDict('soonest-first');
    const twins = new Map<string, Twin>();
    for (let i = 0; i < 8000; i++) {
      step(dict, twins, random);
      if (i % 100 > 0 || dict.expiringCount === 0) continue;
      const soonest = Math.min(...[...twins.values()].map(({ expiryMs }) => expiryMs).filter((ms) => ms >= 0));
      expect(dict.expiryMs(dict.expiringAt(0))).toBe(soonest);
      if (i % 400 === 0) expectEqual(dict, twins);
    }
    while (dict.expiringCount > 0) dict.remove(dict.expiringAt(0));
    dict.validate();
  });

  test('keeps every entry while it grows to thousands and shrinks to none, some buckets at a time', () => {
    const dict = newDict();
    const names = Array.from({ length: 5000 }, (_, i) => `k${i}`);
    for (const [i, name] of names.entries()) {
      insert(dict, name, `${i}`);
      if (i % 500 === 0) dict.validate();
    }
    for (const [i, name] of names.entries()) expect(dict.value(find(dict, name)).latin1()).toBe(`${i}`);
    const tableBytes = dict.tableBytes;
    for (const [i, name] of names.entries()) {
      remove(dict, name);
      if (i % 500 === 0) dict.validate();
    }
    while (dict.rehashStep(100)) dict.validate();
    expect(dict.size).toBe(0);
    expect(dict.tableBytes).toBeLessThan(tableBytes / 100);
    expect(dict.arena.usage().liveBytes).toBe(0);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'lets a scan meet every entry that stays while others come and go (seed %i)',
    (seed) => {
      const random = seededRandom(seed);
      const dict = newDict();
      const stayers = Array.from({ length: 1 + random.below(300) }, (_, i) => `stay${i}`);
      for (const name of stayers) insert(dict, name, 'v');
      const passing: string[] = [];
      const met = new Set<string>();
      let cursor = 0;
      let calls = 0;
      do {
        cursor = dict.scan(cursor, (address) => met.add(dict.key(address).latin1()));
        const grows = Math.floor(calls / 12) % 2 === seed % 2;
        for (let i = random.below(60); i > 0; i--) {
          if (grows) {
            passing.push(`pass${calls}:${i}`);
            insert(dict, `pass${calls}:${i}`, '');
          } else {
            const name = passing.pop();
            if (name !== undefined) remove(dict, name);
          }
        }
        calls++;
      } while (cursor !== 0 && calls < 100_000);
      expect(cursor).toBe(0);
      expect(stayers.filter((name) => !met.has(name))).toEqual([]);
    },
  );

  test('meets every entry of a table at rest exactly once in a scan', () => {
    const dict = newDict();
    for (let i = 0; i < 1000; i++) insert(dict, `k${i}`, '');
    while (dict.rehashStep(1000)) dict.validate();
    const met: string[] = [];
    let cursor = 0;
    do {
      cursor = dict.scan(cursor, (address) => met.push(dict.key(address).latin1()));
    } while (cursor !== 0);
    expect(met).toHaveLength(1000);
    expect(new Set(met).size).toBe(1000);
  });

  test('chooses every entry at random sooner or later, and none that is not there', () => {
    const random = seededRandom(9);
    const dict = newDict();
    expect(dict.random(random)).toBe(0);
    for (let i = 0; i < 100; i++) insert(dict, `k${i}`, '');
    const chosen = new Map<string, number>();
    for (let i = 0; i < 20_000; i++) {
      const name = dict.key(dict.random(random)).latin1();
      chosen.set(name, (chosen.get(name) ?? 0) + 1);
    }
    expect(chosen.size).toBe(100);
    expect(Math.min(...chosen.values())).toBeGreaterThan(20);
  });

  test('holds expiry times to the last of 64 bits', () => {
    const dict = newDict();
    const address = dict.setExpiryMs(insert(dict, 'k', 'v'), 9223372036854775807n);
    expect(dict.exactExpiryMs(address)).toBe(9223372036854775807n);
    expect(dict.value(address).latin1()).toBe('v');
    expect(dict.exactExpiryMs(dict.setExpiryMs(address, 4102444800000))).toBe(4102444800000);
  });

  test('compares keys, and keeps a double in a value', () => {
    const dict = newDict();
    const address = insert(dict, 'key', '8 bytes.');
    for (const [text, order] of [
      ['key', 0],
      ['kex', 1],
      ['kez', -1],
      ['ke', 1],
      ['keys', -1],
    ] as const) {
      const bytes = Buffer.from(text);
      expect(dict.compareKey(address, bytes, 0, bytes.length)).toBe(order);
    }
    dict.setFloat64(address, -0.1);
    expect(dict.float64(address)).toBe(-0.1);
    expect(dict.key(address).latin1()).toBe('key');
  });
});

test('looking ahead changes nothing, for keys that are there or not, while the table grows and shrinks', () => {
  const dict = newDict();
  const keys = Array.from({ length: 100 }, (_, i) => `key:${i * 400}`);
  const bytes = Buffer.from(keys.join(''), 'latin1');
  let offset = 0;
  const places = Int32Array.from(
    keys.flatMap((key) => {
      offset += key.length;
      return [offset - key.length, key.length];
    }),
  );
  for (let i = 0; i < 40_000; i++) {
    insert(dict, `key:${i}`, `${i}`);
    if (i % 400 === 1) dict.touch(bytes, places, keys.length);
  }
  for (let i = 0; i < 40_000; i++) {
    if (i % 400 === 1) dict.touch(bytes, places, keys.length);
    expect(dict.value(find(dict, `key:${i}`)).latin1()).toBe(`${i}`);
    if (i % 400 !== 0) remove(dict, `key:${i}`);
  }
  dict.validate();
  expect([dict.size, find(dict, 'key:400') !== 0, find(dict, 'key:401')]).toEqual([100, true, 0]);
});

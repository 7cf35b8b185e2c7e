import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { HashValue } from '#server/types/hash.js';
import type { ValueHome } from '#server/types/value.js';
import { defaultLimits, valueHome } from '../../support/value-home.js';

const homeWith = (arena = new Arena(), seed = 1): ValueHome => ({
  ...valueHome({ hashListpackEntriesMax: 128 }, seed),
  arena,
});
const bytes = ByteSlice.fromLatin1;

function pairsOf(hash: HashValue): [string, string][] {
  const pairs: [string, string][] = [];
  hash.forEach((field, value) => {
    pairs.push([field.latin1(), value.latin1()]);
  });
  return pairs;
}

function filled(arena: Arena, count: number): HashValue {
  const hash = new HashValue(homeWith(arena));
  for (let i = 0; i < count; i++) hash.set(bytes(`f${i}`), bytes(`v${i}`));
  return hash;
}

function randomText(random: Random, lengthMax: number): string {
  return String.fromCharCode(random.below(256)).repeat(random.below(lengthMax + 1));
}

describe('a hash', () => {
  test.each([
    { seed: 1, fields: 20, valueMax: 16 },
    { seed: 2, fields: 20, valueMax: 64 },
    { seed: 3, fields: 300, valueMax: 64 },
    { seed: 4, fields: 60, valueMax: 70 },
    { seed: 5, fields: 600, valueMax: 2000 },
  ])('holds what a Map holds after random operations ($fields fields of up to $valueMax bytes)', (size) => {
    const random = seededRandom(size.seed);
    const arena = new Arena();
    const hash = new HashValue(homeWith(arena, size.seed));
    const twin = new Map<string, string>();
    for (let i = 0; i < 3000; i++) {
      const field = `${random.below(size.fields)}`.padStart(1 + random.below(2) * 6, 'f');
      const old = twin.get(field);
      expect(hash.get(bytes(field))?.latin1()).toBe(old);
      if (random.below(3) > 0) {
        const value = randomText(random, size.valueMax);
        expect(hash.set(bytes(field), bytes(value))).toBe(old === undefined);
        twin.set(field, value);
      } else {
        expect(hash.delete(bytes(field))).toBe(old !== undefined);
        twin.delete(field);
      }
      expect(hash.size).toBe(twin.size);
      if (i % 300 === 0) {
        const pairs = pairsOf(hash);
        if (hash.encoding === 'listpack') expect(pairs).toEqual([...twin]);
        else expect(new Map(pairs)).toEqual(twin);
        arena.validate();
      }
    }
    expect(new Map(pairsOf(hash))).toEqual(twin);
    hash.free();
    arena.validate();
    expect(arena.usage().liveBytes).toBe(0);
  });

  test('is a listpack up to 128 fields and stays a hash table when fields go', () => {
    const hash = filled(new Arena(), 128);
    expect(hash.encoding).toBe('listpack');
    hash.set(bytes('f5'), bytes('again'));
    expect(hash.encoding).toBe('listpack');
    hash.set(bytes('one more'), bytes(''));
    expect(hash.encoding).toBe('hashtable');
    for (let i = 0; i < 128; i++) hash.delete(bytes(`f${i}`));
    expect([hash.size, hash.encoding]).toEqual([1, 'hashtable']);
  });

  test.each([
    ['a field', 'f'.repeat(65), 'v'],
    ['a value', 'f', 'v'.repeat(65)],
  ])('is a hash table from the first time it holds %s beyond 64 bytes', (_what, field, value) => {
    const hash = filled(new Arena(), 3);
    hash.set(bytes(field.slice(0, 64)), bytes(value.slice(0, 64)));
    expect(hash.encoding).toBe('listpack');
    hash.set(bytes(field), bytes(value));
    expect(hash.encoding).toBe('hashtable');
    expect(hash.get(bytes(field))?.latin1()).toBe(value);
    expect(hash.get(bytes('f1'))?.latin1()).toBe('v1');
  });

  test('turns into a hash table at the next change when the limit was lowered meanwhile', () => {
    const limits = { ...defaultLimits };
    const hash = new HashValue({ ...valueHome(), limits });
    for (let i = 0; i < 10; i++) hash.set(bytes(`f${i}`), bytes(`v${i}`));
    limits.hashListpackEntriesMax = 9;
    hash.set(bytes('f1'), bytes('x'));
    expect(hash.encoding).toBe('hashtable');
    expect(hash.get(bytes('f1'))?.latin1()).toBe('x');
  });

  test('keeps fields of 65535 bytes packed when the limits allow, and longer ones in a table', () => {
    const hash = new HashValue(valueHome({ hashListpackEntriesMax: 10, hashListpackValueBytesMax: 1_000_000 }));
    hash.set(bytes('f'), bytes('v'.repeat(65_535)));
    expect(hash.encoding).toBe('listpack');
    hash.set(bytes('g'), bytes('v'.repeat(65_536)));
    expect(hash.encoding).toBe('hashtable');
    expect(hash.get(bytes('f'))?.length).toBe(65_535);
    expect(hash.get(bytes('g'))?.length).toBe(65_536);
  });

  test.each([5, 500])('of %i fields is copied whole into another arena, with its encoding', (count) => {
    const hash = filled(new Arena(), count);
    const target = new Arena();
    const copy = hash.copyTo(homeWith(target));
    expect(copy.encoding).toBe(hash.encoding);
    expect(new Map(pairsOf(copy))).toEqual(new Map(pairsOf(hash)));
    hash.set(bytes('f1'), bytes('changed'));
    expect(copy.get(bytes('f1'))?.latin1()).toBe('v1');
    target.validate();
  });

  test.each([1, 100, 1000])('of %i fields is scanned whole', (count) => {
    const hash = filled(new Arena(), count);
    const met = new Map<string, string>();
    let cursor = 0;
    do {
      cursor = hash.scan(cursor, (field, value) => met.set(field.latin1(), value.latin1()));
    } while (cursor !== 0);
    expect(met).toEqual(new Map(pairsOf(hash)));
  });

  test.each([10, 1000])('of %i fields gives samples of different fields with their values', (count) => {
    const random = seededRandom(4);
    const hash = filled(new Arena(), count);
    for (const wanted of [1, 3, 9, count - 1, count, count + 5]) {
      const sample = new Map<string, string>();
      hash.sample(random, wanted, (field, value) => sample.set(field.latin1(), value.latin1()));
      expect(sample.size).toBe(Math.min(wanted, count));
      for (const [field, value] of sample) expect(value).toBe(field.replace('f', 'v'));
    }
  });

  test.each([20, 400])('of %i fields chooses each at random sooner or later', (count) => {
    const random = seededRandom(5);
    const hash = filled(new Arena(), count);
    const single = new Set<string>();
    const sampled = new Set<string>();
    for (let i = 0; i < count * 60; i++) {
      hash.random(random, (field) => single.add(field.latin1()));
      hash.sample(random, 2, (field) => sampled.add(field.latin1()));
    }
    expect([single.size, sampled.size]).toEqual([count, count]);
  });

  test('tells how much memory it takes', () => {
    const arena = new Arena();
    for (const count of [1, 100, 1000]) {
      const before = arena.usage().liveBytes;
      const hash = filled(arena, count);
      expect(hash.memoryBytes()).toBeGreaterThanOrEqual(arena.usage().liveBytes - before);
      expect(hash.memoryBytes()).toBeLessThan(arena.usage().liveBytes - before + 16 * count + 4096);
    }
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { HashValue } from '#server/types/hash.js';
import type { ValueHome } from '#server/types/value.js';
import { PlainRows } from '../../support/plain-rows.js';
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
      single.add(hash.randomField(random).latin1());
      hash.sample(random, 2, (field) => sampled.add(field.latin1()));
      hash.sampleFields(random, 2, (field) => sampled.add(field.latin1()));
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

describe('a hash whose value an index holds, too', () => {
  const long = 128;
  const vector = (letter: string): string => letter.repeat(long);

  function shared(rows = new PlainRows(long, [vector('a')])) {
    const home = homeWith();
    const hash = new HashValue(home);
    hash.set(bytes('tag'), bytes('x'));
    hash.set(bytes('v'), bytes(vector('a')));
    const before = { live: home.arena.usage().liveBytes, memory: hash.memoryBytes() };
    hash.shareWith(rows, 0, bytes('v'));
    return { home, hash, rows, before };
  }

  test('shows the same bytes in every way there is to see them', () => {
    const { hash } = shared();
    const expected = new Map([
      ['tag', 'x'],
      ['v', vector('a')],
    ]);
    expect(hash.references).toBe(1);
    expect(hash.get(bytes('v'))?.latin1()).toBe(vector('a'));
    expect(hash.has(bytes('v'))).toBe(true);
    expect(new Map(pairsOf(hash))).toEqual(expected);
    const seen = new Map<string, string>();
    const see = (field: ByteSlice, value: ByteSlice): void => void seen.set(field.latin1(), value.latin1());
    for (let cursor = hash.scan(0, see); cursor !== 0; ) cursor = hash.scan(cursor, see);
    expect(seen).toEqual(expected);
    seen.clear();
    const random = seededRandom(1);
    for (let i = 0; i < 50; i++) hash.random(random, see);
    expect(seen).toEqual(expected);
    seen.clear();
    hash.sample(random, 2, see);
    expect(seen).toEqual(expected);
  });

  test('tells the length of a value without a copy of it', () => {
    const { hash, rows } = shared();
    rows.read = () => {
      throw new Error('the row is read');
    };
    expect(['v', 'tag', 'none'].map((field) => hash.lengthOf(bytes(field)))).toEqual([long, 1, undefined]);
  });

  test('tells its fields without a copy of their values', () => {
    const { hash, rows } = shared();
    rows.read = () => {
      throw new Error('the row is read');
    };
    const seen: string[] = [];
    const see = (field: ByteSlice): void => void seen.push(field.latin1());
    hash.forEachField(see);
    expect(seen.sort()).toEqual(['tag', 'v']);
    const random = seededRandom(1);
    hash.sampleFields(random, 2, see);
    expect(seen.slice(2).sort()).toEqual(['tag', 'v']);
    expect(new Set(Array.from({ length: 50 }, () => hash.randomField(random).latin1()))).toEqual(new Set(['tag', 'v']));
  });

  test('has given the bytes back, and counts those of the row', () => {
    const { home, hash, before } = shared();
    expect(home.arena.usage().liveBytes).toBeLessThan(before.live - long / 2);
    expect(home.beyond.bytes).toBe(long);
    expect(hash.memoryBytes()).toBeGreaterThanOrEqual(long);
    home.arena.validate();
  });

  test.each<[string, (hash: HashValue) => void]>([
    ['is overwritten', (hash) => hash.set(bytes('v'), bytes('short'))],
    ['is overwritten and goes on to expire', (hash) => hash.setKeepingExpiry(bytes('v'), bytes(vector('b')))],
    ['is deleted', (hash) => hash.delete(bytes('v'))],
    [
      'expires',
      (hash) => {
        hash.setFieldExpiryMs(bytes('v'), 5);
        hash.expireParts(5, () => undefined);
      },
    ],
    ['goes with its hash', (hash) => hash.free()],
    ['goes with its hash, bit by bit', (hash) => expect(hash.freeSome(100)).toBe(false)],
  ])('lets go of the row when the field %s', (_what, change) => {
    const { home, hash, rows } = shared();
    change(hash);
    expect([hash.references, rows.kept.size, home.beyond.bytes]).toEqual([0, 0, 0]);
    home.arena.validate();
  });

  test('is copied with bytes of its own', () => {
    const { hash, rows } = shared();
    const copy = hash.copyTo(homeWith());
    hash.free();
    expect([copy.get(bytes('v'))?.latin1(), copy.references, rows.kept.size]).toEqual([vector('a'), 0, 0]);
  });

  test('refers to the row of the document that it is now, and to no row while another index holds it', () => {
    const { hash, rows } = shared();
    const other = new PlainRows(long, [vector('a')]);
    hash.shareWith(other, 0, bytes('v'));
    expect([rows.kept.size, other.kept.size]).toEqual([1, 0]);
    rows.vectors[0] = undefined;
    hash.shareWith(other, 0, bytes('v'));
    expect([rows.kept.size, other.kept.size]).toEqual([0, 1]);
    expect(hash.get(bytes('v'))?.latin1()).toBe(vector('a'));
  });

  test('keeps short values, those of a listpack, and those that differ from the vector', () => {
    const home = homeWith();
    const short = new HashValue(home);
    short.set(bytes('v'), bytes('a'.repeat(100)));
    short.shareWith(new PlainRows(100, ['a'.repeat(100)]), 0, bytes('v'));
    const packed = new HashValue({ ...home, limits: { ...home.limits, hashListpackValueBytesMax: 1000 } });
    packed.set(bytes('v'), bytes(vector('a')));
    packed.shareWith(new PlainRows(long, [vector('a')]), 0, bytes('v'));
    const { hash, rows } = shared(new PlainRows(long, [vector('b')]));
    hash.shareWith(rows, 0, bytes('none'));
    expect([short, packed, hash].map(({ references }) => references)).toEqual([0, 0, 0]);
  });
});

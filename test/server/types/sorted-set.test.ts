import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { type ScoreOutcome, SortedSetValue, UNCONDITIONAL } from '#server/types/sorted-set.js';
import { defaultLimits, valueHome } from '../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;

function filled(count: number, home = valueHome()): SortedSetValue {
  const zset = new SortedSetValue(home);
  for (let i = 0; i < count; i++) zset.set(bytes(`m${i}`), i);
  return zset;
}

function pairsOf(zset: SortedSetValue): [string, number][] {
  const pairs: [string, number][] = [];
  zset.forEach((member, score) => {
    pairs.push([member.latin1(), score]);
  });
  return pairs;
}

describe('a sorted set', () => {
  test('is a listpack up to 128 members and stays a skiplist when members go', () => {
    const zset = filled(128);
    expect(zset.encoding).toBe('listpack');
    zset.set(bytes('m5'), 99);
    expect(zset.encoding).toBe('listpack');
    zset.set(bytes('one more'), 1);
    expect(zset.encoding).toBe('skiplist');
    zset.validate();
    for (let i = 0; i < 128; i++) zset.delete(bytes(`m${i}`));
    expect([zset.size, zset.encoding]).toEqual([1, 'skiplist']);
  });

  test('is a skiplist from the first member beyond 64 bytes', () => {
    const zset = filled(3);
    zset.set(bytes('m'.repeat(64)), 1);
    expect(zset.encoding).toBe('listpack');
    zset.set(bytes('m'.repeat(65)), 1);
    expect(zset.encoding).toBe('skiplist');
    expect(pairsOf(zset)).toHaveLength(5);
  });

  test('never packs members longer than a packed length can tell, whatever the limits', () => {
    const zset = filled(1, valueHome({ zsetListpackValueBytesMax: 1_000_000 }));
    zset.set(bytes('m'.repeat(65_535)), 1);
    expect(zset.encoding).toBe('listpack');
    zset.set(bytes('m'.repeat(65_536)), 1);
    expect(zset.encoding).toBe('skiplist');
  });

  const there = { ...UNCONDITIONAL, onlyExisting: true };
  test.each<[string, Partial<typeof UNCONDITIONAL>, [score: number, missing: boolean, outcome: ScoreOutcome][]]>([
    [
      'no condition',
      {},
      [
        [5, false, 'same'],
        [6, false, 'updated'],
        [6, true, 'added'],
      ],
    ],
    [
      'NX',
      { onlyNew: true },
      [
        [6, false, 'refused'],
        [6, true, 'added'],
      ],
    ],
    [
      'XX',
      there,
      [
        [6, false, 'updated'],
        [6, true, 'refused'],
      ],
    ],
    [
      'GT',
      { onlyGreater: true },
      [
        [4, false, 'refused'],
        [5, false, 'refused'],
        [6, false, 'updated'],
        [4, true, 'added'],
      ],
    ],
    [
      'LT',
      { onlyLess: true },
      [
        [6, false, 'refused'],
        [5, false, 'refused'],
        [4, false, 'updated'],
        [6, true, 'added'],
      ],
    ],
  ])('sets scores under a condition: %s', (_name, condition, cases) => {
    for (const [score, isMissing, outcome] of cases) {
      const zset = new SortedSetValue(valueHome());
      if (!isMissing) zset.set(bytes('m'), 5);
      expect(zset.set(bytes('m'), score, { ...UNCONDITIONAL, ...condition })).toBe(outcome);
      const expected = outcome === 'refused' ? (isMissing ? undefined : 5) : score;
      expect(zset.score(bytes('m'))).toBe(expected);
    }
  });

  test.each([10, 500])('of %i members answers ranks and removes ranges', (count) => {
    const zset = filled(count);
    expect(zset.rank(bytes('m7'))).toBe(7);
    expect(zset.rank(bytes('none'))).toBeUndefined();
    expect(zset.delete(bytes('none'))).toBe(false);
    zset.removeRange({ start: 2, end: 6 });
    expect(zset.rank(bytes('m7'))).toBe(3);
    expect(zset.size).toBe(count - 4);
    zset.validate();
  });

  test.each([10, 500])('of %i members is copied whole into another arena, with its encoding', (count) => {
    const zset = filled(count);
    const target = new Arena();
    const copy = zset.copyTo({ ...valueHome(), arena: target });
    expect(copy.encoding).toBe(zset.encoding);
    expect(pairsOf(copy)).toEqual(pairsOf(zset));
    zset.set(bytes('m1'), -5);
    expect(copy.score(bytes('m1'))).toBe(1);
    copy.validate();
    target.validate();
  });

  test('made large keeps -0, and is packed again only when it is small', () => {
    const zset = new SortedSetValue(valueHome());
    zset.unpack();
    zset.set(bytes('m'), -0);
    expect(Object.is(zset.score(bytes('m')), -0)).toBe(true);
    zset.packIfSmall();
    expect(zset.encoding).toBe('listpack');
    expect(Object.is(zset.score(bytes('m')), 0)).toBe(true);
    const long = new SortedSetValue(valueHome());
    long.set(bytes('m'.repeat(65)), 1);
    long.packIfSmall();
    expect(long.encoding).toBe('skiplist');
    const many = filled(200);
    many.packIfSmall();
    expect(many.encoding).toBe('skiplist');
  });

  test('turns into a skiplist at the next new member when the limit was lowered meanwhile', () => {
    const limits = { ...defaultLimits };
    const zset = filled(10, { ...valueHome(), limits });
    limits.zsetListpackEntriesMax = 9;
    zset.set(bytes('m1'), 7);
    expect(zset.encoding).toBe('listpack');
    zset.set(bytes('new'), 7);
    expect(zset.encoding).toBe('skiplist');
  });

  test.each([10, 1000])('of %i members gives samples of different members with their scores', (count) => {
    const random = seededRandom(4);
    const zset = filled(count);
    for (const wanted of [1, 3, 9, count - 1, count, count + 5]) {
      const sample = new Map<string, number>();
      zset.sample(random, wanted, (member, score) => sample.set(member.latin1(), score));
      expect(sample.size).toBe(Math.min(wanted, count));
      for (const [member, score] of sample) expect(member).toBe(`m${score}`);
    }
  });

  test.each([20, 400])('of %i members chooses each at random sooner or later', (count) => {
    const random = seededRandom(5);
    const zset = filled(count);
    const single = new Set<string>();
    const sampled = new Set<string>();
    for (let i = 0; i < count * 60; i++) {
      zset.random(random, (member) => single.add(member.latin1()));
      zset.sample(random, 2, (member) => sampled.add(member.latin1()));
    }
    expect([single.size, sampled.size]).toEqual([count, count]);
  });

  test('tells how much memory it takes and gives it all back', () => {
    const home = valueHome();
    for (const count of [1, 100, 1000]) {
      const zset = filled(count, home);
      expect(zset.memoryBytes()).toBeGreaterThanOrEqual(home.arena.usage().liveBytes);
      zset.free();
      expect(home.arena.usage().liveBytes).toBe(0);
    }
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { SetValue } from '#server/types/set.js';
import { valueHome } from '../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;

function membersOf(set: SetValue): string[] {
  const members: string[] = [];
  set.forEach((member) => {
    members.push(member.latin1());
  });
  return members;
}

function filled(members: readonly string[], arena = new Arena()): SetValue {
  const set = new SetValue({ ...valueHome(), arena });
  for (const member of members) set.add(bytes(member));
  return set;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i * 3));
const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`);

test.each([
  { what: 'integers', name: (n: number): string => String(n - 100), most: 300 },
  { what: 'more integers than an intset holds', name: (n: number): string => String(n * 1e9), most: 2000 },
  { what: 'texts', name: (n: number): string => `m${n}`, most: 300 },
  { what: 'both', name: (n: number): string => (n % 9 === 0 ? `m${n}` : String(n)), most: 300 },
])('holds what a Set holds after random operations, of $what', ({ name, most }) => {
  const random = seededRandom(most);
  const arena = new Arena();
  const set = new SetValue({ ...valueHome(), arena });
  const twin = new Set<string>();
  for (let i = 0; i < 5000; i++) {
    const member = name(random.below(most));
    expect(set.has(bytes(member))).toBe(twin.has(member));
    if (random.below(3) > 0) {
      expect(set.add(bytes(member))).toBe(!twin.has(member));
      twin.add(member);
    } else {
      expect(set.delete(bytes(member))).toBe(twin.delete(member));
    }
    expect(set.size).toBe(twin.size);
  }
  set.validate();
  arena.validate();
  expect(membersOf(set).sort()).toEqual([...twin].sort());
  set.free();
  expect(arena.usage().liveBytes).toBe(0);
});

test('integers are an intset in ascending order until one more than the limit, or anything else, comes', () => {
  const set = filled(numbers(512).reverse());
  expect([set.encoding, membersOf(set)]).toEqual(['intset', numbers(512)]);
  set.add(bytes('1'));
  expect([set.encoding, set.size]).toEqual(['hashtable', 513]);
  const other = filled(['2', '1']);
  other.add(bytes('01'));
  expect([other.encoding, membersOf(other).sort()]).toEqual(['hashtable', ['01', '1', '2']]);
  for (const member of ['01', '2']) other.delete(bytes(member));
  expect(other.encoding).toBe('hashtable');
});

test.each([{ members: numbers(100) }, { members: names(100) }])(
  'random members are members: $members.0 ...',
  ({ members }) => {
    const set = filled(members);
    const random = seededRandom(3);
    const drawn = new Set<string>();
    for (let i = 0; i < 2000; i++) drawn.add(set.random(random).latin1());
    expect([...drawn].sort()).toEqual([...members].sort());
    for (const count of [0, 1, 5, 50, 99, 100, 200]) {
      const sample: string[] = [];
      set.sample(random, count, (member) => {
        sample.push(member.latin1());
      });
      expect(sample.length).toBe(Math.min(count, 100));
      expect(new Set(sample).size).toBe(sample.length);
      expect(sample.every((member) => members.includes(member))).toBe(true);
    }
  },
);

test('a scan meets every member that stays, whatever else comes and goes', () => {
  const set = filled(names(500));
  const seen = new Set<string>();
  let cursor = 0;
  let round = 0;
  do {
    cursor = set.scan(cursor, (member) => {
      seen.add(member.latin1());
    });
    set.add(bytes(`new${round}`));
    set.delete(bytes(`new${round - 5}`));
    if (round < 200) for (let i = 0; i < 20; i++) set.add(bytes(`grow${round}:${i}`));
    else for (let i = 0; i < 40; i++) set.delete(bytes(`grow${round - 200}:${i}`));
    round++;
  } while (cursor !== 0);
  expect(names(500).filter((name) => !seen.has(name))).toEqual([]);
  expect(filled(['3', '1']).scan(0, (member) => seen.add(member.latin1()))).toBe(0);
  expect([seen.has('1'), seen.has('3')]).toEqual([true, true]);
});

test.each([{ members: numbers(20) }, { members: names(2000) }])('is copied whole: $members.0 ...', ({ members }) => {
  const arena = new Arena();
  const set = filled(members, arena);
  for (const home of [valueHome({}, 9), { ...valueHome(), arena }]) {
    const copy = set.copyTo(home);
    copy.validate();
    expect([copy.encoding, membersOf(copy).sort()]).toEqual([set.encoding, [...members].sort()]);
    expect(copy.memoryBytes()).toBeGreaterThan(members.length);
    copy.free();
  }
  expect(membersOf(set).sort()).toEqual([...members].sort());
});

test('stays an intset above a limit that came down until it takes another member', () => {
  const home = valueHome();
  const set = new SetValue(home);
  for (const text of ['1', '2', '3']) set.add(ByteSlice.fromLatin1(text));
  Object.assign(home.limits, { setIntsetEntriesMax: 2 });
  expect([set.add(ByteSlice.fromLatin1('2')), set.encoding]).toEqual([false, 'intset']);
  expect([set.add(ByteSlice.fromLatin1('4')), set.encoding]).toEqual([true, 'hashtable']);
});

import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { IntegerSet } from '#server/types/integer-set.js';

function integersOf(set: IntegerSet): (number | bigint)[] {
  const integers: (number | bigint)[] = [];
  set.forEach((integer) => {
    integers.push(integer);
  });
  return integers;
}

const ascending = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);

test.each([
  { what: '16 bits', from: (n: number): number => n - 300 },
  { what: '32 bits', from: (n: number): number => (n - 300) * 1_000_003 },
  { what: 'doubles', from: (n: number): number => (n - 300) * 10_000_000_019 },
  { what: '64 bits', from: (n: number): bigint => BigInt(n - 300) * 30_000_000_000_000_001n },
])('holds what a Set holds after random operations, of $what', ({ from }) => {
  const random = seededRandom(7);
  const arena = new Arena();
  const set = new IntegerSet(arena);
  const twin = new Set<number | bigint>();
  for (let i = 0; i < 4000; i++) {
    const integer = normal(from(random.below(600)));
    expect(set.has(integer)).toBe(twin.has(integer));
    if (random.below(3) > 0) {
      expect(set.add(integer)).toBe(!twin.has(integer));
      twin.add(integer);
    } else {
      expect(set.delete(integer)).toBe(twin.delete(integer));
    }
    expect(set.size).toBe(twin.size);
  }
  set.validate();
  arena.validate();
  expect(integersOf(set)).toEqual([...twin].sort(ascending));
});

/** As integers are kept: a number where a double is exact. */
function normal(integer: number | bigint): number | bigint {
  return typeof integer === 'bigint' && Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

test('widens for an integer that needs it, and keeps the others', () => {
  const set = new IntegerSet(new Arena());
  const steps: (number | bigint)[] = [
    5,
    -32_768,
    32_767,
    32_768,
    -2_147_483_648,
    2_147_483_648,
    -(2n ** 63n),
    2n ** 63n - 1n,
  ];
  for (const [i, integer] of steps.entries()) {
    expect(set.add(integer)).toBe(true);
    set.validate();
    expect(integersOf(set)).toEqual(steps.slice(0, i + 1).sort(ascending));
  }
  expect([set.at(0), set.at(7)]).toEqual([-(2n ** 63n), 2n ** 63n - 1n]);
});

test('lies in memory as an intset of Redis does', () => {
  const arena = new Arena();
  const set = new IntegerSet(arena);
  for (const integer of [300, -2, 7]) set.add(integer);
  const copy = new IntegerSet(arena);
  set.copyTo(copy);
  expect(integersOf(copy)).toEqual([-2, 7, 300]);
  const block = Buffer.concat([Buffer.from([2, 0, 0, 0, 3, 0, 0, 0]), Buffer.from([0xfe, 0xff, 7, 0, 0x2c, 1])]);
  expect(arena.buffer(1).includes(block)).toBe(true);
});

test('is empty before it is filled and after it is cleared, and then takes no memory', () => {
  const arena = new Arena();
  const set = new IntegerSet(arena);
  expect([set.size, set.has(1), set.delete(1), set.memoryBytes()]).toEqual([0, false, false, 0]);
  set.copyTo(new IntegerSet(arena));
  set.add(1);
  expect(set.memoryBytes()).toBeGreaterThan(0);
  set.clear();
  expect([set.size, arena.usage().liveBytes]).toEqual([0, 0]);
});

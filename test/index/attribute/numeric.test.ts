import { isInRange, NumericIndex, type NumericRange } from '#index/attribute/numeric.js';
import { Random } from '../random.js';

const infinity = Number.POSITIVE_INFINITY;

function range(min: number, max: number, exclusive = ''): NumericRange {
  return { min, max, minExclusive: exclusive.includes('('), maxExclusive: exclusive.includes(')') };
}

function visited(index: NumericIndex, wanted: NumericRange): number[] {
  const ids: number[] = [];
  index.forEach(wanted, (id) => ids.push(id));
  return ids;
}

describe('NumericIndex', () => {
  it('honours inclusive and exclusive bounds, infinities among the values too', () => {
    const index = new NumericIndex();
    for (const [id, value] of [1, 2, 2, 3, infinity, -infinity].entries()) index.put(id, value);
    expect(visited(index, range(2, 3))).toEqual([1, 2, 3]);
    expect(visited(index, range(2, 3, '('))).toEqual([3]);
    expect(visited(index, range(2, 3, ')'))).toEqual([1, 2]);
    expect(visited(index, range(2, 2, '()'))).toEqual([]);
    expect(visited(index, range(-infinity, infinity))).toEqual([5, 0, 1, 2, 3, 4]);
    expect(visited(index, range(-infinity, infinity, '()'))).toEqual([0, 1, 2, 3]);
  });

  it('finds nothing in an empty range or an empty index', () => {
    const index = new NumericIndex();
    expect(index.count(range(0, 1))).toBe(0);
    expect(visited(index, range(0, 1))).toEqual([]);
    for (let id = 0; id < 2000; id++) index.put(id, id);
    expect(index.count(range(1500, 3))).toBe(0);
    expect(visited(index, range(1500, 3))).toEqual([]);
    expect(index.count(range(3, 2))).toBe(0);
  });

  it('replaces and forgets values', () => {
    const index = new NumericIndex();
    index.put(7, 1);
    index.put(7, 1);
    index.put(7, 2);
    expect([index.size, index.valueOf(7), index.has(7)]).toEqual([1, 2, true]);
    index.delete(7);
    index.delete(7);
    expect([index.size, index.valueOf(7), index.has(7), index.valueOf(900)]).toEqual([0, undefined, false, undefined]);
  });

  it('equals a plain list under random operations, duplicates included', () => {
    const random = new Random(22);
    const index = new NumericIndex();
    const plain = new Map<number, number>();
    const compare = (): void => {
      const [a, b] = [random.integer(300) - 20, random.integer(300) - 20];
      const wanted = range(Math.min(a, b), Math.max(a, b), random.pick(['', '(', ')', '()']));
      const expected = [...plain]
        .filter(([, value]) => isInRange(value, wanted))
        .sort(([idA, valueA], [idB, valueB]) => valueA - valueB || idA - idB)
        .map(([id]) => id);
      expect(visited(index, wanted)).toEqual(expected);
      expect(index.count(wanted)).toBe(expected.length);
    };
    for (let step = 0; step < 12_000; step++) {
      const id = random.integer(5000);
      if (random.chance(step < 6000 ? 0.1 : 0.8)) {
        index.delete(id);
        plain.delete(id);
      } else {
        const value = random.integer(260);
        index.put(id, value);
        plain.set(id, value);
      }
      if (step % 300 !== 0) continue;
      expect(index.validate()).toEqual([]);
      compare();
    }
    for (const id of plain.keys()) index.delete(id);
    expect([index.size, index.validate()]).toEqual([0, []]);
    expect(index.memoryBytes).toBeLessThan(200_000);
  });

  it('splits and merges blocks in ascending and descending runs', () => {
    for (const sign of [1, -1]) {
      const index = new NumericIndex();
      for (let id = 0; id < 3000; id++) index.put(id, sign * id);
      expect(index.validate()).toEqual([]);
      for (let id = 0; id < 2990; id++) index.delete(id);
      expect(index.validate()).toEqual([]);
      expect(index.count(range(-infinity, infinity))).toBe(10);
    }
  });
});

test('a document with several values is in a range when one of them is, and visited once', () => {
  const index = new NumericIndex();
  index.put(1, 5, 7, 5, 9);
  index.put(2, 7);
  const found = (min: number, max: number): number[] => {
    const ids: number[] = [];
    index.forEach({ min, max, minExclusive: false, maxExclusive: false }, (id) => ids.push(id));
    return ids.sort();
  };
  expect([found(0, 10), found(7, 8), found(8, 10), found(6, 6)]).toEqual([[1, 2], [1, 2], [1], []]);
  const range = { min: 8, max: 9, minExclusive: false, maxExclusive: false };
  expect([index.isInRange(1, range), index.isInRange(2, range), index.valueOf(1), index.size]).toEqual([
    true,
    false,
    5,
    2,
  ]);
  expect(index.validate()).toEqual([]);
  index.put(1, 5);
  expect([found(7, 10), index.validate()]).toEqual([[2], []]);
  index.put(2, 1, 2);
  index.delete(2);
  expect([found(0, 10), index.size, index.validate()]).toEqual([[1], 1, []]);
});

test('the bits of a range are those of the documents it visits', () => {
  const index = new NumericIndex();
  for (let id = 0; id < 3000; id++) index.put(id, (id * 7) % 1000);
  const wanted = range(100, 700, '(');
  const bits = new Uint32Array(100);
  index.setBits(wanted, bits);
  const expected = new Uint32Array(100);
  for (const id of visited(index, wanted)) expected[id >>> 5] = (expected[id >>> 5] ?? 0) | (1 << (id & 31));
  expect(bits).toEqual(expected);
});

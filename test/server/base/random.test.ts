import { seededRandom, systemRandom } from '#server/base/random.js';

const drawn = (seed: number, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.nextUint32());
};

describe('seededRandom', () => {
  test('repeats itself for a seed and differs between seeds', () => {
    expect(drawn(7, 20)).toEqual(drawn(7, 20));
    expect(drawn(7, 20)).not.toEqual(drawn(8, 20));
  });

  test('works from any seed, 0 too', () => {
    for (const seed of [0, 1, 2 ** 31, 2 ** 32 - 1, -1]) expect(new Set(drawn(seed, 100)).size).toBe(100);
  });

  test('draws whole numbers of 32 bits, each bit about half of the time', () => {
    const numbers = drawn(42, 20_000);
    expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 32)).toBe(true);
    for (let bit = 0; bit < 32; bit++) {
      const ones = numbers.filter((number) => (number >>> bit) & 1).length;
      expect(Math.abs(ones - 10_000)).toBeLessThan(500);
    }
  });

  test('draws below a bound, every number about as often', () => {
    const random = seededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const number = random.below(10);
      counts[number] = (counts[number] ?? 0) + 1;
    }
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
    expect(random.below(1)).toBe(0);
    expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  });
});

describe('systemRandom', () => {
  test('differs from process to process and from call to call', () => {
    expect(systemRandom().nextUint32()).not.toBe(systemRandom().nextUint32());
  });
});

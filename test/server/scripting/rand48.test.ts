import { Rand48 } from '#server/scripting/rand48.js';

const MASK = (1n << 48n) - 1n;

/** lrand48 in whole numbers. */
function* plain(seed: number): Generator<number> {
  let state = (BigInt.asUintN(32, BigInt(seed)) << 16n) | 0x330en;
  for (;;) {
    state = (state * 0x5deece66dn + 0xbn) & MASK;
    yield Number(state >> 17n);
  }
}

describe('the generator of math.random', () => {
  test.each([0, 1, 5, -7, 2 ** 31])('draws what lrand48 draws from seed %i', (seed) => {
    const random = new Rand48();
    random.seed(seed);
    const numbers = plain(seed);
    for (let i = 0; i < 1000; i++) {
      const drawn = numbers.next();
      const expected = drawn.done === true ? Number.NaN : (drawn.value % (2 ** 31 - 1)) / (2 ** 31 - 1);
      expect(random.fraction()).toBe(expected);
    }
  });

  test('starts with seed 0', () => {
    const [first, second] = [new Rand48(), new Rand48()];
    second.seed(0);
    expect(first.fraction()).toBe(second.fraction());
  });
});

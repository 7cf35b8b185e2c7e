import { grownFloat64, grownInt32 } from '#index/typed-arrays.js';

describe('growing typed arrays', () => {
  it('returns the array itself while it is long enough', () => {
    const array = new Int32Array(5);
    expect(grownInt32(array, 5, -1)).toBe(array);
  });

  it('at least doubles, keeps what there was and fills the rest', () => {
    const grown = grownInt32(
      Int32Array.from({ length: 100 }, (_, at) => at),
      101,
      -1,
    );
    expect(grown).toHaveLength(200);
    expect([grown[99], grown[100], grown[199]]).toEqual([99, -1, -1]);
    const floats = grownFloat64(new Float64Array(0), 1000, Number.NaN);
    expect(floats).toHaveLength(1000);
    expect(floats.every(Number.isNaN)).toBe(true);
  });
});

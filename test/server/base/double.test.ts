import { formatDistance, formatDouble, parseDouble } from '#server/base/double.js';
import { seededRandom } from '#server/base/random.js';

describe('formatDouble', () => {
  // What C's printf("%.17g") writes.
  test.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-1.5, '-1.5'],
    [0.1, '0.10000000000000001'],
    [3.14, '3.1400000000000001'],
    [1e15, '1000000000000000'],
    [99621959753050430, '99621959753050432'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [1e22, '1e+22'],
    [1.5e300, '1.5000000000000001e+300'],
    [0.0001, '0.0001'],
    [0.00001, '1.0000000000000001e-05'],
    [5e-324, '4.9406564584124654e-324'],
    [2 ** -25, '2.9802322387695312e-08'],
    [1.0355300903320312, '1.0355300903320312'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ])('writes %d as %s', (value, text) => {
    expect(formatDouble(value)).toBe(text);
  });

  test('loses no bit of any double', () => {
    const random = seededRandom(7);
    const words = new Uint32Array(2);
    const doubles = new Float64Array(words.buffer);
    for (let i = 0; i < 5000; i++) {
      words[0] = random.nextUint32();
      words[1] = random.nextUint32();
      const value = doubles[0] ?? 0;
      if (Number.isFinite(value)) expect(Number(formatDouble(value))).toBe(value);
    }
  });
});

describe('formatDistance', () => {
  // What C's printf("%.12g") writes.
  test.each([
    [0, '0'],
    [0.25, '0.25'],
    [0.1, '0.1'],
    [1 / 3, '0.333333333333'],
    [44815.09765625, '44815.0976562'],
    [0.00009093177504837513, '9.09317750484e-05'],
    [290492251845.075, '290492251845'],
    [1e12, '1e+12'],
    [-2.5e-7, '-2.5e-07'],
    [Number.POSITIVE_INFINITY, 'inf'],
  ])('writes %d as %s', (value, text) => {
    expect(formatDistance(value)).toBe(text);
  });
});

describe('parseDouble', () => {
  test.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['+2.5', 2.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['-2.25E-2', -0.0225],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['0x10', 16],
    ['-0x10', -16],
    ['1e400', Number.POSITIVE_INFINITY],
  ])('reads %s as %d', (text, value) => {
    expect(parseDouble(text)).toBe(value);
  });

  test.each(['', ' ', ' 1', '1 ', 'abc', '1.5abc', '1e', '--1', '1,5', 'nan', '.', '0x', '1'.repeat(257)])(
    'does not read %j',
    (text) => {
      expect(parseDouble(text)).toBeUndefined();
    },
  );
});

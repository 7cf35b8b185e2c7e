import {
  distanceBytes,
  formatDouble,
  formatFixed,
  formatHumanDouble,
  formatSignificant,
  parseDouble,
  parseExactDouble,
  parseRangeEnd,
} from '#server/base/double.js';
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

describe('distanceBytes', () => {
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
    expect(distanceBytes(value).latin1()).toBe(text);
  });

  test('writes the distances of vectors as any other number', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 20_000; i++) {
      const value = Math.fround((random.nextUint32() / 2 ** 32) * 10 ** -random.below(3));
      expect(distanceBytes(value).latin1()).toBe(formatSignificant(value, 12));
    }
  });

  // Numbers of few bits lie between two decimals more often.
  test('rounds ties to even', () => {
    for (let numerator = 1; numerator < 2 ** 13; numerator++) {
      const value = numerator / 2 ** 13;
      expect(distanceBytes(value).latin1()).toBe(formatSignificant(value, 12));
    }
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

describe('parseExactDouble', () => {
  const parse = (text: string): number | undefined => {
    const bytes = Buffer.from(`<${text}>`, 'latin1');
    return parseExactDouble(bytes, 1, bytes.length - 1);
  };

  test('reads every decimal as JavaScript does', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 20_000; i++) {
      const digits = String(random.below(1e9)) + (random.below(2) === 0 ? String(random.below(1e9)) : '');
      const at = random.below(digits.length + 1);
      const text =
        (random.below(2) === 0 ? '-' : '') +
        digits.slice(0, at) +
        (random.below(3) === 0 ? '' : '.') +
        digits.slice(at);
      expect(parse(text)).toBe(Number(text));
    }
  });

  test.each([
    ['0x1.8p1', 3],
    ['-0x.8', -0.5],
    ['0X1p-1074', 5e-324],
    ['0x1.000000000000080000001p0', 1.0000000000000002],
    ['0x123456789abcdef123456789abcdefp-40', 8.596805828370696e22],
    ['1e-320', 1e-320],
    ['0e-999', 0],
    ['inf', Number.POSITIVE_INFINITY],
  ])('reads %s as %d', (text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each([
    '1e400',
    '-1e400',
    '1e-400',
    '0x1p-1080',
    '0x1p1024',
    '',
    '-',
    '.',
    '-.',
    '1.2.3',
    ' 1',
    '1 ',
    '0x',
    '0x1p',
    'nan',
  ])('refuses %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('tells -0 from 0', () => {
    expect(Object.is(parse('-0'), -0)).toBe(true);
    expect(Object.is(parse('-0.0'), -0)).toBe(true);
  });
});

describe('parseRangeEnd', () => {
  test.each([
    ['', 0],
    [' 1', 1],
    ['\t\n2.5', 2.5],
    ['1e400', Number.POSITIVE_INFINITY],
    [' ', undefined],
    ['1 ', undefined],
    ['nan', undefined],
  ])('reads %j as %p', (text, value) => {
    expect(parseRangeEnd(text)).toBe(value);
  });
});

describe('formatFixed', () => {
  // What C's printf("%.4f") writes.
  test.each([
    [0, '0.0000'],
    [-0, '-0.0000'],
    [1, '1.0000'],
    [0.03125, '0.0312'],
    [0.09375, '0.0938'],
    [-0.03125, '-0.0312'],
    [0.00005, '0.0001'],
    [166274.15156960033, '166274.1516'],
    [1e22, '10000000000000000000000.0000'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFixed(value, 4)).toBe(text);
  });
});

describe('formatHumanDouble', () => {
  test.each([
    [13.361389338970184, '13.36138933897018433'],
    [0.5, '0.5'],
    [180, '180'],
    [-0, '0'],
    [1e-20, '0'],
    [-1e-20, '0'],
    [3.814697265625e-6, '0.00000381469726562'],
  ])('writes %d as %s', (value, text) => {
    expect(formatHumanDouble(value)).toBe(text);
  });
});

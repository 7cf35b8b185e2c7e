import { addLongDoubles, formatLongDouble, parseLongDouble } from '#server/base/long-double.js';

function sum(a: string, b: string): string | undefined {
  const [first, second] = [parseLongDouble(a), parseLongDouble(b)];
  if (first === undefined || second === undefined) throw new Error(`${a} or ${b} is no number`);
  const result = addLongDoubles(first, second);
  return result === undefined ? undefined : formatLongDouble(result);
}

const printed = (text: string): string | undefined => sum(text, '0');

describe('a long double', () => {
  // Digits as redis-server 7.0.15 on x86-64 answers INCRBYFLOAT.
  test.each([
    ['0.1', '0.2', '0.3'],
    ['1.1', '2.2', '3.3'],
    ['3.0', '1.000000000000000005', '4.00000000000000001'],
    ['5.0e3', '200', '5200'],
    ['10.5', '0.1', '10.6'],
    ['-0', '-0.0', '0'],
    ['0', '-1e-20', '0'],
    ['9223372036854775807', '1', '9223372036854775808'],
    ['18446744073709551615', '1', '18446744073709551616'],
    ['18446744073709551616', '1', '18446744073709551616'],
    ['0.30000000000000004', '0', '0.30000000000000004'],
    ['123456789012345678', '0.5', '123456789012345678.5'],
    ['1e20', '-1e20', '0'],
    ['0x1p3', '0x.8', '8.5'],
    ['.5', '5.', '5.5'],
    ['3.14159265358979', '0', '3.14159265358979'],
    ['1e-17', '0', '0.00000000000000001'],
  ])('adds %s and %s to %s', (a, b, expected) => {
    expect(sum(a, b)).toBe(expected);
  });

  test('holds 64 bits and rounds the rest once, ties to even', () => {
    expect(printed('18446744073709551617')).toBe('18446744073709551616');
    expect(printed('36893488147419103233')).toBe('36893488147419103232');
    expect(printed('36893488147419103234')).toBe('36893488147419103232');
    expect(printed('36893488147419103235')).toBe('36893488147419103236');
    expect(printed('0x1.00000000000000010p64')).toBe('18446744073709551616');
    expect(printed('0x1.00000000000000030p64')).toBe('18446744073709551620');
  });

  test('reaches as far as the type does, and no further', () => {
    expect(printed('1.18973149535723176502e4932')).toHaveLength(4933);
    expect(parseLongDouble('1.1897314953572317651e4932')).toBeUndefined();
    expect(parseLongDouble('0x1p16384')).toBeUndefined();
    expect(parseLongDouble('0x1.fffffffffffffffe7p16383')).toBeDefined();
    expect(parseLongDouble('0x1.ffffffffffffffff8p16383')).toBeUndefined();
    expect(sum('1.18973149535723176502e4932', '1.18973149535723176502e4932')).toBeUndefined();
    expect(printed('3.6e-4951')).toBe('0');
    expect(parseLongDouble('1e-4951')).toBeUndefined();
    expect(parseLongDouble('0x1p-16445')).toEqual({ significand: 1n, exponent: -16445 });
    expect(parseLongDouble('0x1p-16446')).toBeUndefined();
    expect(parseLongDouble('0x1.8p-16446')).toEqual({ significand: 1n, exponent: -16445 });
  });

  test('refuses exponents without end at once', () => {
    for (const text of ['1e999999999999', '-1e-999999999999', '0x1p999999999', '0x1p-999999999']) {
      expect(parseLongDouble(text)).toBeUndefined();
    }
    expect(printed('0e999999999999')).toBe('0');
    expect(printed('0x0p-999999999')).toBe('0');
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1.5abc',
    '--1',
    '1,5',
    '1e',
    '1e+',
    '.',
    'e5',
    '0x',
    '0xg',
    '0x1p',
    '1\0',
    'nan',
    '-nan',
    'in',
  ])('is not what %j says', (text) => {
    expect(parseLongDouble(text)).toBeUndefined();
  });

  test.each(['inf', '-inf', '+Infinity', 'INF'])('knows infinity as %s and adds it to nothing', (text) => {
    expect(parseLongDouble(text)).toBe('infinity');
    expect(addLongDoubles('infinity', { significand: 1n, exponent: 0 })).toBeUndefined();
  });

  test('reads texts of 5119 characters and none longer', () => {
    expect(parseLongDouble('1'.repeat(4000))).toBeDefined();
    expect(parseLongDouble(`1.${'0'.repeat(5117)}`)).toBeDefined();
    expect(parseLongDouble(`1.${'0'.repeat(5118)}`)).toBeUndefined();
  });
});

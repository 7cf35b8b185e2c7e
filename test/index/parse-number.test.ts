import { parseNumber } from '#index/parse-number.js';

describe('parseNumber', () => {
  it.each([
    ['5', 5],
    ['+5', 5],
    ['-5.25', -5.25],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['1E-3', 0.001],
    ['inf', Number.POSITIVE_INFINITY],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-INFINITY', Number.NEGATIVE_INFINITY],
    ['1e999', Number.POSITIVE_INFINITY],
    ['-0', 0],
  ])('reads %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(['', ' ', ' 5', '5 ', 'abc', '5a', '0x10', 'nan', 'NaN', '1e', '.', '+', '--5', '1_000', '1,5', '٥'])(
    'refuses %j',
    (text) => {
      expect(parseNumber(text)).toBeUndefined();
    },
  );
});

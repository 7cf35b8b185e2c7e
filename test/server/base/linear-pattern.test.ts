import { linearPattern } from '#server/base/linear-pattern.js';

describe('a pattern from outside', () => {
  test.each([
    ['^a+b$', 'aaab', true],
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['(?i)ABC', 'xabcx', true],
    ['(?i)^[a-f_x]+-B\\d$', 'AF_X-b7', true],
    ['(?i)^a-c$', 'A-C', true],
    ['(?i)a', 'b', false],
    ['(?s)a.c', 'a\nc', true],
    ['[0-9]{2,3}', 'a12', true],
    ['', 'anything', true],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(linearPattern(pattern)?.test(text)).toBe(expected);
  });

  test('is none when it is no expression, is too long, or needs backtracking', () => {
    expect(['(', 'a'.repeat(1025), '(a)\\1', 'a(?=b)'].map(linearPattern)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is not slow where others take exponential time', () => {
    expect(linearPattern('^(a+)+$')?.test(`${'a'.repeat(20_000)}!`)).toBe(false);
  });
});

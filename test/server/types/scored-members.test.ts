import { ByteSlice } from '#server/base/byte-slice.js';
import { isAboveMin, isBelowMax, isEmptyLexRange, type LexBound } from '#server/types/scored-members.js';

const at = (text: string, excluded = false): LexBound => ({ member: ByteSlice.fromLatin1(text), excluded });
const b = ByteSlice.fromLatin1('b');

describe('the ends of a range of members', () => {
  test('hold what lies between them, with or without themselves', () => {
    expect([
      isAboveMin(b, at('a')),
      isAboveMin(b, at('b')),
      isAboveMin(b, at('b', true)),
      isAboveMin(b, at('c')),
    ]).toEqual([true, true, false, false]);
    expect([
      isBelowMax(b, at('c')),
      isBelowMax(b, at('b')),
      isBelowMax(b, at('b', true)),
      isBelowMax(b, at('a')),
    ]).toEqual([true, true, false, false]);
  });

  test('lie below and above all members', () => {
    expect([isAboveMin(b, '-'), isAboveMin(b, '+')]).toEqual([true, false]);
    expect([isBelowMax(b, '+'), isBelowMax(b, '-')]).toEqual([true, false]);
  });

  test.each<[LexBound, LexBound, boolean]>([
    ['-', '+', false],
    ['+', '-', true],
    ['+', '+', true],
    ['-', '-', true],
    ['-', at('a'), false],
    [at('a'), '+', false],
    [at('a'), at('a'), false],
    [at('a'), at('a', true), true],
    [at('a', true), at('a'), true],
    [at('b'), at('a'), true],
    [at('a', true), at('aa', true), false],
  ])('tell whether anything can lie between them (%#)', (min, max, isEmpty) => {
    expect(isEmptyLexRange({ min, max })).toBe(isEmpty);
  });
});

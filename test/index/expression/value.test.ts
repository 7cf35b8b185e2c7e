import {
  areEqual,
  byteText,
  compare,
  formatNumber,
  isAscii,
  isTrue,
  listOf,
  numberOf,
  shownText,
  textOf,
} from '#index/expression/value.js';

test.each([
  [0, '0'],
  [-0, '0'],
  [42, '42'],
  [-1.5, '-1.5'],
  [0.1 + 0.2, '0.3'],
  [1e15, '1000000000000000'],
  [2 ** 62, '4611686018427387904'],
  [1e20, '1e+20'],
  [1.5e-7, '1.5e-07'],
  [0.0001, '0.0001'],
  [123456.7890123, '123456.789012'],
  [999999999999.9, '1e+12'],
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
])('%p is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('texts are compared by bytes, numbers by size, and a text with a number as the number it spells', () => {
  expect(compare('b', 'a')).toBe(1);
  expect(compare('10', '9')).toBe(-1);
  expect(compare(10, '9')).toBe(1);
  expect(compare('x', 9)).toBe(1);
  expect(compare(undefined, 0)).toBe(-1);
  expect(compare([1, 2], [1, 3])).toBe(-1);
  expect(compare([1], 1)).toBe(0);
});

test('nothing equals nothing only', () => {
  expect(areEqual(undefined, undefined)).toBe(true);
  expect(areEqual(undefined, 0)).toBe(false);
  expect(areEqual('1.0', 1)).toBe(true);
});

test('zero, the empty text, the empty list and nothing are false', () => {
  expect([0, '', [], undefined].map(isTrue)).toEqual([false, false, false, false]);
  expect([1, 'a', [0], Number.NaN].map(isTrue)).toEqual([true, true, true, true]);
});

test('values are taken as numbers, texts and lists', () => {
  expect([1, '2', 'a', [1], undefined].map(numberOf)).toEqual([1, 2, undefined, undefined, undefined]);
  expect([1.5, 'a', [1], undefined].map(textOf)).toEqual(['1.5', 'a', undefined, undefined]);
  expect([listOf(1), listOf([1, 2])]).toEqual([[1], [1, 2]]);
});

test('a text of bytes shows what it was made of', () => {
  expect(byteText('é')).toBe('\u00c3\u00a9');
  expect(shownText(byteText('né'))).toBe('né');
  expect([isAscii('abc'), isAscii('é')]).toEqual([true, false]);
});

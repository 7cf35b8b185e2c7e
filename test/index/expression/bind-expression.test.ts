import { evaluated } from './evaluated.js';

test.each([
  ['@n + 1', 6],
  ['@text + 1', 4],
  ['@n / 0', Number.POSITIVE_INFINITY],
  ['@n % 3', 2],
  ['-@n', -5],
  ['@text == 3', 1],
  ['@word == "abc"', 1],
  ['@word != "abc"', 0],
  ['@word < "abd"', 1],
  ['@n >= 5', 1],
  ['@n <= 4', 0],
  ['@n > 4', 1],
  ['!@n', 0],
])('%s is %p', (text, value) => {
  expect(evaluated(text, { n: 5, text: '3', word: 'abc' })).toBe(value);
});

test.each(['@gone + 1', '-@gone', '@gone < 1', 'lower(@gone)', 'startswith("a", @gone)', 'substr(@gone, 0, 1)'])(
  '%s is missing, as the field is',
  (text) => {
    expect(evaluated(text)).toBeUndefined();
  },
);

test('a missing field can be asked for', () => {
  expect(evaluated('@gone == NULL')).toBe(1);
  expect(evaluated('@gone == 5')).toBe(0);
  expect(evaluated('!@gone')).toBe(1);
  expect(evaluated('@gone || 1')).toBe(1);
  expect(evaluated('format("%s", @gone)')).toBe('(null)');
});

test('a text that is no number is not reckoned with', () => {
  expect(() => evaluated('"abc" * 2')).toThrow('Could not convert value to a number');
});

test('what does not decide is not looked at', () => {
  expect(evaluated('0 && "abc" * 2')).toBe(0);
  expect(evaluated('1 || "abc" * 2')).toBe(1);
});

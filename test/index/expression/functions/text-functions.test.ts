import { evaluated } from '../evaluated.js';

test.each([
  ['lower("AbÄ")', evaluated('"abÄ"')],
  ['upper("abä")', evaluated('"ABä"')],
  ['upper(1.5)', '1.5'],
  ['strlen("ä")', 2],
  ['contains("banana", "ana")', 2],
  ['contains("abc", "")', 4],
  ['contains("abc", "x")', 0],
  ['startswith("abc", "ab")', 1],
  ['startswith("abc", "b")', 0],
  ['concat("a", 1, "b")', 'a1b'],
  ['substr("hello", 1, 3)', 'ell'],
  ['substr("hello", -3, 2)', 'll'],
  ['substr("hello", -9, 2)', 'he'],
  ['substr("hello", 2, -1)', 'llo'],
  ['substr("hello", 9, 2)', ''],
  ['to_number("1.50")', 1.5],
  ['to_str(1.50)', '1.5'],
  ['format("%s is %s%%", "x", 1.5)', 'x is 1.5%'],
  ['format("%s", split("a,b"))', 'a,b'],
])('%s is %p', (text, value) => {
  expect(evaluated(text)).toBe(value);
});

test('a text is split at any separator, and its parts are stripped', () => {
  expect(evaluated('split("a, b ,,c")')).toEqual(['a', 'b', 'c']);
  expect(evaluated('split("a-b_c", "-_")')).toEqual(['a', 'b', 'c']);
  expect(evaluated('split("xax;xbx", ";", "x")')).toEqual(['a', 'b']);
  expect(evaluated('split("")')).toEqual([]);
});

test.each([
  ['to_number("abc")', "to_number: cannot convert string 'abc'"],
  ['format("%")', 'Bad format string!'],
  ['format("%d", 1)', 'Unknown format specifier passed'],
  ['format("%s")', 'Not enough arguments for format'],
])('%s is an error', (text, message) => {
  expect(() => evaluated(text)).toThrow(message);
});

test('lists have no text', () => {
  expect(evaluated('lower(split("a,b"))')).toBeUndefined();
  expect(evaluated('startswith(split("a"), "a")')).toBeUndefined();
  expect(evaluated('substr(split("a"), 0, 1)')).toBeUndefined();
});

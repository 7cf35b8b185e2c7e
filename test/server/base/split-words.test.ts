import { splitText, splitWords } from '#server/base/split-words.js';

test.each([
  ['', []],
  ['  a  b\tc ', ['a', 'b', 'c']],
  ['"a b" c', ['a b', 'c']],
  ["'a b' '\\''", ['a b', "'"]],
  [String.raw`"\x41\n\"\\"`, ['A\n"\\']],
  ['"" x', ['', 'x']],
  ['a"b c"', ['ab c']],
  ['\xff "\xfe"', ['\xff', '\xfe']],
])('%j is %j', (text, words) => {
  expect(splitText(text)).toEqual(words);
});

test.each(['"a', "'a", '"a"b', "'a'b"])('%j does not balance', (text) => {
  expect(splitText(text)).toBeUndefined();
});

test('splits a part of a buffer in place', () => {
  const buffer = Buffer.from('xx"a b" cyy');
  const places = splitWords(buffer, 2, 9) ?? [];
  expect(places).toHaveLength(4);
  expect(buffer.toString('latin1', places[0], (places[0] ?? 0) + (places[1] ?? 0))).toBe('a b');
});

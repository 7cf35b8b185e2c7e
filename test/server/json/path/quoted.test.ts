import { PathScanner } from '#server/json/path/path-scanner.js';
import { parseQuoted } from '#server/json/path/quoted.js';

test.each([
  ['"a\'b"', "a'b"],
  ["'a\"b'", 'a"b'],
  ['"a\\"b\\\\"', 'a"b\\'],
  ["'it\\'s'", "it's"],
  ['""', ''],
])('%s is a string', (text, expected) => {
  expect(parseQuoted(new PathScanner(text)).toString('utf8')).toBe(expected);
});

test.each(['"a', 'a', '"\\n"', '"\\\'"'])('%s is none', (text) => {
  expect(() => parseQuoted(new PathScanner(text))).toThrow('position 0');
});

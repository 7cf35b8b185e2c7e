import type { Operand } from '#sdk/features/transforms.js';
import { transformLanguage } from '#server/features/transform-language.js';

const run = (text: string, row: Readonly<Record<string, Operand>> = {}) =>
  transformLanguage.compile(text).evaluate((name) => row[name]);

test.each<[string, Readonly<Record<string, Operand>>, string | undefined]>([
  ['@a / (@b + 1)', { a: 3, b: 1 }, '1.5'],
  ['@a < @b', { a: 9, b: 10 }, '1'],
  ['@a', { a: 9_007_199_254_740_992 }, '9007199254740992'],
  ['upper(@name)', { name: 'grün' }, 'GRüN'],
  ['strlen(@name)', { name: 'ü' }, '2'],
  ["concat(@b\\-c, 'é')", { 'b-c': 'x' }, 'xé'],
  ["@name == 'grün'", { name: 'grün' }, '1'],
  ['1 / 0', {}, 'inf'],
  ['@a + @b', { a: 1 }, undefined],
  ['NULL', {}, undefined],
  ["case(exists(@a), @a, 'none')", {}, 'none'],
  ['matched_terms()', {}, undefined],
])('%s', (text, row, value) => {
  expect(run(text, row)).toBe(value);
});

test('names what it reads, without escapes', () => {
  expect(transformLanguage.compile('@a + @b\\-c * @a').reads).toEqual(['a', 'b-c']);
});

test.each([
  ['@a +', 'Syntax error at offset 4'],
  ['process.exit()', "Syntax error at offset 7 near '.exit()'"],
  ['1 + process', "Syntax error at offset 4 near 'process': Unknown symbol 'process'"],
  ['require("fs")', "Unknown function name 'require'"],
  ['@a + $b', 'No such parameter `b` at offset 5'],
  [`${'('.repeat(201)}1${')'.repeat(201)}`, 'nested deeper than 200 levels'],
])('%s is refused, with the place', (text, message) => {
  expect(() => transformLanguage.compile(text)).toThrow(message);
  expect(() => transformLanguage.compile(text)).toThrow(expect.objectContaining({ code: 'ValidationError' }));
});

test.each([
  ["1 + 'x'", 'Could not convert value to a number'],
  ["split('a,b')", 'the value is a list'],
  ["to_number('x')", 'to_number'],
])('%s fails where it is reckoned', (text, message) => {
  const compiled = transformLanguage.compile(text);
  expect(() => compiled.evaluate(() => undefined)).toThrow(message);
});

test.each([
  ['@a + 1', true],
  ["case(@a > 1, @a, 'none')", false],
  ['concat(@a)', false],
  ['@name', false],
  ['@a', true],
  ['NULL', false],
])('%s is a number, or may be something else', (text, isNumber) => {
  expect(transformLanguage.compile(text).isNumber((name) => name === 'a')).toBe(isNumber);
});

import { expressionLimits, parseExpression } from '#index/expression/parse-expression.js';
import { evaluated } from './evaluated.js';

test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['2 ^ 3 ^ 2', 512],
  ['10 - 4 - 3', 3],
  ['-2 ^ 2', 4],
  ['5--2', 7],
  ['7 % 4 * 2', 6],
  ['1 + 1 == 2 && 3 < 4', 1],
  ['0 && 1 || 1', 1],
  ['!1 == 2', 1],
  ['!!7', 1],
  ['NULL', undefined],
  ['case(1 > 2, "a", "b")', 'b'],
])('%s is %p', (text, value) => {
  expect(evaluated(text)).toBe(value);
});

test.each([
  ['', "Syntax error at offset 0 near ''"],
  ['1 +', "Syntax error at offset 3 near ''"],
  ['1 2', "Syntax error at offset 2 near '2'"],
  ['(1', "Syntax error at offset 2 near ''"],
  ['1 < 2 < 3', "Syntax error at offset 6 near '< 3'"],
  ['foo', "Syntax error at offset 0 near 'foo': Unknown symbol 'foo'"],
  ['foo(1)', "Unknown function name 'foo'"],
  ['lower()', "Function 'lower' expects 1 arguments, but got 0"],
  ['split(1,2,3,4)', "Function 'split' expects between 1 and 3 arguments, but got 4"],
  ['$x', 'No such parameter `x`'],
])('%p is refused', (text, message) => {
  expect(() => parseExpression(text)).toThrow(message);
});

test('parameters stand for their bytes', () => {
  const parameters = new Map([['p', new Uint8Array([0xc3, 0x28])]]);
  expect(parseExpression('$p', { parameters })).toEqual({ kind: 'literal', value: '\u00c3(' });
});

test('an expression has its limits', () => {
  const depth = expressionLimits.depthMax;
  expect(() => parseExpression(`${'('.repeat(depth)}1${')'.repeat(depth)}`)).toThrow('nested deeper');
  expect(() => parseExpression(`1${' '.repeat(expressionLimits.charsMax)}`)).toThrow('too long');
});

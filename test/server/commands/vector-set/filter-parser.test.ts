import {
  type Expression,
  FilterSyntaxError,
  parseFilterExpression,
} from '#server/commands/vector-set/filter-parser.js';

function shown(expression: Expression): string {
  switch (expression.type) {
    case 'value':
      return JSON.stringify(expression.value);
    case 'member':
      return `.${expression.name}`;
    case 'not':
      return `not ${shown(expression.of)}`;
    case 'binary':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
  }
}

test.each([
  ['.a', '.a'],
  ['.a == 1 and .b == 2 or .c', '(((.a == 1) && (.b == 2)) || .c)'],
  ['.a || .b && .c', '(.a || (.b && .c))'],
  ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
  ['2 ** 3 ** 2', '(2 ** (3 ** 2))'],
  ['!.a == 1', '(not .a == 1)'],
  ['not (.a and .b)', 'not (.a && .b)'],
  ['.year-old >= -1.5e1', '(.year-old >= -15)'],
  [".g in [\"a\", 'b\\'c', 1]", '(.g in ["a","b\'c",1])'],
  ['"x" in .name', '("x" in .name)'],
  ['.a != null', '(.a != null)'],
  ['.a%2==0', '((.a % 2) == 0)'],
  ['[]', '[]'],
])('%s is read as %s', (text, expected) => {
  expect(shown(parseFilterExpression(text))).toBe(expected);
});

test.each([
  ['.a ==', '.a =='],
  ['.a = 1', '= 1'],
  ['(.a', '(.a'],
  ['.a )', ')'],
  ['[1,]', ']'],
  ['[[1]]', '[1]]'],
  ['', ''],
  ['a', 'a'],
])('%s is none, from %s on', (text, rest) => {
  expect(() => parseFilterExpression(text)).toThrow(new FilterSyntaxError(rest));
});

test('expressions have limits', () => {
  expect(() => parseFilterExpression(`${'('.repeat(100)}1${')'.repeat(100)}`)).toThrow(FilterSyntaxError);
  expect(() => parseFilterExpression(`.${'a'.repeat(70_000)}`)).toThrow(FilterSyntaxError);
});

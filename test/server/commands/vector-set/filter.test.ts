import { passesFilter } from '#server/commands/vector-set/filter.js';
import { parseFilterExpression } from '#server/commands/vector-set/filter-parser.js';

const attributes = '{"n":5,"s":"licence","t":true,"z":null,"l":[1,"a"],"o":{},"m":[[1]],"num":"5"}';

test.each([
  ['.n == 5', true],
  ['.n > 4 and .s == "licence"', true],
  ['.n == 5 or .missing == 1', false],
  ['.missing', false],
  ['!.missing', false],
  ['.o', false],
  ['.m', false],
  ['.t', true],
  ['.t == 1', true],
  ['.z == null', true],
  ['.z', false],
  ['.n == "5"', true],
  ['.s == 0', true],
  ['.num + 1 == 6', true],
  ['.n in [1, 5]', true],
  ['"a" in .l', true],
  ['2 in .l', false],
  ['"lic" in .s', true],
  ['"" in .s', true],
  ['.l', true],
  ['.n ** 2 % 7 == 4', true],
  ['(.n - 1) / 2 * 3 <= 6', true],
  ['.n != 5 || not .z', true],
  ['.n < 5', false],
])('%s: %s', (filter, expected) => {
  expect(passesFilter(parseFilterExpression(filter), attributes)).toBe(expected);
});

test('attributes that are no object pass nothing', () => {
  expect(['{', '1', 'null', ''].map((text) => passesFilter(parseFilterExpression('1'), text))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

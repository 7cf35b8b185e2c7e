import { emptyRow } from '#index/aggregate/row.js';
import { RowScope } from '#index/aggregate/row-scope.js';
import { parseExpression } from '#index/expression/parse-expression.js';

test('rows of groups have their slots and nothing else', () => {
  const scope = new RowScope(undefined);
  scope.layout.add('count', false);
  const row = emptyRow(1);
  row.values[0] = 4;
  expect(scope.bind(parseExpression('@count + 1'))(row)).toBe(5);
  expect(scope.missing(parseExpression('@count + @n'))).toEqual(['n']);
  expect(scope.load(['count'])).toEqual([]);
  expect(() => scope.load(['n'])).toThrow('Property `n` not loaded nor in pipeline');
  expect(() => scope.loaded('n')).toThrow('Property `n`');
  expect(scope.bind(parseExpression('matched_terms()'))(row)).toBeUndefined();
});

import { propertiesOf } from '#index/expression/expression.js';
import { parseExpression } from '#index/expression/parse-expression.js';

test('properties are told once each', () => {
  const text = '!(@a + -@b > lower(@c)) && case(@a, @d, "x") == 1';
  expect(propertiesOf(parseExpression(text))).toEqual(['a', 'b', 'c', 'd']);
});

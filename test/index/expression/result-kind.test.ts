import { parseExpression } from '#index/expression/parse-expression.js';
import { type ResultKind, resultKind } from '#index/expression/result-kind.js';

const kinds: Readonly<Record<string, ResultKind>> = { n: 'number', s: 'text', l: 'list' };

test.each<[string, ResultKind | undefined]>([
  ['1', 'number'],
  ["'1'", 'text'],
  ['NULL', undefined],
  ['@n', 'number'],
  ['@s', 'text'],
  ['@l', 'list'],
  ['@else', 'any'],
  ['@s + @s', 'number'],
  ['-@s', 'number'],
  ['!@s', 'number'],
  ['@s < @s || @s', 'number'],
  ['upper(@n)', 'text'],
  ['strlen(@s)', 'number'],
  ['split(@s)', 'list'],
  ['case(@s, 1, @n)', 'number'],
  ["case(@n, @s, 'x')", 'text'],
  ['case(@n, @s, @n)', 'any'],
  ['case(@n, NULL, @n)', 'number'],
  ['case(@n, @s, case(1, NULL, NULL))', 'text'],
  ['case(@n, case(1, 2, @s), @n)', 'any'],
])('%s is %s', (text, kind) => {
  expect(resultKind(parseExpression(text), (name) => kinds[name] ?? 'any')).toBe(kind);
});

import { parseQuery } from '#index/query/parser.js';
import { describePredicate } from '#index/query/predicate.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const parse = (braces: string): string =>
  describePredicate(parseQuery(`@color:${braces}`, { schema: catalogSchema, parameters: catalogParameters }).filter);

const values: readonly (readonly [braces: string, terms: string])[] = [
  ['{a}', '"a"'],
  ['{a|b}', '"a" | "b"'],
  ['{ a | b c |d }', '"a" | "b c" | "d"'],
  ['{}', ''],
  ['{  }', ''],
  ['{New York}', '"New York"'],
  ['{5f0c-41d2-9e}', '"5f0c-41d2-9e"'],
  ['{5f0c\\-41d2}', '"5f0c-41d2"'],
  ['{gpt-4:o.1/x@y#z}', '"gpt-4:o.1/x@y#z"'],
  ['{a\\|b|c\\}d}', '"a|b" | "c}d"'],
  ['{a\\ }', '"a "'],
  ['{a\\\\b}', '"a\\\\b"'],
  ['{a\\*}', '"a*"'],
  ['{"exact | text"}', '"exact | text"'],
  ["{'a\\'b' | c}", '"a\'b" | "c"'],
  ['{say "hi"}', '"say \\"hi\\""'],
  ['{$red}', '"Red | blue"'],
  ['{x|$red}', '"x" | "Red | blue"'],
  ['{\\$red}', '"$red"'],
  ['{foo*}', '"foo"*'],
  ['{foo* | bar}', '"foo"* | "bar"'],
  ["{w'fo?o'}", 'w"fo?o"'],
  ['{*foo}', '*"foo"'],
  ['{*foo*}', '*"foo"*'],
  ['{(a) [b] {c}', '"(a) [b] {c"'],
  ['{naïve café}', '"naïve café"'],
];

const errors: readonly (readonly [braces: string, message: string])[] = [
  ['{a', "Missing closing TAG bracket, '}'"],
  ['{', 'Missing OR term'],
  ['{a|}', 'Missing OR term'],
  ['{|a}', 'Missing OR term'],
  ['{"a}', 'Missing closing quote'],
  ['{"a" b}', "Missing closing TAG bracket, '}'"],
  ['{b*}', 'Tag string `b*` is too short for prefix wildcard.'],
  ['{*}', 'Tag string `*` is too short for prefix wildcard.'],
  ['{fo*o}', "Invalid wildcard '*' markers"],
  ['{$nope}', 'Parameter nope not found: No such parameter `nope`'],
  ['{$}', 'Missing parameter name'],
  ['{a\\', "Missing closing TAG bracket, '}'"],
];

describe('the braces of a tag predicate', () => {
  it.each(values)('hold in %s the values %s', (braces, terms) => {
    expect(parse(braces)).toBe(`tag(color: ${terms})`);
  });

  it.each(errors)('are refused in %s', (braces, message) => {
    expect(() => parse(braces)).toThrow(message);
  });
});

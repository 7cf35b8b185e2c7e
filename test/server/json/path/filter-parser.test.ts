import { ByteSlice } from '#server/base/byte-slice.js';
import type { Filter } from '#server/json/path/json-path.js';
import { parsePath } from '#server/json/path/path-parser.js';
import { textOf } from '../documents.js';

/** A filter as text with every bracket that matters. */
function shown(filter: Filter): string {
  switch (filter.type) {
    case 'and':
    case 'or':
      return `(${shown(filter.left)} ${filter.type} ${shown(filter.right)})`;
    case 'not':
      return `not ${shown(filter.of)}`;
    case 'exists':
      return term(filter.term);
    case 'compare':
      return `${term(filter.left)} ${filter.operator} ${term(filter.right)}`;
  }
}

function term(of: Extract<Filter, { type: 'exists' }>['term']): string {
  return of.type === 'literal' ? textOf(of.tape) : `${of.type === 'current' ? '@' : '$'}${of.steps.length}`;
}

function parsed(filter: string): string {
  const [step] = parsePath(ByteSlice.fromText(`$[?${filter}]`)).steps;
  return step?.type === 'filter' ? shown(step.filter) : 'no filter';
}

describe('a filter', () => {
  test.each([
    ['@', '@0'],
    ['@.a', '@1'],
    ['@a.b', '@2'],
    ['(@.a==1)', '@1 == 1'],
    ['@.a>=1.5', '@1 >= 1.5'],
    ['@.a!="x"', '@1 != "x"'],
    ["'x'<@", '"x" < @0'],
    ['@.a == true && @.b == null', '(@1 == true and @1 == null)'],
    ['@.a || @.b && @.c', '(@1 or (@1 and @1))'],
    ['(@.a || @.b) && @.c', '((@1 or @1) and @1)'],
    ['!@.a && @.b', '(not @1 and @1)'],
    ['!(@.a && !@.b)', 'not (@1 and not @1)'],
    ['!!@.a', '@1'],
    ['$.a[0] == @', '$2 == @0'],
    ['@ == [1,"a",[null]]', '@0 == [1,"a",[null]]'],
    ['@ == {"a":{"b":-1}}', '@0 == {"a":{"b":-1}}'],
    ['@ in [1,2]', '@0 in [1,2]'],
    ['@.a nin $.b', '@1 nin $1'],
    ['@.a =~ "^x"', '@1 =~ "^x"'],
    ['@.in == 9223372036854775807', '@1 == 9223372036854775807'],
    ['@ == 9223372036854775808', '@0 == 9.223372036854776e18'],
  ])('%s means %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  test.each(['@.a ==', '== 1', '@.a = 1', '(@.a', '@.a &&', '@ == {a:1}', '@ == [1', '@ == {"a" 1}', ''])(
    '%s is none',
    (text) => {
      expect(() => parsed(text)).toThrow('Error occurred on position');
    },
  );

  test('has limits', () => {
    expect(() => parsed(`${'('.repeat(100)}@${')'.repeat(100)}`)).toThrow('ERR filters are nested');
    expect(() => parsed(`@ == ${'['.repeat(100)}${']'.repeat(100)}`)).toThrow('ERR values are nested');
  });
});

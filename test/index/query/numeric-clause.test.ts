import { parseQuery } from '#index/query/parser.js';
import { describePredicate } from '#index/query/predicate.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const parse = (rest: string): string =>
  describePredicate(parseQuery(`@price${rest}`, { schema: catalogSchema, parameters: catalogParameters }).filter);

const ranges: readonly (readonly [rest: string, range: string])[] = [
  [':[1 2]', '[1, 2]'],
  [':[1,2]', '[1, 2]'],
  [':[ 1 , 2 ]', '[1, 2]'],
  [':[(1 (2]', '(1, 2)'],
  [':[1 (2]', '[1, 2)'],
  [':[-inf +inf]', '[-Infinity, Infinity]'],
  [':[-INF inf]', '[-Infinity, Infinity]'],
  [':[-1.5e3 .5]', '[-1500, 0.5]'],
  [':[$five 9]', '[5, 9]'],
  [':[($five ($k]', '(5, 7)'],
  [':[5]', '[5, 5]'],
  [':[9 1]', '[9, 1]'],
  [':[0 -0]', '[0, 0]'],
  ['==5', '[5, 5]'],
  ['== $five', '[5, 5]'],
  ['>5', '(5, Infinity]'],
  ['>=5', '[5, Infinity]'],
  ['<-5', '[-Infinity, -5)'],
  [' <= 5', '[-Infinity, 5]'],
];

const errors: readonly (readonly [rest: string, message: string])[] = [
  [':[]', 'Empty brackets detected at Position: 8'],
  [':[ ]', 'Empty brackets detected at Position: 8'],
  [':[a 1]', 'Invalid number: a'],
  [':[1 nan]', 'Invalid number: nan'],
  [':[0x10 20]', 'Invalid number: 0x10'],
  [':[1 2', 'Missing closing bracket'],
  [':[1 2 3]', 'Missing closing bracket'],
  [':[1(2]', 'Expected space or `,` between start and end values'],
  [':[(1]', 'A single value cannot be exclusive'],
  [':[$nope 1]', 'Parameter nope not found'],
  [':[$word 1]', 'Invalid number: abc'],
  ['>', 'Invalid number'],
  ['==x', 'Invalid number: x'],
  [':[1 2=>', 'Missing closing bracket'],
];

describe('a numeric predicate', () => {
  it.each(ranges)('reads %s as %s', (rest, range) => {
    expect(parse(rest)).toBe(`numeric(price: ${range})`);
  });

  it('reads != as a negation, so that a missing value matches', () => {
    expect(parse('!=5')).toBe('not(numeric(price: [5, 5]))');
  });

  it.each(errors)('refuses %s', (rest, message) => {
    expect(() => parse(rest)).toThrow(message);
  });
});

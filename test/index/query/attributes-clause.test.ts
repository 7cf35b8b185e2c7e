import { parseAttributes } from '#index/query/attributes-clause.js';
import { Scanner } from '#index/query/scanner.js';

const parse = (text: string): string[] =>
  parseAttributes(new Scanner(text)).map(({ name, value, at }) => `${name}=${value}@${at}`);

describe('an attribute block', () => {
  it('is a list of names and values', () => {
    expect(parse('=>{$weight: 2; $Yield_Distance_As:dist}')).toEqual(['WEIGHT=2@3', 'YIELD_DISTANCE_AS=dist@15']);
  });

  it('may be blank, end in a semicolon, and have blanks anywhere between words', () => {
    expect(parse(' => { } ')).toEqual([]);
    expect(parse(' =>  { $a : $b ; } ')).toEqual(['A=$b@7']);
  });

  it('is optional: the scanner stays where it was when there is none', () => {
    const scanner = new Scanner('  =>[KNN');
    expect(parseAttributes(scanner)).toEqual([]);
    expect(scanner.at).toBe(0);
  });

  it.each([
    ['=>{weight: 2}', 'Expected an attribute'],
    ['=>{$weight 2}', 'Expected `:` after the attribute `$weight`'],
    ['=>{$weight: }', 'Missing value of the attribute `$weight`'],
    ['=>{$weight: 2', 'Missing closing attributes bracket'],
    ['=>{$a: 2 $b: 3}', 'Missing closing attributes bracket'],
    ['=>{', 'Expected an attribute'],
  ])('is refused as %s', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

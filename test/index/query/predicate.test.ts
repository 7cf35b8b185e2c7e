import { parseQuery } from '#index/query/parser.js';
import { describePredicate, matchAll, vectorRanges } from '#index/query/predicate.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const parse = (query: string) => parseQuery(query, { schema: catalogSchema, parameters: catalogParameters }).filter;

describe('a predicate', () => {
  it('is described on one line', () => {
    expect(describePredicate(matchAll)).toBe('*');
    expect(describePredicate(parse('@color:{a | bb*} | -@price:[1 (2]'))).toBe(
      'or(tag(color: "a" | "bb"*), not(numeric(price: [1, 2))))',
    );
  });

  it('lists its vector ranges as they are written', () => {
    const filter = parse('-@w:[VECTOR_RANGE 1 $q3] (@color:{a} | @v:[VECTOR_RANGE 2 $q])');
    expect(vectorRanges(filter).map(({ field, radiusDistance }) => `${field.alias} ${radiusDistance}`)).toEqual([
      'w 1',
      'v 2',
    ]);
  });
});

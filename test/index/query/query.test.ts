import { parseQuery } from '#index/query/parser.js';
import { describeQuery, distanceNames } from '#index/query/query.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const parse = (query: string) => parseQuery(query, { schema: catalogSchema, parameters: catalogParameters });

describe('a query', () => {
  it('names its distances, that of KNN first', () => {
    expect(distanceNames(parse('*'))).toEqual([]);
    expect(distanceNames(parse('@w:[VECTOR_RANGE 1 $q3]'))).toEqual([]);
    expect(distanceNames(parse('@w:[VECTOR_RANGE 1 $q3]=>{$yield_distance_as: near}=>[KNN 5 @v $q]'))).toEqual([
      '__v_score',
      'near',
    ]);
  });

  it('is described on one line', () => {
    expect(describeQuery(parse('@price>1=>[KNN 5 @v $q EF_RUNTIME 9 HYBRID_POLICY BATCHES AS d]'))).toBe(
      'numeric(price: (1, Infinity]) => knn(v k 5 ef 9 policy BATCHES as d)',
    );
  });
});

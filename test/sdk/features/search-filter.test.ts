import { groupFrom } from '#sdk/features/feature-group.js';
import { textDigest } from '#sdk/features/indexed-fields.js';
import { type FeatureFilter, filterQuery } from '#sdk/features/search-filter.js';
import { newGroup } from '../../contract/feature-store.js';

const search = { metric: 'COSINE' as const, filterable: ['a', 'b'] };
const group = groupFrom({ ...newGroup('g', 0), generation: 1, search });
const [red, blue] = [textDigest('red, {or} so'), textDigest('')];

test.each<[FeatureFilter[], string]>([
  [[], '*'],
  [[{ FeatureName: 'b', ValueAsString: 'red, {or} so' }], `@_f3:{${red}}`],
  [[{ FeatureName: 'b', Operator: 'NotEquals', ValueAsString: '' }], `-@_f3:{${blue}}`],
  [[{ FeatureName: 'b', Operator: 'In', ValueAsStringList: ['red, {or} so', ''] }], `@_f3:{${red}|${blue}}`],
  [[{ FeatureName: 'a', ValueAsString: '7' }], '@_f2:[7 7]'],
  [[{ FeatureName: 'a', Operator: 'In', ValueAsStringList: ['7', '-8'] }], '(@_f2:[7 7] | @_f2:[-8 -8])'],
  [[{ FeatureName: 'a', Operator: 'GreaterThan', ValueAsString: '7' }], '@_f2:[(7 +inf]'],
  [[{ FeatureName: 'a', Operator: 'GreaterThanOrEqualTo', ValueAsString: '7' }], '@_f2:[7 +inf]'],
  [[{ FeatureName: 'a', Operator: 'LessThan', ValueAsString: '7' }], '@_f2:[-inf (7]'],
  [[{ FeatureName: 'a', Operator: 'LessThanOrEqualTo', ValueAsString: '7' }], '@_f2:[-inf 7]'],
  [
    [
      { FeatureName: 'a', ValueAsString: '7' },
      { FeatureName: 'b', ValueAsString: '' },
    ],
    `@_f2:[7 7] @_f3:{${blue}}`,
  ],
])('%j asks for %s', (filters, query) => {
  expect(filterQuery(group, filters)).toBe(query);
});

test.each<[FeatureFilter, string]>([
  [{ FeatureName: 'what', ValueAsString: '1' }, "has no feature 'what'"],
  [{ FeatureName: 't', ValueAsString: '1' }, "cannot filter by 't'. It can by: a, b"],
  [{ FeatureName: 'a' }, "The filter of 'a' has no ValueAsString"],
  [{ FeatureName: 'a', ValueAsString: 'seven' }, "The value 'seven' of feature 'a' is not of its type Integral"],
  [{ FeatureName: 'a', Operator: 'LessThan', ValueAsString: '7] @b:{x}' }, 'is not of its type Integral'],
  [{ FeatureName: 'a', Operator: 'In', ValueAsString: '7' }, "The filter of 'a' has no ValueAsStringList"],
  [{ FeatureName: 'b', Operator: 'LessThan', ValueAsString: 'x' }, 'of type String, which LessThan does not compare'],
])('%j is refused: %s', (filter, why) => {
  expect(() => filterQuery(group, [filter])).toThrow(why);
});

test('a group that is searched by nothing else says so', () => {
  const plain = groupFrom({ ...newGroup('g', 0), generation: 1 });
  expect(() => filterQuery(plain, [{ FeatureName: 'a', ValueAsString: '1' }])).toThrow('It can by: none');
});

import type { SearchExpression } from '#server/features/control-schemas.js';
import { compareValues, matches, sortValue } from '#server/features/group-search.js';

const document = {
  FeatureGroupName: 'orders',
  CreationTime: 1_704_067_200,
  FeatureDefinitions: [
    { FeatureName: 'id', FeatureType: 'String' },
    { FeatureName: 'n', FeatureType: 'Integral' },
  ],
  'Tags.team.a': 'risk',
  Description: undefined,
};

const filter = (Name: string, Operator: NonNullable<SearchExpression['Filters']>[number]['Operator'], Value?: string) =>
  matches(document, { Filters: [{ Name, Operator, Value }] });

test.each([
  ['FeatureGroupName', 'Equals', 'orders', true],
  ['FeatureGroupName', undefined, 'order', false],
  ['FeatureGroupName', 'NotEquals', 'orders', false],
  ['FeatureGroupName', 'Contains', 'RDE', true],
  ['FeatureGroupName', 'In', 'a, orders', true],
  ['FeatureDefinitions.FeatureName', 'Equals', 'n', true],
  ['FeatureDefinitions.FeatureName', 'Equals', 'x', false],
  ['Tags.team.a', 'Equals', 'risk', true],
  ['Tags.team', 'Exists', '', false],
  ['Description', 'NotExists', '', true],
  ['CreationTime', 'GreaterThan', '2023-12-31T23:59:59Z', true],
  ['CreationTime', 'LessThan', '1704067200', false],
  ['CreationTime', 'LessThanOrEqualTo', '1704067200', true],
  ['CreationTime', 'GreaterThanOrEqualTo', 'no time', false],
] as const)('%s %s %j is %p', (name, operator, value, expected) => {
  expect(filter(name, operator, value)).toBe(expected);
});

test('conditions are joined, and nested ones hold for one element together', () => {
  const yes = { Name: 'FeatureGroupName', Operator: 'Exists' as const, Value: '' };
  const no = { ...yes, Operator: 'NotExists' as const };
  expect(matches(document, {})).toBe(true);
  expect(matches(document, { Filters: [yes, no] })).toBe(false);
  expect(matches(document, { Filters: [yes, no], Operator: 'Or' })).toBe(true);
  expect(matches(document, { SubExpressions: [{ Filters: [yes] }, { Filters: [no] }] })).toBe(false);
  const nested = (name: string, type: string) =>
    matches(document, {
      NestedFilters: [
        {
          NestedPropertyName: 'FeatureDefinitions',
          Filters: [
            { Name: 'FeatureDefinitions.FeatureName', Operator: undefined, Value: name },
            { Name: 'FeatureDefinitions.FeatureType', Operator: undefined, Value: type },
          ],
        },
      ],
    });
  expect(nested('id', 'String')).toBe(true);
  expect(nested('id', 'Integral')).toBe(false);
});

test('documents sort by numbers as numbers and by texts as texts', () => {
  expect(sortValue(document, 'CreationTime')).toBe(1_704_067_200);
  expect(sortValue(document, 'Nowhere')).toBe('');
  expect([10, 9, 100].sort(compareValues)).toEqual([9, 10, 100]);
  expect(['b', 'a'].sort(compareValues)).toEqual(['a', 'b']);
});

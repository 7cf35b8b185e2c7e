import { search, updateFeatureGroup } from '#server/features/control-schemas.js';

test('an empty time to live is one that is taken away', () => {
  const ttl = (TtlDuration: unknown) =>
    updateFeatureGroup.parse({ FeatureGroupName: 'g', OnlineStoreConfig: { TtlDuration } }).OnlineStoreConfig
      ?.TtlDuration;
  expect(ttl({})).toBeNull();
  expect(ttl({ Unit: null, Value: null })).toBeNull();
  expect(ttl({ Unit: 'Days', Value: 1 })).toEqual({ Unit: 'Days', Value: 1 });
  expect(ttl(undefined)).toBeUndefined();
  expect(() => ttl({ Unit: 'Days' })).toThrow();
});

test('expressions lie in each other so deep and no deeper', () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { SubExpressions: [nested(depth - 1)] });
  const depthOf = (value: { SubExpressions?: readonly object[] | undefined } | undefined): number =>
    value?.SubExpressions === undefined ? 0 : 1 + depthOf(value.SubExpressions[0]);
  const parsed = search.parse({ Resource: 'FeatureGroup', SearchExpression: nested(10) });
  expect(depthOf(parsed.SearchExpression)).toBe(3);
});

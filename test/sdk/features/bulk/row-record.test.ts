import { recordOfRow } from '#sdk/features/bulk/row-record.js';
import { groupFrom } from '#sdk/features/feature-group.js';
import { newGroup, values } from '../../../contract/feature-store.js';

const base = { ...newGroup('g', 0), generation: 1 };
const group = groupFrom(base);

test('cells become features; those without a value and skipped columns are left out', () => {
  const cells = { id: 7n, t: '2024-01-01 00:00:00', a: 5, b: undefined, tags: '["x"]', v: [1, 0.5], note: 'mine' };
  expect(recordOfRow(group, cells, new Set(['note']))).toEqual(
    values({ id: '7', t: '2024-01-01T00:00:00Z', a: '5', tags: ['x'], v: ['1', '0.5'] }),
  );
  expect(() => recordOfRow(group, cells, new Set())).toThrow("The feature group g has no feature 'note'");
});

test('an event time in seconds keeps the digits it has', () => {
  const inSeconds = groupFrom({
    ...base,
    features: base.features.map((feature) =>
      feature.FeatureName === 't' ? { ...feature, FeatureType: 'Fractional' as const } : feature,
    ),
  });
  const timeOf = (t: unknown) => recordOfRow(inSeconds, { t }, new Set())[0]?.ValueAsString;
  expect(timeOf(1_700_000_000.123456)).toBe('1700000000.123456');
  expect(timeOf('1700000000.123456789')).toBe('1700000000.123456789');
  expect(timeOf('2023-11-14T22:13:20.5Z')).toBe('1700000000.5');
});

import { groupFrom } from '#sdk/features/feature-group.js';
import { eventTimeOfCell, feastJson, feastTime, valueOfCell } from '#server/features/feast-values.js';
import { newGroup } from '../../contract/feature-store.js';

const base = { ...newGroup('g', 0), generation: 1 };
const group = groupFrom(base);
const inSeconds = groupFrom({
  ...base,
  features: base.features.map((feature) =>
    feature.FeatureName === 't' ? { ...feature, FeatureType: 'Fractional' as const } : feature,
  ),
});
const named = (name: string) => {
  const feature = group.byName.get(name);
  if (feature === undefined) throw new Error(`no ${name}`);
  return feature;
};

test('numbers are numbers with all their digits, texts texts, collections lists', () => {
  expect(feastJson(named('a'), '+007')).toBe('7');
  expect(feastJson(named('a'), '9223372036854775807')).toBe('9223372036854775807');
  expect(feastJson(named('v'), ['1e-07', '.5'])).toBe('[1e-7,0.5]');
  expect(feastJson(named('v'), ['1', '-0', '1e30'])).toBe('[1.0,0.0,1e+30]');
  expect(feastJson(named('b'), 'a"b')).toBe('"a\\"b"');
  expect(feastJson(named('tags'), ['x', 'y'])).toBe('["x","y"]');
  expect(feastJson(named('a'), undefined)).toBe('null');
});

test('a fraction of a second has three, six or nine digits', () => {
  expect(feastTime('062167219200.000000000')).toBe('1970-01-01T00:00:00Z');
  expect(feastTime('062167219200.500000000')).toBe('1970-01-01T00:00:00.500Z');
  expect(feastTime('062167219200.000100000')).toBe('1970-01-01T00:00:00.000100Z');
  expect(feastTime('062167219200.000000001')).toBe('1970-01-01T00:00:00.000000001Z');
});

test('cells become the texts of their features', () => {
  expect(valueOfCell(named('a'), 5)).toEqual({ FeatureName: 'a', ValueAsString: '5' });
  expect(valueOfCell(named('a'), true)).toEqual({ FeatureName: 'a', ValueAsString: '1' });
  expect(valueOfCell(named('b'), true)).toEqual({ FeatureName: 'b', ValueAsString: 'true' });
  expect(valueOfCell(named('b'), { x: 1 })).toEqual({ FeatureName: 'b', ValueAsString: '{"x":1}' });
  expect(valueOfCell(named('v'), [1, 0.5])).toEqual({ FeatureName: 'v', ValueAsStringList: ['1', '0.5'] });
  expect(valueOfCell(named('a'), null)).toBeUndefined();
});

test.each([
  ['2024-01-01T00:00:00', '2024-01-01T00:00:00Z', '1704067200'],
  ['2024-01-01 00:00:00.123456', '2024-01-01T00:00:00.123456Z', '1704067200.123456'],
  ['2024-01-01T02:00:00+02:00', '2024-01-01T00:00:00Z', '1704067200'],
  [1_704_067_200.5, '2024-01-01T00:00:00.500Z', '1704067200.5'],
  ['yesterday', undefined, undefined],
  [null, undefined, undefined],
])('the moment %p is the event time %p, or in seconds %p', (cell, iso, seconds) => {
  expect(eventTimeOfCell(group, cell)).toBe(iso);
  expect(eventTimeOfCell(inSeconds, cell)).toBe(seconds);
});

import { eventTimeOfCell, eventTimeValue, valueOfCell } from '#sdk/features/cell-values.js';
import { parseEventTime } from '#sdk/features/event-time.js';
import { groupFrom } from '#sdk/features/feature-group.js';
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

test('cells become the texts of their features', () => {
  expect(valueOfCell(named('a'), 5)).toEqual({ FeatureName: 'a', ValueAsString: '5' });
  expect(valueOfCell(named('a'), true)).toEqual({ FeatureName: 'a', ValueAsString: '1' });
  expect(valueOfCell(named('b'), true)).toEqual({ FeatureName: 'b', ValueAsString: 'true' });
  expect(valueOfCell(named('b'), { x: 1 })).toEqual({ FeatureName: 'b', ValueAsString: '{"x":1}' });
  expect(valueOfCell(named('v'), [1, 0.5])).toEqual({ FeatureName: 'v', ValueAsStringList: ['1', '0.5'] });
  expect(valueOfCell(named('v'), new Float32Array([1, 0.5]))).toEqual(valueOfCell(named('v'), '[1, 0.5]'));
  expect(valueOfCell(named('tags'), 'no list')).toEqual({ FeatureName: 'tags', ValueAsString: 'no list' });
  expect(valueOfCell(named('a'), 2n ** 60n)).toEqual({ FeatureName: 'a', ValueAsString: '1152921504606846976' });
  for (const empty of [null, undefined, Number.NaN]) expect(valueOfCell(named('a'), empty)).toBeUndefined();
});

test('a number that JSON has rounded is refused', () => {
  expect(() => valueOfCell(named('a'), 2 ** 60)).toThrow('more digits than JSON keeps');
});

test('an event time comes back in the form of the group, to the last digit', () => {
  const time = parseEventTime('2024-01-01T00:00:00.123456789Z', 'String');
  expect(eventTimeValue(group, time)).toBe('2024-01-01T00:00:00.123456789Z');
  expect(eventTimeValue(inSeconds, time)).toBe('1704067200.123456789');
});

test.each([
  ['2024-01-01T00:00:00', '2024-01-01T00:00:00Z', '1704067200'],
  ['2024-01-01 00:00:00.123456', '2024-01-01T00:00:00.123456Z', '1704067200.123456'],
  ['2024-01-01T02:00:00+02:00', '2024-01-01T00:00:00Z', '1704067200'],
  [1_704_067_200.5, '2024-01-01T00:00:00.500Z', '1704067200.5'],
  ['yesterday', undefined, undefined],
  [1_704_067_200n, '2024-01-01T00:00:00Z', '1704067200'],
  [null, undefined, undefined],
])('the moment %p is the event time %p, or in seconds %p', (cell, iso, seconds) => {
  expect(eventTimeOfCell(group, cell)).toBe(iso);
  expect(eventTimeOfCell(inSeconds, cell)).toBe(seconds);
});

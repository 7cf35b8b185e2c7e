import { groupFrom, ttlMs } from '#sdk/features/feature-group.js';
import { newGroup } from '../../contract/feature-store.js';

const definition = { ...newGroup('g', 0), generation: 1 };

test('derives from a definition what records are read and written by', () => {
  const group = groupFrom(definition);
  expect(group.recordId).toMatchObject({ name: 'id', ordinal: 0, collection: undefined });
  expect(group.eventTime).toMatchObject({ name: 't', ordinal: 1 });
  expect(group.eventTimeType).toBe('String');
  expect(group.vector).toMatchObject({ name: 'v', dimension: 2 });
  expect(group.byName.get('tags')?.collection).toBe('Set');
});

test('refuses a definition whose event time is not among its features', () => {
  expect(() => groupFrom({ ...definition, eventTimeName: 'other' })).toThrow(
    'lacks its record identifier or event time',
  );
});

test.each([
  ['Seconds', 2_000],
  ['Minutes', 120_000],
  ['Hours', 7_200_000],
  ['Days', 172_800_000],
  ['Weeks', 1_209_600_000],
] as const)('2 %s are %d ms', (Unit, ms) => {
  expect(ttlMs({ Unit, Value: 2 })).toBe(ms);
});

import { groupFrom } from '#sdk/features/feature-group.js';
import { projection } from '#sdk/features/projection.js';
import { newGroup } from '../../contract/feature-store.js';

test('features come once each, in the order of the definitions; all without names', () => {
  const group = groupFrom({ ...newGroup('g', 0), generation: 1 });
  expect(projection(group, ['b', 'a', 'b']).map(({ name }) => name)).toEqual(['a', 'b']);
  expect([projection(group, []), projection(group, undefined)]).toEqual([group.features, group.features]);
  expect(() => projection(group, ['A'])).toThrow("The feature group g has no feature 'A'");
});

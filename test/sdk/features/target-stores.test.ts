import { groupFrom } from '#sdk/features/feature-group.js';
import { checkTargetStores } from '#sdk/features/target-stores.js';
import { newGroup } from '../../contract/feature-store.js';

const definition = { ...newGroup('g', 0), generation: 1 };
const online = groupFrom(definition);
const both = groupFrom({ ...definition, offline: {} });
const offline = groupFrom({ ...definition, online: undefined, offline: {} });

test('a write goes to all stores of a group, or to those it names', () => {
  expect(checkTargetStores(online, undefined)).toBe(true);
  expect(checkTargetStores(offline, undefined)).toBe(false);
  expect(checkTargetStores(both, ['OfflineStore'])).toBe(false);
  expect(checkTargetStores(both, ['OfflineStore', 'OnlineStore'])).toBe(true);
});

test('a store that the group lacks is refused', () => {
  expect(() => checkTargetStores(online, ['OfflineStore'])).toThrow('has no offline store');
  expect(() => checkTargetStores(offline, ['OnlineStore'])).toThrow('has no online store');
});

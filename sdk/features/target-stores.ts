/** Which stores of a group a write goes to: all it has, unless the caller names some. */
import { invalid } from './feature-error.js';
import type { FeatureGroup } from './feature-group.js';

export type TargetStore = 'OnlineStore' | 'OfflineStore';

/**
 * Whether a write goes to the online store.
 * @throws FeatureError ValidationError when the group lacks a store that is named
 */
export function checkTargetStores(group: FeatureGroup, named: readonly TargetStore[] | undefined): boolean {
  const { online, offline } = group.definition;
  if (named === undefined) return online !== undefined;
  if (named.includes('OfflineStore') && offline === undefined) {
    throw invalid(`The feature group ${group.name} has no offline store`);
  }
  if (named.includes('OnlineStore') && online === undefined) {
    throw invalid(`The feature group ${group.name} has no online store`);
  }
  return named.includes('OnlineStore');
}

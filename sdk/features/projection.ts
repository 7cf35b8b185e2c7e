/** Which features of a group a caller gets. */
import { invalid } from './feature-error.js';
import type { Feature, FeatureGroup } from './feature-group.js';

/**
 * The features of the group that a caller asked for, in the order of the definitions; all of them without names.
 * @throws FeatureError ValidationError
 */
export function projection(group: FeatureGroup, names: readonly string[] | undefined): readonly Feature[] {
  if (names === undefined || names.length === 0) return group.features;
  const features = new Set<Feature>();
  for (const name of names) {
    const feature = group.byName.get(name);
    if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${name}'`);
    features.add(feature);
  }
  return [...features].sort((a, b) => a.ordinal - b.ordinal);
}

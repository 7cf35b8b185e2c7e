/** The group of the benchmark: 50 features of the type Fractional, with the values that Feast holds in `feast_repo.py`. */
import type { GroupDefinition } from '#sdk/features/feature-group.js';

export const featureCount = 50;

/** As short as names can be, and as people call features. */
export const shortName = (feature: number): string => `f${feature}`;
export const speakingName = (feature: number): string => `avg-order-value-${feature}d`;

export function benchGroup(name: string, nameOf = shortName): Omit<GroupDefinition, 'generation'> {
  const feature = (FeatureName: string, FeatureType: 'Integral' | 'Fractional') => ({
    ...{ FeatureName, FeatureType },
    ...{ CollectionType: undefined, CollectionConfig: undefined },
  });
  return {
    name,
    schemaVersion: 1,
    recordIdName: 'id',
    eventTimeName: 't',
    features: [
      feature('id', 'Integral'),
      feature('t', 'Fractional'),
      ...Array.from({ length: featureCount }, (_, n) => feature(nameOf(n), 'Fractional')),
    ],
    online: { storageType: 'InMemory' },
    tags: [],
    metadata: {},
    createdAtMs: 0,
    modifiedAtMs: 0,
  };
}

export function benchRecord(record: number, nameOf = shortName): { FeatureName: string; ValueAsString: string }[] {
  return [
    { FeatureName: 'id', ValueAsString: String(record) },
    { FeatureName: 't', ValueAsString: '1700000000' },
    ...Array.from({ length: featureCount }, (_, n) => ({
      FeatureName: nameOf(n),
      ValueAsString: String(((record * 31 + n * 17) % 1_000_003) / 1_000),
    })),
  ];
}

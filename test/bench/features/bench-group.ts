/** The group of the benchmark: 50 features of the type Fractional, with the values that Feast holds in `feast_repo.py`. */
import type { GroupDefinition } from '#sdk/features/feature-group.js';

export const featureCount = 50;

export function benchGroup(name: string): Omit<GroupDefinition, 'generation'> {
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
      ...Array.from({ length: featureCount }, (_, n) => feature(`f${n}`, 'Fractional')),
    ],
    online: { storageType: 'InMemory' },
    tags: [],
    metadata: {},
    createdAtMs: 0,
    modifiedAtMs: 0,
  };
}

export function benchRecord(record: number): { FeatureName: string; ValueAsString: string }[] {
  return [
    { FeatureName: 'id', ValueAsString: String(record) },
    { FeatureName: 't', ValueAsString: '1700000000' },
    ...Array.from({ length: featureCount }, (_, n) => ({
      FeatureName: `f${n}`,
      ValueAsString: String(((record * 31 + n * 17) % 1_000_003) / 1_000),
    })),
  ];
}

/**
 * A feature group: what is kept of it in the store, and what is derived from that once and used for every record. Features are only ever
 * added, at the end, so a feature's ordinal never changes and a record of an older schema is a shorter one.
 *
 * A group that is deleted and created anew has another generation, and the generation is in the keys of its records: the new group
 * starts empty at once, however long the records of the old one take to go.
 */
import { z } from 'zod';

const featureType = z.enum(['Integral', 'Fractional', 'String']);
const collectionType = z.enum(['List', 'Set', 'Vector']);
const ttlUnit = z.enum(['Seconds', 'Minutes', 'Hours', 'Days', 'Weeks']);
export const storageType = z.enum(['Standard', 'Standard_V2', 'InMemory']);

export const ttlDuration = z.object({
  Unit: ttlUnit,
  Value: z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
export type TtlDuration = z.infer<typeof ttlDuration>;

export const featureDefinition = z.object({
  FeatureName: z.string(),
  FeatureType: featureType,
  CollectionType: collectionType.nullish().transform((type) => type ?? undefined),
  CollectionConfig: z
    .object({ VectorConfig: z.object({ Dimension: z.int() }) })
    .nullish()
    .transform((config) => config ?? undefined),
});
export type FeatureDefinition = z.infer<typeof featureDefinition>;

export const tag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) });
export type Tag = z.infer<typeof tag>;

/** Versions that are kept of each record, by their number, by their age, or both; one that holds at the start of the window stays. */
export const versionHistory = z.object({
  versions: z.int().min(1).optional(),
  window: ttlDuration.optional(),
});

/** What is said of a feature beyond its type. */
const featureMetadata = z.object({
  description: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
});

/** How far apart two vectors are: 1 - cosine, squared Euclidean, 1 - inner product. */
export const distanceMetric = z.enum(['COSINE', 'L2', 'IP']);

export const groupDefinition = z.object({
  name: z.string(),
  generation: z.int().min(1),
  schemaVersion: z.int().min(1),
  recordIdName: z.string(),
  eventTimeName: z.string(),
  features: z.array(featureDefinition),
  /** Absent when the group has no online store. */
  online: z
    .object({
      storageType,
      ttl: ttlDuration.optional(),
      securityConfig: z.unknown().optional(),
      history: versionHistory.optional(),
      /** The stream of changes, about so long. */
      changes: z.object({ maxLength: z.int().min(1) }).optional(),
      /** What is reckoned from a record when it is read. */
      transforms: z
        .array(z.object({ name: z.string(), expression: z.string() }))
        .min(1)
        .optional(),
    })
    .optional(),
  /** How often the group has begun to keep versions after it was created. */
  historyEpoch: z.int().optional(),
  /** Of a group with a Vector: what its records can be searched by. Names are only ever added, with the features themselves. */
  search: z.object({ metric: distanceMetric, filterable: z.array(z.string()) }).optional(),
  /** As it was given; absent when the group has no offline store. */
  offline: z.record(z.string(), z.unknown()).optional(),
  throughput: z.record(z.string(), z.unknown()).optional(),
  roleArn: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(tag).default([]),
  metadata: z.record(z.string(), featureMetadata).default({}),
  createdAtMs: z.number(),
  modifiedAtMs: z.number(),
});
export type GroupDefinition = z.infer<typeof groupDefinition>;

export interface Feature {
  readonly name: string;
  readonly ordinal: number;
  readonly type: z.infer<typeof featureType>;
  readonly collection: z.infer<typeof collectionType> | undefined;
  /** Of a Vector. */
  readonly dimension: number;
  /** What comes before the value where a record is written as JSON: at the start, and after what stands before. */
  readonly jsonFirst: string;
  readonly jsonAfterScalar: string;
  readonly jsonAfterList: string;
  /** What comes after it. */
  readonly jsonSuffix: string;
}

/** A group as records are read and written by it. */
export interface FeatureGroup {
  readonly definition: GroupDefinition;
  readonly name: string;
  readonly features: readonly Feature[];
  readonly byName: ReadonlyMap<string, Feature>;
  readonly recordId: Feature;
  readonly eventTime: Feature;
  readonly eventTimeType: 'String' | 'Fractional';
  /** The one feature of collection type Vector that a group may have. */
  readonly vector: Feature | undefined;
  /** Features that a search can filter by. */
  readonly filterable: readonly Feature[];
  /** What an index reads of a record: the vector and the filterable features. */
  readonly indexed: readonly Feature[];
  /** Of the names of all features. */
  readonly nameBytes: number;
}

export function groupFrom(definition: GroupDefinition): FeatureGroup {
  const features = definition.features.map(featureFrom);
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const recordId = byName.get(definition.recordIdName);
  const eventTime = byName.get(definition.eventTimeName);
  if (recordId === undefined || eventTime === undefined) {
    throw new Error(`The definition of ${definition.name} lacks its record identifier or event time`);
  }
  const vector = features.find(({ collection }) => collection === 'Vector');
  const filterable = (definition.search?.filterable ?? []).flatMap((name) => byName.get(name) ?? []);
  return {
    definition,
    name: definition.name,
    features,
    byName,
    recordId,
    eventTime,
    eventTimeType: eventTime.type === 'String' ? 'String' : 'Fractional',
    vector,
    filterable,
    indexed: vector === undefined ? [] : [vector, ...filterable],
    nameBytes: features.reduce((sum, { name }) => sum + name.length, 0),
  };
}

function featureFrom(definition: FeatureDefinition, ordinal: number): Feature {
  const collection = definition.CollectionType;
  const member = collection === undefined ? '"ValueAsString":"' : '"ValueAsStringList":';
  const prefix = `{"FeatureName":${JSON.stringify(definition.FeatureName)},${member}`;
  return {
    name: definition.FeatureName,
    ordinal,
    type: definition.FeatureType,
    collection,
    dimension: definition.CollectionConfig?.VectorConfig.Dimension ?? 0,
    jsonFirst: `[${prefix}`,
    jsonAfterScalar: `"},${prefix}`,
    jsonAfterList: `},${prefix}`,
    jsonSuffix: collection === undefined ? '"}' : '}',
  };
}

const unitMs: Readonly<Record<TtlDuration['Unit'], number>> = {
  Seconds: 1_000,
  Minutes: 60_000,
  Hours: 3_600_000,
  Days: 86_400_000,
  Weeks: 604_800_000,
};

export function ttlMs(ttl: TtlDuration): number {
  return ttl.Value * unitMs[ttl.Unit];
}

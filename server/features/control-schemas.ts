/** What the operations of SageMaker's control plane take, for feature groups. Members that are null count as left out. */
import {
  changesLengthMax,
  featureAdditionsMax,
  featureDefinition,
  featuresMax,
  storageType,
  tag,
  tagsMax,
  transformCharsMax,
  transformsMax,
  ttlDuration,
  versionsMax,
} from '@nearkey/sdk/features';
import { z } from 'zod';

const leftOut = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);
const named = z.string().min(1).max(256);
const page = { MaxResults: leftOut(z.int().min(1).max(100)), NextToken: leftOut(z.string().max(8_192)) };
const anyObject = z.record(z.string(), z.unknown());
/** Seconds since the epoch. */
const moment = z.number();
const tags = z.array(tag).max(tagsMax);

/** An empty one takes the default time to live away. */
const changedTtl = z.union([
  ttlDuration,
  z
    .object({ Unit: z.null().optional(), Value: z.null().optional() })
    .strict()
    .transform(() => null),
]);

/** Additions to SageMaker's: clients that do not know them never send them. */
export const versionHistory = z
  .object({ MaxVersions: leftOut(z.int().min(1).max(versionsMax)), Window: leftOut(ttlDuration) })
  .strict();
export const changeStream = z.object({ MaxLength: z.int().min(1).max(changesLengthMax) }).strict();
const transform = z
  .object({ Name: z.string().min(1).max(64), Expression: z.string().min(1).max(transformCharsMax) })
  .strict();
/** An empty list ends them. */
const transforms = z.array(transform).max(transformsMax);
export type TransformInput = z.output<typeof transform>;
export type VersionHistory = z.output<typeof versionHistory>;
export type ChangeStream = z.output<typeof changeStream>;
/** An empty one ends it. */
const ended = z
  .object({})
  .strict()
  .transform(() => null);

export const createFeatureGroup = z.object({
  FeatureGroupName: z.string().min(1).max(64),
  RecordIdentifierFeatureName: z.string().min(1).max(64),
  EventTimeFeatureName: z.string().min(1).max(64),
  FeatureDefinitions: z.array(featureDefinition).min(1).max(featuresMax),
  OnlineStoreConfig: leftOut(
    z.object({
      EnableOnlineStore: leftOut(z.boolean()),
      StorageType: leftOut(storageType),
      TtlDuration: leftOut(ttlDuration),
      SecurityConfig: leftOut(anyObject),
      VersionHistory: leftOut(versionHistory),
      ChangeStream: leftOut(changeStream),
      Transforms: leftOut(transforms),
    }),
  ),
  OfflineStoreConfig: leftOut(z.looseObject({ S3StorageConfig: z.looseObject({ S3Uri: z.string().min(1) }) })),
  ThroughputConfig: leftOut(anyObject),
  RoleArn: leftOut(z.string()),
  Description: leftOut(z.string().max(128)),
  Tags: leftOut(tags),
});
export type CreateInput = z.output<typeof createFeatureGroup>;

export const describeFeatureGroup = z.object({ FeatureGroupName: named, NextToken: leftOut(z.string()) });
export const deleteFeatureGroup = z.object({ FeatureGroupName: named });

export const updateFeatureGroup = z.object({
  FeatureGroupName: named,
  FeatureAdditions: leftOut(z.array(featureDefinition).min(1).max(featureAdditionsMax)),
  OnlineStoreConfig: leftOut(
    z.object({
      TtlDuration: changedTtl.optional(),
      StorageType: leftOut(storageType),
      VersionHistory: z.union([ended, versionHistory]).optional(),
      ChangeStream: z.union([ended, changeStream]).optional(),
      Transforms: leftOut(transforms),
    }),
  ),
  ThroughputConfig: leftOut(anyObject),
});
export type UpdateInput = z.output<typeof updateFeatureGroup>;

export const listFeatureGroups = z.object({
  NameContains: leftOut(z.string()),
  FeatureGroupStatusEquals: leftOut(z.enum(['Creating', 'Created', 'CreateFailed', 'Deleting', 'DeleteFailed'])),
  OfflineStoreStatusEquals: leftOut(z.enum(['Active', 'Blocked', 'Disabled'])),
  CreationTimeAfter: leftOut(moment),
  CreationTimeBefore: leftOut(moment),
  SortOrder: leftOut(z.enum(['Ascending', 'Descending'])),
  SortBy: leftOut(z.enum(['Name', 'FeatureGroupStatus', 'OfflineStoreStatus', 'CreationTime'])),
  ...page,
});

const featureNamed = { FeatureGroupName: named, FeatureName: z.string().min(1).max(64) };
export const describeFeatureMetadata = z.object(featureNamed);
export const updateFeatureMetadata = z.object({
  ...featureNamed,
  Description: leftOut(z.string().max(255)),
  ParameterAdditions: leftOut(
    z.array(z.object({ Key: z.string().min(1).max(255), Value: z.string().max(255) })).max(25),
  ),
  ParameterRemovals: leftOut(z.array(z.string().min(1).max(255)).max(25)),
});

const resource = { ResourceArn: z.string().min(1).max(256) };
export const addTags = z.object({ ...resource, Tags: tags });
export const listTags = z.object({ ...resource, ...page });
export const deleteTags = z.object({ ...resource, TagKeys: z.array(z.string().min(1).max(128)).min(1).max(tagsMax) });

const filter = z.object({
  Name: z.string().min(1),
  Operator: leftOut(
    z.enum([
      'Equals',
      'NotEquals',
      'GreaterThan',
      'GreaterThanOrEqualTo',
      'LessThan',
      'LessThanOrEqualTo',
      'Contains',
      'Exists',
      'NotExists',
      'In',
    ]),
  ),
  Value: leftOut(z.string().max(1024)),
});
export type SearchFilter = z.output<typeof filter>;

const expressionMembers = {
  Filters: leftOut(z.array(filter).max(20)),
  NestedFilters: leftOut(
    z.array(z.object({ NestedPropertyName: z.string().min(1), Filters: z.array(filter).min(1).max(20) })).max(20),
  ),
  Operator: leftOut(z.enum(['And', 'Or'])),
};

export interface SearchExpression {
  readonly Filters?: readonly SearchFilter[] | undefined;
  readonly NestedFilters?:
    | readonly { readonly NestedPropertyName: string; readonly Filters: readonly SearchFilter[] }[]
    | undefined;
  readonly Operator?: 'And' | 'Or' | undefined;
  readonly SubExpressions?: readonly SearchExpression[] | undefined;
}

/** So deep may expressions lie in each other: as deep as the list of schemas is long. */
const depthMax = 4;
let expression: z.ZodType<SearchExpression> = z.object(expressionMembers);
for (let depth = 1; depth < depthMax; depth++) {
  expression = z.object({ ...expressionMembers, SubExpressions: leftOut(z.array(expression).max(20)) });
}

export const search = z.object({
  Resource: z.string(),
  SearchExpression: leftOut(expression),
  SortBy: leftOut(z.string()),
  SortOrder: leftOut(z.enum(['Ascending', 'Descending'])),
  ...page,
});

/** From a request to create or change a feature group to its definition, with every rule that groups keep. */
import {
  distanceMetric,
  type FeatureDefinition,
  featuresMax,
  filterableMax,
  type GroupDefinition,
  invalid,
  namePattern,
  reservedFeatureNames,
  vectorDimensionMax,
} from '@nearkey/sdk/features';
import type { ChangeStream, CreateInput, TransformInput, UpdateInput, VersionHistory } from './control-schemas.js';
import { changesInTags, historyInTags } from './history-tags.js';
import { tagsInStep, transformsInTags } from './transform-tags.js';

/** Tags that say how a group is searched: names of the features to filter by, with spaces between them, and a metric. */
const filterableTag = 'nearkey:filterable';
const metricTag = 'nearkey:distance-metric';

/** @throws FeatureError ValidationError */
export function newDefinition(input: CreateInput, nowMs: number): Omit<GroupDefinition, 'generation'> {
  if (!namePattern.test(input.FeatureGroupName)) {
    throw invalid(
      `'${input.FeatureGroupName}' is no name of a feature group: letters, digits, and - and _ between them`,
    );
  }
  const { OnlineStoreConfig: online, OfflineStoreConfig: offline, Tags: tags = [] } = input;
  const isOnline = online?.EnableOnlineStore === true;
  if (!isOnline && offline === undefined) {
    throw invalid('A feature group needs an OnlineStoreConfig that enables the online store, or an OfflineStoreConfig');
  }
  const storage = online?.StorageType ?? 'Standard';
  checkFeatures(input.FeatureDefinitions, isOnline ? storage : undefined);
  checkKeyFeatures(input);
  const transforms = isOnline ? transformsOf(online.Transforms ?? transformsInTags(tags)) : undefined;
  return {
    name: input.FeatureGroupName,
    schemaVersion: 1,
    recordIdName: input.RecordIdentifierFeatureName,
    eventTimeName: input.EventTimeFeatureName,
    features: input.FeatureDefinitions,
    online: isOnline
      ? {
          storageType: storage,
          ttl: online.TtlDuration,
          securityConfig: online.SecurityConfig,
          history: historyOf(online.VersionHistory ?? historyInTags(tags)),
          changes: changesOf(online.ChangeStream ?? changesInTags(tags)),
          transforms,
        }
      : undefined,
    search: isOnline ? searchOf(input) : undefined,
    offline,
    throughput: input.ThroughputConfig,
    roleArn: input.RoleArn,
    description: input.Description,
    tags: isOnline ? tagsInStep(tags, transforms) : tags,
    metadata: {},
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
}

/** @throws FeatureError ValidationError */
export function changedDefinition(definition: GroupDefinition, input: UpdateInput, nowMs: number): GroupDefinition {
  const { FeatureAdditions: additions = [], OnlineStoreConfig: online, ThroughputConfig: throughput } = input;
  if (additions.length === 0 && online === undefined && throughput === undefined) {
    throw invalid('One of FeatureAdditions, OnlineStoreConfig and ThroughputConfig is needed');
  }
  const features = [...definition.features, ...additions];
  if (additions.length > 0) checkFeatures(features, definition.online?.storageType);
  const added = additions.map(({ FeatureName }) => [
    FeatureName,
    { parameters: {}, createdAtMs: nowMs, modifiedAtMs: nowMs },
  ]);
  const changed = online === undefined ? definition.online : changedOnline(definition, online);
  const startsHistory = definition.online?.history === undefined && changed?.history !== undefined;
  return {
    ...definition,
    features,
    schemaVersion: definition.schemaVersion + (additions.length > 0 ? 1 : 0),
    online: changed,
    tags: tagsInStep(definition.tags, changed?.transforms),
    historyEpoch: (definition.historyEpoch ?? 0) + (startsHistory ? 1 : 0),
    search: changedSearch(definition, additions),
    throughput: throughput ?? definition.throughput,
    metadata: { ...definition.metadata, ...Object.fromEntries(added) },
    modifiedAtMs: nowMs,
  };
}

type ChangedOnline = NonNullable<UpdateInput['OnlineStoreConfig']>;
type Online = NonNullable<GroupDefinition['online']>;

function historyOf(asked: VersionHistory | null | undefined): Online['history'] {
  if (asked === undefined || asked === null) return undefined;
  const { MaxVersions: versions, Window: window } = asked;
  if (versions === undefined && window === undefined) throw invalid('VersionHistory needs MaxVersions or Window');
  return { versions, window };
}

function changesOf(asked: ChangeStream | null | undefined): Online['changes'] {
  return asked ? { maxLength: asked.MaxLength } : undefined;
}

function transformsOf(asked: readonly TransformInput[] | undefined): Online['transforms'] {
  if (asked === undefined || asked.length === 0) return undefined;
  return asked.map(({ Name: name, Expression: expression }) => ({ name, expression }));
}

/** Without a tag a search filters by every feature that is no collection, as long as there is room. */
function searchOf({ FeatureDefinitions: features, Tags: tags = [] }: CreateInput): GroupDefinition['search'] {
  if (!features.some(isVector)) return undefined;
  const named = tags.find(({ Key }) => Key === filterableTag)?.Value;
  const metric = distanceMetric.safeParse(tags.find(({ Key }) => Key === metricTag)?.Value ?? 'COSINE');
  if (!metric.success) throw invalid(`The tag ${metricTag} is one of ${distanceMetric.options.join(', ')}`);
  const scalars = new Set(features.filter(isScalar).map(({ FeatureName }) => FeatureName));
  if (named === undefined) return { metric: metric.data, filterable: [...scalars].slice(0, filterableMax) };
  const filterable = [...new Set(named.split(' ').filter((name) => name !== ''))];
  for (const name of filterable) {
    if (!scalars.has(name))
      throw invalid(`The tag ${filterableTag} names '${name}', which is no feature with one value`);
  }
  if (filterable.length > filterableMax)
    throw invalid(`The tag ${filterableTag} names at most ${filterableMax} features`);
  return { metric: metric.data, filterable };
}

/** Only new features are added: of the others there are records already, without what an index would read. */
function changedSearch(
  { search, online }: GroupDefinition,
  additions: readonly FeatureDefinition[],
): GroupDefinition['search'] {
  if (online === undefined || (search === undefined && !additions.some(isVector))) return search;
  const { metric, filterable } = search ?? { metric: 'COSINE', filterable: [] };
  const added = additions.filter(isScalar).map(({ FeatureName }) => FeatureName);
  return { metric, filterable: [...filterable, ...added].slice(0, filterableMax) };
}

function isVector({ CollectionType }: FeatureDefinition): boolean {
  return CollectionType === 'Vector';
}

function isScalar({ CollectionType }: FeatureDefinition): boolean {
  return CollectionType === undefined;
}

function changedOnline({ name, online }: GroupDefinition, asked: ChangedOnline): GroupDefinition['online'] {
  if (online === undefined) throw invalid(`The feature group ${name} has no online store`);
  const { TtlDuration: ttl, StorageType: storage, VersionHistory: history, ChangeStream: changes } = asked;
  const isMove = storage !== undefined && storage !== online.storageType;
  if (isMove && !(online.storageType === 'Standard' && storage === 'Standard_V2')) {
    throw invalid(`The storage type of a group moves from Standard to Standard_V2 only, not to ${storage}`);
  }
  return {
    ...online,
    storageType: storage ?? online.storageType,
    ttl: ttl === null ? undefined : (ttl ?? online.ttl),
    history: history === undefined ? online.history : historyOf(history),
    changes: changes === undefined ? online.changes : changesOf(changes),
    transforms: asked.Transforms === undefined ? online.transforms : transformsOf(asked.Transforms),
  };
}

function checkKeyFeatures(input: CreateInput): void {
  const find = (name: string): FeatureDefinition => {
    const feature = input.FeatureDefinitions.find(({ FeatureName }) => FeatureName === name);
    if (feature === undefined) throw invalid(`The feature '${name}' is not among the FeatureDefinitions`);
    if (feature.CollectionType !== undefined) throw invalid(`The feature '${name}' may not be a collection`);
    return feature;
  };
  if (input.RecordIdentifierFeatureName === input.EventTimeFeatureName) {
    throw invalid('The record identifier and the event time are two features');
  }
  if (find(input.RecordIdentifierFeatureName).FeatureType === 'Fractional') {
    throw invalid('The record identifier is of type String or Integral');
  }
  if (find(input.EventTimeFeatureName).FeatureType === 'Integral') {
    throw invalid('The event time is of type String or Fractional');
  }
}

function checkFeatures(features: readonly FeatureDefinition[], storage: string | undefined): void {
  if (features.length > featuresMax) throw invalid(`A feature group has at most ${featuresMax} features`);
  const names = new Set<string>();
  for (const { FeatureName: name } of features) {
    if (!namePattern.test(name)) throw invalid(`'${name}' is no name of a feature`);
    if (reservedFeatureNames.has(name)) throw invalid(`'${name}' is a reserved name`);
    if (names.has(name)) throw invalid(`The feature '${name}' is defined twice`);
    names.add(name);
  }
  const collections = features.filter(({ CollectionType }) => CollectionType !== undefined);
  if (collections.length > 0 && storage === 'Standard') {
    throw invalid('Collections need the storage type InMemory or Standard_V2');
  }
  const vectors = features.filter(isVector);
  if (vectors.length > 1) throw invalid('A feature group has at most one Vector feature');
  for (const vector of vectors) checkVector(vector);
}

function checkVector({ FeatureName: name, FeatureType: type, CollectionConfig: config }: FeatureDefinition): void {
  if (type !== 'Fractional') throw invalid(`The elements of the Vector '${name}' are of type Fractional`);
  const dimension = config?.VectorConfig.Dimension ?? 0;
  if (dimension < 1 || dimension > vectorDimensionMax) {
    throw invalid(`The dimension of the Vector '${name}' is 1 to ${vectorDimensionMax}`);
  }
}

/** What the server and programs import from `@nearkey/sdk/features`. */

export { type Access, accessBy, type Grant, type Right } from './access.js';
export {
  type LoadCheckpoint,
  type LoadState,
  loadCheckpoint,
  loadRecords,
  noRows,
  type RecordSink,
  type Rejection,
  skipRows,
  type WriteResult,
} from './bulk/bulk-load.js';
export { csvRows } from './bulk/csv-rows.js';
export { jsonRows } from './bulk/json-rows.js';
export type { Row, SourceRow } from './bulk/source-row.js';
export { recordEventTime, storeSink } from './bulk/store-sink.js';
export { eventTimeOfCell, eventTimeValue, valueOfCell } from './cell-values.js';
export { type EventTime, eventTimeMs, eventTimeText, isoEventTime, isoText, parseEventTime } from './event-time.js';
export { FeastHashes } from './feast/feast-hashes.js';
export { type FeastRegistry, type FeastView, parseFeastRegistry } from './feast/feast-registry.js';
export { FeatureError, type FeatureErrorCode, invalid } from './feature-error.js';
export {
  distanceMetric,
  type Feature,
  type FeatureDefinition,
  type FeatureGroup,
  featureDefinition,
  type GroupDefinition,
  groupFrom,
  storageType,
  type TtlDuration,
  tag,
  ttlDuration,
  ttlMs,
  versionHistory,
} from './feature-group.js';
export {
  type DeleteRequest,
  FeatureStore,
  type FeatureStoreOptions,
  type PutRequest,
  type UpdateRequest,
  type WriteOutcome,
} from './feature-store.js';
export type { FeatureValue, Value } from './feature-values.js';
export { AgeHistogram, ageBoundsSeconds, Freshness } from './freshness.js';
export { GroupClient, type GroupClientOptions } from './group-client.js';
export { groupArn, groupNameIn } from './group-name.js';
export {
  batchEntriesMax,
  batchIdentifiersMax,
  batchRecordIdsMax,
  changesLengthMax,
  featureAdditionsMax,
  featuresMax,
  filterableMax,
  foundTogetherMax,
  listedRecordsMax,
  namePattern,
  reservedFeatureNames,
  tagsMax,
  transformCharsMax,
  transformsMax,
  vectorDimensionMax,
  versionsMax,
} from './limits.js';
export { NearCache, type NearCacheOptions } from './near-cache.js';
export type { OnlineRecord } from './online-record.js';
export { appendRecordJson, recordJson, unpackRecord, unpackValues } from './packed-record.js';
export { projection } from './projection.js';
export { type BatchRead, readBatch, writeBatch } from './record-batches.js';
export { parseMoment } from './record-history.js';
export { changesKey, recordPrefix } from './record-keys.js';
export { type FeatureFilter, filterOperator } from './search-filter.js';
export { checkTargetStores, type TargetStore } from './target-stores.js';
export { storeReader } from './training/store-reader.js';
export {
  type JoinedFeature,
  type JoinedGroup,
  joinedFeatures,
  type MomentRead,
  type MomentReader,
  type TrainingColumn,
  type TrainingRow,
  trainingColumns,
  trainingRows,
} from './training/training-set.js';
export {
  type BoundTransform,
  type CompiledExpression,
  type ExpressionLanguage,
  type Operand,
  type TransformOutcome,
  Transforms,
  transformed,
  type Wanted,
} from './transforms.js';
export type { FoundRecord, SearchRequest } from './vector-search.js';

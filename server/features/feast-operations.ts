/**
 * The API of Feast's feature server over our groups: a feature view is a group, its join key the record identifier. Statuses are true, where
 * Feast's own store says PRESENT to everything: NOT_FOUND for a record that is not there, NULL_VALUE for a feature without a value,
 * OUTSIDE_MAX_AGE for a record older than the time to live of its group. Columns come in the order of the request.
 */
import {
  checkTargetStores,
  eventTimeMs,
  eventTimeOfCell,
  FeatureError,
  type FeatureGroup,
  type FeatureStore,
  invalid,
  namePattern,
  type OnlineRecord,
  readBatch,
  ttlMs,
  unpackValues,
  valueOfCell,
  writeBatch,
} from '@nearkey/sdk/features';
import { FeastError, viewNotFound } from './feast-error.js';
import * as schemas from './feast-schemas.js';
import { feastJson, feastTime } from './feast-values.js';
import { parseJson } from './request-body.js';

export interface FeastContext {
  readonly store: FeatureStore;
  readonly nowMs: number;
  readonly query: URLSearchParams;
}

export interface FeastReply {
  readonly status: number;
  readonly body: string;
}

export type FeastOperation = (context: FeastContext, body: Buffer) => Promise<FeastReply>;

type Status = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';
type Feature = FeatureGroup['features'][number];

const noTime = '"1970-01-01T00:00:00Z"';
/** Where Feast's data frames hold the event time, whatever the group calls it. */
const timestampColumn = 'event_timestamp';
const done: FeastReply = { status: 200, body: 'null' };

/** By method and path. */
export const feastOperations: Readonly<Record<string, FeastOperation>> = {
  'GET /health': async () => ({ status: 200, body: '' }),
  'POST /get-online-features': getOnlineFeatures,
  'POST /push': push,
  'POST /write-to-online-store': writeToOnlineStore,
  'POST /materialize': materialize,
  'POST /materialize-incremental': materializeIncremental,
};

interface Column {
  readonly group: FeatureGroup;
  readonly feature: Feature;
  readonly name: string;
}

async function getOnlineFeatures({ store, nowMs }: FeastContext, body: Buffer): Promise<FeastReply> {
  const input = parseJson(schemas.getOnlineFeatures, body);
  const columns = await columnsOf(store, input);
  checkNames(columns);
  const rowCount = rowCountOf(input.entities);
  const groups = [...new Set(columns.map(({ group }) => group))];
  const idsOf = new Map(groups.map((group) => [group, recordIdsOf(group, input.entities)]));
  const records = await readRecords(store, idsOf);
  const joinKeys = Object.keys(input.entities).filter((key) => groups.some(({ recordId }) => recordId.name === key));
  const present: Status[] = new Array(rowCount).fill('PRESENT');
  const results = joinKeys.map((key) =>
    resultJson(
      (input.entities[key] ?? []).map((value) => JSON.stringify(value)),
      present,
      new Array(rowCount).fill(noTime),
    ),
  );
  for (const column of columns) results.push(columnJson(column, idsOf, records, nowMs));
  const names = JSON.stringify([...joinKeys, ...columns.map(({ name }) => name)]);
  return { status: 200, body: `{"results":[${results.join(',')}],"metadata":{"feature_names":${names}}}` };
}

interface ReadRecord {
  readonly record: OnlineRecord;
  readonly values: ReturnType<typeof unpackValues>;
}

/** By group and identifier; every record is read once. */
async function readRecords(
  store: FeatureStore,
  idsOf: ReadonlyMap<FeatureGroup, readonly string[]>,
): Promise<Map<FeatureGroup, Map<string, ReadRecord>>> {
  const items = [...idsOf].map(([group, recordIds]) => ({ groupName: group.name, recordIds }));
  const groups = new Map([...idsOf.keys()].map((group) => [group.name, group]));
  const records = new Map([...idsOf.keys()].map((group) => [group, new Map<string, ReadRecord>()]));
  for (const { recordId, outcome, groupName } of await readBatch(store, items)) {
    if (FeatureError.isInstance(outcome)) throw outcome;
    const group = groups.get(groupName);
    if (group === undefined) continue;
    const values = unpackValues(outcome.record.packed, group);
    records.get(group)?.set(recordId, { record: outcome.record, values });
  }
  return records;
}

function columnJson(
  { group, feature }: Column,
  idsOf: ReadonlyMap<FeatureGroup, readonly string[]>,
  records: ReadonlyMap<FeatureGroup, ReadonlyMap<string, ReadRecord>>,
  nowMs: number,
): string {
  const values: string[] = [];
  const statuses: Status[] = [];
  const times: string[] = [];
  for (const recordId of idsOf.get(group) ?? []) {
    const read = records.get(group)?.get(recordId);
    const status = statusOf(group, feature, read, nowMs);
    statuses.push(status);
    values.push(status === 'PRESENT' ? feastJson(feature, read?.values[feature.ordinal]) : 'null');
    times.push(read === undefined ? noTime : `"${feastTime(read.record.eventTime)}"`);
  }
  return resultJson(values, statuses, times);
}

function statusOf(group: FeatureGroup, feature: Feature, read: ReadRecord | undefined, nowMs: number): Status {
  if (read === undefined) return 'NOT_FOUND';
  const ttl = group.definition.online?.ttl;
  if (ttl !== undefined && eventTimeMs(read.record.eventTime) + ttlMs(ttl) <= nowMs) return 'OUTSIDE_MAX_AGE';
  return read.values[feature.ordinal] === undefined ? 'NULL_VALUE' : 'PRESENT';
}

function resultJson(values: readonly string[], statuses: readonly Status[], times: readonly string[]): string {
  return `{"values":[${values.join(',')}],"statuses":${JSON.stringify(statuses)},"event_timestamps":[${times.join(',')}]}`;
}

/** The features that a request names; a feature service is named as the group all of whose features it has. */
async function columnsOf(
  store: FeatureStore,
  input: {
    readonly features?: readonly string[] | undefined;
    readonly feature_service?: string | undefined;
    readonly full_feature_names?: boolean | undefined;
  },
): Promise<Column[]> {
  const { features = [], feature_service: service, full_feature_names: isFull = false } = input;
  const nameOf = (view: string, feature: Feature): string => (isFull ? `${view}__${feature.name}` : feature.name);
  if (service !== undefined) {
    const group = await findView(store, service);
    if (group === undefined) {
      throw new FeastError(404, 'FeatureServiceNotFoundException', `Feature service ${service} does not exist`);
    }
    const own = group.features.filter((feature) => feature !== group.recordId && feature !== group.eventTime);
    return own.map((feature) => ({ group, feature, name: nameOf(service, feature) }));
  }
  if (features.length === 0) throw invalid('Either features or feature_service is needed');
  return Promise.all(
    features.map(async (reference) => {
      const [, view = '', featureName = ''] = /^([^:@]+)(?:@v\d+)?:([^:]+)$/.exec(reference) ?? [];
      if (view === '') throw invalid(`'${reference}' is no reference of the form view:feature`);
      const group = await findView(store, view);
      if (group === undefined) throw viewNotFound(view);
      const feature = group.byName.get(featureName);
      if (feature === undefined) throw invalid(`Feature view ${view} has no feature '${featureName}'`);
      return { group, feature, name: nameOf(view, feature) };
    }),
  );
}

function checkNames(columns: readonly Column[]): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name)) throw invalid(`Several features are called '${name}': ask for full_feature_names`);
    names.add(name);
  }
}

function rowCountOf(entities: Readonly<Record<string, readonly unknown[]>>): number {
  const [count = 0, ...others] = Object.values(entities).map((column) => column.length);
  if (others.some((other) => other !== count)) throw invalid('The columns of entities are of different lengths');
  return count;
}

function recordIdsOf(
  { name, recordId }: FeatureGroup,
  entities: Readonly<Record<string, readonly unknown[]>>,
): string[] {
  const column = entities[recordId.name];
  if (column === undefined) throw invalid(`Missing join key values for feature view ${name}: '${recordId.name}'`);
  return column.map(String);
}

async function findView(store: FeatureStore, name: string): Promise<FeatureGroup | undefined> {
  return namePattern.test(name) ? store.groups.find(name) : undefined;
}

async function push({ store }: FeastContext, body: Buffer): Promise<FeastReply> {
  const { push_source_name: source, df, to = 'online' } = parseJson(schemas.push, body);
  const group = await findView(store, source);
  if (group === undefined) {
    throw new FeastError(422, 'PushSourceNotFoundException', `Unable to find push source '${source}'.`);
  }
  const isOnline = checkTargetStores(group, to === 'online' ? ['OnlineStore'] : ['OnlineStore', 'OfflineStore']);
  if (to !== 'offline' && isOnline) await writeFrame(store, group, df);
  return { status: 200, body: '' };
}

async function writeToOnlineStore({ store }: FeastContext, body: Buffer): Promise<FeastReply> {
  const { feature_view_name: view, df } = parseJson(schemas.writeToOnlineStore, body);
  const group = await findView(store, view);
  if (group === undefined) throw viewNotFound(view);
  await writeFrame(store, group, df);
  return done;
}

/** One record a row; columns that are no features are left out, as Feast leaves out `created`. */
async function writeFrame(
  store: FeatureStore,
  group: FeatureGroup,
  frame: Readonly<Record<string, readonly unknown[]>>,
): Promise<void> {
  const rowCount = rowCountOf(frame);
  const times = frame[timestampColumn] ?? frame[group.eventTime.name];
  const features = group.features.filter((feature) => feature !== group.eventTime && frame[feature.name] !== undefined);
  const items = Array.from({ length: rowCount }, (_, row) => ({
    groupName: group.name,
    record: [
      ...features.flatMap((feature) => valueOfCell(feature, frame[feature.name]?.[row]) ?? []),
      { FeatureName: group.eventTime.name, ValueAsString: eventTimeOfCell(group, times?.[row]) },
    ],
  }));
  const failures = (await writeBatch(store, items)).filter((outcome) => FeatureError.isInstance(outcome));
  const [first] = failures;
  if (first === undefined) return;
  if (first.code !== 'ValidationError') throw first;
  throw invalid(`${failures.length} of ${rowCount} rows were not written. The first: ${first.message}`);
}

/** Groups are written to directly: what is to be materialized is there already, so there is nothing to do but to look at the request. */
async function materialize(context: FeastContext, body: Buffer): Promise<FeastReply> {
  const input = parseJson(schemas.materialize, body);
  if (input.disable_event_timestamp !== true && (input.start_ts === undefined || input.end_ts === undefined)) {
    throw invalid('start_ts and end_ts are needed, unless disable_event_timestamp is true');
  }
  return materialized(context, input.feature_views);
}

async function materializeIncremental(context: FeastContext, body: Buffer): Promise<FeastReply> {
  return materialized(context, parseJson(schemas.materializeIncremental, body).feature_views);
}

async function materialized({ store, query }: FeastContext, views: readonly string[] | undefined): Promise<FeastReply> {
  for (const view of views ?? []) if ((await findView(store, view)) === undefined) throw viewNotFound(view);
  if (query.get('async') !== 'true') return done;
  const names = views ?? (await store.groups.all()).map(({ name }) => name);
  return { status: 202, body: JSON.stringify({ status: 'accepted', feature_views: names }) };
}

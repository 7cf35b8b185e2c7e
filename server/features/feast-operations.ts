/**
 * The API of Feast's feature server over our groups: a feature view is a group, its join key the record identifier. Views that Feast's Redis
 * online store has written are read as well, where its registry is known. Statuses are true (`feast-views.ts`), where Feast's own store says
 * PRESENT to everything. Columns come in the order of the request.
 */
import {
  checkTargetStores,
  eventTimeOfCell,
  type FeastHashes,
  FeatureError,
  type FeatureGroup,
  type FeatureStore,
  invalid,
  namePattern,
  valueOfCell,
  writeBatch,
} from '@nearkey/sdk/features';
import { FeastError, viewNotFound } from './feast-error.js';
import * as schemas from './feast-schemas.js';
import { type Cell, groupView, hashView, noTime, type OnlineView } from './feast-views.js';
import { parseJson } from './request-body.js';

export interface FeastContext {
  readonly store: FeatureStore;
  /** What Feast's own Redis online store has written into the same store; undefined without a registry. */
  readonly feast?: FeastHashes | undefined;
  readonly nowMs: number;
  readonly query: URLSearchParams;
}

export interface FeastReply {
  readonly status: number;
  readonly body: string;
}

export type FeastOperation = (context: FeastContext, body: Buffer) => Promise<FeastReply>;

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
  readonly view: OnlineView;
  readonly feature: string;
  readonly name: string;
}

async function getOnlineFeatures(context: FeastContext, body: Buffer): Promise<FeastReply> {
  const input = parseJson(schemas.getOnlineFeatures, body);
  const columns = await columnsOf(context, input);
  checkNames(columns);
  const rowCount = rowCountOf(input.entities);
  const views = [...new Set(columns.map(({ view }) => view))];
  for (const view of views) checkJoinKeys(view, input.entities);
  const cells = await readViews(views, columns, input.entities, rowCount, context.nowMs);
  const joinKeys = Object.keys(input.entities).filter((key) => views.some((view) => view.joinKeys.includes(key)));
  const results = joinKeys.map((key) =>
    resultJson((input.entities[key] ?? []).map((value) => ({ ...presentKey, json: JSON.stringify(value) }))),
  );
  for (const column of columns) results.push(resultJson(cells.get(column) ?? []));
  const names = JSON.stringify([...joinKeys, ...columns.map(({ name }) => name)]);
  return { status: 200, body: `{"results":[${results.join(',')}],"metadata":{"feature_names":${names}}}` };
}

const presentKey: Cell = { status: 'PRESENT', json: 'null', time: noTime };

/** The cells of each column, a row each. */
async function readViews(
  views: readonly OnlineView[],
  columns: readonly Column[],
  entities: Readonly<Record<string, readonly unknown[]>>,
  rowCount: number,
  nowMs: number,
): Promise<Map<Column, Cell[]>> {
  const cells = new Map<Column, Cell[]>();
  await Promise.all(
    views.map(async (view) => {
      const own = columns.filter((column) => column.view === view);
      const rows = Array.from({ length: view.joinKeys.length === 0 ? Math.max(rowCount, 1) : rowCount }, (_, row) =>
        Object.fromEntries(view.joinKeys.map((key) => [key, entities[key]?.[row]])),
      );
      const read = await view.read(
        rows,
        own.map(({ feature }) => feature),
        nowMs,
      );
      for (const [at, column] of own.entries())
        cells.set(
          column,
          read.flatMap((row) => row[at] ?? []),
        );
    }),
  );
  return cells;
}

function resultJson(cells: readonly Cell[]): string {
  const values = cells.map(({ json }) => json).join(',');
  const statuses = JSON.stringify(cells.map(({ status }) => status));
  return `{"values":[${values}],"statuses":${statuses},"event_timestamps":[${cells.map(({ time }) => time).join(',')}]}`;
}

/** The features that a request names; a feature service is one of Feast's, or named as the group all of whose features it has. */
async function columnsOf(
  context: FeastContext,
  input: {
    readonly features?: readonly string[] | undefined;
    readonly feature_service?: string | undefined;
    readonly full_feature_names?: boolean | undefined;
  },
): Promise<Column[]> {
  const { features = [], feature_service: service, full_feature_names: isFull = false } = input;
  const views = new Map<string, OnlineView>();
  const viewNamed = async (name: string, version: number): Promise<OnlineView> => {
    const key = `${name} ${version}`;
    const view = views.get(key) ?? (await onlineView(context, name, version));
    if (view === undefined) throw viewNotFound(name);
    views.set(key, view);
    return view;
  };
  const columnOf = (view: OnlineView, named: string, feature: string): Column => {
    if (!view.has(feature)) throw invalid(`Feature view ${named} has no feature '${feature}'`);
    return { view, feature, name: isFull ? `${named}__${feature}` : feature };
  };
  if (service !== undefined) {
    const group = await findView(context.store, service);
    const parts =
      group === undefined
        ? context.feast?.registry.services.get(service)?.parts
        : [{ view: service, features: groupView(context.store, group).features }];
    if (parts === undefined) {
      throw new FeastError(404, 'FeatureServiceNotFoundException', `Feature service ${service} does not exist`);
    }
    const columns: Column[] = [];
    for (const part of parts) {
      const view = await viewNamed(part.view, 0);
      columns.push(...part.features.map((feature) => columnOf(view, part.view, feature)));
    }
    return columns;
  }
  if (features.length === 0) throw invalid('Either features or feature_service is needed');
  const columns: Column[] = [];
  for (const reference of features) {
    const [, name = '', version = '0', feature = ''] = /^([^:@]+)(?:@v(\d{1,9}))?:([^:]+)$/.exec(reference) ?? [];
    if (name === '') throw invalid(`'${reference}' is no reference of the form view:feature`);
    columns.push(columnOf(await viewNamed(name, Number(version)), name, feature));
  }
  return columns;
}

/** A group of ours comes before a view of Feast's with its name. */
async function onlineView(
  { store, feast }: FeastContext,
  name: string,
  version: number,
): Promise<OnlineView | undefined> {
  const group = await findView(store, name);
  if (group !== undefined) return groupView(store, group);
  store.checkAccess(name, 'read');
  const view = feast?.registry.views.get(name);
  return feast === undefined || view === undefined ? undefined : hashView(feast, view, version);
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

function checkJoinKeys({ name, joinKeys }: OnlineView, entities: Readonly<Record<string, readonly unknown[]>>): void {
  for (const key of joinKeys) {
    if (entities[key] === undefined) throw invalid(`Missing join key values for feature view ${name}: '${key}'`);
  }
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

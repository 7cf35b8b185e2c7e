/**
 * Views as Feast's API asks for them: groups of ours, and views that Feast's own Redis online store has written. Statuses are true for both:
 * NOT_FOUND where nothing was written, NULL_VALUE for a feature without a value, OUTSIDE_MAX_AGE past the time to live of the group or the view,
 * INVALID for a value of a kind that is not read here, and for a transform that cannot be reckoned.
 */
import {
  type BoundTransform,
  eventTimeMs,
  type FeastHashes,
  type FeastView,
  FeatureError,
  type FeatureGroup,
  type FeatureStore,
  isoText,
  readBatch,
  type TransformOutcome,
  transformed,
  ttlMs,
  unpackValues,
} from '@nearkey/sdk/features';
import { feastJson, feastTime } from './feast-values.js';

export type Status = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | 'INVALID';

export interface Cell {
  readonly status: Status;
  /** 'null' unless the status is PRESENT. */
  readonly json: string;
  /** JSON of the time. */
  readonly time: string;
}

export type Entity = Readonly<Record<string, unknown>>;

export interface OnlineView {
  readonly name: string;
  readonly joinKeys: readonly string[];
  /** What a request for all of it gets. */
  readonly features: readonly string[];
  has(feature: string): boolean;
  /** For each entity the cells of the features, in their order. @throws FeatureError */
  read(entities: readonly Entity[], features: readonly string[], nowMs: number): Promise<readonly (readonly Cell[])[]>;
}

export const noTime = '"1970-01-01T00:00:00Z"';

const notFound: Cell = { status: 'NOT_FOUND', json: 'null', time: noTime };

export function groupView(store: FeatureStore, group: FeatureGroup): OnlineView {
  const { name, recordId, eventTime } = group;
  const transforms = store.transforms.of(group);
  const own = group.features.filter((feature) => feature !== recordId && feature !== eventTime);
  return {
    name,
    joinKeys: [recordId.name],
    features: [...own, ...transforms].map((feature) => feature.name),
    has: (feature) => group.byName.has(feature) || transforms.some((transform) => transform.name === feature),
    read: (entities, features, nowMs) => readGroup(store, group, entities, features, nowMs),
  };
}

/** Every record is read once. */
async function readGroup(
  store: FeatureStore,
  group: FeatureGroup,
  entities: readonly Entity[],
  names: readonly string[],
  nowMs: number,
): Promise<Cell[][]> {
  const columns = names.map((name) => group.byName.get(name) ?? name);
  const transforms = store.transforms.of(group).filter(({ name }) => names.includes(name));
  const ids = entities.map((entity) => String(entity[group.recordId.name]));
  const cellsOf = new Map<string, Cell[]>();
  for (const { recordId, outcome } of await readBatch(store, [{ groupName: group.name, recordIds: ids }])) {
    if (FeatureError.isInstance(outcome)) throw outcome;
    const { record } = outcome;
    const values = unpackValues(record.packed, group);
    const time = `"${feastTime(record.eventTime)}"`;
    const ttl = group.definition.online?.ttl;
    const isOld = ttl !== undefined && eventTimeMs(record.eventTime) + ttlMs(ttl) <= nowMs;
    const outcomes = transforms.length === 0 || isOld ? [] : transformed(record.packed, transforms);
    const cells = columns.map((feature): Cell => {
      if (isOld) return { status: 'OUTSIDE_MAX_AGE', json: 'null', time };
      if (typeof feature === 'string') return transformCell(transforms, outcomes, feature, time);
      const value = values[feature.ordinal];
      if (value === undefined) return { status: 'NULL_VALUE', json: 'null', time };
      return { status: 'PRESENT', json: feastJson(feature, value), time };
    });
    cellsOf.set(recordId, cells);
  }
  return ids.map((id) => cellsOf.get(id) ?? columns.map(() => notFound));
}

/** Numbers are numbers; of what JSON has no number for (inf, nan) there is no value. */
function transformCell(
  transforms: readonly BoundTransform[],
  outcomes: readonly TransformOutcome[],
  asked: string,
  time: string,
): Cell {
  const { value, failure } = outcomes.find(({ name }) => name === asked) ?? {};
  if (failure !== undefined) return { status: 'INVALID', json: 'null', time };
  const isNumber = transforms.some(({ name, type }) => name === asked && type === 'Fractional');
  if (value === undefined || (isNumber && !Number.isFinite(Number(value)))) {
    return { status: 'NULL_VALUE', json: 'null', time };
  }
  return { status: 'PRESENT', json: isNumber ? value : JSON.stringify(value), time };
}

/** @param version of the view as the request names it */
export function hashView(hashes: FeastHashes, view: FeastView, version: number): OnlineView {
  return {
    name: view.name,
    joinKeys: view.joinKeys.map(({ name }) => name),
    features: view.features,
    has: (feature) => view.features.includes(feature),
    read: async (entities, features, nowMs) => {
      const rows = await hashes.read(view, version, entities, features);
      return rows.map((row) => {
        if (row === undefined) return features.map(() => notFound);
        const isOld = view.ttlMs !== undefined && Number(row.eventNanos / 1_000_000n) + view.ttlMs <= nowMs;
        const time = `"${nanosText(row.eventNanos)}"`;
        return row.values.map((json) => cellOf(json, isOld, time));
      });
    },
  };
}

function cellOf(json: string | undefined, isOld: boolean, time: string): Cell {
  if (isOld) return { status: 'OUTSIDE_MAX_AGE', json: 'null', time };
  if (json === undefined) return { status: 'INVALID', json: 'null', time };
  return { status: json === 'null' ? 'NULL_VALUE' : 'PRESENT', json, time };
}

/** RFC 3339 with none, three, six or nine digits of a second. */
function nanosText(nanos: bigint): string {
  const perSecond = 1_000_000_000n;
  const fraction = ((nanos % perSecond) + perSecond) % perSecond;
  const upToSeconds = isoText(Number((nanos - fraction) / perSecond) * 1_000).slice(0, -1);
  const digits = String(fraction)
    .padStart(9, '0')
    .replace(/(?:000){1,3}$/, '');
  return digits === '' ? `${upToSeconds}Z` : `${upToSeconds}.${digits}Z`;
}

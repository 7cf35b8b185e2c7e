/**
 * From a client's record to the arguments of the script that writes it: every rule that needs no look at what is stored is
 * checked here, before anything is sent.
 */
import type { CommandArgument } from '../commander.js';
import type { Change, ChangeName } from './change-stream.js';
import { type EventTime, eventTimeMs, parseEventTime } from './event-time.js';
import { invalid } from './feature-error.js';
import { type Feature, type FeatureGroup, type TtlDuration, ttlMs } from './feature-group.js';
import { checkedValue, type FeatureValue, utf8Bytes, type Value, valueBytes } from './feature-values.js';
import { indexedValue, indexField } from './indexed-fields.js';
import { momentMsMax, recordBytesMax, recordIdBytesMax, updatedFeaturesMax } from './limits.js';
import { packRecord, packValue, unpackValues } from './packed-record.js';
import { formOf } from './stored-record.js';

export interface RecordWrite {
  readonly recordId: string;
  readonly args: readonly CommandArgument[];
  readonly change: Change;
}

/** @throws FeatureError ValidationError */
export function putArguments(
  group: FeatureGroup,
  record: readonly FeatureValue[],
  ttl: TtlDuration | undefined,
  nowMs: number,
): RecordWrite {
  const values = checkedValues(group, record);
  const recordId = textOf(group.recordId, values[group.recordId.ordinal]);
  checkRecordId(recordId);
  const timeText = textOf(group.eventTime, values[group.eventTime.ordinal]);
  const time = parseEventTime(timeText, group.eventTimeType);
  const expires = expiryMs(time, ttl ?? group.definition.online?.ttl);
  const packed = packRecord(group.definition.schemaVersion, values);
  return {
    recordId,
    args: ['P', time, expires, nowMs, formOf(group), packed, ...indexArguments(group.indexed, values)],
    change: changeOf(group, 'put', recordId, timeText, record),
  };
}

/**
 * @param measured the packed record that it makes, where the script has asked for its size and it is not too large
 * @throws FeatureError ValidationError
 */
export function updateArguments(
  group: FeatureGroup,
  recordId: string,
  given: readonly FeatureValue[],
  ttl: TtlDuration | undefined,
  nowMs: number,
  measured = '',
): RecordWrite {
  if (group.definition.online?.storageType === 'Standard') {
    throw invalid(`UpdateRecord needs the storage type Standard_V2 or InMemory, and ${group.name} has Standard`);
  }
  if (given.length > updatedFeaturesMax) throw invalid(`An update takes at most ${updatedFeaturesMax} features`);
  checkRecordId(recordId);
  const values = checkedValues(group, given);
  const ownId = values[group.recordId.ordinal];
  if (ownId !== undefined && ownId !== recordId) {
    throw invalid(`The record identifier in the features is not the one of the record to update`);
  }
  const timeText = values[group.eventTime.ordinal];
  if (timeText === undefined && ttl !== undefined) throw invalid('TtlDuration needs the event time among the features');
  const time = timeText === undefined ? '' : parseEventTime(textOf(group.eventTime, timeText), group.eventTimeType);
  const cells = values.flatMap((value, ordinal) => (value === undefined ? [] : [ordinal, packValue(value)]));
  const expires = ttl === undefined ? '' : expiryMs(time, ttl);
  const head = ['U', time, expires, nowMs, formOf(group), group.definition.schemaVersion];
  const changed = group.indexed.filter(({ ordinal }) => values[ordinal] !== undefined);
  const index = indexArguments(changed, values);
  return {
    recordId,
    args: [...head, recordBytesMax - group.nameBytes, measured, cells.length / 2, ...cells, ...index],
    change: changeOf(group, 'update', recordId, typeof timeText === 'string' ? timeText : '', given),
  };
}

/** @throws FeatureError ValidationError */
export function deleteArguments(
  group: FeatureGroup,
  recordId: string,
  eventTimeText: string,
  mode: 'SoftDelete' | 'HardDelete',
  nowMs: number,
): RecordWrite {
  checkRecordId(recordId);
  const time = parseEventTime(eventTimeText, group.eventTimeType);
  const expires = expiryMs(time, group.definition.online?.ttl);
  const isSoft = mode === 'SoftDelete';
  return {
    recordId,
    args: [isSoft ? 'S' : 'H', time, expires, nowMs, formOf(group)],
    change: changeOf(group, isSoft ? 'delete' : 'hard-delete', recordId, eventTimeText, []),
  };
}

/** Of a record as an update would make it. @throws FeatureError ValidationError for one that is too large */
export function checkSize(group: FeatureGroup, packed: string): void {
  checkRecordBytes(group, unpackValues(packed, group));
}

/** Before those of the write: what a group's versions and stream need. */
export function versionArguments({ definition }: FeatureGroup, change: Change): CommandArgument[] {
  const { history, changes } = definition.online ?? {};
  return [
    history?.versions ?? '',
    history?.window === undefined ? '' : ttlMs(history.window),
    changes?.maxLength ?? '',
    change.op,
    change.recordId,
    change.eventTime,
    change.features,
  ];
}

/** The features as JSON only where a stream will have them. */
function changeOf(
  { definition }: FeatureGroup,
  op: ChangeName,
  recordId: string,
  eventTime: string,
  features: readonly FeatureValue[],
): Change {
  const isTold = definition.online?.changes !== undefined && features.length > 0;
  return { op, recordId, eventTime, features: isTold ? JSON.stringify(features) : '' };
}

/** @throws FeatureError ValidationError */
export function checkRecordId(recordId: string): void {
  if (recordId === '') throw invalid('The record identifier is empty');
  if (utf8Bytes(recordId) > recordIdBytesMax) {
    throw invalid(`The record identifier has more than ${recordIdBytesMax} bytes`);
  }
  if (/\p{Surrogate}/u.test(recordId)) throw invalid('The record identifier is no well-formed Unicode');
}

/** Values by ordinal. */
function checkedValues(group: FeatureGroup, record: readonly FeatureValue[]): Value[] {
  const values: Value[] = new Array(group.features.length).fill(undefined);
  const seen = new Set<string>();
  for (const given of record) {
    const feature = group.byName.get(given.FeatureName);
    if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${given.FeatureName}'`);
    if (seen.has(feature.name)) throw invalid(`Feature '${feature.name}' is in the record twice`);
    seen.add(feature.name);
    values[feature.ordinal] = checkedValue(feature, given);
  }
  checkRecordBytes(group, values);
  return values;
}

/** The one measure of a record, however it came to be: the names and values of the features that have one. */
function checkRecordBytes({ features }: FeatureGroup, values: readonly Value[]): void {
  let bytes = 0;
  for (const { name, ordinal } of features) {
    const value = values[ordinal];
    if (value !== undefined) bytes += name.length + valueBytes(value);
  }
  if (bytes > recordBytesMax) throw invalid(`The record has ${bytes} bytes, and may have ${recordBytesMax}`);
}

function textOf(feature: Feature, value: Value): string {
  if (typeof value === 'string') return value;
  throw invalid(`The record has no value for '${feature.name}'`);
}

function expiryMs(time: EventTime, ttl: TtlDuration | undefined): number | '' {
  return ttl === undefined ? '' : Math.min(eventTimeMs(time) + ttlMs(ttl), momentMsMax);
}

/** Fields that an index reads, with what it reads there; fields of features without a value are to be taken away. */
function indexArguments(features: readonly Feature[], values: readonly Value[]): CommandArgument[] {
  const present: CommandArgument[] = [];
  const absent: string[] = [];
  for (const feature of features) {
    const value = values[feature.ordinal];
    if (value === undefined) absent.push(indexField(feature));
    else present.push(indexField(feature), indexedValue(feature, value));
  }
  return [present.length / 2, ...present, ...absent];
}

/**
 * The operations of SageMaker's Feature Store Runtime, by method and path. Each takes a request whose body has been read and answers the
 * text of a body, '' for none.
 *
 * Answers with records are made by joining what is stored to what was prepared once per schema, so no value is parsed on its way.
 */
import {
  appendRecordJson,
  type BatchRead,
  checkTargetStores,
  FeatureError,
  type FeatureGroup,
  type FeatureStore,
  groupNameIn,
  isoEventTime,
  parseMoment,
  readBatch,
  recordJson,
  type WriteOutcome,
  writeBatch,
} from '@nearkey/sdk/features';
import type { z } from 'zod';
import { featureError } from './aws-error.js';
import { groupFreshness } from './group-freshness.js';
import { checked, parseJson } from './request-body.js';
import {
  expiryMember,
  type RuntimeOperation,
  type RuntimeReply,
  type RuntimeRequest,
  recordMembers,
} from './runtime-operation.js';
import * as schemas from './runtime-schemas.js';
import { searchRecords } from './search-records.js';

/** An answer may become this large; records beyond it are left unprocessed, for the caller to ask again. */
const replyCharsMax = 32 * 1024 * 1024;
/** What a feature's name and the marks around it take in an answer, at a guess. */
const featureChars = 64;
const listedByDefault = 100;

const done: RuntimeReply = { body: '' };

/** Where a path ends after the group, with the method: the operation. */
export const groupOperations: Readonly<Record<string, RuntimeOperation>> = {
  'GET ': getRecord,
  'PUT ': putRecord,
  'DELETE ': deleteRecord,
  'POST Record': updateRecord,
  'POST ListRecords': listRecords,
  'POST Search': searchRecords,
  'GET Freshness': groupFreshness,
};

/** Operations over several groups, by method and path. */
export const batchOperations: Readonly<Record<string, RuntimeOperation>> = {
  'POST /BatchGetRecord': batchGetRecord,
  'POST /BatchWriteRecord': batchWriteRecord,
};

async function getRecord(store: FeatureStore, { groupName, query, asOf }: RuntimeRequest): Promise<RuntimeReply> {
  const recordId = required(query, 'RecordIdentifierValueAsString');
  const withExpiry = optional(query, 'ExpirationTimeResponse', schemas.expirationTimeResponse) === 'Enabled';
  const group = await store.groups.get(groupNameIn(groupName));
  const wanted = store.transforms.wanted(group, query.getAll('FeatureName'));
  const moment = query.get('AsOf') ?? asOf;
  const record =
    moment === undefined ? await store.get(group, recordId) : await store.getAsOf(group, recordId, parseMoment(moment));
  if (record === undefined) return { body: '{}' };
  if (wanted.transforms.length === 0) {
    return { body: `{"Record":${recordJson(record.packed, wanted.features)}${expiryMember(record, withExpiry)}}` };
  }
  const failedTransforms = new Set<string>();
  return { body: `{${recordMembers(record, wanted, withExpiry, failedTransforms)}}`, failedTransforms };
}

async function putRecord(store: FeatureStore, { groupName, body }: RuntimeRequest): Promise<RuntimeReply> {
  const input = parseJson(schemas.putRecord, body);
  const group = await groupOfWrite(store, groupName);
  if (!checkTargetStores(group, input.TargetStores)) return done;
  return writeReply(await store.put(group, { record: input.Record, ttl: input.TtlDuration }));
}

async function updateRecord(store: FeatureStore, { groupName, body }: RuntimeRequest): Promise<RuntimeReply> {
  const input = parseJson(schemas.updateRecord, body);
  const group = await store.groups.get(groupNameIn(groupName));
  checkTargetStores(group, input.TargetStores);
  await store.update(group, {
    recordId: input.RecordIdentifierValueAsString,
    features: input.Features,
    ttl: input.TtlDuration,
  });
  return done;
}

async function deleteRecord(store: FeatureStore, { groupName, query }: RuntimeRequest): Promise<RuntimeReply> {
  const recordId = required(query, 'RecordIdentifierValueAsString');
  const eventTime = required(query, 'EventTime');
  const mode = optional(query, 'DeletionMode', schemas.deletionMode);
  const named = query.getAll('TargetStores');
  const stores = named.length === 0 ? undefined : checked(schemas.targetStores, named);
  const group = await groupOfWrite(store, groupName);
  if (!checkTargetStores(group, stores)) return done;
  return writeReply(await store.delete(group, { recordId, eventTime, mode }));
}

async function listRecords(store: FeatureStore, { groupName, body }: RuntimeRequest): Promise<RuntimeReply> {
  const input = parseJson(schemas.listRecords, body);
  const group = await store.groups.get(groupNameIn(groupName));
  const { recordIds, nextToken } = await store.list(group, {
    countMax: input.MaxResults ?? listedByDefault,
    token: input.NextToken || undefined,
    withDeleted: input.IncludeSoftDeletedRecords ?? false,
  });
  return { body: JSON.stringify({ RecordIdentifiers: recordIds, NextToken: nextToken }) };
}

async function batchGetRecord(store: FeatureStore, { body, asOf }: RuntimeRequest): Promise<RuntimeReply> {
  const input = parseJson(schemas.batchGetRecord, body);
  const items = input.Identifiers.map((identifier) => ({
    groupName: identifier.FeatureGroupName,
    recordIds: identifier.RecordIdentifiersValueAsString,
    featureNames: identifier.FeatureNames,
    asOf: momentOf(identifier.AsOf ?? input.AsOf ?? asOf),
  }));
  const reply = new BatchGetReply(input.ExpirationTimeResponse === 'Enabled');
  for (const result of await readBatch(store, items)) reply.add(result);
  return { body: reply.text(), failedTransforms: reply.failedTransforms };
}

async function batchWriteRecord(store: FeatureStore, { body }: RuntimeRequest): Promise<RuntimeReply> {
  const { Entries: entries, TtlDuration: ttl } = parseJson(schemas.batchWriteRecord, body);
  const parsed = entries.map(parsedEntry);
  const good = parsed.filter(isEntry);
  const outcomes = await writeBatch(
    store,
    good.map((entry) => ({
      groupName: entry.FeatureGroupName,
      record: entry.Record,
      ttl: entry.TtlDuration ?? ttl,
      targetStores: entry.TargetStores,
    })),
  );
  const errors: object[] = [];
  const unprocessed: unknown[] = [];
  const stale: object[] = [];
  for (const [position, entry] of entries.entries()) {
    const outcome = outcomeOf(parsed[position], good, outcomes);
    if (outcome === undefined) continue;
    if (!FeatureError.isInstance(outcome)) {
      if (outcome.isStale) stale.push(staleEntry(position, outcome));
    } else if (outcome.code === 'ServiceUnavailable') unprocessed.push(entry);
    else {
      const { message } = featureError(outcome);
      errors.push({ Entry: entry, ErrorCode: outcome.code, ErrorMessage: message, EntryIndex: position });
    }
  }
  // Beside what SageMaker answers stand the index of an entry that failed, and the entries that changed nothing.
  const additions = stale.length > 0 ? { StaleEntries: stale } : {};
  return { body: JSON.stringify({ Errors: errors, UnprocessedEntries: unprocessed, ...additions }) };
}

function staleEntry(position: number, outcome: Extract<WriteOutcome, { isStale: true }>): object {
  const stored = { EntryIndex: position, StoredEventTime: isoEventTime(outcome.storedEventTime) };
  return outcome.isKept ? { ...stored, KeptInHistory: true } : stored;
}

type Entry = z.output<typeof schemas.batchWriteEntry>;

function isEntry(parsed: Entry | FeatureError): parsed is Entry {
  return !FeatureError.isInstance(parsed);
}

function parsedEntry(entry: unknown): Entry | FeatureError {
  try {
    return checked(schemas.batchWriteEntry, entry);
  } catch (error) {
    return featureError(error);
  }
}

function outcomeOf(
  parsed: Entry | FeatureError | undefined,
  good: readonly Entry[],
  outcomes: readonly (WriteOutcome | FeatureError)[],
): WriteOutcome | FeatureError | undefined {
  if (parsed === undefined || FeatureError.isInstance(parsed)) return parsed;
  return outcomes[good.indexOf(parsed)];
}

/** Joins the parts of an answer to BatchGetRecord. */
class BatchGetReply {
  readonly failedTransforms = new Set<string>();
  readonly #pieces: string[] = [];
  readonly #errors: string[] = [];
  /** By the item they were asked for in. */
  readonly #unprocessed = new Map<BatchRead['item'], string[]>();
  #chars = 0;

  constructor(private readonly withExpiry: boolean) {}

  add({ groupName, recordId, outcome, item }: BatchRead): void {
    const moment = item.asOf === undefined ? '' : `,"AsOf":"${isoEventTime(item.asOf)}"`;
    const names = `"FeatureGroupName":${JSON.stringify(groupName)},"RecordIdentifierValueAsString":${JSON.stringify(recordId)}${moment}`;
    if (FeatureError.isInstance(outcome)) {
      if (outcome.code === 'ServiceUnavailable') this.#leave(item, recordId);
      else this.#errors.push(`{${names},${errorMembers(outcome)}}`);
      return;
    }
    if (this.#chars > replyCharsMax) {
      this.#leave(item, recordId);
      return;
    }
    const { record, wanted } = outcome;
    this.#pieces.push(this.#pieces.length === 0 ? '{' : ',{', names, ',');
    if (wanted.transforms.length > 0) {
      const members = recordMembers(record, wanted, this.withExpiry, this.failedTransforms);
      this.#chars += members.length;
      this.#pieces.push(members, '}');
      return;
    }
    this.#chars += record.packed.length + wanted.features.length * featureChars;
    this.#pieces.push('"Record":');
    appendRecordJson(this.#pieces, record.packed, wanted.features);
    this.#pieces.push(expiryMember(record, this.withExpiry), '}');
  }

  text(): string {
    const unprocessed = [...this.#unprocessed].map(([{ groupName, featureNames, asOf }, recordIds]) =>
      JSON.stringify({
        FeatureGroupName: groupName,
        RecordIdentifiersValueAsString: recordIds,
        FeatureNames: featureNames,
        AsOf: asOf && isoEventTime(asOf),
      }),
    );
    const errors = this.#errors.join(',');
    this.#pieces.push(`],"Errors":[${errors}],"UnprocessedIdentifiers":[${unprocessed.join(',')}]}`);
    return `{"Records":[${this.#pieces.join('')}`;
  }

  #leave(item: BatchRead['item'], recordId: string): void {
    const left = this.#unprocessed.get(item);
    if (left === undefined) this.#unprocessed.set(item, [recordId]);
    else left.push(recordId);
  }
}

function errorMembers(error: FeatureError): string {
  return `"ErrorCode":${JSON.stringify(error.code)},"ErrorMessage":${JSON.stringify(featureError(error).message)}`;
}

/** PutRecord and DeleteRecord model no ResourceNotFound: an unknown group is a ValidationError there. */
async function groupOfWrite(store: FeatureStore, groupName: string): Promise<FeatureGroup> {
  const name = groupNameIn(groupName);
  const group = await store.groups.find(name);
  if (group !== undefined) return group;
  throw new FeatureError('ValidationError', `Resource Not Found: there is no feature group with the name ${name}`);
}

function writeReply(outcome: WriteOutcome): RuntimeReply {
  return outcome.isStale ? { body: '', staleAgainst: outcome.storedEventTime, isKept: outcome.isKept } : done;
}

function momentOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseMoment(text);
}

function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') {
    throw new FeatureError('ValidationError', `1 validation error detected: Value at '${name}' must not be empty`);
  }
  return value;
}

function optional<Schema extends z.ZodType>(query: URLSearchParams, name: string, schema: Schema) {
  const value = query.get(name);
  return value === null ? undefined : checked(schema, value);
}

/** Groups behind the HTTP port of a Nearkey, by the operations that SageMaker's clients use, with our additions in their answers. */
import {
  batchEntriesMax,
  batchIdentifiersMax,
  FeatureError,
  type FeatureErrorCode,
  type FeatureGroup,
  type FeatureValue,
  featureDefinition,
  groupFrom,
  isoEventTime,
  type JoinedFeature,
  type MomentRead,
  recordEventTime,
  storageType,
  type WriteResult,
} from '@nearkey/sdk/features';
import { z } from 'zod';
import type { FeatureTarget } from './feature-target.js';

export interface HttpTargetOptions {
  /** Of the HTTP port, as `http://127.0.0.1:8080`. */
  readonly origin: string;
  readonly apiKey: string | undefined;
}

const described = z.object({
  FeatureGroupName: z.string(),
  RecordIdentifierFeatureName: z.string(),
  EventTimeFeatureName: z.string(),
  FeatureDefinitions: z.array(featureDefinition),
  OnlineStoreConfig: z
    .object({
      StorageType: storageType,
      Transforms: z.array(z.object({ Name: z.string(), Expression: z.string() })).optional(),
    })
    .optional(),
  /** In seconds. */
  CreationTime: z.number(),
});

const failed = z.object({ __type: z.string().optional(), Message: z.string().optional() });

const batchWritten = z.object({
  Errors: z.array(z.object({ EntryIndex: z.int(), ErrorCode: z.string(), ErrorMessage: z.string() })),
  UnprocessedEntries: z.array(z.unknown()),
  StaleEntries: z.array(z.object({ EntryIndex: z.int(), StoredEventTime: z.string() })).default([]),
});

const momentRead = z.object({ RecordIdentifierValueAsString: z.string(), AsOf: z.string() });
const featureValue = z.object({
  FeatureName: z.string(),
  ValueAsString: z.string().optional(),
  ValueAsStringList: z.array(z.string()).optional(),
});
const batchRead = z.object({
  Records: z.array(momentRead.extend({ Record: z.array(featureValue) })),
  Errors: z.array(momentRead.extend({ ErrorCode: z.string(), ErrorMessage: z.string() })),
  UnprocessedIdentifiers: z.array(z.unknown()),
});

export function openHttpTarget({ origin, apiKey }: HttpTargetOptions): FeatureTarget {
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const call: Call = (path, body, more = {}) => post(new URL(path, origin), { ...headers, ...more }, body);
  return {
    name: origin,
    group: (name) => describeGroup(call, name),
    sink: (group) => ({ batchMax: batchEntriesMax, write: (records) => writeRecords(call, group, records) }),
    reader: (group, features) => ({
      batchMax: batchIdentifiersMax,
      read: (reads) => readMoments(call, group, features, reads),
    }),
    close: () => undefined,
  };
}

type Call = (path: string, body: object, headers?: Readonly<Record<string, string>>) => Promise<unknown>;

async function describeGroup(call: Call, name: string): Promise<FeatureGroup> {
  const target = { 'x-amz-target': 'SageMaker.DescribeFeatureGroup', 'content-type': 'application/x-amz-json-1.1' };
  const group = described.parse(await call('/', { FeatureGroupName: name }, target));
  const createdAtMs = Math.round(group.CreationTime * 1000);
  return groupFrom({
    name: group.FeatureGroupName,
    // The server's own affair: it is in its keys, and nowhere in its answers.
    generation: 1,
    schemaVersion: 1,
    recordIdName: group.RecordIdentifierFeatureName,
    eventTimeName: group.EventTimeFeatureName,
    features: group.FeatureDefinitions,
    online: group.OnlineStoreConfig && {
      storageType: group.OnlineStoreConfig.StorageType,
      transforms: group.OnlineStoreConfig.Transforms?.map(({ Name: name, Expression: expression }) => ({
        name,
        expression,
      })),
    },
    tags: [],
    metadata: {},
    createdAtMs,
    modifiedAtMs: createdAtMs,
  });
}

/** All wait for what the server could not take: what it did take is unchanged by being sent again. */
async function writeRecords(
  call: Call,
  group: FeatureGroup,
  records: readonly (readonly FeatureValue[])[],
): Promise<WriteResult[]> {
  let answer: z.output<typeof batchWritten>;
  try {
    const entries = records.map((record) => ({ FeatureGroupName: group.name, Record: record }));
    answer = batchWritten.parse(await call('/BatchWriteRecord', { Entries: entries }));
  } catch (error) {
    if (isForNow(error)) return records.map(() => error);
    throw error;
  }
  if (answer.UnprocessedEntries.length > 0) {
    return records.map(() => new FeatureError('ServiceUnavailable', 'The server could not take all records'));
  }
  const results = records.map((): WriteResult => ({ isStale: false }));
  for (const { EntryIndex, StoredEventTime } of answer.StaleEntries) {
    const time = recordEventTime(group, records[EntryIndex] ?? []);
    const isSameTime = time !== undefined && isoEventTime(time) === StoredEventTime;
    results[EntryIndex] = { isStale: true, isSameTime };
  }
  for (const { EntryIndex, ErrorCode, ErrorMessage } of answer.Errors) {
    const code = ErrorCode === 'ValidationError' ? 'ValidationError' : 'InternalFailure';
    results[EntryIndex] = new FeatureError(code, ErrorMessage);
  }
  return results;
}

/** Whatever else is wrong with a whole call is no record's fault, and ends the work. */
function isForNow(error: unknown): error is FeatureError {
  return FeatureError.isInstance(error) && error.code === 'ServiceUnavailable';
}

/** Answers are found by identifier and moment: records that were not there have none. */
async function readMoments(
  call: Call,
  group: FeatureGroup,
  features: readonly JoinedFeature[],
  reads: readonly MomentRead[],
): Promise<(readonly FeatureValue[] | FeatureError | undefined)[]> {
  const Identifiers = reads.map(({ recordId, asOf }) => ({
    FeatureGroupName: group.name,
    RecordIdentifiersValueAsString: [recordId],
    FeatureNames: features.map(({ name }) => name),
    AsOf: isoEventTime(asOf),
  }));
  let answer: z.output<typeof batchRead>;
  try {
    answer = batchRead.parse(await call('/BatchGetRecord', { Identifiers }));
  } catch (error) {
    if (isForNow(error)) return reads.map(() => error);
    throw error;
  }
  if (answer.UnprocessedIdentifiers.length > 0) {
    return reads.map(() => new FeatureError('ServiceUnavailable', 'The server could not answer for all records'));
  }
  const found = new Map<string, readonly FeatureValue[] | FeatureError>();
  for (const { RecordIdentifierValueAsString: id, AsOf, Record } of answer.Records) found.set(`${AsOf} ${id}`, Record);
  for (const { RecordIdentifierValueAsString: id, AsOf, ErrorCode, ErrorMessage } of answer.Errors) {
    const code = ErrorCode === 'ValidationError' ? 'ValidationError' : 'InternalFailure';
    found.set(`${AsOf} ${id}`, new FeatureError(code, ErrorMessage));
  }
  return reads.map(({ recordId, asOf }) => found.get(`${isoEventTime(asOf)} ${recordId}`));
}

/** @throws FeatureError with the code of the refusal; ServiceUnavailable for what can be asked again */
async function post(url: URL, headers: Readonly<Record<string, string>>, body: object): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new FeatureError('ServiceUnavailable', `${url.origin} cannot be reached: ${cause}`);
  }
  const answer = jsonOf(text);
  if (response.ok) return answer;
  const { __type: type = '', Message: message = `it answered ${response.status}` } =
    failed.safeParse(answer).data ?? {};
  throw new FeatureError(codeOf(response.status, type), `${url.origin}: ${message}`);
}

/** What cannot be asked again, by the names of either service. */
const refusals: Readonly<Record<string, FeatureErrorCode>> = {
  ValidationError: 'ValidationError',
  ValidationException: 'ValidationError',
  AccessForbidden: 'AccessForbidden',
  AccessDeniedException: 'AccessForbidden',
  ResourceNotFound: 'ResourceNotFound',
  ResourceInUse: 'ResourceInUse',
  ResourceLimitExceeded: 'ResourceLimitExceeded',
  ConflictException: 'ConflictException',
};

function codeOf(status: number, type: string): FeatureErrorCode {
  if (status >= 500 || status === 429) return 'ServiceUnavailable';
  return refusals[type] ?? (status === 401 || status === 403 ? 'AccessForbidden' : 'InternalFailure');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

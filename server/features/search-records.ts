/**
 * `POST /FeatureGroup/{name}/Search`: the records whose Vector is nearest to one that is given, or to that of another record. Of ours, in
 * the words of the runtime's other operations.
 */
import {
  FeatureError,
  type FeatureGroup,
  type FeatureStore,
  groupNameIn,
  invalid,
  unpackValues,
} from '@nearkey/sdk/features';
import { parseJson } from './request-body.js';
import { type RuntimeReply, type RuntimeRequest, recordMembers } from './runtime-operation.js';
import * as schemas from './runtime-schemas.js';

const foundByDefault = 10;

export async function searchRecords(store: FeatureStore, { groupName, body }: RuntimeRequest): Promise<RuntimeReply> {
  const input = parseJson(schemas.searchRecords, body);
  const group = await store.groups.get(groupNameIn(groupName));
  const wanted = store.transforms.wanted(group, input.FeatureNames);
  const vector = input.Vector?.map(Number) ?? (await vectorOf(store, group, input.RecordIdentifierValueAsString ?? ''));
  const found = await store.search(group, { vector, count: input.TopK ?? foundByDefault, filters: input.Filters });
  const withExpiry = input.ExpirationTimeResponse === 'Enabled';
  const failedTransforms = new Set<string>();
  const records = found.map(({ recordId, distance, record }) => {
    const head = `{"RecordIdentifierValueAsString":${JSON.stringify(recordId)},"Distance":${distance},`;
    return `${head}${recordMembers(record, wanted, withExpiry, failedTransforms)}}`;
  });
  return { body: `{"Records":[${records.join(',')}]}`, failedTransforms };
}

/** Of the record that others are to be like. */
async function vectorOf(store: FeatureStore, group: FeatureGroup, recordId: string): Promise<readonly number[]> {
  if (group.vector === undefined) throw invalid(`The feature group ${group.name} has no Vector to search by`);
  const record = await store.get(group, recordId);
  const value = record && unpackValues(record.packed, group)[group.vector.ordinal];
  if (typeof value === 'object') return value.map(Number);
  throw new FeatureError('ResourceNotFound', 'Resource Not Found: no record with this identifier has a vector');
}

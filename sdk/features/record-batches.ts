/**
 * Many records in one call. Everything is sent together; what fails, fails for its record alone, and what the store could not be
 * asked is told apart from what it refused, so that a caller knows what to send again.
 */
import type { EventTime } from './event-time.js';
import { FeatureError, invalid, storeFailure } from './feature-error.js';
import type { TtlDuration } from './feature-group.js';
import type { FeatureStore, WriteOutcome } from './feature-store.js';
import type { FeatureValue } from './feature-values.js';
import { groupNameIn } from './group-name.js';
import type { OnlineRecord } from './online-record.js';
import { checkTargetStores, type TargetStore } from './target-stores.js';
import type { Wanted } from './transforms.js';

export interface BatchReadItem {
  /** Name or ARN. */
  readonly groupName: string;
  readonly recordIds: readonly string[];
  readonly featureNames?: readonly string[] | undefined;
  /** As they were at a moment. */
  readonly asOf?: EventTime | undefined;
}

/** What became of one record of a batch; records that are not there have no result. */
export interface BatchRead {
  /** As the caller named it. */
  readonly groupName: string;
  readonly recordId: string;
  readonly outcome: FeatureError | { readonly record: OnlineRecord; readonly wanted: Wanted };
  /** The item it was asked for in. */
  readonly item: BatchReadItem;
}

export interface BatchWriteItem {
  readonly groupName: string;
  readonly record: readonly FeatureValue[];
  readonly ttl?: TtlDuration | undefined;
  readonly targetStores?: readonly TargetStore[] | undefined;
}

/** Each record once for each item that asks for it, in the order of the request. */
export async function readBatch(store: FeatureStore, items: readonly BatchReadItem[]): Promise<BatchRead[]> {
  const groups = await Promise.all(items.map((item) => attempt(() => store.groups.get(groupNameIn(item.groupName)))));
  const results = items.flatMap((item, position) => {
    const group = groups[position];
    const wanted =
      FeatureError.isInstance(group) || group === undefined
        ? group
        : attemptNow(() => store.transforms.wanted(group, item.featureNames));
    return [...new Set(item.recordIds)].map(async (recordId): Promise<BatchRead | undefined> => {
      const named = { groupName: item.groupName, recordId, item };
      if (group === undefined || wanted === undefined) return undefined;
      if (FeatureError.isInstance(group)) return { ...named, outcome: group };
      if (FeatureError.isInstance(wanted)) return { ...named, outcome: wanted };
      const { asOf } = item;
      const record = await attempt(() =>
        asOf === undefined ? store.get(group, recordId) : store.getAsOf(group, recordId, asOf),
      );
      if (record === undefined) return undefined;
      return { ...named, outcome: FeatureError.isInstance(record) ? record : { record, wanted } };
    });
  });
  return (await Promise.all(results)).filter((result) => result !== undefined);
}

/** The outcome of each item, in their order. All are checked before the first is sent; those of one record keep their order. */
export async function writeBatch(
  store: FeatureStore,
  items: readonly BatchWriteItem[],
): Promise<(WriteOutcome | FeatureError)[]> {
  const groups = await Promise.all(items.map((item) => attempt(() => store.groups.get(groupNameIn(item.groupName)))));
  return Promise.all(
    items.map(async ({ record, ttl, targetStores }, position) => {
      const group = groups[position];
      if (group === undefined) return invalid('There is no feature group of this name');
      if (FeatureError.isInstance(group)) return group;
      return attempt(async (): Promise<WriteOutcome> => {
        const goesOnline = checkTargetStores(group, targetStores);
        return goesOnline ? store.put(group, { record, ttl }) : { isStale: false };
      });
    }),
  );
}

function attemptNow<T>(work: () => T): T | FeatureError {
  try {
    return work();
  } catch (error) {
    return storeFailure(error, 'a record');
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | FeatureError> {
  try {
    return await work();
  } catch (error) {
    return storeFailure(error, 'a record');
  }
}

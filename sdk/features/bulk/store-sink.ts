/** A sink that writes straight to a store. */
import { type EventTime, parseEventTime } from '../event-time.js';
import type { FeatureGroup } from '../feature-group.js';
import type { FeatureStore } from '../feature-store.js';
import type { FeatureValue } from '../feature-values.js';
import { writeBatch } from '../record-batches.js';
import { type RecordSink, writeResult } from './bulk-load.js';

/** Records whose writes are sent together. */
const batchMax = 64;

export function storeSink(store: FeatureStore, group: FeatureGroup): RecordSink {
  return {
    batchMax,
    write: async (records) => {
      const outcomes = await writeBatch(
        store,
        records.map((record) => ({ groupName: group.name, record })),
      );
      return outcomes.map((outcome, position) => writeResult(outcome, recordEventTime(group, records[position] ?? [])));
    },
  };
}

/** Undefined for a record without one that can be read. */
export function recordEventTime(group: FeatureGroup, record: readonly FeatureValue[]): EventTime | undefined {
  const text = record.find(({ FeatureName }) => FeatureName === group.eventTime.name)?.ValueAsString;
  try {
    return typeof text === 'string' ? parseEventTime(text, group.eventTimeType) : undefined;
  } catch {
    return undefined;
  }
}

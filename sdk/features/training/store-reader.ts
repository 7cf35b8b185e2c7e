/** A reader of moments that asks a store itself. */
import { FeatureError } from '../feature-error.js';
import type { Feature, FeatureGroup } from '../feature-group.js';
import type { FeatureStore } from '../feature-store.js';
import { unpackRecord } from '../packed-record.js';
import { readBatch } from '../record-batches.js';
import type { MomentReader } from './training-set.js';

/** Reads that are sent together. */
const batchMax = 256;

export function storeReader(store: FeatureStore, group: FeatureGroup, features: readonly Feature[]): MomentReader {
  return {
    batchMax,
    read: async (reads) => {
      const items = reads.map(({ recordId, asOf }) => ({ groupName: group.name, recordIds: [recordId], asOf }));
      const results = new Map((await readBatch(store, items)).map(({ item, outcome }) => [item, outcome]));
      return items.map((item) => {
        const outcome = results.get(item);
        if (outcome === undefined || FeatureError.isInstance(outcome)) return outcome;
        return unpackRecord(outcome.record.packed, features);
      });
    },
  };
}

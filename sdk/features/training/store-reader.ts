/** A reader of moments that asks a store itself. */
import { FeatureError } from '../feature-error.js';
import type { FeatureGroup } from '../feature-group.js';
import type { FeatureStore } from '../feature-store.js';
import type { FeatureValue } from '../feature-values.js';
import { unpackRecord } from '../packed-record.js';
import { readBatch } from '../record-batches.js';
import { transformed, type Wanted } from '../transforms.js';
import type { JoinedFeature, MomentReader } from './training-set.js';

/** Reads that are sent together. */
const batchMax = 256;

export function storeReader(
  store: FeatureStore,
  group: FeatureGroup,
  features: readonly JoinedFeature[],
): MomentReader {
  const featureNames = features.map(({ name }) => name);
  return {
    batchMax,
    read: async (reads) => {
      const items = reads.map(({ recordId, asOf }) => ({
        groupName: group.name,
        recordIds: [recordId],
        featureNames,
        asOf,
      }));
      const results = new Map((await readBatch(store, items)).map(({ item, outcome }) => [item, outcome]));
      return items.map((item) => {
        const outcome = results.get(item);
        if (outcome === undefined || FeatureError.isInstance(outcome)) return outcome;
        return valuesOf(outcome.record.packed, outcome.wanted);
      });
    },
  };
}

/** What cannot be reckoned is missing, as it is to readers of the present. */
function valuesOf(packed: string, wanted: Wanted): FeatureValue[] {
  const reckoned = transformed(packed, wanted.transforms).map(({ name, value }) => ({
    FeatureName: name,
    ValueAsString: value,
  }));
  return [...unpackRecord(packed, wanted.features), ...reckoned];
}

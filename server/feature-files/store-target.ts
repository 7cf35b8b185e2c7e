/** Groups in a store that is reached by RESP: a Nearkey, Redis or Valkey, alone or as a cluster. */
import { type FeatureGroup, FeatureStore, type RecordSink, storeReader, storeSink } from '@nearkey/sdk/features';
import type { Clock } from '../base/clock.js';
import { shownStoreUrl } from '../config/store-url.js';
import { transformLanguage } from '../features/transform-language.js';
import { openRemoteStore } from '../remote-store.js';
import type { FeatureTarget } from './feature-target.js';

export interface StoreTargetOptions {
  readonly url: string;
  readonly isCluster: boolean;
  readonly clock: Clock;
  readonly warn: (message: string) => void;
}

/** @throws Error when the store cannot be reached */
export async function openStoreTarget({ url, isCluster, clock, warn }: StoreTargetOptions): Promise<FeatureTarget> {
  const logger = { notice: () => undefined, warning: warn, error: warn };
  const { commander, close } = await openRemoteStore({ url, isCluster, logger });
  const store = new FeatureStore({ commander, clock, language: transformLanguage });
  return {
    name: shownStoreUrl(url),
    group: (name: string): Promise<FeatureGroup> => store.groups.get(name),
    sink: (group: FeatureGroup): RecordSink => storeSink(store, group),
    reader: (group, features) => storeReader(store, group, features),
    close,
  };
}

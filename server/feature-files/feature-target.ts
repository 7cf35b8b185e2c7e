/** Where the commands for files find a group and its records: behind a Nearkey's HTTP port, or in a store itself. */
import type { FeatureGroup, JoinedFeature, MomentReader, RecordSink } from '@nearkey/sdk/features';

export interface FeatureTarget {
  /** Without passwords: it is shown, and kept in checkpoints. */
  readonly name: string;
  /** @throws FeatureError ResourceNotFound */
  group(name: string): Promise<FeatureGroup>;
  sink(group: FeatureGroup): RecordSink;
  reader(group: FeatureGroup, features: readonly JoinedFeature[]): MomentReader;
  close(): void;
}

/** Feature groups and features as the control plane describes them. Moments are numbers of seconds: a text breaks clients. */
import { changesKey, type GroupDefinition, groupArn } from '@nearkey/sdk/features';

export interface ArnPlace {
  readonly region: string;
  readonly account: string;
}

export type Document = Readonly<Record<string, unknown>>;

export function arnOf(name: string, { region, account }: ArnPlace): string {
  return groupArn(name, region, account);
}

export function groupDocument(definition: GroupDefinition, place: ArnPlace): Document {
  const { online, offline } = definition;
  return {
    FeatureGroupArn: arnOf(definition.name, place),
    FeatureGroupName: definition.name,
    RecordIdentifierFeatureName: definition.recordIdName,
    EventTimeFeatureName: definition.eventTimeName,
    FeatureDefinitions: definition.features,
    CreationTime: definition.createdAtMs / 1000,
    LastModifiedTime: definition.modifiedAtMs / 1000,
    OnlineStoreConfig: online && {
      EnableOnlineStore: true,
      StorageType: online.storageType,
      TtlDuration: online.ttl,
      SecurityConfig: online.securityConfig,
      VersionHistory: online.history && { MaxVersions: online.history.versions, Window: online.history.window },
      Transforms: online.transforms?.map(({ name, expression }) => ({ Name: name, Expression: expression })),
      ChangeStream: online.changes && { MaxLength: online.changes.maxLength, StreamKey: changesKey(definition) },
    },
    OfflineStoreConfig: offline,
    ThroughputConfig: definition.throughput,
    RoleArn: definition.roleArn,
    FeatureGroupStatus: 'Created',
    OfflineStoreStatus: offline && { Status: 'Active' },
    LastUpdateStatus: { Status: 'Successful' },
    Description: definition.description,
  };
}

export function groupSummary(definition: GroupDefinition, place: ArnPlace): Document {
  return {
    FeatureGroupName: definition.name,
    FeatureGroupArn: arnOf(definition.name, place),
    CreationTime: definition.createdAtMs / 1000,
    FeatureGroupStatus: 'Created',
    OfflineStoreStatus: definition.offline && { Status: 'Active' },
  };
}

/** Undefined when the group has no such feature. */
export function featureDocument(definition: GroupDefinition, name: string, place: ArnPlace): Document | undefined {
  const feature = definition.features.find(({ FeatureName }) => FeatureName === name);
  if (feature === undefined) return undefined;
  const metadata = definition.metadata[name];
  return {
    FeatureGroupArn: arnOf(definition.name, place),
    FeatureGroupName: definition.name,
    FeatureName: name,
    FeatureType: feature.FeatureType,
    CreationTime: (metadata?.createdAtMs ?? definition.createdAtMs) / 1000,
    LastModifiedTime: (metadata?.modifiedAtMs ?? definition.createdAtMs) / 1000,
    Description: metadata?.description,
    Parameters: Object.entries(metadata?.parameters ?? {}).map(([Key, Value]) => ({ Key, Value })),
  };
}

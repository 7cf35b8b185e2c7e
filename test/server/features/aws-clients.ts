/**
 * The clients of AWS, unmodified, current and of 3.523, as far as the suites use them: both fit one description. Nothing but the endpoint
 * is theirs to know.
 */
import { SageMaker } from '@aws-sdk/client-sagemaker';
import * as runtime from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { SageMakerFeatureStoreRuntime as Runtime523 } from 'featurestore-523';
import { SageMaker as SageMaker523 } from 'sagemaker-523';

export interface Definition {
  FeatureName: string;
  FeatureType: 'Integral' | 'Fractional' | 'String';
  CollectionType?: 'List' | 'Set' | 'Vector';
  CollectionConfig?: { VectorConfig: { Dimension: number } };
}

export interface Value {
  FeatureName: string;
  ValueAsString?: string;
  ValueAsStringList?: string[];
}

export interface Records {
  getRecord(input: {
    FeatureGroupName: string;
    RecordIdentifierValueAsString: string;
    FeatureNames?: string[];
    ExpirationTimeResponse?: 'Enabled' | 'Disabled';
  }): Promise<{ Record?: unknown[] | undefined; ExpiresAt?: string | undefined }>;
  putRecord(input: {
    FeatureGroupName: string;
    Record: Value[];
    TargetStores?: ('OnlineStore' | 'OfflineStore')[];
    TtlDuration?: { Unit: 'Seconds' | 'Days'; Value: number };
  }): Promise<unknown>;
  deleteRecord(input: {
    FeatureGroupName: string;
    RecordIdentifierValueAsString: string;
    EventTime: string;
    DeletionMode?: 'SoftDelete' | 'HardDelete';
    TargetStores?: ('OnlineStore' | 'OfflineStore')[];
  }): Promise<unknown>;
  batchGetRecord(input: {
    Identifiers: { FeatureGroupName: string; RecordIdentifiersValueAsString: string[]; FeatureNames?: string[] }[];
    ExpirationTimeResponse?: 'Enabled' | 'Disabled';
  }): Promise<{
    Records?: unknown[] | undefined;
    Errors?: unknown[] | undefined;
    UnprocessedIdentifiers?: unknown[] | undefined;
  }>;
  destroy(): void;
}

export interface Groups {
  createFeatureGroup(input: {
    FeatureGroupName: string;
    RecordIdentifierFeatureName: string;
    EventTimeFeatureName: string;
    FeatureDefinitions: Definition[];
    OnlineStoreConfig?: { EnableOnlineStore: boolean; StorageType?: 'Standard' | 'InMemory' };
    OfflineStoreConfig?: { S3StorageConfig: { S3Uri: string } };
    Description?: string;
    Tags?: { Key: string; Value: string }[];
  }): Promise<{ FeatureGroupArn?: string | undefined }>;
  describeFeatureGroup(input: { FeatureGroupName: string }): Promise<{
    FeatureGroupName?: string | undefined;
    FeatureGroupStatus?: string | undefined;
    CreationTime?: Date | undefined;
    FeatureDefinitions?: unknown[] | undefined;
    OnlineStoreConfig?: unknown;
    OfflineStoreConfig?: unknown;
    NextToken?: string | undefined;
  }>;
  listFeatureGroups(input: {
    NameContains?: string;
    SortBy?: 'Name' | 'CreationTime';
    SortOrder?: 'Ascending' | 'Descending';
    MaxResults?: number;
    NextToken?: string;
    CreationTimeAfter?: Date;
  }): Promise<{
    FeatureGroupSummaries?: { FeatureGroupName?: string | undefined; CreationTime?: Date | undefined }[] | undefined;
    NextToken?: string | undefined;
  }>;
  updateFeatureGroup(input: {
    FeatureGroupName: string;
    FeatureAdditions?: Definition[];
    OnlineStoreConfig?: { TtlDuration?: { Unit?: 'Days'; Value?: number } };
  }): Promise<{ FeatureGroupArn?: string | undefined }>;
  deleteFeatureGroup(input: { FeatureGroupName: string }): Promise<unknown>;
  describeFeatureMetadata(input: { FeatureGroupName: string; FeatureName: string }): Promise<{
    FeatureType?: string | undefined;
    Description?: string | undefined;
    Parameters?: unknown[] | undefined;
    LastModifiedTime?: Date | undefined;
  }>;
  updateFeatureMetadata(input: {
    FeatureGroupName: string;
    FeatureName: string;
    Description?: string;
    ParameterAdditions?: { Key: string; Value: string }[];
    ParameterRemovals?: string[];
  }): Promise<unknown>;
  addTags(input: { ResourceArn: string; Tags: { Key: string; Value: string }[] }): Promise<unknown>;
  listTags(input: { ResourceArn: string }): Promise<{ Tags?: unknown[] | undefined }>;
  deleteTags(input: { ResourceArn: string; TagKeys: string[] }): Promise<unknown>;
  search(input: {
    Resource: 'FeatureGroup' | 'FeatureMetadata';
    SearchExpression?: { Filters: { Name: string; Operator?: 'Equals' | 'Contains' | 'In'; Value?: string }[] };
  }): Promise<{ Results?: { FeatureGroup?: unknown; FeatureMetadata?: unknown }[] | undefined }>;
  destroy(): void;
}

export interface AwsClients {
  readonly records: Records;
  readonly groups: Groups;
}

/** Of the region that ARNs are expected in. */
export const region = 'eu-west-1';

function settings(port: number) {
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
}

/** By version. */
export const awsClients: readonly (readonly [string, (port: number) => AwsClients])[] = [
  ['current', (port) => ({ records: currentRecords(port), groups: new SageMaker(settings(port)) })],
  ['3.523', (port) => ({ records: new Runtime523(settings(port)), groups: new SageMaker523(settings(port)) })],
];

/** With the operations that clients of 3.523 do not have. */
export function currentRecords(port: number): runtime.SageMakerFeatureStoreRuntime {
  return new runtime.SageMakerFeatureStoreRuntime(settings(port));
}

export const definitions: Definition[] = [
  { FeatureName: 'id', FeatureType: 'String' },
  { FeatureName: 't', FeatureType: 'String' },
  { FeatureName: 'a', FeatureType: 'Integral' },
  { FeatureName: 'b-c', FeatureType: 'String' },
  { FeatureName: 'set', FeatureType: 'String', CollectionType: 'Set' },
  {
    FeatureName: 'emb',
    FeatureType: 'Fractional',
    CollectionType: 'Vector',
    CollectionConfig: { VectorConfig: { Dimension: 2 } },
  },
];

export function groupNamed(FeatureGroupName: string) {
  return {
    FeatureGroupName,
    RecordIdentifierFeatureName: 'id',
    EventTimeFeatureName: 't',
    FeatureDefinitions: definitions,
    OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' as const },
  };
}

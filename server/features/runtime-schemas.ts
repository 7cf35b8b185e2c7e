/** What the operations of the Feature Store Runtime take, as their models have it. Members that are null count as left out. */
import {
  batchEntriesMax,
  batchIdentifiersMax,
  batchRecordIdsMax,
  filterableMax,
  filterOperator,
  foundTogetherMax,
  listedRecordsMax,
  ttlDuration,
  vectorDimensionMax,
} from '@nearkey/sdk/features';
import { z } from 'zod';

const valueCharsMax = 358_400;
/** Values that one filter with the operator In may name. */
const searchedValuesMax = 256;

const leftOut = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);

const featureValue = z.object({
  FeatureName: z.string().min(1).max(64),
  ValueAsString: z.string().max(valueCharsMax).nullish(),
  ValueAsStringList: z.array(z.string().max(valueCharsMax)).max(valueCharsMax).nullish(),
});

export const targetStores = z
  .array(z.enum(['OnlineStore', 'OfflineStore']))
  .min(1)
  .max(2);

/** ISO-8601 in UTC, or Unix seconds. */
const moment = z.string().min(1).max(64);
const recordId = z.string().min(1).max(valueCharsMax);
export const expirationTimeResponse = z.enum(['Enabled', 'Disabled']);
export const deletionMode = z.enum(['SoftDelete', 'HardDelete']);

export const putRecord = z.object({
  Record: z.array(featureValue).min(1),
  TargetStores: leftOut(targetStores),
  TtlDuration: leftOut(ttlDuration),
});

export const updateRecord = z.object({
  RecordIdentifierValueAsString: recordId,
  Features: z.array(featureValue).min(1),
  TargetStores: leftOut(targetStores),
  TtlDuration: leftOut(ttlDuration),
});

export const batchGetRecord = z.object({
  Identifiers: z
    .array(
      z.object({
        FeatureGroupName: z.string().min(1),
        RecordIdentifiersValueAsString: z.array(recordId).min(1).max(batchRecordIdsMax),
        FeatureNames: leftOut(z.array(z.string().min(1).max(64)).min(1)),
        /** An addition to SageMaker's, as the one for all identifiers. */
        AsOf: leftOut(moment),
      }),
    )
    .min(1)
    .max(batchIdentifiersMax),
  ExpirationTimeResponse: leftOut(expirationTimeResponse),
  AsOf: leftOut(moment),
});

/** Entries are checked one by one: a bad one fails alone. */
export const batchWriteRecord = z.object({
  Entries: z.array(z.unknown()).min(1).max(batchEntriesMax),
  TtlDuration: leftOut(ttlDuration),
});

export const batchWriteEntry = z.object({
  FeatureGroupName: z.string().min(1),
  Record: z.array(featureValue).min(1),
  TargetStores: leftOut(targetStores),
  TtlDuration: leftOut(ttlDuration),
});

export const listRecords = z.object({
  MaxResults: leftOut(z.int().min(1).max(listedRecordsMax)),
  NextToken: leftOut(z.string().max(8_192)),
  IncludeSoftDeletedRecords: leftOut(z.boolean()),
});

/** Of ours: SageMaker searches no records. */
export const searchRecords = z
  .object({
    Vector: leftOut(
      z
        .array(z.union([z.number(), z.string().min(1).max(64)]))
        .min(1)
        .max(vectorDimensionMax),
    ),
    RecordIdentifierValueAsString: leftOut(recordId),
    TopK: leftOut(z.int().min(1).max(foundTogetherMax)),
    Filters: leftOut(
      z
        .array(
          z.object({
            FeatureName: z.string().min(1).max(64),
            Operator: leftOut(filterOperator),
            ValueAsString: leftOut(z.string().max(valueCharsMax)),
            ValueAsStringList: leftOut(z.array(z.string().max(valueCharsMax)).min(1).max(searchedValuesMax)),
          }),
        )
        .max(filterableMax),
    ),
    FeatureNames: leftOut(z.array(z.string().min(1).max(64)).min(1)),
    ExpirationTimeResponse: leftOut(expirationTimeResponse),
  })
  .refine(
    ({ Vector, RecordIdentifierValueAsString }) =>
      (Vector === undefined) !== (RecordIdentifierValueAsString === undefined),
    {
      message: 'one of Vector and RecordIdentifierValueAsString',
    },
  );

/** The limits of SageMaker's Feature Store, which are ours: what its clients may send is accepted, and no more. */

/** A name of a group or of a feature: letters, digits, and hyphens and underscores between them. */
export const namePattern = /^[a-zA-Z0-9](?:[-_]*[a-zA-Z0-9]){0,63}$/;

/** Features that the service itself writes into exports. */
export const reservedFeatureNames: ReadonlySet<string> = new Set(['is_deleted', 'write_time', 'api_invocation_time']);

export const featuresMax = 2_500;
export const featureAdditionsMax = 100;
export const updatedFeaturesMax = 100;
export const vectorDimensionMax = 8_192;
/** Of a record, names and values together; and so of each value. */
export const recordBytesMax = 350 * 1024;
export const recordIdBytesMax = 2 * 1024;
export const batchIdentifiersMax = 100;
export const batchRecordIdsMax = 100;
export const batchEntriesMax = 25;
export const listedRecordsMax = 100;
/** Records that one search answers. */
export const foundTogetherMax = 1_000;
/** Features of a group that searches can filter by: each is kept twice. */
export const filterableMax = 64;
export const groupsMax = 10_000;
export const tagsMax = 50;
/** The end of the year 9999, in epoch milliseconds: nothing expires later. */
export const momentMsMax = 253_402_300_799_999;
/** Of one record; the versions of a record lie on one node and are trimmed by one script. */
export const versionsMax = 10_000;
/** Of a group, and how long each may be: together what one read may be asked to reckon. */
export const transformsMax = 64;
export const transformCharsMax = 1_024;
export const changesLengthMax = 10_000_000;

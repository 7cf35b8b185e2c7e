/** What an operation on records takes and answers, and what several of them write. */
import {
  type FeatureStore,
  isoText,
  type OnlineRecord,
  recordJson,
  type TransformOutcome,
  transformed,
  type Wanted,
} from '@nearkey/sdk/features';

export interface RuntimeRequest {
  /** Name or ARN in the path, decoded; '' for operations over several groups. */
  readonly groupName: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  /** The moment of the header `x-nearkey-as-of`, for clients whose operations know no `AsOf`. */
  readonly asOf?: string | undefined;
}

export interface RuntimeReply {
  readonly body: string;
  /** Told to the caller in a header; SageMaker says nothing. */
  readonly staleAgainst?: string | undefined;
  /** And so is that the write went among the versions of the record. */
  readonly isKept?: boolean | undefined;
  /** Names of transforms that could not be reckoned, for some record: told in a header, too. */
  readonly failedTransforms?: ReadonlySet<string> | undefined;
}

export type RuntimeOperation = (store: FeatureStore, request: RuntimeRequest) => Promise<RuntimeReply>;

/** Comes after a record, where the caller wants it and there is one. */
export function expiryMember({ expiresAtMs }: OnlineRecord, isWanted: boolean): string {
  return isWanted && expiresAtMs !== undefined ? `,"ExpiresAt":"${isoText(expiresAtMs)}"` : '';
}

/**
 * The members of an answer that hold a record: what is stored, what is reckoned from it, and why something could not be.
 * @param failed gets the names of transforms that failed
 */
export function recordMembers(
  record: OnlineRecord,
  { features, transforms }: Wanted,
  withExpiry: boolean,
  failed: Set<string>,
): string {
  const stored = recordJson(record.packed, features);
  const expiry = expiryMember(record, withExpiry);
  if (transforms.length === 0) return `"Record":${stored}${expiry}`;
  const outcomes = transformed(record.packed, transforms);
  const failures = outcomes.flatMap(({ name, failure }) =>
    failure === undefined ? [] : [{ FeatureName: name, Reason: failure }],
  );
  for (const { FeatureName } of failures) failed.add(FeatureName);
  const told = failures.length === 0 ? '' : `,"FailedTransforms":${JSON.stringify(failures)}`;
  return `"Record":${withOutcomes(stored, outcomes)}${expiry}${told}`;
}

function withOutcomes(stored: string, outcomes: readonly TransformOutcome[]): string {
  const values = outcomes.flatMap(({ name, value }) =>
    value === undefined ? [] : [JSON.stringify({ FeatureName: name, ValueAsString: value })],
  );
  const elements = stored === '[]' ? values : [stored.slice(1, -1), ...values];
  return `[${elements.join(',')}]`;
}

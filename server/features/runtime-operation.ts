/** What an operation on records takes and answers, and what several of them write. */
import { type FeatureStore, isoText, type OnlineRecord } from '@nearkey/sdk/features';

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
}

export type RuntimeOperation = (store: FeatureStore, request: RuntimeRequest) => Promise<RuntimeReply>;

/** Comes after a record, where the caller wants it and there is one. */
export function expiryMember({ expiresAtMs }: OnlineRecord, isWanted: boolean): string {
  return isWanted && expiresAtMs !== undefined ? `,"ExpiresAt":"${isoText(expiresAtMs)}"` : '';
}

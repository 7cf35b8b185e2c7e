/** A record as readers get it. */
import type { EventTime } from './event-time.js';
import type { StoredRecord } from './stored-record.js';

/** A record as it was read; `recordJson` and `unpackRecord` make something of it. */
export interface OnlineRecord {
  readonly packed: string;
  readonly eventTime: EventTime;
  /** Undefined for a record that never expires. */
  readonly expiresAtMs: number | undefined;
}

/** What is stored, as it is at a moment; undefined when there is none, it was deleted or its time is over. */
export function onlineRecord(stored: StoredRecord | undefined, nowMs: number): OnlineRecord | undefined {
  if (stored?.packed === undefined) return undefined;
  const { packed, eventTime, expiresAtMs } = stored;
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? undefined : { packed, eventTime, expiresAtMs };
}

/** A record as it lies in the store, as far as reading needs it. */
import type { CommandReply } from '../commander.js';
import type { EventTime } from './event-time.js';

/** A record as it was read; `recordJson` and `unpackRecord` make something of it. */
export interface OnlineRecord {
  readonly packed: string;
  readonly eventTime: EventTime;
  /** Undefined for a record that never expires. */
  readonly expiresAtMs: number | undefined;
}

/** From the fields _p, _t, _x and _d; undefined when there is none, it was deleted or its time is over. */
export function onlineRecord(fields: CommandReply, nowMs: number): OnlineRecord | undefined {
  if (!Array.isArray(fields)) return undefined;
  const [packed, eventTime, expires, deleted] = fields;
  if (typeof packed !== 'string' || typeof eventTime !== 'string' || deleted === '1') return undefined;
  const expiresAtMs = typeof expires === 'string' ? Number(expires) : undefined;
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) return undefined;
  return { packed, eventTime, expiresAtMs };
}

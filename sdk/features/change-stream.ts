/**
 * What a group tells others of its records: an entry of a Redis stream for each write that changed something, for consumers of
 * XREAD and XREADGROUP. Fields: `op` (put, update, delete, hard-delete), `id`, `at` (milliseconds of the write), `time` (the event time as it
 * was written; absent from updates without one), `features` (JSON as in the APIs: of a put the record, of an update what it changes) and
 * `late` with 1 for a write that is older than the record and went among its versions only.
 *
 * On one server the entry is made by the script that writes the record: there is one for every change, in their order. The stream of a cluster lies
 * on another node than most records, and its entry is sent after the write: a process that ends between the two leaves no entry.
 */
import type { Commander } from '../commander.js';
import { storeFailure } from './feature-error.js';
import type { FeatureGroup } from './feature-group.js';
import { changesKey } from './record-keys.js';

export type ChangeName = 'put' | 'update' | 'delete' | 'hard-delete';

export interface Change {
  readonly op: ChangeName;
  readonly recordId: string;
  /** '' for none. */
  readonly eventTime: string;
  /** JSON; '' for none. */
  readonly features: string;
}

/** Sends the entry of a change that was made on a cluster. @throws FeatureError */
export async function tellChange(
  commander: Commander,
  group: FeatureGroup,
  { op, recordId, eventTime, features }: Change,
  atMs: number,
  isLate: boolean,
): Promise<void> {
  const { changes } = group.definition.online ?? {};
  if (changes === undefined) return;
  const entry = ['op', op, 'id', recordId, 'at', String(atMs)];
  if (eventTime !== '') entry.push('time', eventTime);
  if (features !== '') entry.push('features', features);
  if (isLate) entry.push('late', '1');
  try {
    await commander.call('XADD', changesKey(group.definition), 'MAXLEN', '~', changes.maxLength, '*', ...entry);
  } catch (error) {
    throw storeFailure(error, 'XADD');
  }
}

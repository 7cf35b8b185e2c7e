/**
 * A record as it lies under its key, in one of two forms. A group with a Vector keeps fields of a hash (_t event time, _x expiry, _d marker, _p values),
 * because that is what an index reads. Any other keeps one text, `event time;expiry;P` with the values, or `event time;expiry;D` for the marker of a
 * deletion: it takes less memory than a hash of two fields, and is read and written by one simple command.
 *
 * Versions have the form of the text, too. A group that gains a Vector has records in both forms, until each of them is written again; so does
 * one that an earlier release wrote. Whoever reads looks for the group's form first, and for the other where the store says that the key holds that.
 */
import type { Commander, CommandReply } from '../commander.js';
import type { EventTime } from './event-time.js';
import { storeFailure } from './feature-error.js';
import type { FeatureGroup } from './feature-group.js';

export interface StoredRecord {
  readonly eventTime: EventTime;
  /** Undefined for one that never expires. */
  readonly expiresAtMs: number | undefined;
  /** Undefined for the marker of a deletion. */
  readonly packed: string | undefined;
}

/** As a script writes it. */
export type RecordForm = 'T' | 'F';

/** How often a record may change its form while it is looked for. */
const formChangesMax = 4;
/** No event time and no expiry is longer, with what follows them. */
const headBytes = 64;

export function formOf({ vector }: FeatureGroup): RecordForm {
  return vector === undefined ? 'T' : 'F';
}

/** What is stored under the key, whether or not its time is over; undefined for nothing. @throws FeatureError */
export function readStored(commander: Commander, group: FeatureGroup, key: string): Promise<StoredRecord | undefined> {
  return read(group, {
    T: async () => storedFromText(await commander.call('GET', key)),
    F: async () => storedFromFields(await commander.call('HMGET', key, '_p', '_t', '_x', '_d')),
  });
}

/** The same without the values, which cost as much as all the rest: a record that is no marker has the values ''. @throws FeatureError */
export function readStoredHead(
  commander: Commander,
  group: FeatureGroup,
  key: string,
): Promise<StoredRecord | undefined> {
  return read(group, {
    T: async () => {
      const stored = storedFromText(await commander.call('GETRANGE', key, 0, headBytes - 1));
      return stored?.packed === undefined ? stored : { ...stored, packed: '' };
    },
    F: async () => {
      const reply = await commander.call('HMGET', key, '_t', '_x', '_d');
      return storedFromFields(['', ...(Array.isArray(reply) ? reply : [])]);
    },
  });
}

/** Of the fields _p, _t, _x and _d. */
export function storedFromFields(fields: CommandReply): StoredRecord | undefined {
  if (!Array.isArray(fields)) return undefined;
  const [packed, eventTime, expires, deleted] = fields;
  if (typeof eventTime !== 'string') return undefined;
  return {
    eventTime,
    expiresAtMs: typeof expires === 'string' ? Number(expires) : undefined,
    packed: deleted !== '1' && typeof packed === 'string' ? packed : undefined,
  };
}

/** Of a record in one text, or of a version. */
export function storedFromText(text: CommandReply): StoredRecord | undefined {
  if (typeof text !== 'string') return undefined;
  const timeEnd = text.indexOf(';');
  const expiryEnd = text.indexOf(';', timeEnd + 1);
  if (timeEnd < 1 || expiryEnd < 0) return undefined;
  return {
    eventTime: text.slice(0, timeEnd),
    expiresAtMs: expiryEnd === timeEnd + 1 ? undefined : Number(text.slice(timeEnd + 1, expiryEnd)),
    packed: text[expiryEnd + 1] === 'P' ? text.slice(expiryEnd + 2) : undefined,
  };
}

async function read(
  group: FeatureGroup,
  readers: Readonly<Record<RecordForm, () => Promise<StoredRecord | undefined>>>,
): Promise<StoredRecord | undefined> {
  let form = formOf(group);
  for (let change = 1; ; change++) {
    try {
      return await readers[form]();
    } catch (error) {
      if (change === formChangesMax || !String(error).includes('WRONGTYPE'))
        throw storeFailure(error, form === 'T' ? 'GET' : 'HMGET');
      form = form === 'T' ? 'F' : 'T';
    }
  }
}

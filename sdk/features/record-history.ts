/**
 * Records as they were: reads of a moment from the versions that a group keeps. A version holds from its event time until that of the next
 * one, or until it expires, or is deleted. What the group does not know any more is an error and never an older or a newer value.
 */
import type { Clock } from '../clock.js';
import type { Commander, CommandReply } from '../commander.js';
import { type EventTime, eventTimeMs, isoEventTime, parseEventTime } from './event-time.js';
import { type FeatureError, invalid, storeFailure } from './feature-error.js';
import { type FeatureGroup, ttlMs } from './feature-group.js';
import { historyKey, historyPrefix, recordKey, recordPrefix } from './record-keys.js';
import { readStored, type StoredRecord, storedFromText } from './stored-record.js';

/** From the year 0 to 1970. */
const epochMs = 62_167_219_200_000;
/** Versions of one millisecond that are looked at together, after the first. */
const stepVersions = 16;

/**
 * The version that held at a moment, undefined for none.
 * @throws FeatureError ValidationError for a group without versions, and where the versions that are kept do not reach back to the moment
 */
export async function versionAsOf(
  commander: Commander,
  clock: Clock,
  group: FeatureGroup,
  recordId: string,
  asOf: EventTime,
): Promise<StoredRecord | undefined> {
  const history = group.definition.online?.history;
  if (history === undefined) throw invalid(`The feature group ${group.name} keeps no versions: AsOf needs them`);
  const nowMs = clock.nowMs();
  if (history.window !== undefined && eventTimeMs(asOf) < nowMs - ttlMs(history.window)) throw outOfReach(group, asOf);
  const [kept, stored] = await Promise.all([
    newestKept(commander, group, recordId, asOf),
    storedVersion(commander, group, recordId, nowMs),
  ]);
  const isStored = stored !== undefined && stored.eventTime <= asOf;
  if (isStored && (kept.version === undefined || kept.version.eventTime < stored.eventTime)) return stored;
  if (kept.version !== undefined) return kept.version;
  if (kept.isIncomplete) throw outOfReach(group, asOf);
  if (stored !== undefined && !(await keepsAny(commander, group, recordId))) throw outOfReach(group, asOf);
  return undefined;
}

function outOfReach({ name }: FeatureGroup, asOf: EventTime): FeatureError {
  return invalid(`The versions that ${name} keeps of this record do not reach back to ${isoEventTime(asOf)}`);
}

/** A moment as callers write it: ISO-8601 in UTC, or Unix seconds. @throws FeatureError */
export function parseMoment(text: string): EventTime {
  return parseEventTime(text, text.includes('T') ? 'String' : 'Fractional');
}

interface Kept {
  readonly version: StoredRecord | undefined;
  /** Something older than what is kept has been dropped, or was written before versions were kept. */
  readonly isIncomplete: boolean;
}

async function newestKept(
  commander: Commander,
  { definition }: FeatureGroup,
  recordId: string,
  asOf: EventTime,
): Promise<Kept> {
  const key = historyKey(historyPrefix(definition), recordId);
  const score = eventTimeMs(asOf) + epochMs;
  let offset = 0;
  for (let count = 1; ; count = stepVersions) {
    const members = await call(commander, 'ZREVRANGEBYSCORE', key, score, -1, 'LIMIT', offset, count);
    const texts = Array.isArray(members) ? members.map(String) : [];
    for (const text of texts) {
      if (text.startsWith('F')) return { version: undefined, isIncomplete: true };
      const version = storedFromText(text);
      if (version !== undefined && version.eventTime <= asOf) return { version, isIncomplete: false };
    }
    offset += texts.length;
    if (texts.length < count) return { version: undefined, isIncomplete: false };
  }
}

/** A record that was stored before the group kept versions has none until it is written again. */
async function keepsAny(commander: Commander, { definition }: FeatureGroup, recordId: string): Promise<boolean> {
  return (await call(commander, 'EXISTS', historyKey(historyPrefix(definition), recordId))) === 1;
}

async function storedVersion(
  commander: Commander,
  group: FeatureGroup,
  recordId: string,
  nowMs: number,
): Promise<StoredRecord | undefined> {
  const stored = await readStored(commander, group, recordKey(recordPrefix(group.definition), recordId));
  return stored?.expiresAtMs !== undefined && stored.expiresAtMs <= nowMs ? undefined : stored;
}

async function call(commander: Commander, command: string, ...args: (string | number)[]): Promise<CommandReply> {
  try {
    return await commander.call(command, ...args);
  } catch (error) {
    throw storeFailure(error, command);
  }
}

/**
 * The online store: records of feature groups, read and written over any Commander. What it promises is what SageMaker's Feature Store
 * documents: the newest event time wins, atomically per record; a record lives until its event time plus its time to live; what is not there
 * is no error.
 *
 * Commands for several records are sent together, without waiting between them: one round trip on a connection, and on a cluster one
 * to each node.
 */
import type { Clock } from '../clock.js';
import type { Commander, CommandReply } from '../commander.js';
import type { EventTime } from './event-time.js';
import { FeatureError, invalid, storeFailure } from './feature-error.js';
import type { Feature, FeatureGroup, TtlDuration } from './feature-group.js';
import type { FeatureValue } from './feature-values.js';
import { GroupRegistry } from './group-registry.js';
import { recordKey, recordPrefix } from './record-keys.js';
import { type ListOptions, listRecords, type RecordPage } from './record-listing.js';
import { sweepRecords } from './record-sweep.js';
import { checkRecordId, deleteArguments, putArguments, type RecordWrite, updateArguments } from './record-write.js';
import { writeScript } from './store-script.js';

export interface FeatureStoreOptions {
  readonly commander: Commander;
  readonly clock: Clock;
  /** Resolves when others have had their turn: work that nobody waits for is done in steps between them. */
  readonly giveWay?: (() => Promise<void>) | undefined;
}

/** A record as it was read; `recordJson` and `unpackRecord` make something of it. */
export interface OnlineRecord {
  readonly packed: string;
  readonly eventTime: EventTime;
  /** Undefined for a record that never expires. */
  readonly expiresAtMs: number | undefined;
}

/** Whether a write took effect: one that is not newer than what is stored changes nothing. */
export type WriteOutcome =
  | { readonly isStale: false }
  | { readonly isStale: true; readonly storedEventTime: EventTime };

export interface PutRequest {
  readonly record: readonly FeatureValue[];
  readonly ttl?: TtlDuration | undefined;
}

export interface UpdateRequest {
  readonly recordId: string;
  readonly features: readonly FeatureValue[];
  readonly ttl?: TtlDuration | undefined;
}

export interface DeleteRequest {
  readonly recordId: string;
  readonly eventTime: string;
  readonly mode?: 'SoftDelete' | 'HardDelete' | undefined;
}

export class FeatureStore {
  readonly groups: GroupRegistry;
  readonly #commander: Commander;
  readonly #clock: Clock;
  readonly #giveWay: () => Promise<void>;
  #sweeping: Promise<void> | undefined;

  constructor({ commander, clock, giveWay = async () => undefined }: FeatureStoreOptions) {
    this.#commander = commander;
    this.#clock = clock;
    this.#giveWay = giveWay;
    this.groups = new GroupRegistry(commander, clock);
  }

  /** The record, or undefined when there is none, it was deleted or its time is over. @throws FeatureError */
  async get(group: FeatureGroup, recordId: string): Promise<OnlineRecord | undefined> {
    checkOnline(group);
    checkRecordId(recordId);
    let reply: CommandReply;
    try {
      reply = await this.#commander.call('HMGET', keyOf(group, recordId), '_p', '_t', '_x', '_d');
    } catch (error) {
      throw storeFailure(error, 'HMGET');
    }
    return onlineRecord(reply, this.#clock.nowMs());
  }

  /** Replaces the record if it is newer. @throws FeatureError */
  async put(group: FeatureGroup, { record, ttl }: PutRequest): Promise<WriteOutcome> {
    checkOnline(group);
    return this.#write(group, putArguments(group, record, ttl, this.#clock.nowMs()));
  }

  /**
   * Changes single features of a record that is there.
   * @throws FeatureError ConflictException when it is older than what is stored, ResourceNotFound when there is no record
   */
  async update(group: FeatureGroup, { recordId, features, ttl }: UpdateRequest): Promise<void> {
    checkOnline(group);
    const outcome = await this.#write(group, updateArguments(group, recordId, features, ttl, this.#clock.nowMs()));
    if (outcome.isStale) {
      throw new FeatureError('ConflictException', 'The event time is older than that of the stored record');
    }
  }

  /**
   * Deletes the record if the deletion is newer: softly, which leaves a marker that older writes do not pass, or wholly.
   * @throws FeatureError ValidationError for a hard delete that is not newer
   */
  async delete(
    group: FeatureGroup,
    { recordId, eventTime, mode = 'SoftDelete' }: DeleteRequest,
  ): Promise<WriteOutcome> {
    checkOnline(group);
    const write = deleteArguments(group, recordId, eventTime, mode, this.#clock.nowMs());
    const outcome = await this.#write(group, write);
    if (outcome.isStale && mode === 'HardDelete') {
      throw invalid('The event time of a hard delete must be later than that of the stored record');
    }
    return outcome;
  }

  /** A page of the identifiers of the group's records. @throws FeatureError */
  async list(group: FeatureGroup, options: ListOptions): Promise<RecordPage> {
    checkOnline(group);
    return listRecords(this.#commander, this.#clock, group, options);
  }

  /** Takes a group away: its records cannot be reached any more, and are removed by and by. @throws FeatureError */
  async deleteGroup(name: string): Promise<void> {
    await this.groups.remove(name);
    void this.sweep();
  }

  /**
   * Removes what is left of groups that were deleted, also by a process that has ended. Resolves to whether that was possible; what was not
   * is taken up by the next sweep.
   */
  async sweep(): Promise<boolean> {
    while (this.#sweeping !== undefined) await this.#sweeping.catch(() => undefined);
    this.#sweeping = sweepRecords(this.#commander, this.#giveWay);
    try {
      await this.#sweeping;
      return true;
    } catch {
      return false;
    } finally {
      this.#sweeping = undefined;
    }
  }

  async #write(group: FeatureGroup, { recordId, args }: RecordWrite): Promise<WriteOutcome> {
    const reply = await writeScript.run(this.#commander, keyOf(group, recordId), args);
    const [outcome, storedEventTime] = Array.isArray(reply) ? reply : [];
    switch (outcome) {
      case 1:
        return { isStale: false };
      case 0:
        return { isStale: true, storedEventTime: String(storedEventTime) };
      case -1:
        throw new FeatureError('ResourceNotFound', 'Resource Not Found: there is no record with this identifier');
      case -2:
        throw invalid('The record would become larger than 350 KB');
      default:
        throw new FeatureError('InternalFailure', 'The store answered something that is no outcome of a write');
    }
  }
}

/**
 * The features of the group that a caller asked for, in the order of the definitions; all of them without names.
 * @throws FeatureError ValidationError
 */
export function projection(group: FeatureGroup, names: readonly string[] | undefined): readonly Feature[] {
  if (names === undefined || names.length === 0) return group.features;
  const features = new Set<Feature>();
  for (const name of names) {
    const feature = group.byName.get(name);
    if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${name}'`);
    features.add(feature);
  }
  return [...features].sort((a, b) => a.ordinal - b.ordinal);
}

function checkOnline({ name, definition }: FeatureGroup): void {
  if (definition.online === undefined) throw invalid(`The feature group ${name} has no online store`);
}

function keyOf({ definition }: FeatureGroup, recordId: string): string {
  return recordKey(recordPrefix(definition), recordId);
}

function onlineRecord(reply: CommandReply, nowMs: number): OnlineRecord | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [packed, eventTime, expires, deleted] = reply;
  if (typeof packed !== 'string' || typeof eventTime !== 'string' || deleted === '1') return undefined;
  const expiresAtMs = typeof expires === 'string' ? Number(expires) : undefined;
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) return undefined;
  return { packed, eventTime, expiresAtMs };
}

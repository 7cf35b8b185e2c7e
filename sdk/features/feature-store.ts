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
import { type Access, checkAccess, type Right } from './access.js';
import { ChangeRelay } from './change-stream.js';
import { type EventTime, eventTimeMs } from './event-time.js';
import { FeatureError, invalid } from './feature-error.js';
import type { FeatureGroup, GroupDefinition, TtlDuration } from './feature-group.js';
import type { FeatureValue } from './feature-values.js';
import { Freshness } from './freshness.js';
import { GroupRegistry } from './group-registry.js';
import { type OnlineRecord, onlineRecord } from './online-record.js';
import { versionAsOf } from './record-history.js';
import { changesKey, historyKey, historyPrefix, outboxKey, recordKey, recordPrefix } from './record-keys.js';
import { type ListOptions, listRecords, type RecordPage } from './record-listing.js';
import { sweepRecords } from './record-sweep.js';
import {
  checkRecordId,
  checkSize,
  deleteArguments,
  putArguments,
  type RecordWrite,
  updateArguments,
  versionArguments,
} from './record-write.js';
import { versionedWriteScript, writeScript } from './store-script.js';
import { readStored } from './stored-record.js';
import { type ExpressionLanguage, Transforms } from './transforms.js';
import { type FoundRecord, type SearchRequest, VectorSearch } from './vector-search.js';

/** How often a large record is measured for an update while others change it. */
const measurementsMax = 16;

export interface FeatureStoreOptions {
  readonly commander: Commander;
  readonly clock: Clock;
  /** Resolves when others have had their turn: work that nobody waits for is done in steps between them. */
  readonly giveWay?: (() => Promise<void>) | undefined;
  /** Hears why what is left of deleted groups could not be removed, or changes not be sent on for now. */
  readonly onSweepError?: ((error: unknown) => void) | undefined;
  /** In which transforms are written. Without it none can be set or asked for, and reads of all of a record leave them out. */
  readonly language?: ExpressionLanguage | undefined;
}

/** Whether a write took effect: one that is not newer than what is stored changes nothing. */
export type WriteOutcome =
  | { readonly isStale: false }
  | {
      readonly isStale: true;
      readonly storedEventTime: EventTime;
      /** It went among the versions that the group keeps, in its place. */
      readonly isKept?: true;
    };

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

/** What stores of several callers share. */
interface SharedParts {
  readonly groups: GroupRegistry;
  readonly search: VectorSearch;
  readonly freshness: Freshness;
  readonly transforms: Transforms;
  readonly relay: ChangeRelay;
  readonly access: Access;
}

export class FeatureStore {
  readonly groups: GroupRegistry;
  /** How old what this process served was. */
  readonly freshness: Freshness;
  readonly transforms: Transforms;
  readonly #access: Access | undefined;
  readonly #commander: Commander;
  readonly #clock: Clock;
  readonly #giveWay: () => Promise<void>;
  readonly #onSweepError: (error: unknown) => void;
  readonly #search: VectorSearch;
  readonly #relay: ChangeRelay;
  #sweeping: Promise<void> | undefined;

  constructor(options: FeatureStoreOptions, shared?: SharedParts) {
    const { commander, clock, giveWay = async () => undefined, onSweepError = () => undefined, language } = options;
    this.#commander = commander;
    this.#clock = clock;
    this.#giveWay = giveWay;
    this.#onSweepError = onSweepError;
    this.groups = shared?.groups ?? new GroupRegistry(commander, clock);
    this.freshness = shared?.freshness ?? new Freshness();
    this.transforms = shared?.transforms ?? new Transforms(language);
    this.#search = shared?.search ?? new VectorSearch(commander, clock);
    this.#relay = shared?.relay ?? new ChangeRelay(commander);
    this.#access = shared?.access;
  }

  /** The same store for a caller who may do so much: what is beyond that is refused with AccessForbidden. */
  seenBy(access: Access): FeatureStore {
    const options = {
      commander: this.#commander,
      clock: this.#clock,
      giveWay: this.#giveWay,
      onSweepError: this.#onSweepError,
    };
    const { freshness, transforms } = this;
    const groups = this.groups.seenBy(access);
    const [search, relay] = [this.#search, this.#relay];
    return new FeatureStore(options, { groups, search, relay, freshness, transforms, access });
  }

  /** For what lies in the same store under a name like that of a group. @throws FeatureError AccessForbidden */
  checkAccess(name: string, right: Right): void {
    checkAccess(this.#access, name, right);
  }

  /** The record, or undefined when there is none, it was deleted or its time is over. @throws FeatureError */
  async get(group: FeatureGroup, recordId: string): Promise<OnlineRecord | undefined> {
    this.#check(group, 'read');
    checkRecordId(recordId);
    const stored = await readStored(this.#commander, group, keyOf(group, recordId));
    const nowMs = this.#clock.nowMs();
    const record = onlineRecord(stored, nowMs);
    if (record !== undefined) this.freshness.served(group.name, nowMs - eventTimeMs(record.eventTime));
    return record;
  }

  /**
   * The record as it was at a moment, from the versions that the group keeps.
   * @throws FeatureError ValidationError where it keeps none, or they do not reach back so far
   */
  async getAsOf(group: FeatureGroup, recordId: string, asOf: EventTime): Promise<OnlineRecord | undefined> {
    this.#check(group, 'read');
    checkRecordId(recordId);
    const version = await versionAsOf(this.#commander, this.#clock, group, recordId, asOf);
    return onlineRecord(version, eventTimeMs(asOf));
  }

  /** Replaces the record if it is newer. @throws FeatureError */
  async put(group: FeatureGroup, { record, ttl }: PutRequest): Promise<WriteOutcome> {
    this.#check(group, 'write');
    return this.#write(group, () => putArguments(group, record, ttl, this.#clock.nowMs()));
  }

  /**
   * Changes single features of a record that is there.
   * @throws FeatureError ConflictException when it is older than what is stored, ResourceNotFound when there is no record
   */
  async update(group: FeatureGroup, { recordId, features, ttl }: UpdateRequest): Promise<void> {
    this.#check(group, 'write');
    const outcome = await this.#write(group, (measured) =>
      updateArguments(group, recordId, features, ttl, this.#clock.nowMs(), measured),
    );
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
    this.#check(group, 'write');
    const outcome = await this.#write(group, () =>
      deleteArguments(group, recordId, eventTime, mode, this.#clock.nowMs()),
    );
    if (outcome.isStale && mode === 'HardDelete') {
      throw invalid('The event time of a hard delete must be later than that of the stored record');
    }
    return outcome;
  }

  /** A page of the identifiers of the group's records. @throws FeatureError */
  async list(group: FeatureGroup, options: ListOptions): Promise<RecordPage> {
    this.#check(group, 'read');
    return listRecords(this.#commander, this.#clock, group, options);
  }

  /** The records whose Vector is nearest, the nearest first. @throws FeatureError */
  async search(group: FeatureGroup, request: SearchRequest): Promise<FoundRecord[]> {
    this.#check(group, 'read');
    const found = await this.#search.nearest(group, request);
    const nowMs = this.#clock.nowMs();
    for (const { record } of found) this.freshness.served(group.name, nowMs - eventTimeMs(record.eventTime));
    return found;
  }

  /** @throws FeatureError ValidationError, ResourceInUse, ResourceLimitExceeded */
  async createGroup(definition: Omit<GroupDefinition, 'generation'>): Promise<FeatureGroup> {
    this.transforms.check(definition);
    const group = await this.groups.create(definition);
    if (definition.online !== undefined) await this.#search.prepare(group);
    return group;
  }

  /**
   * Puts the definition that `edit` makes of the present one in its place.
   * @throws FeatureError ValidationError, ResourceNotFound
   */
  changeGroup(name: string, edit: (definition: GroupDefinition) => GroupDefinition): Promise<FeatureGroup> {
    return this.groups.change(name, (definition) => {
      const changed = edit(definition);
      const isSame =
        changed.features === definition.features && changed.online?.transforms === definition.online?.transforms;
      if (!isSame) this.transforms.check(changed);
      return changed;
    });
  }

  /** Takes a group away: its records cannot be reached any more, and are removed by and by. @throws FeatureError */
  async deleteGroup(name: string): Promise<void> {
    const group = await this.groups.remove(name);
    this.freshness.forget(group.name);
    await this.#search.forget(group);
    void this.sweep();
  }

  /**
   * Removes what is left of groups that were deleted, also by a process that has ended, and sends on what such a one has left in outboxes of a cluster. Resolves to whether that was possible; what was not
   * is taken up by the next sweep, which every deletion of a group begins.
   */
  async sweep(): Promise<boolean> {
    while (this.#sweeping !== undefined) await this.#sweeping.catch(() => undefined);
    this.#sweeping = this.#tidyUp();
    try {
      await this.#sweeping;
      return true;
    } catch (error) {
      this.#onSweepError(error);
      return false;
    } finally {
      this.#sweeping = undefined;
    }
  }

  async #tidyUp(): Promise<void> {
    await sweepRecords(this.#commander, this.#giveWay);
    if (this.#commander.nodes === undefined) return;
    for (const { definition } of await this.groups.all()) {
      if (definition.online?.changes !== undefined) await this.#relay.sendAll(definition, this.#giveWay);
    }
  }

  #check(group: FeatureGroup, right: Right): void {
    checkAccess(this.#access, group.name, right);
    if (group.definition.online === undefined) throw invalid(`The feature group ${group.name} has no online store`);
  }

  /** @param writeFor what to write: of an update with the packed record that it makes, where that had to be measured */
  async #write(group: FeatureGroup, writeFor: (measured?: string) => RecordWrite): Promise<WriteOutcome> {
    let write = writeFor();
    let reply = await this.#send(group, write);
    for (let attempt = 0; attempt < measurementsMax && Array.isArray(reply) && reply[0] === -2; attempt++) {
      const packed = String(reply[1]);
      checkSize(group, packed);
      write = writeFor(packed);
      reply = await this.#send(group, write);
    }
    const [outcome, storedEventTime, kept] = Array.isArray(reply) ? reply : [];
    if (this.#hasOutboxes(group) && (outcome === 1 || kept === 1)) {
      // The write is done and its entry is kept: what cannot be sent on now is sent with the next one.
      const outbox = outboxKey(group.definition, write.recordId);
      await this.#relay.send(group.definition, outbox).catch((error) => this.#onSweepError(error));
    }
    switch (outcome) {
      case 1:
        return { isStale: false };
      case 0: {
        const stale = { isStale: true, storedEventTime: String(storedEventTime) } as const;
        return kept === 1 ? { ...stale, isKept: true } : stale;
      }
      case -1:
        throw new FeatureError('ResourceNotFound', 'Resource Not Found: there is no record with this identifier');
      case -2:
        throw new FeatureError('ServiceUnavailable', 'Others keep changing the record');
      default:
        throw new FeatureError('InternalFailure', 'The store answered something that is no outcome of a write');
    }
  }

  async #send(group: FeatureGroup, { recordId, args, change }: RecordWrite): Promise<CommandReply> {
    const { definition } = group;
    const key = keyOf(group, recordId);
    if (definition.online?.history === undefined && definition.online?.changes === undefined) {
      return writeScript.run(this.#commander, [key], args);
    }
    const keys = [key, historyKey(historyPrefix(definition), recordId)];
    if (definition.online.changes !== undefined) {
      keys.push(this.#hasOutboxes(group) ? outboxKey(definition, recordId) : changesKey(definition));
    }
    return versionedWriteScript.run(this.#commander, keys, [...versionArguments(group, change), ...args]);
  }

  /** On a cluster, where the stream lies on another node than the record. */
  #hasOutboxes({ definition }: FeatureGroup): boolean {
    return definition.online?.changes !== undefined && this.#commander.nodes !== undefined;
  }
}

function keyOf({ definition }: FeatureGroup, recordId: string): string {
  return recordKey(recordPrefix(definition), recordId);
}

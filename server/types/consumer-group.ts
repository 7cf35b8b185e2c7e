/**
 * A consumer group of a stream: how far it has read, and which entries were delivered to whom and not acknowledged yet.
 * Pending entries lie in tables in the arena: one of the group with all that is known, and one of each consumer with
 * the ids alone, so that both can be walked in order.
 *
 * Invariants (checked by `validate`)
 *   - the consumers' tables share out the group's: every pending id is in the table of exactly the consumer it names
 *   - a consumer's number is its place in the list of consumers, by which pending entries name it
 */
import { assert } from '../base/assert.js';
import { type Int64, readInt64, wrappingAdd, writeInt64 } from '../base/int64-words.js';
import type { Arena } from '../memory/arena.js';
import { IdTable, NOWHERE } from './id-table.js';
import { StreamId } from './stream-id.js';

/** A group's number of entries read when nobody can tell it. */
export const READS_UNKNOWN = -1;

/** Delivery time, number of deliveries, number of the consumer. */
const PENDING_BYTES = StreamId.bytes + 8 + 8 + 4;
const CONSUMER_BYTES = 96;

export class Consumer {
  readonly #pending: IdTable;

  constructor(
    /** One character a byte. */
    readonly name: string,
    readonly number: number,
    /** When a command last named it. */
    public seenMs: number,
    pending: IdTable,
  ) {
    this.#pending = pending;
  }

  static inArena(arena: Arena, name: string, number: number, seenMs: number): Consumer {
    return new Consumer(name, number, seenMs, new IdTable(arena, StreamId.bytes));
  }

  /** Ids of the entries it has not acknowledged. */
  get pending(): IdTable {
    return this.#pending;
  }
}

/** A delivered entry that nobody has acknowledged. */
export interface PendingEntry {
  readonly id: StreamId;
  readonly consumer: Consumer;
  readonly deliveredMs: number;
  readonly deliveries: Int64;
}

export class ConsumerGroup {
  readonly #pending: IdTable;
  readonly #byName = new Map<string, Consumer>();
  readonly #byNumber: (Consumer | undefined)[] = [];

  constructor(
    private readonly arena: Arena,
    /** The last entry delivered. */
    public lastId: StreamId,
    /** How many entries of the stream's life lie up to `lastId`, or `READS_UNKNOWN`. */
    public entriesRead: Int64,
    pending = new IdTable(arena, PENDING_BYTES),
  ) {
    this.#pending = pending;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  get consumerCount(): number {
    return this.#byName.size;
  }

  consumer(name: string): Consumer | undefined {
    return this.#byName.get(name);
  }

  /** Consumers in the order of their names, byte by byte. */
  consumers(): Consumer[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds a consumer of a name that is not taken. */
  addConsumer(name: string, nowMs: number): Consumer {
    const free = this.#byNumber.indexOf(undefined);
    return this.#keep(Consumer.inArena(this.arena, name, free < 0 ? this.#byNumber.length : free, nowMs));
  }

  /** Removes a consumer and forgets what it has pending. */
  removeConsumer(consumer: Consumer): void {
    const { pending } = consumer;
    for (let at = pending.first(); at !== NOWHERE; at = pending.next(at)) {
      this.#pending.remove(this.#pending.find(pending.id(at)));
    }
    pending.clear();
    this.#byName.delete(consumer.name);
    this.#byNumber[consumer.number] = undefined;
  }

  pendingEntry(id: StreamId): PendingEntry | undefined {
    const at = this.#pending.find(id);
    return at === NOWHERE ? undefined : this.#entryAt(at);
  }

  /** The first pending entry and the last. */
  pendingEdges(): readonly [StreamId, StreamId] | undefined {
    if (this.#pending.size === 0) return undefined;
    return [this.#pending.id(this.#pending.first()), this.#pending.id(this.#pending.last())];
  }

  /** The first pending entry at or after an id. */
  firstPending(from: StreamId): PendingEntry | undefined {
    const at = this.#pending.atOrAfter(from);
    return at === NOWHERE ? undefined : this.#entryAt(at);
  }

  /** Gives an entry to a consumer, whoever had it before. */
  assign(id: StreamId, consumer: Consumer, deliveredMs: number, deliveries: Int64): PendingEntry {
    let at = this.#pending.find(id);
    const previous = at === NOWHERE ? undefined : this.#entryAt(at).consumer;
    if (at === NOWHERE) at = this.#pending.insert(id);
    const words = this.#pending.words(at);
    const data = this.#pending.dataAt(at);
    words.setFloat64(data, deliveredMs, true);
    writeInt64(words, data + 8, deliveries);
    words.setUint32(data + 16, consumer.number, true);
    if (previous !== consumer) {
      previous?.pending.remove(previous.pending.find(id));
      consumer.pending.insert(id);
    }
    return { id, consumer, deliveredMs, deliveries };
  }

  /** Counts one more delivery of a pending entry to the consumer it belongs to. */
  deliverAgain({ id, consumer, deliveries }: PendingEntry, nowMs: number): PendingEntry {
    return this.assign(id, consumer, nowMs, wrappingAdd(deliveries, 1));
  }

  /** Forgets a pending entry. @returns whether there was one */
  acknowledge(id: StreamId): boolean {
    const at = this.#pending.find(id);
    if (at === NOWHERE) return false;
    const { consumer } = this.#entryAt(at);
    consumer.pending.remove(consumer.pending.find(id));
    this.#pending.remove(at);
    return true;
  }

  /**
   * Visits pending entries from an id on, of one consumer or of all, until the visitor answers false. The visitor must
   * not change the group.
   */
  forEachPending(from: StreamId, of: Consumer | undefined, visit: (entry: PendingEntry) => boolean): void {
    const table = of?.pending ?? this.#pending;
    for (let at = table.atOrAfter(from); at !== NOWHERE; at = table.next(at)) {
      const own = of === undefined ? at : this.#pending.find(table.id(at));
      if (!visit(this.#entryAt(own))) return;
    }
  }

  memoryBytes(): number {
    let bytes = this.#pending.memoryBytes();
    for (const { pending, name } of this.#byName.values()) {
      bytes += pending.memoryBytes() + CONSUMER_BYTES + name.length;
    }
    return bytes;
  }

  copyTo(arena: Arena): ConsumerGroup {
    const copy = new ConsumerGroup(arena, this.lastId, this.entriesRead, this.#pending.copyTo(arena));
    for (const { name, number, seenMs, pending } of this.#byName.values()) {
      copy.#keep(new Consumer(name, number, seenMs, pending.copyTo(arena)));
    }
    return copy;
  }

  free(): void {
    this.#pending.clear();
    for (const { pending } of this.#byName.values()) pending.clear();
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    this.#pending.validate();
    let shared = 0;
    for (const consumer of this.#byName.values()) {
      assert(this.#byNumber[consumer.number] === consumer, `${consumer.name} has number ${consumer.number}`);
      consumer.pending.validate();
      shared += consumer.pending.size;
      this.forEachPending(StreamId.zero, consumer, ({ consumer: named, id }) => {
        assert(named === consumer, `${id.text()} names ${named.name} and is ${consumer.name}'s`);
        return true;
      });
    }
    assert(shared === this.#pending.size, `${this.#pending.size} entries are pending, consumers have ${shared}`);
  }

  #keep(consumer: Consumer): Consumer {
    this.#byName.set(consumer.name, consumer);
    this.#byNumber[consumer.number] = consumer;
    return consumer;
  }

  #entryAt(at: number): PendingEntry {
    assert(at !== NOWHERE, 'the entry is pending');
    const words = this.#pending.words(at);
    const data = this.#pending.dataAt(at);
    const consumer = this.#byNumber[words.getUint32(data + 16, true)];
    assert(consumer !== undefined, 'a pending entry has a consumer');
    return {
      id: this.#pending.id(at),
      consumer,
      deliveredMs: words.getFloat64(data, true),
      deliveries: readInt64(words, data + 8),
    };
  }
}

/**
 * The stream type: entries of fields and values under ascending ids, appended at the end and removed anywhere; and the
 * consumer groups that read them.
 *
 * Entries lie in nodes (stream-node.ts) that are filled up to the limits of `EncodingLimits` one after the other; an
 * `IdTable` finds the node of an id. Beside the entries a stream remembers what it was: the last id it gave, how many
 * entries it ever had, the greatest id that was deleted out of order. From these a group's lag is told, as Redis does.
 *
 * Invariants (checked by `validate`)
 *   - live ids ascend, from entry to entry and node to node; a node begins with the id under which the table finds it.
 *     Deleted ones may be greater than those after them: XSETID takes the last id back as far as the last live one
 *   - `size` is the sum of the nodes' live entries, and `firstId` the first of them (0-0 when there is none)
 */
import { assert } from '../base/assert.js';
import type { ByteSlice } from '../base/byte-slice.js';
import { type Int64, wrappingAdd } from '../base/int64-words.js';
import { ConsumerGroup, READS_UNKNOWN } from './consumer-group.js';
import type { EncodingLimits } from './encoding-limits.js';
import { IdTable, NOWHERE } from './id-table.js';
import { laterId, StreamId } from './stream-id.js';
import { type NodeCursor, type StreamEntry, StreamNode } from './stream-node.js';
import { Kind, type Value, type ValueHome } from './value.js';

/** A node's listpack is never larger, whatever the limit says. */
export const NODE_BYTES_MAX = 2 ** 30;
/** The node's address. */
const NODE_RECORD_BYTES = StreamId.bytes + 4;
const STREAM_BYTES = 160;

/** Which entries to remove: those beyond a length, or those below an id. */
export interface Trim {
  readonly threshold: number | StreamId;
  /** Removes whole nodes only. */
  readonly approximate: boolean;
  /** Stops before the node with which more entries would be removed; 0 for no limit. */
  readonly limit: number;
}

/** Where an entry is. */
interface EntryPlace {
  readonly position: number;
  readonly node: StreamNode;
  /** In the node. */
  readonly offset: number;
}

/** Entries from `start` up to `end`, both included; at most `count`. */
export interface EntryRange {
  readonly start: StreamId;
  readonly end: StreamId;
  readonly count: number;
}

export class StreamValue implements Value {
  static readonly kind = Kind.stream;
  readonly encoding = 'stream';
  readonly #home: ValueHome;
  readonly #limits: EncodingLimits;
  #nodes: IdTable;
  #size = 0;
  /** While the stream is freed in parts: the first node that is still there. */
  #freedTo: number | undefined;
  readonly #groups = new Map<string, ConsumerGroup>();
  #firstId = StreamId.zero;
  /** The last id given; the next must be greater. */
  lastId = StreamId.zero;
  /** The greatest id removed by name: a gap that makes counting ids impossible. */
  maxDeletedId = StreamId.zero;
  /** How many entries were ever added. */
  entriesAdded: Int64 = 0;

  constructor(home: ValueHome) {
    this.#home = home;
    this.#limits = home.limits;
    this.#nodes = new IdTable(home.arena, NODE_RECORD_BYTES);
  }

  get size(): number {
    return this.#size;
  }

  /** The first entry's id; 0-0 when there is none. */
  get firstId(): StreamId {
    return this.#firstId;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  /** The id an entry gets that names none; undefined when there is no id left. */
  nextId(nowMs: number): StreamId | undefined {
    const now = StreamId.of(nowMs, 0);
    return now.compare(this.lastId) > 0 ? now : this.lastId.next();
  }

  /** Adds an entry. @param id greater than `lastId` @param pairs fields and values in turn, not views of this database */
  append(id: StreamId, pairs: readonly ByteSlice[]): void {
    const textBytes = pairs.reduce((sum, text) => sum + text.length, 0);
    const open = this.#openNode(textBytes);
    if (open === undefined) {
      const node = StreamNode.create(this.#home.arena, id, pairs);
      node.append(id, pairs);
      this.#setAddress(this.#nodes.insert(id), node.address);
    } else {
      open.append(id, pairs);
      this.#setAddress(this.#nodes.last(), open.address);
    }
    if (this.#size === 0) this.#firstId = id;
    this.#size++;
    this.entriesAdded = wrappingAdd(this.entriesAdded, 1);
    this.lastId = id;
  }

  /** Puts a node behind all others, as `forEachNode` shows it: a sound listpack, its ids after all there are. */
  appendNode(firstId: StreamId, list: Uint8Array): void {
    const node = StreamNode.of(this.#home.arena, firstId, list);
    this.#setAddress(this.#nodes.insert(firstId), node.address);
    this.#size += node.liveCount;
    if (this.#firstId.isZero) this.#findFirst();
  }

  /** Removes an entry by its id. @returns whether there was one */
  delete(id: StreamId): boolean {
    const place = this.#find(id);
    if (place === undefined) return false;
    const { position, node, offset } = place;
    if (node.liveCount === 1) {
      this.#dropNode(position, node);
    } else {
      node.delete([offset]);
      this.#setAddress(position, node.address);
    }
    this.#size--;
    this.maxDeletedId = laterId(this.maxDeletedId, id);
    if (this.#size === 0 || id.compare(this.#firstId) === 0) this.#findFirst();
    return true;
  }

  /** Removes entries from the beginning. @returns how many */
  trim({ threshold, approximate, limit }: Trim): number {
    let removed = 0;
    while (this.#nodes.size > 0) {
      if (typeof threshold === 'number' && this.#size <= threshold) break;
      const node = this.#node(this.#nodes.first());
      const live = node.liveCount;
      if (limit > 0 && removed + live > limit) break;
      if (!this.#isBelow(node, threshold)) {
        if (!approximate) removed += this.#trimWithin(node, threshold);
        break;
      }
      this.#dropNode(this.#nodes.first(), node);
      this.#size -= live;
      removed += live;
    }
    if (removed > 0) this.#findFirst();
    return removed;
  }

  has(id: StreamId): boolean {
    return this.#find(id) !== undefined;
  }

  /** The last entry's id; 0-0 when there is none. `lastId` may be of an entry that is gone. */
  lastLiveId(): StreamId {
    let found = StreamId.zero;
    this.forEachReversed({ start: StreamId.zero, end: StreamId.max, count: 1 }, ({ id }) => {
      found = id;
    });
    return found;
  }

  /** How many entries a range holds. Looks only into nodes at its ends, and those with deleted entries. */
  countIn({ start, end, count }: EntryRange): number {
    let found = 0;
    let goesOn = true;
    for (let at = this.#firstNodeFor(start); at !== NOWHERE && goesOn && found < count; at = this.#nodes.next(at)) {
      const node = this.#node(at);
      if (liesWithin(node, start, end)) found += node.liveCount;
      else goesOn = forEachInNode(node, start, end, () => ++found < count);
    }
    return Math.min(found, count);
  }

  /** Visits the entries of a range. The visitor must not change the stream's entries. */
  forEach({ start, end, count }: EntryRange, visit: (entry: StreamEntry) => void): void {
    let left = count;
    let goesOn = left > 0;
    for (let at = this.#firstNodeFor(start); at !== NOWHERE && goesOn; at = this.#nodes.next(at)) {
      goesOn = forEachInNode(this.#node(at), start, end, (entry) => {
        visit(entry);
        return --left > 0;
      });
    }
  }

  /** As `forEach`, from the end of the range to its start. */
  forEachReversed({ start, end, count }: EntryRange, visit: (entry: StreamEntry) => void): void {
    let left = count;
    for (let at = this.#nodes.atOrBefore(end); at !== NOWHERE && left > 0; at = this.#nodes.previous(at)) {
      const cursor = this.#node(at).cursor();
      for (let there = cursor.toLast(); there && left > 0; there = cursor.previous()) {
        if (cursor.isDeleted || cursor.id.compare(end) > 0) continue;
        if (cursor.id.compare(start) < 0) return;
        visit(cursor);
        left--;
      }
    }
  }

  /** Visits the nodes in order, each with its first id and its listpack as it is. */
  forEachNode(visit: (firstId: StreamId, list: Buffer) => void): void {
    for (let at = this.#nodes.first(); at !== NOWHERE; at = this.#nodes.next(at)) {
      const node = this.#node(at);
      visit(node.firstId, node.list());
    }
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /** @param name one character a byte */
  group(name: string): ConsumerGroup | undefined {
    return this.#groups.get(name);
  }

  /** Groups with their names, in the order of these, byte by byte. */
  groups(): (readonly [string, ConsumerGroup])[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Adds a group under a name that is not taken. */
  addGroup(name: string, lastId: StreamId, entriesRead: Int64): ConsumerGroup {
    const group = new ConsumerGroup(this.#home.arena, lastId, entriesRead);
    this.#groups.set(name, group);
    return group;
  }

  /** Removes a group and what it has pending. @returns whether there was one */
  removeGroup(name: string): boolean {
    this.#groups.get(name)?.free();
    return this.#groups.delete(name);
  }

  /** A group has read the entry of this id: moves it on, and counts the entry where that is possible. */
  advance(group: ConsumerGroup, id: StreamId): void {
    if (group.entriesRead !== READS_UNKNOWN && !this.#hasGapFrom(id)) {
      group.entriesRead = wrappingAdd(group.entriesRead, 1);
    } else if (this.entriesAdded !== 0) {
      group.entriesRead = this.readsUpTo(id);
    }
    group.lastId = id;
  }

  /** How many entries a group has still to read; undefined when nobody can tell. */
  lag(group: ConsumerGroup): Int64 | undefined {
    if (this.entriesAdded === 0) return 0;
    const isCounted = group.entriesRead !== READS_UNKNOWN && !this.#hasGapFrom(group.lastId);
    const reads = isCounted ? group.entriesRead : this.readsUpTo(group.lastId);
    return reads === READS_UNKNOWN ? undefined : wrappingAdd(this.entriesAdded, -reads);
  }

  /** How many entries were ever added up to this id, or `READS_UNKNOWN`. */
  readsUpTo(id: StreamId): Int64 {
    if (this.entriesAdded === 0) return 0;
    const toLast = id.compare(this.lastId);
    if (toLast === 0 || (toLast < 0 && this.#size === 0)) return this.entriesAdded;
    if (toLast > 0) return READS_UNKNOWN;
    const toFirst = id.compare(this.#firstId);
    if (this.#hasGaps || toFirst > 0) return READS_UNKNOWN;
    return wrappingAdd(this.entriesAdded, (toFirst === 0 ? 1 : 0) - this.#size);
  }

  memoryBytes(): number {
    let bytes = STREAM_BYTES + this.#nodes.memoryBytes();
    for (let at = this.#nodes.first(); at !== NOWHERE; at = this.#nodes.next(at)) {
      bytes += this.#home.arena.capacity(this.#address(at));
    }
    for (const [name, group] of this.#groups) bytes += STREAM_BYTES + name.length + group.memoryBytes();
    return bytes;
  }

  copyTo(home: ValueHome): StreamValue {
    const copy = new StreamValue(home);
    for (let at = this.#nodes.first(); at !== NOWHERE; at = this.#nodes.next(at)) {
      const node = this.#node(at);
      copy.#setAddress(copy.#nodes.insert(node.firstId), node.copyTo(home.arena));
    }
    for (const [name, group] of this.#groups) copy.#groups.set(name, group.copyTo(home.arena));
    copy.#size = this.#size;
    copy.#firstId = this.#firstId;
    copy.lastId = this.lastId;
    copy.maxDeletedId = this.maxDeletedId;
    copy.entriesAdded = this.entriesAdded;
    return copy;
  }

  free(): void {
    this.freeSome(Number.POSITIVE_INFINITY);
  }

  /** Nodes. */
  get blocks(): number {
    return this.#nodes.size;
  }

  freeSome(blocks: number): boolean {
    let at = this.#freedTo ?? this.#nodes.first();
    for (let left = blocks; left > 0 && at !== NOWHERE; left--) {
      this.#node(at).free();
      at = this.#nodes.next(at);
    }
    this.#freedTo = at;
    if (at !== NOWHERE) return true;
    this.#nodes.clear();
    for (const group of this.#groups.values()) group.free();
    return false;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    this.#nodes.validate();
    let size = 0;
    let last: StreamId | undefined;
    let first: StreamId | undefined;
    for (let at = this.#nodes.first(); at !== NOWHERE; at = this.#nodes.next(at)) {
      const node = this.#node(at);
      let [live, deleted] = [0, 0];
      const cursor = node.cursor();
      for (let there = cursor.toFirst(); there; there = cursor.next()) {
        if (cursor.isDeleted) {
          deleted++;
          continue;
        }
        assert(last === undefined || last.compare(cursor.id) < 0, `${cursor.id.text()} comes after ${last?.text()}`);
        last = cursor.id;
        first ??= cursor.id;
        live++;
      }
      assert(live === node.liveCount && deleted === node.deletedCount, `${node.firstId.text()}: ${live} of ${deleted}`);
      size += live;
    }
    assert(size === this.#size, `size ${this.#size}, counted ${size}`);
    assert((first ?? StreamId.zero).compare(this.#firstId) === 0, `${this.#firstId.text()} is not the first id`);
    assert(last === undefined || last.compare(this.lastId) <= 0, `${this.lastId.text()} is not the last id`);
    for (const group of this.#groups.values()) group.validate();
  }

  #address(position: number): number {
    return this.#nodes.words(position).getUint32(this.#nodes.dataAt(position), true);
  }

  #setAddress(position: number, address: number): void {
    this.#nodes.words(position).setUint32(this.#nodes.dataAt(position), address, true);
  }

  #node(position: number): StreamNode {
    return new StreamNode(this.#home.arena, this.#address(position), this.#nodes.id(position));
  }

  #dropNode(position: number, node: StreamNode): void {
    node.free();
    this.#nodes.remove(position);
  }

  /** The last node, when it takes an entry of so many bytes; one that is full is left without spare memory. */
  #openNode(textBytes: number): StreamNode | undefined {
    const position = this.#nodes.last();
    if (position === NOWHERE) return undefined;
    const node = this.#node(position);
    const { streamNodeBytesMax, streamNodeEntriesMax } = this.#limits;
    const bytesMax = streamNodeBytesMax === 0 ? NODE_BYTES_MAX : Math.min(streamNodeBytesMax, NODE_BYTES_MAX);
    const isFull = streamNodeEntriesMax > 0 && node.liveCount + node.deletedCount >= streamNodeEntriesMax;
    if (!isFull && node.bytes + textBytes < bytesMax) return node;
    node.shrink();
    this.#setAddress(position, node.address);
    return undefined;
  }

  /** Where the live entry of an id is. */
  #find(id: StreamId): EntryPlace | undefined {
    let place: EntryPlace | undefined;
    let goesOn = true;
    for (let position = this.#firstNodeFor(id); position !== NOWHERE && goesOn; position = this.#nodes.next(position)) {
      const node = this.#node(position);
      goesOn = forEachInNode(node, id, id, ({ offset }) => {
        place = { position, node, offset };
        return false;
      });
    }
    return place;
  }

  #firstNodeFor(start: StreamId): number {
    const position = this.#nodes.atOrBefore(start);
    return position === NOWHERE ? this.#nodes.first() : position;
  }

  /** Whether all of the first node goes. */
  #isBelow(node: StreamNode, threshold: number | StreamId): boolean {
    if (typeof threshold === 'number') return this.#size - node.liveCount >= threshold;
    const cursor = node.cursor();
    cursor.toLast();
    return cursor.id.compare(threshold) < 0;
  }

  /** Marks entries of the first node deleted. @returns how many */
  #trimWithin(node: StreamNode, threshold: number | StreamId): number {
    const offsets: number[] = [];
    const cursor = node.cursor();
    for (let there = cursor.toFirst(); there; there = cursor.next()) {
      const stays =
        typeof threshold === 'number' ? this.#size - offsets.length <= threshold : cursor.id.compare(threshold) >= 0;
      if (stays) break;
      if (!cursor.isDeleted) offsets.push(cursor.offset);
    }
    node.delete(offsets);
    this.#setAddress(this.#nodes.first(), node.address);
    this.#size -= offsets.length;
    return offsets.length;
  }

  #findFirst(): void {
    this.#firstId = StreamId.zero;
    this.forEach({ start: StreamId.zero, end: StreamId.max, count: 1 }, ({ id }) => {
      this.#firstId = id;
    });
  }

  /** Whether ids have been deleted by name among those there are, so that ids cannot be counted. */
  get #hasGaps(): boolean {
    return !this.maxDeletedId.isZero && this.maxDeletedId.compare(this.#firstId) >= 0;
  }

  /** Whether such a gap lies at or after an id. */
  #hasGapFrom(id: StreamId): boolean {
    return this.#size > 0 && this.#hasGaps && id.compare(this.maxDeletedId) <= 0;
  }
}

/** Whether all entries of a node are in a range, and none is deleted: the ids of deleted ones say nothing of others'. */
function liesWithin(node: StreamNode, start: StreamId, end: StreamId): boolean {
  if (node.deletedCount > 0 || start.compare(node.firstId) > 0) return false;
  const cursor = node.cursor();
  cursor.toLast();
  return cursor.id.compare(end) <= 0;
}

/** Visits live entries of a node within a range until the visitor answers false. @returns whether later ones may follow */
function forEachInNode(
  node: StreamNode,
  start: StreamId,
  end: StreamId,
  visit: (entry: NodeCursor) => boolean,
): boolean {
  const cursor = node.cursor();
  for (let there = cursor.toFirst(); there; there = cursor.next()) {
    if (cursor.isDeleted || cursor.id.compare(start) < 0) continue;
    if (cursor.id.compare(end) > 0 || !visit(cursor)) return false;
  }
  return true;
}

/**
 * A node of a stream: some dozens of entries in one listpack (base/listpack.ts), laid out as Redis does. Nodes are what
 * approximate trimming removes, so how many entries fit into one is visible to clients; and a dump of a stream holds
 * its nodes as they are.
 *
 *   master  number of entries, number of deleted ones, number of fields, the fields of the first entry, 0
 *   entry   flags, milliseconds and sequence as distances from the node's first id, then either the values (the fields
 *           are the master's) or the number of fields and fields and values in turn, then how many elements that were
 *
 * Deleted entries stay, with a flag. A node object is a short-lived handle: writing may move the block, and `address`
 * says where to.
 */
import { assert } from '../base/assert.js';
import type { ByteSlice } from '../base/byte-slice.js';
import {
  integerAt,
  integerBytes,
  LIST_END,
  LIST_HEAD_BYTES,
  MANY_ELEMENTS,
  nextElement,
  previousElement,
  textAt,
  textBytes,
  writeInteger,
  writeText,
} from '../base/listpack.js';
import type { Arena } from '../memory/arena.js';
import type { StreamId } from './stream-id.js';

const DELETED = 1;
const SAME_FIELDS = 2;
const FIRST_BLOCK_BYTES = 64;

/** One entry of a stream, as a visitor sees it: valid until the next write to the database. */
export interface StreamEntry {
  readonly id: StreamId;
  readonly fieldCount: number;
  /** Visits field, value, field, value ...; each slice lives during its call only. */
  forEachText(visit: (text: ByteSlice) => void): void;
}

export class StreamNode {
  constructor(
    private readonly arena: Arena,
    public address: number,
    readonly firstId: StreamId,
  ) {}

  /** A node that has no entry yet, for entries with these fields (given with values in turn). */
  static create(arena: Arena, firstId: StreamId, pairs: readonly ByteSlice[]): StreamNode {
    const fields = pairs.filter((_, i) => i % 2 === 0);
    const bytes = fields.reduce((sum, field) => sum + textBytes(field), LIST_HEAD_BYTES + 1 + 2 * 3);
    const node = new StreamNode(
      arena,
      arena.allocate(Math.max(bytes + integerBytes(fields.length), FIRST_BLOCK_BYTES)),
      firstId,
    );
    const buffer = node.#buffer;
    let at = node.#start + LIST_HEAD_BYTES;
    for (const count of [0, 0, fields.length]) at = writeInteger(buffer, at, count);
    for (const field of fields) at = writeText(buffer, at, field);
    at = writeInteger(buffer, at, 0);
    buffer[at] = LIST_END;
    node.#setHead(at + 1 - node.#start, Math.min(MANY_ELEMENTS, fields.length + 4));
    return node;
  }

  /** A node of a listpack as it is. */
  static of(arena: Arena, firstId: StreamId, list: Uint8Array): StreamNode {
    const address = arena.allocate(list.length);
    arena.buffer(address).set(list, arena.offset(address));
    return new StreamNode(arena, address, firstId);
  }

  /** Bytes of the listpack. */
  get bytes(): number {
    return this.#buffer.readUInt32LE(this.#start);
  }

  /** Entries that are not deleted. */
  get liveCount(): number {
    return Number(integerAt(this.#buffer, this.#start + LIST_HEAD_BYTES));
  }

  get deletedCount(): number {
    const buffer = this.#buffer;
    return Number(integerAt(buffer, nextElement(buffer, this.#start + LIST_HEAD_BYTES)));
  }

  /** The listpack as it is: a view. */
  list(): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + this.bytes);
  }

  cursor(): NodeCursor {
    return new NodeCursor(this.#buffer, this.#start, this.#start + this.bytes - 1, this.firstId);
  }

  /** Adds an entry behind all others. @param pairs fields and values in turn, not views of this arena */
  append(id: StreamId, pairs: readonly ByteSlice[]): void {
    this.#setCounts(this.liveCount + 1, this.deletedCount);
    const sameFields = this.#hasFields(pairs);
    const head = [sameFields ? SAME_FIELDS : 0, id.msFrom(this.firstId), id.sequenceFrom(this.firstId)];
    if (!sameFields) head.push(pairs.length / 2);
    const texts = sameFields ? pairs.filter((_, i) => i % 2 === 1) : pairs;
    const elements = head.length + texts.length;
    let added = head.reduce<number>((sum, integer) => sum + integerBytes(integer), integerBytes(elements));
    for (const text of texts) added += textBytes(text);
    this.#reserve(this.bytes + added);
    const buffer = this.#buffer;
    let at = this.#start + this.bytes - 1;
    for (const integer of head) at = writeInteger(buffer, at, integer);
    for (const text of texts) at = writeText(buffer, at, text);
    at = writeInteger(buffer, at, elements);
    buffer[at] = LIST_END;
    this.#setHead(this.bytes + added, Math.min(MANY_ELEMENTS, buffer.readUInt16LE(this.#start + 4) + elements + 1));
  }

  /** Marks entries deleted; they are the node's and not deleted yet. @param cursors each at its entry */
  delete(entryOffsets: readonly number[]): void {
    for (const offset of entryOffsets) {
      const at = this.#start + offset;
      this.#buffer[at] = (this.#buffer[at] ?? 0) | DELETED;
    }
    this.#setCounts(this.liveCount - entryOffsets.length, this.deletedCount + entryOffsets.length);
  }

  /** Gives back what the block has beyond the listpack: no entry will be added any more. */
  shrink(): void {
    const { bytes } = this;
    const exact = this.arena.allocate(bytes);
    if (this.arena.capacity(exact) >= this.arena.capacity(this.address)) this.arena.free(exact);
    else this.#moveTo(exact, bytes);
  }

  free(): void {
    this.arena.free(this.address);
  }

  /** A copy in another arena. @returns its address */
  copyTo(arena: Arena): number {
    const copy = arena.allocate(this.bytes);
    this.list().copy(arena.buffer(copy), arena.offset(copy));
    return copy;
  }

  get #buffer(): Buffer {
    return this.arena.buffer(this.address);
  }

  get #start(): number {
    return this.arena.offset(this.address);
  }

  #setHead(bytes: number, elements: number): void {
    this.#buffer.writeUInt32LE(bytes, this.#start);
    this.#buffer.writeUInt16LE(elements, this.#start + 4);
  }

  #setCounts(live: number, deleted: number): void {
    this.#replaceInteger(this.#start + LIST_HEAD_BYTES, live);
    this.#replaceInteger(nextElement(this.#buffer, this.#start + LIST_HEAD_BYTES), deleted);
  }

  #replaceInteger(at: number, value: number): void {
    const offset = at - this.#start;
    const end = nextElement(this.#buffer, at) - this.#start;
    const grownBy = integerBytes(value) - (end - offset);
    const { bytes } = this;
    if (grownBy !== 0) {
      this.#reserve(bytes + grownBy);
      const start = this.#start;
      this.#buffer.copyWithin(start + end + grownBy, start + end, start + bytes);
      this.#buffer.writeUInt32LE(bytes + grownBy, start);
    }
    writeInteger(this.#buffer, this.#start + offset, value);
  }

  /** Whether these fields, in this order, are the master's. */
  #hasFields(pairs: readonly ByteSlice[]): boolean {
    const buffer = this.#buffer;
    let at = this.#start + LIST_HEAD_BYTES;
    at = nextElement(buffer, nextElement(buffer, at));
    if (integerAt(buffer, at) !== pairs.length / 2) return false;
    for (let i = 0; i < pairs.length; i += 2) {
      at = nextElement(buffer, at);
      if (pairs[i]?.equals(textAt(buffer, at)) !== true) return false;
    }
    return true;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.arena.capacity(this.address)) return;
    this.#moveTo(this.arena.allocate(bytes + (bytes >>> 1)), this.bytes);
  }

  #moveTo(address: number, bytes: number): void {
    const start = this.#start;
    this.#buffer.copy(this.arena.buffer(address), this.arena.offset(address), start, start + bytes);
    this.arena.free(this.address);
    this.address = address;
  }
}

/** Walks over the entries of a node, deleted ones too, in either direction. */
export class NodeCursor implements StreamEntry {
  readonly #fieldsAt: number;
  readonly #fieldCount: number;
  readonly #firstAt: number;
  /** Where the entry begins; `#end` behind the last. */
  #at: number;
  #bodyAt = 0;
  #id: StreamId;
  #flags = 0;

  constructor(
    private readonly buffer: Buffer,
    private readonly start: number,
    private readonly end: number,
    private readonly firstId: StreamId,
  ) {
    const countAt = nextElement(buffer, nextElement(buffer, start + LIST_HEAD_BYTES));
    this.#fieldCount = Number(integerAt(buffer, countAt));
    this.#fieldsAt = nextElement(buffer, countAt);
    let at = this.#fieldsAt;
    for (let i = 0; i <= this.#fieldCount; i++) at = nextElement(buffer, at);
    this.#firstAt = at;
    this.#at = at;
    this.#id = firstId;
  }

  /** Goes to the first entry. @returns whether there is one */
  toFirst(): boolean {
    return this.#enter(this.#firstAt);
  }

  toLast(): boolean {
    return this.#toEntryBefore(this.end);
  }

  /** Goes to the entry behind. @returns whether there is one */
  next(): boolean {
    let at = this.#bodyAt;
    for (let left = this.#bodyElements; left >= 0; left--) at = nextElement(this.buffer, at);
    return this.#enter(at);
  }

  previous(): boolean {
    return this.#toEntryBefore(this.#at);
  }

  get id(): StreamId {
    return this.#id;
  }

  get isDeleted(): boolean {
    return (this.#flags & DELETED) !== 0;
  }

  /** Where the entry begins, counted from the beginning of the node. */
  get offset(): number {
    return this.#at - this.start;
  }

  get fieldCount(): number {
    return this.#hasMasterFields ? this.#fieldCount : Number(integerAt(this.buffer, this.#bodyAt));
  }

  forEachText(visit: (text: ByteSlice) => void): void {
    const { buffer } = this;
    if (this.#hasMasterFields) {
      let fieldAt = this.#fieldsAt;
      let valueAt = this.#bodyAt;
      for (let i = 0; i < this.#fieldCount; i++) {
        visit(textAt(buffer, fieldAt));
        visit(textAt(buffer, valueAt));
        fieldAt = nextElement(buffer, fieldAt);
        valueAt = nextElement(buffer, valueAt);
      }
      return;
    }
    let at = nextElement(buffer, this.#bodyAt);
    for (let left = this.fieldCount * 2; left > 0; left--) {
      visit(textAt(buffer, at));
      at = nextElement(buffer, at);
    }
  }

  get #hasMasterFields(): boolean {
    return (this.#flags & SAME_FIELDS) !== 0;
  }

  /** Elements between the entry's head and its last element. */
  get #bodyElements(): number {
    return this.#hasMasterFields ? this.#fieldCount : 1 + this.fieldCount * 2;
  }

  /** Goes to the entry that ends before `at`. @returns whether there is one */
  #toEntryBefore(at: number): boolean {
    if (at <= this.#firstAt) return false;
    let from = previousElement(this.buffer, at);
    for (let left = Number(integerAt(this.buffer, from)); left > 0; left--) from = previousElement(this.buffer, from);
    return this.#enter(from);
  }

  #enter(at: number): boolean {
    this.#at = at;
    if (at >= this.end) return false;
    const { buffer } = this;
    this.#flags = buffer[at] ?? 0;
    const msAt = nextElement(buffer, at);
    const sequenceAt = nextElement(buffer, msAt);
    const [ms, sequence] = [integerAt(buffer, msAt), integerAt(buffer, sequenceAt)];
    assert(ms !== undefined && sequence !== undefined, 'an entry begins with integers');
    this.#id = this.firstId.plus(ms, sequence);
    this.#bodyAt = nextElement(buffer, sequenceAt);
    return true;
  }
}

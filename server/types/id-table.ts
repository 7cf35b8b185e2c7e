/**
 * Records of one size in the order of stream ids, in pages in the arena: the nodes of a stream, and the pending entries
 * of groups and consumers. A sorted list of sorted pages: ids mostly come in ascending order and leave anywhere.
 *
 *   page    u32 number of records, then the records
 *   record  the id, then what its owner keeps with it
 *
 * Invariants (checked by `validate`)
 *   - ids are unique and ascend, within pages and from page to page; no page is empty
 *   - `size` is the sum over the pages
 *
 * A position names a record until the next insertion or removal; `NOWHERE` is none.
 */
import { assert } from '../base/assert.js';
import type { Arena } from '../memory/arena.js';
import { StreamId } from './stream-id.js';

export const NOWHERE = -1;

const HEAD_BYTES = 4;
const PAGE_BYTES_MIN = 64;
/** A page is shifted as a whole by an insertion: small enough for that, and few enough pages for a million records. */
const PAGE_BYTES_MAX = 2048;
/** Slots of a position. */
const SLOTS = 1024;

export class IdTable {
  #pages: number[] = [];
  #size = 0;
  readonly #slotsMax: number;

  /** @param recordBytes of a record, the id with it */
  constructor(
    private readonly arena: Arena,
    private readonly recordBytes: number,
  ) {
    this.#slotsMax = Math.floor((PAGE_BYTES_MAX - HEAD_BYTES) / recordBytes);
  }

  get size(): number {
    return this.#size;
  }

  /** The position of the first record. */
  first(): number {
    return this.#size === 0 ? NOWHERE : 0;
  }

  /** The position of the last record. */
  last(): number {
    const page = this.#pages.length - 1;
    return page < 0 ? NOWHERE : page * SLOTS + this.#count(page) - 1;
  }

  next(position: number): number {
    if ((position % SLOTS) + 1 < this.#count(pageOf(position))) return position + 1;
    const page = pageOf(position) + 1;
    return page < this.#pages.length ? page * SLOTS : NOWHERE;
  }

  previous(position: number): number {
    if (position % SLOTS > 0) return position - 1;
    const page = pageOf(position) - 1;
    return page < 0 ? NOWHERE : page * SLOTS + this.#count(page) - 1;
  }

  find(id: StreamId): number {
    const position = this.atOrAfter(id);
    return position !== NOWHERE && id.compareStored(this.words(position), this.#offset(position)) === 0
      ? position
      : NOWHERE;
  }

  /** The first record whose id is not less than `id`. */
  atOrAfter(id: StreamId): number {
    const page = Math.max(0, this.#pageFor(id));
    const slot = this.#slotFor(page, id);
    if (slot < this.#count(page)) return page * SLOTS + slot;
    return page + 1 < this.#pages.length ? (page + 1) * SLOTS : NOWHERE;
  }

  /** The last record whose id is not greater than `id`. */
  atOrBefore(id: StreamId): number {
    const page = this.#pageFor(id);
    if (page < 0) return NOWHERE;
    const slot = this.#slotFor(page, id);
    const isExact = slot < this.#count(page) && id.compareStored(this.#pageWords(page), this.#slotAt(page, slot)) === 0;
    return page * SLOTS + (isExact ? slot : slot - 1);
  }

  id(position: number): StreamId {
    return StreamId.read(this.words(position), this.#offset(position));
  }

  /** The memory a record lies in; what its owner keeps begins at `dataAt`. */
  words(position: number): DataView {
    return this.#pageWords(pageOf(position));
  }

  dataAt(position: number): number {
    return this.#offset(position) + StreamId.bytes;
  }

  /** Adds a record for an id that has none; its owner writes the rest. @returns its position */
  insert(id: StreamId): number {
    let page = this.#pageFor(id);
    if (page < 0) {
      page = 0;
      if (this.#pages.length === 0) this.#addPage(0);
    }
    let slot = this.#slotFor(page, id);
    if (this.#count(page) === this.#slotsMax) {
      if (slot === this.#slotsMax && page === this.#pages.length - 1) {
        this.#addPage(++page);
        slot = 0;
      } else {
        this.#split(page);
        if (slot > this.#count(page)) slot -= this.#count(page++);
      }
    }
    this.#openSlot(page, slot);
    id.write(this.#pageWords(page), this.#slotAt(page, slot));
    this.#size++;
    return page * SLOTS + slot;
  }

  remove(position: number): void {
    const page = pageOf(position);
    const count = this.#count(page) - 1;
    this.#size--;
    if (count === 0) {
      this.#dropPage(page);
      return;
    }
    this.#move(page, (position % SLOTS) + 1, page, position % SLOTS, count - (position % SLOTS));
    this.#setCount(page, count);
    if (count < this.#slotsMax / 4) this.#mergeAround(page);
  }

  /** Gives all memory back; the table is empty. */
  clear(): void {
    for (const address of this.#pages) this.arena.free(address);
    this.#pages = [];
    this.#size = 0;
  }

  memoryBytes(): number {
    return this.#pages.reduce((sum, address) => sum + this.arena.capacity(address) + 8, 0);
  }

  /** A copy in another arena. */
  copyTo(arena: Arena): IdTable {
    const copy = new IdTable(arena, this.recordBytes);
    for (const [page, address] of this.#pages.entries()) {
      const bytes = HEAD_BYTES + this.#count(page) * this.recordBytes;
      const target = arena.allocate(bytes);
      const at = this.arena.offset(address);
      this.arena.buffer(address).copy(arena.buffer(target), arena.offset(target), at, at + bytes);
      copy.#pages.push(target);
    }
    copy.#size = this.#size;
    return copy;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let size = 0;
    let last: StreamId | undefined;
    for (const page of this.#pages.keys()) {
      const count = this.#count(page);
      assert(count > 0 && count <= this.#slotsMax, `page ${page} holds ${count} records`);
      size += count;
      for (let slot = 0; slot < count; slot++) {
        const id = this.id(page * SLOTS + slot);
        assert(last === undefined || last.compare(id) < 0, `page ${page}: ${last?.text()} comes before ${id.text()}`);
        last = id;
      }
    }
    assert(size === this.#size, `size ${this.#size}, counted ${size}`);
  }

  #address(page: number): number {
    const address = this.#pages[page];
    assert(address !== undefined, 'the page exists');
    return address;
  }

  #pageWords(page: number): DataView {
    return this.arena.words(this.#address(page));
  }

  #slotAt(page: number, slot: number): number {
    return this.arena.offset(this.#address(page)) + HEAD_BYTES + slot * this.recordBytes;
  }

  #offset(position: number): number {
    return this.#slotAt(pageOf(position), position % SLOTS);
  }

  #count(page: number): number {
    const address = this.#pages[page];
    return address === undefined ? 0 : this.arena.words(address).getUint32(this.arena.offset(address), true);
  }

  #setCount(page: number, count: number): void {
    this.#pageWords(page).setUint32(this.arena.offset(this.#address(page)), count, true);
  }

  /** The last page that begins at or before an id; -1 when all begin after it. */
  #pageFor(id: StreamId): number {
    let low = 0;
    let high = this.#pages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (id.compareStored(this.#pageWords(middle), this.#slotAt(middle, 0)) < 0) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** The first slot of a page whose id is not less than `id`. */
  #slotFor(page: number, id: StreamId): number {
    let low = 0;
    let high = this.#count(page);
    if (high === 0) return 0;
    const words = this.#pageWords(page);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (id.compareStored(words, this.#slotAt(page, middle)) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #addPage(page: number): void {
    this.#pages.splice(page, 0, this.arena.allocate(PAGE_BYTES_MIN));
    this.#setCount(page, 0);
  }

  #dropPage(page: number): void {
    this.arena.free(this.#address(page));
    this.#pages.splice(page, 1);
  }

  /** Moves the upper half of a page into a new one behind it. */
  #split(page: number): void {
    const count = this.#count(page);
    const kept = count >>> 1;
    this.#addPage(page + 1);
    this.#reserve(page + 1, count - kept);
    this.#move(page, kept, page + 1, 0, count - kept);
    this.#setCount(page, kept);
    this.#setCount(page + 1, count - kept);
  }

  /** Joins a page that has become small with a neighbour when both fit in half a page. */
  #mergeAround(page: number): void {
    const left = page > 0 && this.#count(page - 1) < this.#count(page + 1) ? page - 1 : page;
    if (left + 1 >= this.#pages.length) return;
    const [count, added] = [this.#count(left), this.#count(left + 1)];
    if (count + added > this.#slotsMax / 2) return;
    this.#reserve(left, count + added);
    this.#move(left + 1, 0, left, count, added);
    this.#setCount(left, count + added);
    this.#dropPage(left + 1);
  }

  /** Makes room for a record at a slot of a page that is not full. */
  #openSlot(page: number, slot: number): void {
    const count = this.#count(page);
    this.#reserve(page, count + 1);
    this.#move(page, slot, page, slot + 1, count - slot);
    this.#setCount(page, count + 1);
  }

  #move(from: number, fromSlot: number, to: number, toSlot: number, records: number): void {
    if (records <= 0) return;
    const start = this.#slotAt(from, fromSlot);
    const source = this.arena.buffer(this.#address(from));
    const target = this.arena.buffer(this.#address(to));
    source.copy(target, this.#slotAt(to, toSlot), start, start + records * this.recordBytes);
  }

  #reserve(page: number, records: number): void {
    const address = this.#address(page);
    const bytes = HEAD_BYTES + records * this.recordBytes;
    const capacity = this.arena.capacity(address);
    if (bytes <= capacity) return;
    const grown = this.arena.allocate(Math.max(bytes, Math.min(capacity * 2, PAGE_BYTES_MAX)));
    const at = this.arena.offset(address);
    this.arena.buffer(address).copy(this.arena.buffer(grown), this.arena.offset(grown), at, at + capacity);
    this.arena.free(address);
    this.#pages[page] = grown;
  }
}

function pageOf(position: number): number {
  return Math.floor(position / SLOTS);
}

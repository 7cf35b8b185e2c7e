/**
 * The hash type: fields to values, both binary.
 *
 * Small hashes are "listpack" (one arena block, searched from front to back: `fieldLength u16, valueLength u16, field,
 * value` after an 8-byte head of count and used bytes); larger ones are "hashtable" (a `Dict` in the same arena). A
 * hash turns into a hashtable when it passes either limit and never turns back, as in Redis, because OBJECT ENCODING
 * and iteration order are visible to clients.
 *
 * A value in a hashtable that is also the vector of an index is held once, by the index: the entry has a reference to its row
 * (kept-rows.ts) in the place of the bytes, and encoding 1 in its meta word. Nobody outside sees the difference.
 *
 * Fields may expire: a hash in which one does is a hashtable, and the time lies in the field's entry, so that a hash
 * without such fields pays nothing. The hash does not look at the clock: its owner takes away what is due.
 *
 * Invariants: fields are unique; listpack keeps insertion order, an overwritten field keeps its place; `#references`
 * counts the entries with a reference.
 */
import type { SharedRows } from '@nearkey/index';
import { ByteSlice, copyBytes, equalBytes } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import type { Arena } from '../memory/arena.js';
import { Dict } from '../memory/dict.js';
import type { EncodingLimits } from './encoding-limits.js';
import { Kind, type Value, type ValueHome } from './value.js';

const HEAD_BYTES = 8;
const PAIR_BYTES = 4;
const PACKED_LENGTH_MAX = 0xffff;
const FIRST_BLOCK_BYTES = 64;
/** Below one in so many fields, a sample is drawn field by field; above, in one pass over all. */
const SPARSE_SAMPLE = 3;

/** Of an entry that has its value's bytes, and of one that refers to a row. */
const PLAIN_META = 0;
const REFERENCE_META = 1 << 4;
/** Below, a reference and what it takes to keep a row save too little. */
const SHARED_BYTES_MIN = 128;

/** The expiry of a field that has none. */
export const NO_FIELD_EXPIRY = -1;

/** The slice is a view. */
export type FieldVisitor = (field: ByteSlice) => void;
export type PairVisitor = (field: ByteSlice, value: ByteSlice) => void;

export class HashValue implements Value {
  static readonly kind = Kind.hash;
  readonly #home: ValueHome;
  readonly #arena: Arena;
  /** The packed block; 0 once the hash is a hashtable. */
  #packed: number;
  #dict: Dict | undefined;
  #references = 0;

  constructor(home: ValueHome) {
    this.#home = home;
    this.#arena = home.arena;
    this.#packed = this.#arena.allocate(FIRST_BLOCK_BYTES);
    this.#setHead(0, HEAD_BYTES);
  }

  get size(): number {
    return this.#dict?.size ?? this.#word(0);
  }

  get encoding(): 'listpack' | 'hashtable' {
    return this.#dict === undefined ? 'listpack' : 'hashtable';
  }

  /** The value of a field; a view that lives until the next write. */
  get(field: ByteSlice): ByteSlice | undefined {
    if (this.#dict !== undefined) {
      const address = this.#dict.find(field.buffer, field.start, field.end);
      return address === 0 ? undefined : this.#valueOf(this.#dict, address);
    }
    const at = this.#find(field);
    return at < 0 ? undefined : this.#valueAt(at);
  }

  /** How many bytes `get` answers, without a copy of them. */
  lengthOf(field: ByteSlice): number | undefined {
    const dict = this.#dict;
    if (dict === undefined) return this.get(field)?.length;
    const address = dict.find(field.buffer, field.start, field.end);
    if (address === 0) return undefined;
    const value = dict.value(address);
    return hasReference(dict, address) ? this.#home.rows.lengthOf(value) : value.length;
  }

  has(field: ByteSlice): boolean {
    if (this.#dict !== undefined) return this.#dict.find(field.buffer, field.start, field.end) !== 0;
    return this.#find(field) >= 0;
  }

  /**
   * Lets an index hold a field's value, when it is the vector of the document there and long enough to be worth it. The value
   * stays what it is.
   */
  shareWith(rows: SharedRows, id: number, field: ByteSlice): void {
    const dict = this.#dict;
    const address = dict?.find(field.buffer, field.start, field.end) ?? 0;
    if (dict === undefined || address === 0 || rows.rowBytes < SHARED_BYTES_MIN) return;
    const kept = this.#home.rows;
    if (hasReference(dict, address) && kept.isIndexed(dict.value(address))) return;
    const reference = kept.keep(rows, id, this.#valueOf(dict, address));
    if (reference === undefined) return;
    this.#letGo(dict, address);
    dict.setMeta(dict.setValue(address, reference), REFERENCE_META);
    this.#references++;
  }

  get references(): number {
    return this.#references;
  }

  /** When the first field expires, in epoch milliseconds; infinity when none does. */
  get dueMs(): number {
    const dict = this.#dict;
    return dict === undefined || dict.expiringCount === 0
      ? Number.POSITIVE_INFINITY
      : dict.expiryMs(dict.expiringAt(0));
  }

  /** When a field expires, in epoch milliseconds, or `NO_FIELD_EXPIRY`; undefined when there is no such field. */
  fieldExpiryMs(field: ByteSlice): number | undefined {
    const dict = this.#dict;
    if (dict === undefined) return this.#find(field) < 0 ? undefined : NO_FIELD_EXPIRY;
    const address = dict.find(field.buffer, field.start, field.end);
    return address === 0 ? undefined : dict.expiryMs(address);
  }

  /** Sets or, with `NO_FIELD_EXPIRY`, removes the expiry of a field that exists. */
  setFieldExpiryMs(field: ByteSlice, expiryMs: number): void {
    if (this.#dict === undefined && expiryMs === NO_FIELD_EXPIRY) return;
    const dict = this.#dict ?? this.#unpack();
    dict.setExpiryMs(dict.find(field.buffer, field.start, field.end), expiryMs);
  }

  /** Removes the fields whose time has come, visiting each before. */
  expireParts(nowMs: number, visit: (field: ByteSlice) => void): void {
    const dict = this.#dict;
    while (dict !== undefined && this.dueMs <= nowMs) {
      const address = dict.expiringAt(0);
      visit(dict.key(address));
      this.#letGo(dict, address);
      dict.remove(address);
    }
  }

  /** Sets a field, which then does not expire. The slices must not point into this arena. @returns whether it is new */
  set(field: ByteSlice, value: ByteSlice): boolean {
    const isNew = this.setKeepingExpiry(field, value);
    if (!isNew && this.#dict !== undefined && this.#dict.expiringCount > 0) {
      this.setFieldExpiryMs(field, NO_FIELD_EXPIRY);
    }
    return isNew;
  }

  /** As `set`, but a field that expires goes on to. */
  setKeepingExpiry(field: ByteSlice, value: ByteSlice): boolean {
    const limits = this.#home.limits;
    if (this.#dict === undefined && !fitsPacked(field, value, limits)) this.#unpack();
    if (this.#dict !== undefined) return this.#setInDict(this.#dict, field, value);
    const at = this.#find(field);
    if (at >= 0) {
      this.#replaceValue(at, value);
      if (this.size > limits.hashListpackEntriesMax) this.#unpack();
      return false;
    }
    if (this.size >= limits.hashListpackEntriesMax) return this.#setInDict(this.#unpack(), field, value);
    this.#appendPair(field, value);
    return true;
  }

  /**
   * Adds a field that is new, to a hash that comes from elsewhere as a listpack: it stays one whatever the lengths of its
   * values, until it has too many fields. @returns whether the field was new
   */
  addPacked(field: ByteSlice, value: ByteSlice): boolean {
    const isPacked = this.#dict === undefined && this.size < this.#home.limits.hashListpackEntriesMax;
    if (!isPacked || field.length > PACKED_LENGTH_MAX || value.length > PACKED_LENGTH_MAX) {
      return this.set(field, value);
    }
    if (this.#find(field) >= 0) return false;
    this.#appendPair(field, value);
    return true;
  }

  /** Removes a field. @returns whether it existed */
  delete(field: ByteSlice): boolean {
    if (this.#dict !== undefined) {
      const address = this.#dict.find(field.buffer, field.start, field.end);
      if (address === 0) return false;
      this.#letGo(this.#dict, address);
      this.#dict.remove(address);
      return true;
    }
    const at = this.#find(field);
    if (at < 0) return false;
    const used = this.#word(4);
    const bytes = this.#pairBytes(at);
    const base = this.#base();
    this.#buffer().copyWithin(base + at, base + at + bytes, base + used);
    this.#setHead(this.size - 1, used - bytes);
    return true;
  }

  /** Visits every pair, and when it expires. The visitor must not change the hash; slices are views. */
  forEach(visit: (field: ByteSlice, value: ByteSlice, expiryMs: number) => void): void {
    const dict = this.#dict;
    if (dict !== undefined) {
      dict.forEach((address) => {
        visit(dict.key(address), this.#valueOf(dict, address), dict.expiryMs(address));
      });
      return;
    }
    const used = this.#word(4);
    for (let at = HEAD_BYTES; at < used; at += this.#pairBytes(at)) {
      visit(this.#fieldAt(at), this.#valueAt(at), NO_FIELD_EXPIRY);
    }
  }

  /** Visits every field, as `forEach`; values are not looked at. */
  forEachField(visit: FieldVisitor): void {
    this.#forEachPlace((place) => visit(this.#fieldOf(place)));
  }

  /** One round of HSCAN: a listpack answers whole with cursor 0. @returns the next cursor */
  scan(cursor: number, visit: PairVisitor): number {
    const dict = this.#dict;
    if (dict !== undefined)
      return dict.scan(cursor, (address) => visit(dict.key(address), this.#valueOf(dict, address)));
    this.forEach(visit);
    return 0;
  }

  /** Visits one random pair; the hash is not empty. */
  random(random: Random, visit: PairVisitor): void {
    const place = this.#randomPlace(random);
    visit(this.#fieldOf(place), this.#valueIn(place));
  }

  /** A random field, as a view; the hash is not empty. */
  randomField(random: Random): ByteSlice {
    return this.#fieldOf(this.#randomPlace(random));
  }

  /** Visits `count` different pairs chosen at random, or all of them when there are not more. */
  sample(random: Random, count: number, visit: PairVisitor): void {
    this.#samplePlaces(random, count, (place) => visit(this.#fieldOf(place), this.#valueIn(place)));
  }

  /** As `sample`; values are not looked at. */
  sampleFields(random: Random, count: number, visit: FieldVisitor): void {
    this.#samplePlaces(random, count, (place) => visit(this.#fieldOf(place)));
  }

  /** Moves some buckets of a resizing hashtable. @returns whether more remain */
  rehashStep(buckets: number): boolean {
    return this.#dict?.rehashStep(buckets) ?? false;
  }

  /** Bytes in the arena, in tables and in rows of indexes. Walks a hashtable: O(fields). */
  memoryBytes(): number {
    const dict = this.#dict;
    if (dict === undefined) return this.#arena.capacity(this.#packed);
    let bytes = dict.tableBytes;
    dict.forEach((address) => {
      bytes += dict.entryBytes(address);
      if (hasReference(dict, address)) bytes += this.#home.rows.lengthOf(dict.value(address));
    });
    return bytes;
  }

  /** A copy in another home, same encoding and order. */
  copyTo(home: ValueHome): HashValue {
    const copy = new HashValue(home);
    const dict = this.#dict === undefined ? undefined : copy.#unpack();
    this.forEach((field, value, expiryMs) => {
      const ownField = ByteSlice.of(field.copy());
      const ownValue = ByteSlice.of(value.copy());
      if (dict !== undefined) copy.#setInDict(dict, ownField, ownValue);
      else copy.#appendPair(ownField, ownValue);
      if (expiryMs !== NO_FIELD_EXPIRY) copy.setFieldExpiryMs(ownField, expiryMs);
    });
    return copy;
  }

  /** Gives all memory back; the value must not be used again. */
  free(): void {
    this.freeSome(Number.POSITIVE_INFINITY);
  }

  get blocks(): number {
    return this.#dict?.size ?? 1;
  }

  freeSome(blocks: number): boolean {
    const dict = this.#dict;
    if (dict === undefined) {
      this.#arena.free(this.#packed);
      return false;
    }
    if (this.#references === 0) return dict.clearSome(blocks);
    return dict.clearSome(blocks, (address) => this.#letGo(dict, address));
  }

  /** Visits where the pairs are: addresses of a table's entries, offsets in a packed block. */
  #forEachPlace(visit: (place: number) => void): void {
    if (this.#dict !== undefined) {
      this.#dict.forEach(visit);
      return;
    }
    const used = this.#word(4);
    for (let at = HEAD_BYTES; at < used; at += this.#pairBytes(at)) visit(at);
  }

  #randomPlace(random: Random): number {
    if (this.#dict !== undefined) return this.#dict.random(random);
    let at = HEAD_BYTES;
    for (let skip = random.below(this.size); skip > 0; skip--) at += this.#pairBytes(at);
    return at;
  }

  #samplePlaces(random: Random, count: number, visit: (place: number) => void): void {
    const dict = this.#dict;
    if (dict !== undefined && count * SPARSE_SAMPLE < dict.size) {
      const chosen = new Set<number>();
      while (chosen.size < count) chosen.add(dict.random(random));
      for (const address of chosen) visit(address);
      return;
    }
    let wanted = Math.min(count, this.size);
    let left = this.size;
    this.#forEachPlace((place) => {
      if (random.below(left--) >= wanted) return;
      wanted--;
      visit(place);
    });
  }

  #fieldOf(place: number): ByteSlice {
    return this.#dict?.key(place) ?? this.#fieldAt(place);
  }

  #valueIn(place: number): ByteSlice {
    return this.#dict === undefined ? this.#valueAt(place) : this.#valueOf(this.#dict, place);
  }

  /** The value of an entry: its own bytes, or a copy of the row it refers to. */
  #valueOf(dict: Dict, address: number): ByteSlice {
    const value = dict.value(address);
    return hasReference(dict, address) ? this.#home.rows.read(value) : value;
  }

  /** An entry gives up the row it refers to, if it does. What it has for a value then means nothing. */
  #letGo(dict: Dict, address: number): void {
    if (!hasReference(dict, address)) return;
    this.#home.rows.release(dict.value(address));
    dict.setMeta(address, PLAIN_META);
    this.#references--;
  }

  #setInDict(dict: Dict, field: ByteSlice, value: ByteSlice): boolean {
    const address = dict.find(field.buffer, field.start, field.end);
    if (address !== 0) {
      this.#letGo(dict, address);
      dict.setValue(address, value);
      return false;
    }
    dict.writeValue(dict.insert(field.buffer, field.start, field.end, value.length, PLAIN_META), 0, value);
    return true;
  }

  #buffer(): Buffer {
    return this.#arena.buffer(this.#packed);
  }

  #base(): number {
    return this.#arena.offset(this.#packed);
  }

  #word(at: number): number {
    return this.#arena.words(this.#packed).getUint32(this.#base() + at, true);
  }

  #half(at: number): number {
    return this.#arena.words(this.#packed).getUint16(this.#base() + at, true);
  }

  #setHead(count: number, used: number): void {
    const words = this.#arena.words(this.#packed);
    words.setUint32(this.#base(), count, true);
    words.setUint32(this.#base() + 4, used, true);
  }

  #pairBytes(at: number): number {
    return PAIR_BYTES + this.#half(at) + this.#half(at + 2);
  }

  #fieldAt(at: number): ByteSlice {
    const start = this.#base() + at + PAIR_BYTES;
    return new ByteSlice(this.#buffer(), start, start + this.#half(at));
  }

  #valueAt(at: number): ByteSlice {
    const start = this.#base() + at + PAIR_BYTES + this.#half(at);
    return new ByteSlice(this.#buffer(), start, start + this.#half(at + 2));
  }

  /** Offset of a field's pair in the packed block, or -1. */
  #find(field: ByteSlice): number {
    const words = this.#arena.words(this.#packed);
    const buffer = this.#buffer();
    const base = this.#base();
    const used = base + words.getUint32(base + 4, true);
    const length = field.end - field.start;
    let at = base + HEAD_BYTES;
    while (at < used) {
      const fieldLength = words.getUint16(at, true);
      const start = at + PAIR_BYTES;
      if (fieldLength === length && equalBytes(buffer, start, start + length, field.buffer, field.start, field.end)) {
        return at - base;
      }
      at = start + fieldLength + words.getUint16(at + 2, true);
    }
    return -1;
  }

  #appendPair(field: ByteSlice, value: ByteSlice): void {
    const used = this.#word(4);
    const bytes = PAIR_BYTES + field.length + value.length;
    this.#ensureCapacity(used + bytes);
    const at = this.#base() + used;
    const words = this.#arena.words(this.#packed);
    words.setUint16(at, field.length, true);
    words.setUint16(at + 2, value.length, true);
    copyBytes(field.buffer, field.start, field.end, this.#buffer(), at + PAIR_BYTES);
    copyBytes(value.buffer, value.start, value.end, this.#buffer(), at + PAIR_BYTES + field.length);
    this.#setHead(this.size + 1, used + bytes);
  }

  #replaceValue(at: number, value: ByteSlice): void {
    const used = this.#word(4);
    const oldLength = this.#half(at + 2);
    const grownBy = value.length - oldLength;
    if (grownBy > 0) this.#ensureCapacity(used + grownBy);
    const base = this.#base();
    const valueAt = base + at + PAIR_BYTES + this.#half(at);
    if (grownBy !== 0) {
      this.#buffer().copyWithin(valueAt + value.length, valueAt + oldLength, base + used);
      this.#arena.words(this.#packed).setUint16(base + at + 2, value.length, true);
      this.#setHead(this.size, used + grownBy);
    }
    copyBytes(value.buffer, value.start, value.end, this.#buffer(), valueAt);
  }

  #ensureCapacity(bytes: number): void {
    if (bytes <= this.#arena.capacity(this.#packed)) return;
    const grown = this.#arena.allocate(bytes);
    const used = this.#word(4);
    this.#buffer().copy(this.#arena.buffer(grown), this.#arena.offset(grown), this.#base(), this.#base() + used);
    this.#arena.free(this.#packed);
    this.#packed = grown;
  }

  #unpack(): Dict {
    const dict = new Dict(this.#arena, this.#home.hashSeed, 'soonest-first');
    this.forEach((field, value) => {
      this.#setInDict(dict, ByteSlice.of(field.copy()), ByteSlice.of(value.copy()));
    });
    this.#arena.free(this.#packed);
    this.#packed = 0;
    this.#dict = dict;
    return dict;
  }
}

function fitsPacked(field: ByteSlice, value: ByteSlice, limits: EncodingLimits): boolean {
  const bytesMax = Math.min(limits.hashListpackValueBytesMax, PACKED_LENGTH_MAX);
  return field.length <= bytesMax && value.length <= bytesMax;
}

function hasReference(dict: Dict, address: number): boolean {
  return (dict.meta(address) & REFERENCE_META) !== 0;
}

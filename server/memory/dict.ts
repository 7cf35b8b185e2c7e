/**
 * A hash table from binary keys to binary values whose entries live in an `Arena`: the keyspace of a database, and the
 * fields of a large hash. Chained buckets and incremental rehashing, as in Valkey's dict, so that no single operation
 * pays for a resize and a SCAN cursor keeps its guarantee while the table grows and shrinks.
 *
 * Entry, little-endian, in one arena block
 *   0  next        address of the next entry in the bucket, 0 at the end
 *   4  hash        of the key, so that rehashing does not read keys
 *   8  keyLength
 *   12 value word  kind 0: length of the value's bytes; other kinds: a number of the owner's (an object slot)
 *   16 meta        bits 0-3 kind, 4-6 encoding, 7 hasExpiry, 8-31 access clock (LRU or LFU) of the owner
 *   20 [expiry]    only with hasExpiry: int64 milliseconds, then uint32 position in the expiring list
 *   .. key bytes, then value bytes (kind 0)
 *
 * Invariants (checked by `validate`)
 *   - every entry is in the bucket its hash names, in exactly one table
 *   - while rehashing, buckets of table 0 below `rehashAt` are empty
 *   - expiring[position of e] === e for exactly the entries with hasExpiry
 *   - kept soonest first, the expiring list is a binary heap: no entry expires before the one at half its position
 *
 * Addresses are borrowed: growing a value or giving it an expiry may move the entry, and the call answers where to.
 * The seed of the hash is drawn per process, so that bucket collisions cannot be computed in advance.
 */
import { assert } from '../base/assert.js';
import { ByteSlice, compareBytes, copyBytes, equalBytes } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import type { Arena } from './arena.js';

const HEADER_BYTES = 20;
const EXPIRY_BYTES = 12;
/** Values of the low word of an int64. */
const WORD = 2 ** 32;
const BUCKETS_MIN = 4;
/** Empty buckets one rehash step may pass over, so that a sparse table cannot stall an operation. */
const EMPTY_VISITS_PER_STEP = 10;

const KIND_MASK = 0xf;
const HAS_EXPIRY = 0x80;

/** Kind 0 keeps its value's bytes inside the entry. */
export const INLINE_VALUE = 0;

const NO_TABLE = new Uint32Array(0);

/** Keys of one `touch` at most. */
export const TOUCHED_MAX = 256;
/** Below, what look-ups read is in the cache anyway. */
const TOUCHED_BUCKETS_MIN = 16_384;
const touchedEntries = new Uint32Array(TOUCHED_MAX);

/**
 * How the list of entries with an expiry is kept. `unordered` costs nothing and is for walking over; `soonest-first` costs
 * a few moves at every change, and the entry that expires next is at position 0.
 */
export type ExpiringOrder = 'unordered' | 'soonest-first';

export class Dict {
  #tables: [Uint32Array, Uint32Array] = [NO_TABLE, NO_TABLE];
  /** Of the table that is being cleared in parts. */
  #clearedBuckets = 0;
  #used: [number, number] = [0, 0];
  #rehashAt = -1;
  #expiring = new Uint32Array(0);
  #expiringCount = 0;
  /** What `touch` has read: held, so that the compiler does not leave the reading out. */
  #touched = 0;
  /** While above 0, lookups do not move buckets: an iteration is under way. */
  #rehashPaused = 0;

  constructor(
    readonly arena: Arena,
    readonly hashSeed: number,
    private readonly expiringOrder: ExpiringOrder = 'unordered',
  ) {}

  get size(): number {
    return this.#used[0] + this.#used[1];
  }

  get expiringCount(): number {
    return this.#expiringCount;
  }

  /** Bytes of the bucket tables and the expiring list; the entries are the arena's. */
  get tableBytes(): number {
    return this.#tables[0].byteLength + this.#tables[1].byteLength + this.#expiring.byteLength;
  }

  /** Finds a key's entry. @returns its address, or 0 */
  find(buffer: Buffer, start: number, end: number): number {
    if (this.#used[0] + this.#used[1] === 0) return 0;
    const hash = hashBytes(buffer, start, end, this.hashSeed);
    if (this.#rehashAt >= 0) this.rehashStep(1);
    const found = this.#findIn(this.#tables[0], hash, buffer, start, end);
    if (found !== 0 || this.#rehashAt < 0) return found;
    return this.#findIn(this.#tables[1], hash, buffer, start, end);
  }

  /**
   * Reads the first memory that `find` will read for each of several keys, so that it is in the processor's cache by then. A
   * look-up by itself waits twice for main memory, for its bucket and then for the entry; here many wait at the same time.
   * @param places offset and length of each key, TOUCHED_MAX keys at most
   */
  touch(buffer: Buffer, places: Int32Array, count: number): void {
    const [table] = this.#tables;
    if (table.length < TOUCHED_BUCKETS_MIN) return;
    for (let i = 0; i < count; i++) {
      const start = places[2 * i] ?? 0;
      const hash = hashBytes(buffer, start, start + (places[2 * i + 1] ?? 0), this.hashSeed);
      touchedEntries[i] = table[hash & (table.length - 1)] ?? 0;
    }
    for (let i = 0; i < count; i++) {
      const at = touchedEntries[i] ?? 0;
      if (at !== 0) this.#touched ^= this.#word(at, 4);
    }
  }

  /**
   * Adds an entry for a key that is not in the table.
   * @param valueWord the value's length in bytes (kind 0) or the owner's number
   * @param meta kind and encoding and access clock; without the expiry bit
   * @returns the address; for kind 0 the caller writes the value's bytes
   */
  insert(buffer: Buffer, start: number, end: number, valueWord: number, meta: number): number {
    this.#expandIfNeeded();
    if (this.#rehashAt >= 0) this.rehashStep(1);
    const hash = hashBytes(buffer, start, end, this.hashSeed);
    const keyLength = end - start;
    const inline = (meta & KIND_MASK) === INLINE_VALUE ? valueWord : 0;
    const address = this.arena.allocate(HEADER_BYTES + keyLength + inline);
    const words = this.arena.words(address);
    const at = this.arena.offset(address);
    const tableIndex = this.#rehashAt >= 0 ? 1 : 0;
    const table = this.#tables[tableIndex];
    const bucket = hash & (table.length - 1);
    words.setUint32(at, table[bucket] ?? 0, true);
    words.setUint32(at + 4, hash, true);
    words.setUint32(at + 8, keyLength, true);
    words.setUint32(at + 12, valueWord, true);
    words.setUint32(at + 16, meta, true);
    copyBytes(buffer, start, end, this.arena.buffer(address), at + HEADER_BYTES);
    table[bucket] = address;
    this.#used[tableIndex]++;
    return address;
  }

  /** Removes an entry and frees its block. */
  remove(address: number): void {
    const next = this.#word(address, 0);
    this.#relink(address, next);
    if (this.hasExpiry(address)) this.#leaveExpiring(address);
    this.arena.free(address);
    this.#shrinkIfNeeded();
  }

  key(address: number): ByteSlice {
    const start = this.arena.offset(address) + this.#keyOffset(address);
    return new ByteSlice(this.arena.buffer(address), start, start + this.#word(address, 8));
  }

  /** The value's bytes of a kind 0 entry. */
  value(address: number): ByteSlice {
    const start = this.arena.offset(address) + this.#keyOffset(address) + this.#word(address, 8);
    return new ByteSlice(this.arena.buffer(address), start, start + this.#word(address, 12));
  }

  /** Compares an entry's key with bytes, as memcmp does; of two that begin alike the shorter comes first. @returns the sign */
  compareKey(address: number, buffer: Buffer, start: number, end: number): number {
    const keyAt = this.arena.offset(address) + this.#keyOffset(address);
    return compareBytes(this.arena.buffer(address), keyAt, keyAt + this.#word(address, 8), buffer, start, end);
  }

  /** A double at the beginning of the value of a kind 0 entry. */
  float64(address: number): number {
    const words = this.arena.words(address);
    const at = this.arena.offset(address) + this.#keyOffset(address) + this.#word(address, 8);
    return words.getFloat64(at, true);
  }

  setFloat64(address: number, value: number): void {
    const words = this.arena.words(address);
    const at = this.arena.offset(address) + this.#keyOffset(address) + this.#word(address, 8);
    words.setFloat64(at, value, true);
  }

  valueWord(address: number): number {
    return this.#word(address, 12);
  }

  setValueWord(address: number, word: number): void {
    this.#setWord(address, 12, word);
  }

  meta(address: number): number {
    return this.#word(address, 16);
  }

  setMeta(address: number, meta: number): void {
    this.#setWord(address, 16, (meta & ~HAS_EXPIRY) | (this.meta(address) & HAS_EXPIRY));
  }

  /** Replaces the value's bytes. `value` must not point into this arena. @returns where the entry now is */
  setValue(address: number, value: ByteSlice): number {
    const moved = this.resizeValue(address, value.length, 0);
    this.writeValue(moved, 0, value);
    return moved;
  }

  /** Writes bytes into the value, which must be long enough. */
  writeValue(address: number, at: number, bytes: ByteSlice): void {
    const start = this.arena.offset(address) + this.#keyOffset(address) + this.#word(address, 8) + at;
    copyBytes(bytes.buffer, bytes.start, bytes.end, this.arena.buffer(address), start);
  }

  /**
   * Changes the length of a kind 0 value; bytes added are undefined.
   * @param keep how many of the old bytes must survive
   * @returns where the entry now is
   */
  resizeValue(address: number, length: number, keep: number): number {
    if (length === this.#word(address, 12)) return address;
    const moved = this.#reshape(address, length, this.hasExpiry(address), Math.min(keep, length));
    this.#setWord(moved, 12, length);
    return moved;
  }

  hasExpiry(address: number): boolean {
    return (this.meta(address) & HAS_EXPIRY) !== 0;
  }

  /** Epoch milliseconds at which the entry expires, or -1. Beyond 2^53 the nearest double. */
  expiryMs(address: number): number {
    if (!this.hasExpiry(address)) return -1;
    const words = this.arena.words(address);
    const at = this.arena.offset(address) + HEADER_BYTES;
    return words.getUint32(at + 4, true) * WORD + words.getUint32(at, true);
  }

  /** As `expiryMs`, exactly: bigint beyond 2^53. */
  exactExpiryMs(address: number): number | bigint {
    const expiryMs = this.expiryMs(address);
    if (expiryMs <= Number.MAX_SAFE_INTEGER) return expiryMs;
    return this.arena.words(address).getBigInt64(this.arena.offset(address) + HEADER_BYTES, true);
  }

  /** Sets or, with -1, removes the expiry: an int64, not negative otherwise. @returns where the entry now is */
  setExpiryMs(address: number, expiryMs: number | bigint): number {
    if (expiryMs < 0) return this.#removeExpiry(address);
    const isNew = !this.hasExpiry(address);
    let moved = address;
    if (isNew) {
      moved = this.#reshape(address, this.#inlineLength(address), true, this.#inlineLength(address));
      this.#setWord(moved, 16, this.meta(moved) | HAS_EXPIRY);
    }
    this.#writeExpiry(moved, expiryMs);
    if (isNew) this.#joinExpiring(moved);
    else this.#reorderExpiring(moved);
    return moved;
  }

  #writeExpiry(address: number, expiryMs: number | bigint): void {
    const words = this.arena.words(address);
    const at = this.arena.offset(address) + HEADER_BYTES;
    if (typeof expiryMs === 'bigint') {
      words.setBigInt64(at, expiryMs, true);
    } else {
      words.setUint32(at, expiryMs, true);
      words.setUint32(at + 4, expiryMs / WORD, true);
    }
  }

  /** The entry at a position of the expiring list; positions run from 0 to `expiringCount`. */
  expiringAt(position: number): number {
    return this.#expiring[position] ?? 0;
  }

  /** Bytes the entry occupies in the arena. */
  entryBytes(address: number): number {
    return this.arena.capacity(address);
  }

  /** A random entry, or 0 when empty. Near-uniform: a random bucket, then a random member of its chain. */
  random(random: Random): number {
    if (this.size === 0) return 0;
    if (this.#rehashAt >= 0) this.rehashStep(1);
    for (;;) {
      let slot = random.below(this.#tables[0].length + this.#tables[1].length);
      const table = slot < this.#tables[0].length ? this.#tables[0] : this.#tables[1];
      if (table === this.#tables[1]) slot -= this.#tables[0].length;
      const head = table[slot] ?? 0;
      if (head === 0) continue;
      let length = 0;
      for (let at = head; at !== 0; at = this.#word(at, 0)) length++;
      let at = head;
      for (let steps = random.below(length); steps > 0; steps--) at = this.#word(at, 0);
      return at;
    }
  }

  /**
   * Visits the entries of one bucket and of its images in the other table (Valkey's dictScan: the cursor counts with
   * its bits reversed). Every entry present from the first call to the last is visited at least once.
   * @returns the next cursor; 0 when the round is complete
   */
  scan(cursor: number, visit: (address: number) => void): number {
    if (this.size === 0) return 0;
    this.#rehashPaused++;
    try {
      const [first, second] = this.#tables;
      if (this.#rehashAt < 0) {
        this.#visitBucket(first, cursor, visit);
        return nextCursor(cursor, first.length - 1);
      }
      const [small, large] = first.length <= second.length ? [first, second] : [second, first];
      const smallMask = small.length - 1;
      const largeMask = large.length - 1;
      this.#visitBucket(small, cursor, visit);
      let at = cursor;
      do {
        this.#visitBucket(large, at, visit);
        at = nextCursor(at, largeMask);
      } while ((at & (smallMask ^ largeMask)) !== 0);
      return at;
    } finally {
      this.#rehashPaused--;
    }
  }

  /** Visits every entry once. `visit` must not add or remove entries. */
  forEach(visit: (address: number) => void): void {
    this.#rehashPaused++;
    try {
      for (const table of this.#tables) {
        for (let bucket = 0; bucket < table.length; bucket++) {
          for (let at = table[bucket] ?? 0; at !== 0; at = this.#word(at, 0)) visit(at);
        }
      }
    } finally {
      this.#rehashPaused--;
    }
  }

  /** Frees every entry. For a dict that shares its arena with others; O(size). */
  clear(): void {
    this.clearSome(Number.POSITIVE_INFINITY);
  }

  /**
   * As `clear`, in parts: about `count` entries of a dict that is not used meanwhile.
   * @param before visits each entry before it is freed
   * @returns whether there are more
   */
  clearSome(count: number, before?: (address: number) => void): boolean {
    let left = count;
    for (let index = 0; index < 2; index++) {
      const table = this.#tables[index] ?? NO_TABLE;
      // One that is done with: the count is of the other.
      if (table.length === 0) continue;
      for (; this.#clearedBuckets < table.length; this.#clearedBuckets++) {
        if (left-- <= 0) return true;
        let at = table[this.#clearedBuckets] ?? 0;
        while (at !== 0) {
          const next = this.#word(at, 0);
          before?.(at);
          this.arena.free(at);
          at = next;
        }
      }
      this.#tables[index] = NO_TABLE;
      this.#clearedBuckets = 0;
    }
    this.#used = [0, 0];
    this.#rehashAt = -1;
    this.#expiring = new Uint32Array(0);
    this.#expiringCount = 0;
    return false;
  }

  /** Moves up to `buckets` buckets to the new table. @returns whether more remain */
  rehashStep(buckets: number): boolean {
    if (this.#rehashAt < 0 || this.#rehashPaused > 0) return false;
    const [from, to] = this.#tables;
    let emptyVisits = buckets * EMPTY_VISITS_PER_STEP;
    for (let moved = 0; moved < buckets && this.#used[0] > 0; moved++) {
      while ((from[this.#rehashAt] ?? 0) === 0) {
        this.#rehashAt++;
        if (--emptyVisits === 0) return true;
      }
      let at = from[this.#rehashAt] ?? 0;
      while (at !== 0) {
        const words = this.arena.words(at);
        const offset = this.arena.offset(at);
        const next = words.getUint32(offset, true);
        const bucket = words.getUint32(offset + 4, true) & (to.length - 1);
        words.setUint32(offset, to[bucket] ?? 0, true);
        to[bucket] = at;
        this.#used[0]--;
        this.#used[1]++;
        at = next;
      }
      from[this.#rehashAt] = 0;
      this.#rehashAt++;
    }
    if (this.#used[0] > 0) return true;
    this.#tables = [to, NO_TABLE];
    this.#used = [this.#used[1], 0];
    this.#rehashAt = -1;
    return false;
  }

  get isRehashing(): boolean {
    return this.#rehashAt >= 0;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let expiring = 0;
    for (const [tableIndex, table] of this.#tables.entries()) {
      let count = 0;
      for (let bucket = 0; bucket < table.length; bucket++) {
        for (let at = table[bucket] ?? 0; at !== 0; at = this.#word(at, 0)) {
          count++;
          const key = this.key(at);
          const hash = hashBytes(key.buffer, key.start, key.end, this.hashSeed);
          assert(hash === this.#word(at, 4), 'stored hash');
          assert((hash & (table.length - 1)) === bucket, 'bucket');
          if (this.hasExpiry(at)) {
            expiring++;
            assert(this.#expiring[this.#expiryPosition(at)] === at, 'expiring position');
          }
        }
        if (tableIndex === 0 && this.#rehashAt > bucket) assert((table[bucket] ?? 0) === 0, 'bucket is rehashed');
      }
      assert(count === this.#used[tableIndex], 'used count');
    }
    assert(expiring === this.#expiringCount, 'expiring count');
    for (let at = 1; this.expiringOrder === 'soonest-first' && at < expiring; at++) {
      assert(this.expiryMs(this.expiringAt((at - 1) >>> 1)) <= this.expiryMs(this.expiringAt(at)), 'soonest first');
    }
  }

  #findIn(table: Uint32Array, hash: number, buffer: Buffer, start: number, end: number): number {
    let at = table[hash & (table.length - 1)] ?? 0;
    const length = end - start;
    while (at !== 0) {
      const words = this.arena.words(at);
      const offset = this.arena.offset(at);
      if (words.getUint32(offset + 4, true) === hash && words.getUint32(offset + 8, true) === length) {
        const hasExpiry = (words.getUint32(offset + 16, true) & HAS_EXPIRY) !== 0;
        const keyAt = offset + HEADER_BYTES + (hasExpiry ? EXPIRY_BYTES : 0);
        if (equalBytes(this.arena.buffer(at), keyAt, keyAt + length, buffer, start, end)) return at;
      }
      at = words.getUint32(offset, true);
    }
    return 0;
  }

  #visitBucket(table: Uint32Array, cursor: number, visit: (address: number) => void): void {
    let at = table[cursor & (table.length - 1)] ?? 0;
    while (at !== 0) {
      const next = this.#word(at, 0);
      visit(at);
      at = next;
    }
  }

  #word(address: number, at: number): number {
    return this.arena.words(address).getUint32(this.arena.offset(address) + at, true);
  }

  #setWord(address: number, at: number, word: number): void {
    this.arena.words(address).setUint32(this.arena.offset(address) + at, word, true);
  }

  #keyOffset(address: number): number {
    return this.hasExpiry(address) ? HEADER_BYTES + EXPIRY_BYTES : HEADER_BYTES;
  }

  #inlineLength(address: number): number {
    return (this.meta(address) & KIND_MASK) === INLINE_VALUE ? this.#word(address, 12) : 0;
  }

  /** Gives an entry room for another value length or expiry field, moving it when its block does not fit well. */
  #reshape(address: number, inlineLength: number, expiry: boolean, keep: number): number {
    const keyLength = this.#word(address, 8);
    const needed = HEADER_BYTES + (expiry ? EXPIRY_BYTES : 0) + keyLength + inlineLength;
    const capacity = this.arena.capacity(address);
    const from = this.#keyOffset(address);
    const to = expiry ? HEADER_BYTES + EXPIRY_BYTES : HEADER_BYTES;
    if (needed <= capacity && needed * 2 >= capacity) {
      const offset = this.arena.offset(address);
      if (from !== to)
        this.arena.buffer(address).copyWithin(offset + to, offset + from, offset + from + keyLength + keep);
      return address;
    }
    const moved = this.arena.allocate(growth(needed, capacity));
    const source = this.arena.buffer(address);
    const sourceAt = this.arena.offset(address);
    const target = this.arena.buffer(moved);
    const targetAt = this.arena.offset(moved);
    const header = expiry && from === to ? HEADER_BYTES + EXPIRY_BYTES : HEADER_BYTES;
    source.copy(target, targetAt, sourceAt, sourceAt + header);
    source.copy(target, targetAt + to, sourceAt + from, sourceAt + from + keyLength + keep);
    this.#relink(address, moved, true);
    if (this.hasExpiry(address) && expiry) this.#expiring[this.#expiryPosition(address)] = moved;
    this.arena.free(address);
    return moved;
  }

  /** Makes whatever points at `address` point at `target`. Unless `keep`, the entry leaves the count. */
  #relink(address: number, target: number, keep = false): void {
    const hash = this.#word(address, 4);
    for (let tableIndex = 0; tableIndex < 2; tableIndex++) {
      const table = this.#tables[tableIndex === 0 ? 0 : 1];
      if (table.length === 0) continue;
      const bucket = hash & (table.length - 1);
      let at = table[bucket] ?? 0;
      let previous = 0;
      while (at !== 0 && at !== address) {
        previous = at;
        at = this.#word(at, 0);
      }
      if (at === 0) continue;
      if (previous === 0) table[bucket] = target;
      else this.#setWord(previous, 0, target);
      if (!keep) this.#used[tableIndex === 0 ? 0 : 1]--;
      return;
    }
    assert(false, 'the entry is in a table');
  }

  #expandIfNeeded(): void {
    if (this.#rehashAt >= 0) return;
    if (this.#tables[0].length === 0) {
      this.#tables[0] = new Uint32Array(BUCKETS_MIN);
    } else if (this.#used[0] >= this.#tables[0].length) {
      this.#startRehash(this.#tables[0].length * 2);
    }
  }

  #shrinkIfNeeded(): void {
    const buckets = this.#tables[0].length;
    if (this.#rehashAt >= 0 || this.#rehashPaused > 0 || buckets <= BUCKETS_MIN || this.#used[0] * 8 > buckets) return;
    let target = BUCKETS_MIN;
    while (target < this.#used[0]) target *= 2;
    this.#startRehash(target);
  }

  #startRehash(buckets: number): void {
    this.#tables[1] = new Uint32Array(buckets);
    this.#rehashAt = 0;
    if (this.#used[0] === 0) {
      this.#tables = [this.#tables[1], NO_TABLE];
      this.#rehashAt = -1;
    }
  }

  #expiryPosition(address: number): number {
    return this.#word(address, HEADER_BYTES + 8);
  }

  #joinExpiring(address: number): void {
    if (this.#expiringCount === this.#expiring.length) {
      const grown = new Uint32Array(Math.max(16, this.#expiring.length * 2));
      grown.set(this.#expiring);
      this.#expiring = grown;
    }
    this.#placeExpiring(address, this.#expiringCount);
    this.#expiringCount++;
    this.#reorderExpiring(address);
  }

  #leaveExpiring(address: number): void {
    const position = this.#expiryPosition(address);
    this.#expiringCount--;
    const last = this.#expiring[this.#expiringCount] ?? 0;
    if (last === address) return;
    this.#placeExpiring(last, position);
    this.#reorderExpiring(last);
  }

  #placeExpiring(address: number, position: number): void {
    this.#expiring[position] = address;
    this.#setWord(address, HEADER_BYTES + 8, position);
  }

  /** Brings an entry whose time or position is new to where it belongs. */
  #reorderExpiring(address: number): void {
    if (this.expiringOrder === 'unordered') return;
    const expiryMs = this.expiryMs(address);
    let at = this.#expiryPosition(address);
    while (at > 0) {
      const parent = this.expiringAt((at - 1) >>> 1);
      if (this.expiryMs(parent) <= expiryMs) break;
      this.#placeExpiring(parent, at);
      at = (at - 1) >>> 1;
    }
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.#expiringCount) break;
      const right = left + 1;
      const isRight =
        right < this.#expiringCount && this.expiryMs(this.expiringAt(right)) < this.expiryMs(this.expiringAt(left));
      const child = this.expiringAt(isRight ? right : left);
      if (this.expiryMs(child) >= expiryMs) break;
      this.#placeExpiring(child, at);
      at = isRight ? right : left;
    }
    this.#placeExpiring(address, at);
  }

  #removeExpiry(address: number): number {
    if (!this.hasExpiry(address)) return address;
    this.#leaveExpiring(address);
    const inline = this.#inlineLength(address);
    const moved = this.#reshape(address, inline, false, inline);
    this.#setWord(moved, 16, this.meta(moved) & ~HAS_EXPIRY);
    return moved;
  }
}

/** Room for a value that grows again and again (APPEND): a large entry that grows gets a quarter more than it needs. */
function growth(needed: number, capacity: number): number {
  return needed > capacity && capacity > 8192 ? needed + (needed >>> 2) : needed;
}

/** MurmurHash3-style mixing, four bytes at a time; put together by hand, because a view of words costs more to make. */
function hashBytes(buffer: Buffer, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (buffer[i] ?? 0) | ((buffer[i + 1] ?? 0) << 8) | ((buffer[i + 2] ?? 0) << 16) | ((buffer[i + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) {
    hash = Math.imul(hash ^ (buffer[i] ?? 0), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Adds one to a cursor whose significant bits are those of `mask`, counting from the highest bit down. */
function nextCursor(cursor: number, mask: number): number {
  return reverseBits((reverseBits((cursor | ~mask) >>> 0) + 1) >>> 0);
}

function reverseBits(word: number): number {
  let bits = word >>> 0;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return ((bits >>> 16) | (bits << 16)) >>> 0;
}

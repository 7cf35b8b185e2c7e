/**
 * One numbered database: the only way to keys. Strings live as bytes inside their dict entry; other types are objects in
 * a slot table, their bytes in the same arena. Expired keys are invisible from the moment they expire and are removed
 * when they are met (lazily) or by the active cycle (expire-cycle.ts).
 *
 * Views (`ByteSlice`) answered here live until the next write to this database. Values handed in are copied and must
 * not be views of this database.
 */
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import { parseInt64 } from '../base/integer.js';
import type { Random } from '../base/random.js';
import { errors } from '../errors.js';
import { Arena } from '../memory/arena.js';
import { Dict, TOUCHED_MAX } from '../memory/dict.js';
import type { EncodingLimits } from '../types/encoding-limits.js';
import { KeptRows } from '../types/kept-rows.js';
import { KIND_NAMES, Kind, type Value, type ValueHome, type ValueType } from '../types/value.js';
import type { AccessClock, AccessHistory } from './access-clock.js';
import { ExpiryQueue } from './expiry-queue.js';
import type { KeyspaceEvents } from './keyspace-events.js';
import { DyingValues, type LazyFreeRules, type Removal } from './lazy-free.js';

export type StringEncoding = 'raw' | 'int' | 'embstr';
const STRING_ENCODINGS: readonly StringEncoding[] = ['raw', 'int', 'embstr'];
const EMBSTR_BYTES_MAX = 44;
const INT = 1;
/** Encoding code of a small integer that COPY made: Redis gives it an object of its own instead of a shared one. */
const UNSHARED_INT = 3;
/** Integers below this are objects that all keys share in Redis; OBJECT REFCOUNT shows it. */
const SHARED_INTEGERS = 10_000;
/** What OBJECT REFCOUNT answers for a shared object. */
export const SHARED_REFERENCES = 2 ** 31 - 1;

/** Keys of one `warm` at most. */
export const WARMED_MAX = TOUCHED_MAX;

/** What TTL commands answer for a key that is not there, or has no expiry. */
export const NO_KEY = -2;
export const NO_EXPIRY = -1;
/** Keep whatever expiry the key has. */
export const KEEP_EXPIRY = -3;

/** What every database of a server shares. */
export interface KeyspaceShared {
  readonly events: KeyspaceEvents;
  readonly hashSeed: number;
  readonly random: Random;
  readonly limits: EncodingLimits;
  readonly vectorEngine: ValueHome['vectorEngine'];
  readonly access: AccessClock;
  /** Wall-clock milliseconds of the command that runs: one `now` for all it does. */
  nowMs: number;
  /** Accesses leave keys as they are: the client asked for it. */
  leavesNoTrace: boolean;
  readonly lazyFree: LazyFreeRules;
  /** Whether keys go when their time has come, and not only when they are met after it. */
  expiresActively: boolean;
  readonly stats: KeyspaceStats;
}

/** How a string comes of the one before it. An object and no function, so that one can serve every command of a kind. */
export interface StringChange {
  /** @param current nothing when the key is missing */
  make(current: ByteSlice | undefined): ByteSlice;
}

export interface KeyspaceStats {
  hits: number;
  misses: number;
  expiredKeys: number;
  /** Fields of hashes. */
  expiredFields: number;
  evictedKeys: number;
  /** Values that were freed in parts. */
  lazilyFreed: number;
}

export class Database {
  #arena = new Arena();
  #dict: Dict;
  #home: ValueHome;
  #objects: (Value | undefined)[] = [];
  #freeSlots: number[] = [];
  /** Keys of values with parts that expire, and when the first part does. */
  #partExpiries = new ExpiryQueue();
  #dying = new DyingValues();

  constructor(
    /** Changes when databases are swapped. */
    public index: number,
    readonly shared: KeyspaceShared,
  ) {
    this.#dict = new Dict(this.#arena, shared.hashSeed);
    this.#home = homeIn(this.#arena, shared);
  }

  get size(): number {
    return this.#dict.size;
  }

  /** Keys that have an expiry. */
  get expiringCount(): number {
    return this.#dict.expiringCount;
  }

  /** Whether the key is there, for a command that reads: counts a hit or miss, but not as an access of the key. */
  exists(key: ByteSlice): boolean {
    return this.#lookUp(key) !== 0;
  }

  /** As `exists`, for a command that looks at the key itself: whoever hears of keys looked up in vain does not of this. */
  inspect(key: ByteSlice): boolean {
    const isThere = this.#peek(key) !== 0;
    if (isThere) this.shared.stats.hits++;
    else this.shared.stats.misses++;
    return isThere;
  }

  /** Whether the key is there, for a command that writes: marks it accessed, but counts no hit or miss. */
  has(key: ByteSlice): boolean {
    const address = this.#peek(key);
    if (address !== 0) this.#markAccessed(address);
    return address !== 0;
  }

  /** Brings what looking keys up will read into the processor's cache (`Dict.touch`). */
  warm(buffer: Buffer, places: Int32Array, count: number): void {
    this.#dict.touch(buffer, places, count);
  }

  /** Marks a key accessed, even by a client that leaves no trace. @returns whether it is there */
  touch(key: ByteSlice): boolean {
    const address = this.#lookUp(key);
    if (address !== 0) this.#refresh(address);
    return address !== 0;
  }

  /** The type's name as TYPE answers it; undefined when there is no such key. Counts as nothing. */
  typeName(key: ByteSlice): string | undefined {
    const address = this.#peek(key);
    return address === 0 ? undefined : KIND_NAMES[this.#kind(address)];
  }

  /** A string's bytes. @throws WRONGTYPE */
  getString(key: ByteSlice): ByteSlice | undefined {
    const address = this.#find(key);
    if (address === 0) return undefined;
    if (this.#kind(address) !== Kind.string) throw errors.wrongType;
    return this.#dict.value(address);
  }

  /** A string's bytes, or undefined when the key is missing or of another type. */
  getStringOrNothing(key: ByteSlice): ByteSlice | undefined {
    const address = this.#find(key);
    return address === 0 || this.#kind(address) !== Kind.string ? undefined : this.#dict.value(address);
  }

  /** A string's bytes, for a command that writes it: counts as nothing. @throws WRONGTYPE */
  stringForWrite(key: ByteSlice): ByteSlice | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    if (this.#kind(address) !== Kind.string) throw errors.wrongType;
    return this.#dict.value(address);
  }

  /**
   * Makes the key a string, whatever it was.
   * @param expiryMs epoch milliseconds, `NO_EXPIRY` or `KEEP_EXPIRY`
   * @param encoding what OBJECT ENCODING will say; by default chosen as SET does
   */
  setString(key: ByteSlice, value: ByteSlice, expiryMs: number | bigint, encoding = naturalEncoding(value)): void {
    this.#setString(key, value, expiryMs, encodingCode(encoding));
  }

  /**
   * Gives a string a value made from the one it has, with one look-up for both; an expiry stays.
   * @param change makes it; when that throws, everything stays as it was
   * @throws WRONGTYPE
   */
  remakeString(key: ByteSlice, encoding: StringEncoding, change: StringChange): void {
    const address = this.#peek(key);
    if (address !== 0 && this.#kind(address) !== Kind.string) throw errors.wrongType;
    const value = change.make(address === 0 ? undefined : this.#dict.value(address));
    this.#storeString(address, key, value, KEEP_EXPIRY, encodingCode(encoding));
  }

  /**
   * Changes a string's length in place, for APPEND and SETRANGE; creates it when missing. Bytes added are zero.
   * The encoding becomes raw. @returns a writable view of the whole value
   */
  resizeString(key: ByteSlice, length: number): ByteSlice {
    let address = this.#peek(key);
    const meta = this.#meta(Kind.string, 0);
    let oldLength = 0;
    if (address === 0) {
      address = this.#dict.insert(key.buffer, key.start, key.end, length, meta);
      this.#tellCreated(key);
    } else {
      if (this.#kind(address) !== Kind.string) throw errors.wrongType;
      oldLength = this.#dict.value(address).length;
      address = this.#dict.resizeValue(address, length, oldLength);
      this.#dict.setMeta(address, meta);
    }
    const value = this.#dict.value(address);
    if (length > oldLength) value.buffer.fill(0, value.start + oldLength, value.end);
    return value;
  }

  /** The value of a type at a key, for a command that reads. @throws WRONGTYPE */
  read<V extends Value>(type: ValueType<V>, key: ByteSlice): V | undefined {
    const address = this.#find(key);
    return address === 0 ? undefined : this.#valueOf(type, address);
  }

  /** The value of a type, or undefined when the key is missing or of another type. Does not count as an access. */
  peek<V extends Value>(type: ValueType<V>, key: ByteSlice): V | undefined {
    const address = this.#peek(key);
    if (address === 0 || this.#kind(address) !== type.kind) return undefined;
    return this.#valueOf(type, address);
  }

  /** The value of a type, for a command that changes what is there: counts as nothing. @throws WRONGTYPE */
  existing<V extends Value>(type: ValueType<V>, key: ByteSlice): V | undefined {
    const address = this.#peek(key);
    return address === 0 ? undefined : this.#valueOf(type, address);
  }

  /** The value of a type, created empty when missing: the caller adds at least one element. @throws WRONGTYPE */
  forWrite<V extends Value>(type: ValueType<V>, key: ByteSlice): V {
    const address = this.#peek(key);
    if (address !== 0) return this.#valueOf(type, address);
    const value = new type(this.#home);
    this.#insertObject(key, type.kind, value);
    this.#tellCreated(key);
    return value;
  }

  /** Puts a new value of a type at a key, whatever was there, without an expiry: the caller fills it. */
  replace<V extends Value>(type: ValueType<V>, key: ByteSlice): V {
    const isNew = !this.delete(key);
    const value = new type(this.#home);
    this.#insertObject(key, type.kind, value);
    if (isNew) this.#tellCreated(key);
    return value;
  }

  /**
   * Puts a new value of a type at a key, whatever was there, without an expiry, once `fill` has given it its elements.
   * When that throws, the key stays as it was.
   */
  build<V extends Value>(type: ValueType<V>, key: ByteSlice, fill: (value: V) => void): void {
    const value = this.create(type);
    try {
      fill(value);
    } catch (failure) {
      value.free();
      throw failure;
    }
    this.put(type, key, value);
  }

  /** An empty value of a type that no key holds yet: `put` gives it a key, or whoever made it frees it. */
  create<V extends Value>(type: ValueType<V>): V {
    return new type(this.#home);
  }

  /** Puts a value that `create` made at a key, whatever was there, without an expiry. */
  put<V extends Value>(type: ValueType<V>, key: ByteSlice, value: V): void {
    this.delete(key);
    this.#insertObject(key, type.kind, value);
  }

  /** What a key holds, for a command that reads: the bytes of a string (a view), or the value of another type. */
  held(key: ByteSlice): ByteSlice | Value | undefined {
    return this.#find(key) === 0 ? undefined : this.glance(key);
  }

  /** As `held`, but counts as nothing. */
  glance(key: ByteSlice): ByteSlice | Value | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    return this.#kind(address) === Kind.string ? this.#dict.value(address) : this.#object(address);
  }

  /** Removes a key. @param removal decides when its memory is given back @returns whether it was there (an expired key was not) */
  delete(key: ByteSlice, removal: Removal = 'server'): boolean {
    const address = this.#peek(key);
    if (address === 0) return false;
    this.#removeEntry(address, removal);
    return true;
  }

  /** Values that have lost their keys and still hold memory. */
  get dyingCount(): number {
    return this.#dying.count;
  }

  /** Gives back about so many blocks of their memory. */
  freeSome(blocks: number): void {
    this.shared.stats.lazilyFreed += this.#dying.freeSome(blocks);
  }

  /** Epoch milliseconds (beyond 2^53 the nearest double), `NO_EXPIRY` or `NO_KEY`. Counts as nothing. */
  expiryMs(key: ByteSlice): number {
    const address = this.#peek(key);
    return address === 0 ? NO_KEY : this.#dict.expiryMs(address);
  }

  /** As `expiryMs`, exactly: bigint beyond 2^53. */
  exactExpiryMs(key: ByteSlice): number | bigint {
    const address = this.#peek(key);
    return address === 0 ? NO_KEY : this.#dict.exactExpiryMs(address);
  }

  /** Sets or, with `NO_EXPIRY`, removes the expiry of a key that exists: an int64, not negative otherwise. */
  setExpiryMs(key: ByteSlice, expiryMs: number | bigint): void {
    const address = this.#peek(key);
    assert(address !== 0, 'the key exists');
    this.#dict.setExpiryMs(address, expiryMs);
  }

  /** What OBJECT ENCODING answers; undefined when there is no such key. */
  encoding(key: ByteSlice): string | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    if (this.#kind(address) !== Kind.string) return this.#object(address).encoding;
    const code = this.#encodingCode(address);
    return code === UNSHARED_INT ? 'int' : STRING_ENCODINGS[code];
  }

  /** What OBJECT REFCOUNT answers: small integers are shared; undefined when there is no such key. */
  references(key: ByteSlice): number | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    if (this.#kind(address) !== Kind.string || this.#encodingCode(address) !== INT) return 1;
    const value = this.#dict.value(address);
    const integer = parseInt64(value.buffer, value.start, value.end) ?? -1;
    return integer >= 0 && integer < SHARED_INTEGERS ? SHARED_REFERENCES : 1;
  }

  /** Seconds since the key was last accessed; undefined when there is no such key. Resolution: one second. */
  idleSeconds(key: ByteSlice): number | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    return this.shared.access.idleSeconds(this.#dict.meta(address) >>> 8, this.shared.nowMs);
  }

  /** How often the key is accessed, 0 to 255, under an lfu policy; undefined when there is no such key. */
  frequency(key: ByteSlice): number | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    return this.shared.access.frequency(this.#dict.meta(address) >>> 8, this.shared.nowMs);
  }

  /** Gives a key that exists a history of accesses, as far as the policy keeps one of the kind. */
  setAccess(key: ByteSlice, history: AccessHistory): void {
    const bits = this.shared.access.remembering(history, this.shared.nowMs);
    const address = bits === undefined ? 0 : this.#peek(key);
    if (bits !== undefined && address !== 0) {
      this.#dict.setMeta(address, (this.#dict.meta(address) & 0xff) | (bits << 8));
    }
  }

  /** Bytes a key takes with its value and its share of tables; undefined when there is no such key. */
  memoryBytes(key: ByteSlice): number | undefined {
    const address = this.#peek(key);
    if (address === 0) return undefined;
    const shareOfTables = Math.ceil(this.#dict.tableBytes / Math.max(1, this.#dict.size));
    const own = this.#dict.entryBytes(address) + shareOfTables;
    return this.#kind(address) === Kind.string ? own : own + 64 + this.#object(address).memoryBytes();
  }

  /** Bytes in use by this database. */
  get liveBytes(): number {
    return this.#arena.liveBytes + this.#dict.tableBytes + this.#objects.length * 8 + this.#home.beyond.bytes;
  }

  /** Bytes in use by this database, and those it has taken from the system for its arena and tables. */
  memoryUsage(): { liveBytes: number; reservedBytes: number } {
    const { liveBytes, reservedBytes } = this.#arena.usage();
    const tables = this.#dict.tableBytes + this.#objects.length * 8;
    return { liveBytes: liveBytes + tables + this.#home.beyond.bytes, reservedBytes: reservedBytes + tables };
  }

  /** Copies a key over another, in this database or another one; the target is replaced. @returns whether it existed */
  copy(key: ByteSlice, target: Database, targetKey: ByteSlice): boolean {
    const address = this.#find(key);
    if (address === 0) return false;
    const code = this.#encodingCode(address);
    this.#copyEntry(address, target, targetKey, code === INT ? UNSHARED_INT : code);
    return true;
  }

  /** Takes a key that exists over to another database, replacing what was there. */
  move(key: ByteSlice, target: Database): void {
    assert(target !== this, 'the database is another one');
    this.#moveEntry(key, target, key);
  }

  /** Gives a key that exists another name, replacing what was there. The value is not copied when it is an object. */
  rename(key: ByteSlice, newKey: ByteSlice): void {
    const address = this.#peek(key);
    assert(address !== 0 && !key.equals(newKey), 'the key exists under another name');
    if (this.#kind(address) === Kind.string) {
      this.#moveEntry(key, this, newKey);
      return;
    }
    const kind = this.#kind(address);
    const value = this.#object(address);
    const slot = this.#dict.valueWord(address);
    const expiryMs = this.#dict.exactExpiryMs(address);
    if (this.#partExpiries.size > 0) this.#partExpiries.delete(key.latin1());
    this.#dict.remove(address);
    this.delete(newKey);
    this.#dict.insert(newKey.buffer, newKey.start, newKey.end, slot, this.#meta(kind, 0));
    this.notePartExpiry(newKey, value);
    this.setExpiryMs(newKey, expiryMs);
    this.#tellCreated(newKey);
  }

  /** Forgets every key at once: the arena is dropped, not walked. */
  flush(): void {
    if (this.#home.beyond.bytes > 0) for (const value of this.#objects) value?.abandon?.();
    this.#home.rows.abandon();
    this.#arena.abandon();
    this.#arena = new Arena();
    this.#dict = new Dict(this.#arena, this.shared.hashSeed);
    this.#home = homeIn(this.#arena, this.shared);
    this.#objects = [];
    this.#freeSlots = [];
    this.#partExpiries = new ExpiryQueue();
    this.shared.stats.lazilyFreed += this.#dying.count;
    this.#dying = new DyingValues();
  }

  /**
   * One step of SCAN: visits keys (views) that are not expired, with their type's name.
   * @returns the next cursor; 0 when the round is complete
   */
  scan(cursor: number, visit: (key: ByteSlice, typeName: string) => void): number {
    return this.#dict.scan(cursor, (address) => {
      if (!this.#isExpired(address)) visit(this.#dict.key(address), KIND_NAMES[this.#kind(address)] ?? '');
    });
  }

  /** Visits every key that is not expired. The visitor must not write. */
  forEachKey(visit: (key: ByteSlice) => void): void {
    this.#dict.forEach((address) => {
      if (!this.#isExpired(address)) visit(this.#dict.key(address));
    });
  }

  /** A random key that is not expired, as a copy; expired ones met on the way are removed. */
  randomKey(): ByteSlice | undefined {
    while (this.#dict.size > 0) {
      const address = this.#dict.random(this.shared.random);
      const key = ByteSlice.of(this.#dict.key(address).copy());
      if (!this.#isExpired(address)) return key;
      this.#expire(key, address);
    }
    return undefined;
  }

  /**
   * Looks at keys with an expiry from `position` on and removes those that have expired.
   * @returns how many of the `count` looked at had expired
   */
  expireSome(position: number, count: number): number {
    let expired = 0;
    for (let looked = 0; looked < count && this.#dict.expiringCount > 0; looked++) {
      const address = this.#dict.expiringAt((position + looked - expired) % this.#dict.expiringCount);
      if (!this.#isExpired(address)) continue;
      this.#expire(ByteSlice.of(this.#dict.key(address).copy()), address);
      expired++;
    }
    return expired;
  }

  /**
   * Visits a random key, expired or not; none when there is none.
   * @param volatileOnly among the keys with an expiry
   * @param visit gets the access bits (access-clock.ts), and the expiry or `NO_EXPIRY`
   */
  visitRandom(volatileOnly: boolean, visit: (key: ByteSlice, access: number, expiryMs: number) => void): void {
    const { random } = this.shared;
    const { expiringCount } = this.#dict;
    const address = volatileOnly
      ? this.#dict.expiringAt(expiringCount === 0 ? 0 : random.below(expiringCount))
      : this.#dict.random(random);
    if (address === 0) return;
    visit(this.#dict.key(address), this.#dict.meta(address) >>> 8, this.#dict.expiryMs(address));
  }

  /** Removes a key to make room. @returns whether it was there */
  evict(key: ByteSlice): boolean {
    const address = this.#peek(key);
    if (address === 0) return false;
    this.#removeEntry(address, 'eviction');
    this.shared.stats.evictedKeys++;
    this.#tellRemoved('evicted', key);
    return true;
  }

  /** Says that parts of a value have another time to expire than before, or none. */
  notePartExpiry(key: ByteSlice, value: Value): void {
    const dueMs = value.dueMs ?? Number.POSITIVE_INFINITY;
    if (dueMs < Number.POSITIVE_INFINITY) this.#partExpiries.set(key.latin1(), dueMs);
    else if (this.#partExpiries.size > 0) this.#partExpiries.delete(key.latin1());
  }

  /**
   * Takes parts away whose time has come, nearest first, from at most `count` values.
   * @returns of how many: fewer than `count` when no more are due
   */
  expireParts(count: number): number {
    for (let done = 0; done < count; done++) {
      const name = this.#partExpiries.takeDue(this.shared.nowMs);
      if (name === undefined) return done;
      const key = ByteSlice.fromLatin1(name);
      const found = this.#dict.find(key.buffer, key.start, key.end);
      const address = found === 0 ? 0 : this.#live(key, found);
      // Due was what was last said; meanwhile the part may have gone, or its time been put off.
      if (address !== 0 && this.#kind(address) !== Kind.string) this.notePartExpiry(key, this.#object(address));
    }
    return count;
  }

  /** Moves some buckets of a resizing table. @returns whether more remain */
  rehashStep(buckets: number): boolean {
    return this.#dict.rehashStep(buckets);
  }

  get isRehashing(): boolean {
    return this.#dict.isRehashing;
  }

  /** Checks the structures underneath; throws when one is broken. For tests. */
  validate(): void {
    this.#arena.validate();
    this.#dict.validate();
    const references = this.#objects.reduce((sum, value) => sum + (value?.references ?? 0), this.#dying.references);
    assert(references === this.#home.rows.count, `${this.#home.rows.count} rows are kept, ${references} referred to`);
  }

  /** Finds a live key and marks it accessed; counts the hit or miss. @returns address or 0 */
  #find(key: ByteSlice): number {
    const address = this.#lookUp(key);
    if (address !== 0) this.#markAccessed(address);
    return address;
  }

  /** Finds a live key and counts the hit or miss. @returns address or 0 */
  #lookUp(key: ByteSlice): number {
    const address = this.#peek(key);
    if (address !== 0) this.shared.stats.hits++;
    else {
      this.shared.stats.misses++;
      this.shared.events.onKeyMissed?.(this.index, key);
    }
    return address;
  }

  #markAccessed(address: number): void {
    if (!this.shared.leavesNoTrace) this.#refresh(address);
  }

  #refresh(address: number): void {
    const meta = this.#dict.meta(address);
    this.#dict.setMeta(address, (meta & 0xff) | (this.shared.access.touched(meta >>> 8, this.shared.nowMs) << 8));
  }

  /** Finds a live key; removes it when it has expired. @returns address or 0 */
  #peek(key: ByteSlice): number {
    const address = this.#dict.find(key.buffer, key.start, key.end);
    if (address === 0) return 0;
    const isExpired = this.#isExpired(address);
    if (!isExpired && this.#partExpiries.size === 0) return address;
    return this.#live(key, address, isExpired);
  }

  /** What is left of an entry now: removes it, or parts of its value, whose time has come. @returns address or 0 */
  #live(key: ByteSlice, address: number, isExpired = this.#isExpired(address)): number {
    if (!isExpired) return this.#withoutDueParts(key, address);
    this.#expire(key, address);
    return 0;
  }

  /** Takes the parts of a value away whose time has come. @returns address, or 0 when nothing is left */
  #withoutDueParts(key: ByteSlice, address: number): number {
    if (this.#kind(address) === Kind.string) return address;
    const value = this.#object(address);
    if (value.dueMs === undefined || value.dueMs > this.shared.nowMs) return address;
    const parts: ByteSlice[] = [];
    value.expireParts?.(this.shared.nowMs, (part) => parts.push(ByteSlice.of(part.copy())));
    const isEmpty = value.size === 0;
    if (isEmpty) this.#removeEntry(address);
    else this.notePartExpiry(key, value);
    const { events, stats } = this.shared;
    stats.expiredFields += parts.length;
    events.keyChanged(this.index, 'hexpired', key);
    if (isEmpty) events.keyChanged(this.index, 'del', key);
    if (events.wantsEffects) events.effect(this.index, ['HDEL', key, ...parts]);
    return isEmpty ? 0 : address;
  }

  #isExpired(address: number): boolean {
    return this.#dict.hasExpiry(address) && this.#dict.expiryMs(address) <= this.shared.nowMs;
  }

  #expire(key: ByteSlice, address: number): void {
    this.#removeEntry(address, 'expiry');
    this.shared.stats.expiredKeys++;
    this.#tellRemoved('expired', key);
  }

  /** A key went without a command that removes it. */
  #tellRemoved(event: string, key: ByteSlice): void {
    const { events } = this.shared;
    events.keyChanged(this.index, event, key);
    if (events.wantsEffects) events.effect(this.index, ['DEL', key]);
  }

  #setString(key: ByteSlice, value: ByteSlice, expiryMs: number | bigint, encodingCode: number): void {
    this.#storeString(this.#peek(key), key, value, expiryMs, encodingCode);
  }

  /** @param found the key's entry, or 0 */
  #storeString(found: number, key: ByteSlice, value: ByteSlice, expiryMs: number | bigint, encodingCode: number): void {
    let address = found;
    const isNew = address === 0;
    if (!isNew && this.#kind(address) !== Kind.string) {
      if (expiryMs === KEEP_EXPIRY) expiryMs = this.#dict.exactExpiryMs(address);
      this.#removeEntry(address);
      address = 0;
    }
    if (address === 0) {
      address = this.#dict.insert(key.buffer, key.start, key.end, value.length, this.#meta(Kind.string, encodingCode));
      this.#dict.writeValue(address, 0, value);
      if (isNew) this.#tellCreated(key);
    } else {
      const access = this.shared.access.touched(this.#dict.meta(address) >>> 8, this.shared.nowMs);
      address = this.#dict.setValue(address, value);
      this.#dict.setMeta(address, Kind.string | (encodingCode << 4) | (access << 8));
    }
    if (expiryMs === KEEP_EXPIRY) return;
    if (expiryMs !== NO_EXPIRY || this.#dict.hasExpiry(address)) this.#dict.setExpiryMs(address, expiryMs);
  }

  #moveEntry(key: ByteSlice, target: Database, targetKey: ByteSlice): void {
    const address = this.#peek(key);
    assert(address !== 0, 'the key exists');
    this.#copyEntry(address, target, targetKey, this.#encodingCode(address));
    this.delete(key);
  }

  #copyEntry(address: number, target: Database, targetKey: ByteSlice, encodingCode: number): void {
    const expiryMs = this.#dict.exactExpiryMs(address);
    if (this.#kind(address) === Kind.string) {
      const value = ByteSlice.of(this.#dict.value(address).copy());
      target.delete(targetKey);
      target.#setString(targetKey, value, expiryMs, encodingCode);
      return;
    }
    const duplicate = this.#object(address).copyTo(target.#home);
    target.delete(targetKey);
    target.#insertObject(targetKey, this.#kind(address), duplicate);
    target.setExpiryMs(targetKey, expiryMs);
    target.#tellCreated(targetKey);
  }

  #tellCreated(key: ByteSlice): void {
    this.shared.events.onKeyCreated?.(this.index, key);
  }

  #removeEntry(address: number, removal: Removal = 'server'): void {
    if (this.#kind(address) !== Kind.string) {
      const slot = this.#dict.valueWord(address);
      if (this.#partExpiries.size > 0) this.#partExpiries.delete(this.#dict.key(address).latin1());
      const value = this.#object(address);
      if (!this.shared.lazyFree[removal] || !this.#dying.take(value)) value.free();
      this.#objects[slot] = undefined;
      this.#freeSlots.push(slot);
    }
    this.#dict.remove(address);
  }

  #insertObject(key: ByteSlice, kind: number, object: Value): void {
    const slot = this.#freeSlots.pop() ?? this.#objects.length;
    this.#objects[slot] = object;
    this.#dict.insert(key.buffer, key.start, key.end, slot, this.#meta(kind, 0));
    if (object.dueMs !== undefined) this.notePartExpiry(key, object);
  }

  #valueOf<V extends Value>(type: ValueType<V>, address: number): V {
    const kind = this.#kind(address);
    const value = kind === Kind.string ? undefined : this.#object(address);
    if (value !== undefined && isOfType(value, kind, type)) return value;
    throw errors.wrongType;
  }

  #object(address: number): Value {
    const object = this.#objects[this.#dict.valueWord(address)];
    assert(object !== undefined, 'the slot holds an object');
    return object;
  }

  #kind(address: number): number {
    return this.#dict.meta(address) & 0xf;
  }

  #encodingCode(address: number): number {
    return (this.#dict.meta(address) >>> 4) & 7;
  }

  #meta(kind: number, encoding: number): number {
    return kind | (encoding << 4) | (this.shared.access.fresh(this.shared.nowMs) << 8);
  }
}

/** The kind decides: it is written with the object, and costs less to compare than a look at the object's class. */
function isOfType<V extends Value>(_value: Value, kind: number, type: ValueType<V>): _value is V {
  return kind === type.kind;
}

function homeIn(arena: Arena, { hashSeed, limits, random, vectorEngine }: KeyspaceShared): ValueHome {
  const beyond = { bytes: 0 };
  return { arena, hashSeed, limits, random, vectorEngine, beyond, rows: new KeptRows(beyond) };
}

/** Its place in STRING_ENCODINGS, without a search. */
function encodingCode(encoding: StringEncoding): number {
  if (encoding === 'raw') return 0;
  return encoding === 'int' ? INT : 2;
}

/** How SET stores a value: an int64 as int, up to 44 bytes as embstr, more as raw. */
export function naturalEncoding(value: ByteSlice): StringEncoding {
  if (value.length <= 20 && parseInt64(value.buffer, value.start, value.end) !== undefined) return 'int';
  return textEncoding(value);
}

/** How a string is stored that may not become an int: a result in floating point. */
export function textEncoding(value: ByteSlice): StringEncoding {
  return value.length <= EMBSTR_BYTES_MAX ? 'embstr' : 'raw';
}

/**
 * The set type: unique members, binary.
 *
 * A set of nothing but integers, and no more than `set-max-intset-entries` of them, is an "intset" (integer-set.ts). Any
 * other is a "hashtable": a `Dict` in the same arena, whose entries have empty values. An intset turns into a hashtable
 * when it meets another member or passes its limit, and never turns back, as in Redis, because OBJECT ENCODING and the
 * order of members are visible to clients.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { formatInt64, parseInt64 } from '../base/integer.js';
import type { Random } from '../base/random.js';
import { Dict } from '../memory/dict.js';
import { IntegerSet } from './integer-set.js';
import { Kind, type Value, type ValueHome } from './value.js';

/** Below one in so many members, a sample is drawn member by member; above, in one pass over all. */
const SPARSE_SAMPLE = 3;

/** Members are views, or scratch memory that lives until the next call. */
export type MemberVisitor = (member: ByteSlice) => void;

export class SetValue implements Value {
  static readonly kind = Kind.set;
  readonly #home: ValueHome;
  /** Empty once the set is a hashtable. */
  readonly #integers: IntegerSet;
  #dict: Dict | undefined;

  constructor(home: ValueHome) {
    this.#home = home;
    this.#integers = new IntegerSet(home.arena);
  }

  get size(): number {
    return this.#dict?.size ?? this.#integers.size;
  }

  get encoding(): 'intset' | 'hashtable' {
    return this.#dict === undefined ? 'intset' : 'hashtable';
  }

  has(member: ByteSlice): boolean {
    if (this.#dict !== undefined) return this.#dict.find(member.buffer, member.start, member.end) !== 0;
    const integer = parseInt64(member.buffer, member.start, member.end);
    return integer !== undefined && this.#integers.has(integer);
  }

  /** Adds a member, which must not be a view into this arena. @returns whether it is new */
  add(member: ByteSlice): boolean {
    if (this.#dict === undefined) {
      const integer = parseInt64(member.buffer, member.start, member.end);
      if (integer !== undefined) {
        const isNew = this.#integers.add(integer);
        if (isNew && this.#integers.size > this.#home.limits.setIntsetEntriesMax) this.#toDict();
        return isNew;
      }
    }
    const dict = this.#dict ?? this.#toDict();
    if (dict.find(member.buffer, member.start, member.end) !== 0) return false;
    dict.insert(member.buffer, member.start, member.end, 0, 0);
    return true;
  }

  /** Removes a member. @returns whether it was there */
  delete(member: ByteSlice): boolean {
    const dict = this.#dict;
    if (dict === undefined) {
      const integer = parseInt64(member.buffer, member.start, member.end);
      return integer !== undefined && this.#integers.delete(integer);
    }
    const address = dict.find(member.buffer, member.start, member.end);
    if (address !== 0) dict.remove(address);
    return address !== 0;
  }

  /** Visits every member: those of an intset in ascending order. The visitor must not change the set. */
  forEach(visit: MemberVisitor): void {
    const dict = this.#dict;
    if (dict === undefined) {
      this.#integers.forEach((integer) => {
        visit(formatInt64(integer));
      });
      return;
    }
    dict.forEach((address) => {
      visit(dict.key(address));
    });
  }

  /** One round of SSCAN: an intset answers whole with cursor 0. @returns the next cursor */
  scan(cursor: number, visit: MemberVisitor): number {
    const dict = this.#dict;
    if (dict !== undefined) return dict.scan(cursor, (address) => visit(dict.key(address)));
    this.forEach(visit);
    return 0;
  }

  /** A random member; the set is not empty. */
  random(random: Random): ByteSlice {
    const dict = this.#dict;
    if (dict !== undefined) return dict.key(dict.random(random));
    return formatInt64(this.#integers.at(random.below(this.#integers.size)));
  }

  /** Visits `count` different members chosen at random, or all of them when there are not more. */
  sample(random: Random, count: number, visit: MemberVisitor): void {
    const dict = this.#dict;
    if (dict !== undefined && count * SPARSE_SAMPLE < dict.size) {
      const chosen = new Set<number>();
      while (chosen.size < count) chosen.add(dict.random(random));
      for (const address of chosen) visit(dict.key(address));
      return;
    }
    let wanted = Math.min(count, this.size);
    let left = this.size;
    this.forEach((member) => {
      if (random.below(left--) >= wanted) return;
      wanted--;
      visit(member);
    });
  }

  memoryBytes(): number {
    const dict = this.#dict;
    if (dict === undefined) return this.#integers.memoryBytes();
    let bytes = dict.tableBytes;
    dict.forEach((address) => {
      bytes += dict.entryBytes(address);
    });
    return bytes;
  }

  copyTo(home: ValueHome): SetValue {
    const copy = new SetValue(home);
    this.#integers.copyTo(copy.#integers);
    if (this.#dict === undefined) return copy;
    const dict = copy.#toDict();
    this.forEach((member) => {
      // The homes may share an arena: what is inserted must be no view into it.
      const own = ByteSlice.of(member.copy());
      dict.insert(own.buffer, own.start, own.end, 0, 0);
    });
    return copy;
  }

  free(): void {
    this.#integers.clear();
    this.#dict?.clear();
  }

  get blocks(): number {
    return this.#dict?.size ?? 1;
  }

  freeSome(blocks: number): boolean {
    if (this.#dict !== undefined) return this.#dict.clearSome(blocks);
    this.free();
    return false;
  }

  /** Checks the structures underneath; throws when one is broken. For tests. */
  validate(): void {
    this.#integers.validate();
    this.#dict?.validate();
  }

  #toDict(): Dict {
    const dict = new Dict(this.#home.arena, this.#home.hashSeed);
    this.#integers.forEach((integer) => {
      const { buffer, start, end } = formatInt64(integer);
      dict.insert(buffer, start, end, 0, 0);
    });
    this.#integers.clear();
    this.#dict = dict;
    return dict;
  }
}

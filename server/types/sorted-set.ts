/**
 * The sorted set type: members, each once, with a score, in the order of scores and at equal scores of bytes.
 *
 * A small one is a "listpack" (`PackedMembers`); one that passes a limit becomes a "skiplist" (`TreeMembers`: Redis's name
 * for its large encoding) and never turns back by itself, as in Redis, because OBJECT ENCODING is visible to clients. What
 * ZUNIONSTORE and its kin make is built large and packed at the end if it is small.
 *
 * Scores are never NaN. Slices handed in must not lie in memory that this set may free: a member of it, by its view.
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import { PACKED_MEMBER_BYTES_MAX, PackedMembers } from './packed-members.js';
import type { LexRange, MemberVisitor, RankRange, ScoredMembers, ScoreRange } from './scored-members.js';
import { TreeMembers } from './tree-members.js';
import { Kind, type Value, type ValueHome } from './value.js';

/** When a score may be set. */
export interface ScoreCondition {
  /** Only of members that are new, or that are there. */
  readonly onlyNew: boolean;
  readonly onlyExisting: boolean;
  /** A member that is there only gets a greater score, or a smaller one. */
  readonly onlyGreater: boolean;
  readonly onlyLess: boolean;
}

export const UNCONDITIONAL: ScoreCondition = {
  onlyNew: false,
  onlyExisting: false,
  onlyGreater: false,
  onlyLess: false,
};

/** `same`: the member has that score already; `refused`: the condition does not hold. */
export type ScoreOutcome = 'added' | 'updated' | 'same' | 'refused';

/** Below one in so many members, a sample is drawn member by member; above, in one pass over all. */
const SPARSE_SAMPLE = 3;

export class SortedSetValue implements Value {
  static readonly kind = Kind.zset;
  readonly #home: ValueHome;
  #members: ScoredMembers;

  constructor(home: ValueHome) {
    this.#home = home;
    this.#members = new PackedMembers(home.arena);
  }

  get size(): number {
    return this.#members.size;
  }

  get encoding(): 'listpack' | 'skiplist' {
    return this.#members instanceof PackedMembers ? 'listpack' : 'skiplist';
  }

  score(member: ByteSlice): number | undefined {
    const place = this.#members.place(member);
    return place === 0 ? undefined : this.#members.scoreAt(place);
  }

  /** Sets a member's score when the condition holds. */
  set(member: ByteSlice, score: number, condition: ScoreCondition = UNCONDITIONAL): ScoreOutcome {
    const place = this.#members.place(member);
    if (place === 0) {
      if (condition.onlyExisting) return 'refused';
      this.#insert(member, score);
      return 'added';
    }
    if (condition.onlyNew) return 'refused';
    const current = this.#members.scoreAt(place);
    if ((condition.onlyGreater && score <= current) || (condition.onlyLess && score >= current)) return 'refused';
    if (score === current) return 'same';
    this.#members.rescore(place, member, score);
    return 'updated';
  }

  /**
   * Adds a member that is new, to a set that comes from elsewhere as a listpack: it stays one whatever the length of its
   * members, until it has too many. @returns whether the member was new
   */
  addPacked(member: ByteSlice, score: number): boolean {
    if (this.#members.place(member) !== 0) return false;
    const isFull = this.#members.size >= this.#home.limits.zsetListpackEntriesMax;
    if (isFull || member.length > PACKED_MEMBER_BYTES_MAX) this.unpack();
    this.#members.insert(member, score);
    return true;
  }

  /** Removes a member. @returns whether it was there */
  delete(member: ByteSlice): boolean {
    const place = this.#members.place(member);
    if (place !== 0) this.#members.remove(place, member);
    return place !== 0;
  }

  /** The rank of a member, from the lowest score; undefined when it is not there. */
  rank(member: ByteSlice): number | undefined {
    const place = this.#members.place(member);
    return place === 0 ? undefined : this.#members.rank(place, member);
  }

  /** The ranks of a range of scores. */
  byScore(range: ScoreRange): RankRange {
    return this.#members.byScore(range);
  }

  /** The ranks of a range of members. @param fromEnd looks from the end, where it matters: scores that are not equal */
  byLex(range: LexRange, fromEnd = false): RankRange {
    return this.#members.byLex(range, fromEnd);
  }

  /** Visits members from a rank on, upwards or downwards; there are as many. */
  visit(rank: number, count: number, isReverse: boolean, visit: MemberVisitor): void {
    this.#members.visit(rank, count, isReverse, visit);
  }

  /** Visits every member in order. */
  forEach(visit: MemberVisitor): void {
    this.#members.visit(0, this.size, false, visit);
  }

  /** Removes the members of a range that is there. */
  removeRange(range: RankRange): void {
    this.#members.removeRange(range);
  }

  /** Visits one random member; the set is not empty. */
  random(random: Random, visit: MemberVisitor): void {
    this.#members.visit(random.below(this.size), 1, false, visit);
  }

  /** Visits `count` different members chosen at random, or all, from the end, when there are not more. */
  sample(random: Random, count: number, visit: MemberVisitor): void {
    const { size } = this;
    if (count >= size) this.#members.visit(size - 1, size, true, visit);
    else if (count * SPARSE_SAMPLE < size) this.#drawOneByOne(random, count, visit);
    else this.#drawInOnePass(random, count, visit);
  }

  /** One round of ZSCAN: a listpack answers whole with cursor 0. @returns the next cursor */
  scan(cursor: number, visit: MemberVisitor): number {
    return this.#members.scan(cursor, visit);
  }

  /** Makes a set that is empty or small a skiplist. */
  unpack(): void {
    if (!(this.#members instanceof PackedMembers)) return;
    const packed = this.#members;
    const tree = new TreeMembers(this.#home.arena, this.#home.hashSeed);
    packed.visit(0, packed.size, false, (member, score) => tree.insert(member, score));
    packed.free();
    this.#members = tree;
  }

  /** Makes a skiplist a listpack when it is within the limits. */
  packIfSmall(): void {
    if (this.#members instanceof PackedMembers || this.size > this.#home.limits.zsetListpackEntriesMax) return;
    let isSmall = true;
    this.forEach((member) => {
      if (!this.#fitsPacked(member)) isSmall = false;
    });
    if (!isSmall) return;
    const packed = new PackedMembers(this.#home.arena);
    this.forEach((member, score) => {
      packed.insert(member, score);
    });
    this.#members.free();
    this.#members = packed;
  }

  memoryBytes(): number {
    return this.#members.memoryBytes();
  }

  copyTo(home: ValueHome): SortedSetValue {
    const copy = new SortedSetValue(home);
    if (this.encoding === 'skiplist') copy.unpack();
    this.forEach((member, score) => {
      copy.#members.insert(ByteSlice.of(member.copy()), score);
    });
    return copy;
  }

  free(): void {
    this.#members.free();
  }

  get blocks(): number {
    return this.#members instanceof TreeMembers ? this.size : 1;
  }

  freeSome(blocks: number): boolean {
    if (this.#members instanceof TreeMembers) return this.#members.freeSome(blocks);
    this.free();
    return false;
  }

  /** Checks the structure underneath; throws when it is broken. For tests. */
  validate(): void {
    if (this.#members instanceof TreeMembers) this.#members.validate();
  }

  #insert(member: ByteSlice, score: number): void {
    const isFull = this.#members.size >= this.#home.limits.zsetListpackEntriesMax;
    if (isFull || !this.#fitsPacked(member)) this.unpack();
    this.#members.insert(member, score);
  }

  #fitsPacked(member: ByteSlice): boolean {
    return member.length <= Math.min(this.#home.limits.zsetListpackValueBytesMax, PACKED_MEMBER_BYTES_MAX);
  }

  #drawOneByOne(random: Random, count: number, visit: MemberVisitor): void {
    const ranks = new Set<number>();
    while (ranks.size < count) ranks.add(random.below(this.size));
    for (const rank of ranks) this.#members.visit(rank, 1, false, visit);
  }

  #drawInOnePass(random: Random, count: number, visit: MemberVisitor): void {
    let wanted = count;
    let left = this.size;
    this.forEach((member, score) => {
      if (random.below(left--) >= wanted) return;
      wanted--;
      visit(member, score);
    });
  }
}

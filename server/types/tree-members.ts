/**
 * The members of a large sorted set: a dict from member to score and a tree of both in order, in one arena. A member's bytes
 * lie in the dict's entry alone; the tree names it by the entry's address, which stays while the member does.
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { Arena } from '../memory/arena.js';
import { Dict, INLINE_VALUE } from '../memory/dict.js';
import { ScoreTree, Tie } from '../memory/score-tree.js';
import {
  isEmptyLexRange,
  type LexBound,
  type LexRange,
  type MemberVisitor,
  NOTHING,
  type RankRange,
  type ScoredMembers,
  type ScoreRange,
} from './scored-members.js';

const SCORE_BYTES = 8;
const NO_BYTES = ByteSlice.of(Buffer.alloc(0));

/** Places are addresses of the dict's entries. */
export class TreeMembers implements ScoredMembers {
  readonly #dict: Dict;
  readonly #tree: ScoreTree;

  constructor(arena: Arena, hashSeed: number) {
    this.#dict = new Dict(arena, hashSeed);
    this.#tree = new ScoreTree(this.#dict);
  }

  get size(): number {
    return this.#dict.size;
  }

  place(member: ByteSlice): number {
    return this.#dict.find(member.buffer, member.start, member.end);
  }

  scoreAt(place: number): number {
    return this.#dict.float64(place);
  }

  insert(member: ByteSlice, score: number): void {
    const { buffer, start, end } = member;
    const entry = this.#dict.insert(buffer, start, end, SCORE_BYTES, INLINE_VALUE);
    this.#dict.setFloat64(entry, score);
    this.#tree.insert(score, entry, buffer, start, end);
  }

  rescore(place: number, { buffer, start, end }: ByteSlice, score: number): void {
    this.#tree.rescore(this.#dict.float64(place), score, place, buffer, start, end);
    this.#dict.setFloat64(place, score);
  }

  remove(place: number, { buffer, start, end }: ByteSlice): void {
    this.#tree.remove(this.#dict.float64(place), buffer, start, end);
    this.#dict.remove(place);
  }

  rank(place: number, { buffer, start, end }: ByteSlice): number {
    return this.#tree.rank(this.#dict.float64(place), Tie.beforeMember, buffer, start, end);
  }

  byScore({ min, max, minExcluded, maxExcluded }: ScoreRange): RankRange {
    if (min > max) return NOTHING;
    const { buffer } = NO_BYTES;
    const start = this.#tree.rank(min, minExcluded ? Tie.afterScore : Tie.beforeScore, buffer, 0, 0);
    const end = this.#tree.rank(max, maxExcluded ? Tie.beforeScore : Tie.afterScore, buffer, 0, 0);
    return { start, end: Math.max(start, end) };
  }

  byLex(range: LexRange): RankRange {
    if (this.size === 0 || isEmptyLexRange(range)) return NOTHING;
    const start = this.#rankOf(range.min, Tie.beforeMember, Tie.afterMember);
    return { start, end: Math.max(start, this.#rankOf(range.max, Tie.afterMember, Tie.beforeMember)) };
  }

  visit(rank: number, count: number, isReverse: boolean, visit: MemberVisitor): void {
    this.#tree.visit(rank, count, isReverse, (entry, score) => visit(this.#dict.key(entry), score));
  }

  removeRange({ start, end }: RankRange): void {
    for (let left = end - start; left > 0; left--) this.#dict.remove(this.#tree.removeAt(start));
  }

  scan(cursor: number, visit: MemberVisitor): number {
    return this.#dict.scan(cursor, (entry) => visit(this.#dict.key(entry), this.#dict.float64(entry)));
  }

  memoryBytes(): number {
    let bytes = this.#dict.tableBytes + this.#tree.bytes;
    this.#dict.forEach((entry) => {
      bytes += this.#dict.entryBytes(entry);
    });
    return bytes;
  }

  free(): void {
    this.#tree.free();
    this.#dict.clear();
  }

  /** As `free`, about so many blocks. @returns whether there are more */
  freeSome(blocks: number): boolean {
    return this.#tree.freeSome(blocks) || this.#dict.clearSome(blocks);
  }

  /** Checks that dict and tree are sound and hold the same; throws when they do not. For tests. */
  validate(): void {
    this.#dict.validate();
    this.#tree.validate();
    let met = 0;
    this.#tree.visit(0, this.#tree.size, false, (entry, score) => {
      const { buffer, start, end } = this.#dict.key(entry);
      const isHeld = this.#dict.find(buffer, start, end) === entry && Object.is(this.#dict.float64(entry), score);
      if (!isHeld) throw new Error('the tree holds what the dict does not');
      met++;
    });
    if (met !== this.#dict.size) throw new Error(`the tree holds ${met} members, the dict ${this.#dict.size}`);
  }

  /** Members before the end of a range, among scores that are equal. */
  #rankOf(
    bound: LexBound,
    included: typeof Tie.beforeMember | typeof Tie.afterMember,
    excluded: typeof included,
  ): number {
    if (bound === '-') return 0;
    if (bound === '+') return this.size;
    const { buffer, start, end } = bound.member;
    return this.#tree.rank(this.#tree.firstScore(), bound.excluded ? excluded : included, buffer, start, end);
  }
}

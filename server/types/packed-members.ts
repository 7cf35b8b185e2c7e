/**
 * The members of a small sorted set in one arena block, in order, searched from front to back: an 8-byte head of count and
 * used bytes, then `score float64, length u16, member` each.
 */
import { ByteSlice, compareBytes, copyBytes, equalBytes } from '../base/byte-slice.js';
import { formatDouble } from '../base/double.js';
import type { Arena } from '../memory/arena.js';
import {
  isAboveMin,
  isBelowMax,
  isEmptyLexRange,
  type LexRange,
  type MemberVisitor,
  NOTHING,
  type RankRange,
  type ScoredMembers,
  type ScoreRange,
} from './scored-members.js';

const HEAD_BYTES = 8;
/** Score and length of a member. */
const MEMBER_HEAD_BYTES = 10;
const LENGTH_AT = 8;
const FIRST_BLOCK_BYTES = 64;

/** Longest member: its length is held in 16 bits. */
export const PACKED_MEMBER_BYTES_MAX = 0xffff;

/** Largest integer that a listpack of Redis takes a whole score for. */
const PACKED_INTEGER_MAX = 2 ** 62;

/** A score as a listpack holds it and ZSCAN shows it: whole numbers are integers, whose digits are all written. */
export function packedScoreText(score: number): string {
  const isHeldAsInteger = Number.isInteger(score) && Math.abs(score) <= PACKED_INTEGER_MAX;
  return isHeldAsInteger ? BigInt(score).toString() : formatDouble(score);
}

/** Places are offsets in the block. */
export class PackedMembers implements ScoredMembers {
  readonly #arena: Arena;
  #block: number;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#block = arena.allocate(FIRST_BLOCK_BYTES);
    this.#setHead(0, HEAD_BYTES);
  }

  get size(): number {
    return this.#arena.words(this.#block).getUint32(this.#base, true);
  }

  place(member: ByteSlice): number {
    const words = this.#arena.words(this.#block);
    const buffer = this.#arena.buffer(this.#block);
    const base = this.#base;
    const end = base + this.#used;
    const length = member.end - member.start;
    let at = base + HEAD_BYTES;
    while (at < end) {
      const itemLength = words.getUint16(at + LENGTH_AT, true);
      const start = at + MEMBER_HEAD_BYTES;
      if (itemLength === length && equalBytes(buffer, start, start + length, member.buffer, member.start, member.end)) {
        return at - base;
      }
      at = start + itemLength;
    }
    return 0;
  }

  scoreAt(place: number): number {
    return this.#arena.words(this.#block).getFloat64(this.#base + place, true);
  }

  /** A score of -0 becomes 0, as a listpack keeps whole numbers as integers. */
  insert(member: ByteSlice, score: number): void {
    const length = member.end - member.start;
    const bytes = MEMBER_HEAD_BYTES + length;
    const used = this.#used;
    this.#ensureCapacity(used + bytes);
    const place = this.#placeFor(member, score);
    const at = this.#base + place;
    const buffer = this.#arena.buffer(this.#block);
    const words = this.#arena.words(this.#block);
    buffer.copyWithin(at + bytes, at, this.#base + used);
    words.setFloat64(at, score + 0, true);
    words.setUint16(at + LENGTH_AT, length, true);
    copyBytes(member.buffer, member.start, member.end, buffer, at + MEMBER_HEAD_BYTES);
    this.#setHead(this.size + 1, used + bytes);
  }

  rescore(place: number, member: ByteSlice, score: number): void {
    this.remove(place);
    this.insert(member, score);
  }

  remove(place: number): void {
    this.#cut(place, place + this.#itemBytes(place), 1);
  }

  rank(place: number): number {
    let rank = 0;
    for (let at = HEAD_BYTES; at < place; at += this.#itemBytes(at)) rank++;
    return rank;
  }

  byScore({ min, max, minExcluded, maxExcluded }: ScoreRange): RankRange {
    const isBelow = (score: number): boolean => score < min || (minExcluded && score === min);
    const isAbove = (score: number): boolean => score > max || (maxExcluded && score === max);
    let [rank, start] = [0, 0];
    const used = this.#used;
    for (let at = HEAD_BYTES; at < used; at += this.#itemBytes(at), rank++) {
      const score = this.scoreAt(at);
      if (isBelow(score)) start = rank + 1;
      else if (isAbove(score)) break;
    }
    return { start, end: Math.max(start, rank) };
  }

  byLex(range: LexRange, fromEnd: boolean): RankRange {
    const { size } = this;
    const members: ByteSlice[] = [];
    this.visit(0, size, fromEnd, (member) => members.push(member));
    const [first, last] = [members[fromEnd ? size - 1 : 0], members[fromEnd ? 0 : size - 1]];
    if (first === undefined || last === undefined || isEmptyLexRange(range)) return NOTHING;
    if (!isAboveMin(last, range.min) || !isBelowMax(first, range.max)) return NOTHING;
    const isEntered = (member: ByteSlice): boolean =>
      fromEnd ? isBelowMax(member, range.max) : isAboveMin(member, range.min);
    const isLeft = (member: ByteSlice): boolean =>
      fromEnd ? !isAboveMin(member, range.min) : !isBelowMax(member, range.max);
    const entered = members.findIndex(isEntered);
    if (entered < 0) return NOTHING;
    const beyond = members.findIndex((member, i) => i >= entered && isLeft(member));
    const left = beyond < 0 ? size : beyond;
    return fromEnd ? { start: size - left, end: size - entered } : { start: entered, end: left };
  }

  visit(rank: number, count: number, isReverse: boolean, visit: MemberVisitor): void {
    if (count <= 0) return;
    if (isReverse) {
      const places = this.#places(rank - count + 1, count);
      for (let i = places.length - 1; i >= 0; i--) this.#visitAt(places[i] ?? 0, visit);
      return;
    }
    let at = this.#placeOfRank(rank);
    for (let left = count; left > 0; left--) {
      this.#visitAt(at, visit);
      at += this.#itemBytes(at);
    }
  }

  removeRange({ start, end }: RankRange): void {
    const from = this.#placeOfRank(start);
    let to = from;
    for (let left = end - start; left > 0; left--) to += this.#itemBytes(to);
    this.#cut(from, to, end - start);
  }

  scan(_cursor: number, visit: MemberVisitor): number {
    this.visit(0, this.size, false, visit);
    return 0;
  }

  memoryBytes(): number {
    return this.#arena.capacity(this.#block);
  }

  free(): void {
    this.#arena.free(this.#block);
  }

  get #base(): number {
    return this.#arena.offset(this.#block);
  }

  get #used(): number {
    return this.#arena.words(this.#block).getUint32(this.#base + 4, true);
  }

  #setHead(count: number, used: number): void {
    const words = this.#arena.words(this.#block);
    words.setUint32(this.#base, count, true);
    words.setUint32(this.#base + 4, used, true);
  }

  #itemBytes(place: number): number {
    return MEMBER_HEAD_BYTES + this.#arena.words(this.#block).getUint16(this.#base + place + LENGTH_AT, true);
  }

  #visitAt(place: number, visit: MemberVisitor): void {
    const start = this.#base + place + MEMBER_HEAD_BYTES;
    const end = this.#base + place + this.#itemBytes(place);
    visit(new ByteSlice(this.#arena.buffer(this.#block), start, end), this.scoreAt(place));
  }

  #placeOfRank(rank: number): number {
    let at = HEAD_BYTES;
    for (let left = rank; left > 0; left--) at += this.#itemBytes(at);
    return at;
  }

  #places(rank: number, count: number): number[] {
    const places: number[] = [];
    for (let at = this.#placeOfRank(rank); places.length < count; at += this.#itemBytes(at)) places.push(at);
    return places;
  }

  /** Where a member that is not there belongs. */
  #placeFor(member: ByteSlice, score: number): number {
    const buffer = this.#arena.buffer(this.#block);
    const base = this.#base;
    const used = this.#used;
    for (let at = HEAD_BYTES; at < used; at += this.#itemBytes(at)) {
      const itemScore = this.scoreAt(at);
      if (itemScore < score) continue;
      if (itemScore > score) return at;
      const [start, end] = [base + at + MEMBER_HEAD_BYTES, base + at + this.#itemBytes(at)];
      if (compareBytes(buffer, start, end, member.buffer, member.start, member.end) > 0) return at;
    }
    return used;
  }

  #cut(from: number, to: number, count: number): void {
    const base = this.#base;
    const used = this.#used;
    this.#arena.buffer(this.#block).copyWithin(base + from, base + to, base + used);
    this.#setHead(this.size - count, used - (to - from));
  }

  #ensureCapacity(bytes: number): void {
    if (bytes <= this.#arena.capacity(this.#block)) return;
    const grown = this.#arena.allocate(bytes);
    const used = this.#used;
    this.#arena
      .buffer(this.#block)
      .copy(this.#arena.buffer(grown), this.#arena.offset(grown), this.#base, this.#base + used);
    this.#arena.free(this.#block);
    this.#block = grown;
  }
}

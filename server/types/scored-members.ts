/**
 * What a sorted set asks of the structure that holds its members: packed (packed-members.ts) while it is small, a dict with
 * a tree (tree-members.ts) when it is not. Order is by score and, at equal scores, by the members' bytes; ranks count from 0.
 *
 * A place is where a member is held: a number that is never 0, valid until the next change.
 */
import type { ByteSlice } from '../base/byte-slice.js';

/** Members and scores; slices are views. A visitor must not change the set. */
export type MemberVisitor = (member: ByteSlice, score: number) => void;

/** A range of scores, each end with or without its bound. */
export interface ScoreRange {
  readonly min: number;
  readonly max: number;
  readonly minExcluded: boolean;
  readonly maxExcluded: boolean;
}

/** An end of a range of members: `-` and `+` are below and above all members. */
export type LexBound = { readonly member: ByteSlice; readonly excluded: boolean } | '-' | '+';

/** A range of members in a set whose scores are all equal. */
export interface LexRange {
  readonly min: LexBound;
  readonly max: LexBound;
}

/** Ranks from `start` up to and without `end`; nothing when they meet. */
export interface RankRange {
  readonly start: number;
  readonly end: number;
}

export const NOTHING: RankRange = { start: 0, end: 0 };

export interface ScoredMembers {
  readonly size: number;
  /** Where a member is, or 0. */
  place(member: ByteSlice): number;
  scoreAt(place: number): number;
  /** Adds a member that is not there. */
  insert(member: ByteSlice, score: number): void;
  rescore(place: number, member: ByteSlice, score: number): void;
  /** Removes the member at a place. */
  remove(place: number, member: ByteSlice): void;
  /** The rank of the member at a place. */
  rank(place: number, member: ByteSlice): number;
  byScore(range: ScoreRange): RankRange;
  /** @param fromEnd decides what a range means when scores are not equal: found from the end it is met first */
  byLex(range: LexRange, fromEnd: boolean): RankRange;
  /** Visits `count` members from a rank on, upwards or downwards. */
  visit(rank: number, count: number, isReverse: boolean, visit: MemberVisitor): void;
  /** Removes the members of a range that is there. */
  removeRange(range: RankRange): void;
  /** One round of ZSCAN. @returns the next cursor */
  scan(cursor: number, visit: MemberVisitor): number;
  memoryBytes(): number;
  free(): void;
}

/** Whether a member lies above the lower end of a range. */
export function isAboveMin(member: ByteSlice, min: LexBound): boolean {
  if (min === '-' || min === '+') return min === '-';
  const order = member.compare(min.member);
  return order > 0 || (order === 0 && !min.excluded);
}

/** Whether a member lies below the upper end of a range. */
export function isBelowMax(member: ByteSlice, max: LexBound): boolean {
  if (max === '-' || max === '+') return max === '+';
  const order = member.compare(max.member);
  return order < 0 || (order === 0 && !max.excluded);
}

/** Whether no member can lie in a range, whatever there is. */
export function isEmptyLexRange({ min, max }: LexRange): boolean {
  if (min === '+' || max === '-') return true;
  if (min === '-' || max === '+') return false;
  const order = min.member.compare(max.member);
  return order > 0 || (order === 0 && (min.excluded || max.excluded));
}

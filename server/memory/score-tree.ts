/**
 * A B+-tree of (score, member) pairs with order statistics: the order of a large sorted set. Pairs are ordered by score and,
 * at equal scores, by the members' bytes. Members are entries of a `Dict`, held by address, so their bytes lie there alone;
 * scores are held here too, so that a search reads other memory only where scores are equal.
 *
 * Node, little-endian, one arena block; columns, so that a search touches few cache lines
 *   0  count       items in the node
 *   4  next        leaf: the leaf to the right, 0 at the end
 *   8  previous    leaf: the leaf to the left, 0 at the end
 *   16 scores      float64 each
 *   .. members     uint32 each: entry addresses
 *   .. children    inner: uint32 each
 *   .. totals      inner: uint32 each: pairs below the child
 *
 * Invariants (checked by `validate`)
 *   - score and member at slot i of an inner node are those of the first pair below child i; at slot 0 they are undefined
 *   - every node but the root is at least a quarter full, and an inner root has two children or more
 *   - all leaves are at the same depth and linked in order
 *
 * The path of the last search is kept in scratch memory shared by all trees: a search and the change it is for are one step.
 */
import { assert } from '../base/assert.js';
import type { Arena } from './arena.js';
import type { Dict } from './dict.js';

const HEAD_BYTES = 16;
const SCORE_BYTES = 8;
const WORD_BYTES = 4;
/** Levels a path may have: far more than 2^32 pairs need. */
const LEVELS_MAX = 16;

/** One kind of node: how many items it takes, and where its columns of words begin. */
interface Layout {
  readonly itemsMax: number;
  readonly itemsMin: number;
  readonly bytes: number;
  readonly membersAt: number;
  /** Columns of words, members first. */
  readonly wordColumns: readonly number[];
}

function layout(itemsMax: number, wordsPerItem: number): Layout {
  const membersAt = HEAD_BYTES + itemsMax * SCORE_BYTES;
  const wordColumns = Array.from({ length: wordsPerItem }, (_, column) => membersAt + column * itemsMax * WORD_BYTES);
  const bytes = membersAt + wordsPerItem * itemsMax * WORD_BYTES;
  return { itemsMax, itemsMin: itemsMax >>> 2, bytes, membersAt, wordColumns };
}

/** Both fill a block of 1 KiB. */
const LEAF = layout(84, 1);
const INNER = layout(50, 3);
const LEAF_MEMBERS_AT = LEAF.membersAt;
const INNER_MEMBERS_AT = INNER.membersAt;
const CHILDREN_AT = INNER_MEMBERS_AT + INNER.itemsMax * WORD_BYTES;
const TOTALS_AT = CHILDREN_AT + INNER.itemsMax * WORD_BYTES;

/** Where a search stops among pairs of the same score. */
export const Tie = { beforeScore: 0, beforeMember: 1, afterMember: 2, afterScore: 3 } as const;
export type TieRule = (typeof Tie)[keyof typeof Tie];

const pathNodes = new Uint32Array(LEVELS_MAX);
const pathSlots = new Uint32Array(LEVELS_MAX);

export class ScoreTree {
  readonly #arena: Arena;
  readonly #members: Dict;
  #root: number;
  /** Levels of inner nodes above the leaves. */
  #height = 0;
  #size = 0;
  #nodeBytes = 0;
  /** While the tree is freed in parts: nodes to be freed, each with all below it. */
  #doomed: { readonly node: number; readonly height: number }[] | undefined;

  /** @param members where the members' bytes are; entries stay where they are while the tree holds them */
  constructor(members: Dict) {
    this.#members = members;
    this.#arena = members.arena;
    this.#root = this.#newNode(LEAF);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes of the nodes. */
  get bytes(): number {
    return this.#nodeBytes;
  }

  /** Adds a pair that is not in the tree. @param buffer the member's bytes from `start` to `end` */
  insert(score: number, member: number, buffer: Buffer, start: number, end: number): void {
    this.#search(score, Tie.beforeMember, buffer, start, end);
    for (let level = 1; level <= this.#height; level++) this.#addToTotal(level, 1);
    const leaf = pathNodes[0] ?? 0;
    const slot = pathSlots[0] ?? 0;
    this.#size++;
    if (this.#count(leaf) < LEAF.itemsMax) {
      this.#insertPair(leaf, slot, score, member);
      return;
    }
    const right = this.#newNode(LEAF);
    const next = this.#word(leaf, 4);
    const kept = keptBySplit(LEAF, next === 0 && slot === LEAF.itemsMax);
    this.#moveItems(LEAF, leaf, kept, right, 0, LEAF.itemsMax - kept);
    this.#setWord(leaf, 0, kept);
    this.#setWord(right, 0, LEAF.itemsMax - kept);
    this.#link(leaf, right);
    this.#link(right, next);
    if (slot <= kept) this.#insertPair(leaf, slot, score, member);
    else this.#insertPair(right, slot - kept, score, member);
    this.#adopt(1, leaf, right);
  }

  /** Removes a pair that is in the tree. */
  remove(score: number, buffer: Buffer, start: number, end: number): void {
    this.#search(score, Tie.beforeMember, buffer, start, end);
    this.#removeAtPath();
  }

  /** Gives a pair that is in the tree another score. */
  rescore(score: number, newScore: number, member: number, buffer: Buffer, start: number, end: number): void {
    this.#search(score, Tie.beforeMember, buffer, start, end);
    const leaf = pathNodes[0] ?? 0;
    const slot = pathSlots[0] ?? 0;
    const isInside = slot > 0 && slot + 1 < this.#count(leaf);
    if (isInside && this.#score(leaf, slot - 1) < newScore && newScore < this.#score(leaf, slot + 1)) {
      this.#setScore(leaf, slot, newScore);
      return;
    }
    this.#removeAtPath();
    this.insert(newScore, member, buffer, start, end);
  }

  /** How many pairs come before a point in the order. @param buffer read for the ties that name a member */
  rank(score: number, tie: TieRule, buffer: Buffer, start: number, end: number): number {
    this.#search(score, tie, buffer, start, end);
    let rank = pathSlots[0] ?? 0;
    for (let level = this.#height; level > 0; level--) {
      const node = pathNodes[level] ?? 0;
      const words = this.#arena.words(node);
      const at = this.#arena.offset(node) + TOTALS_AT;
      const slot = pathSlots[level] ?? 0;
      for (let i = 0; i < slot; i++) rank += words.getUint32(at + i * WORD_BYTES, true);
    }
    return rank;
  }

  /** The score of the first pair; the tree is not empty. */
  firstScore(): number {
    this.#select(0);
    return this.#score(pathNodes[0] ?? 0, 0);
  }

  /** The member of the pair at a rank below `size`. */
  memberAt(rank: number): number {
    this.#select(rank);
    return this.#word(pathNodes[0] ?? 0, LEAF_MEMBERS_AT + (pathSlots[0] ?? 0) * WORD_BYTES);
  }

  /** Removes the pair at a rank below `size`. @returns its member */
  removeAt(rank: number): number {
    const member = this.memberAt(rank);
    this.#removeAtPath();
    return member;
  }

  /** Visits `count` pairs from a rank on, upwards or downwards. The visitor must not change the tree. */
  visit(rank: number, count: number, isReverse: boolean, visit: (member: number, score: number) => void): void {
    if (count <= 0) return;
    this.#select(rank);
    let leaf = pathNodes[0] ?? 0;
    let slot = pathSlots[0] ?? 0;
    for (let left = count; left > 0; left--) {
      visit(this.#word(leaf, LEAF_MEMBERS_AT + slot * WORD_BYTES), this.#score(leaf, slot));
      if (left === 1) return;
      if (isReverse) {
        if (slot === 0) {
          leaf = this.#word(leaf, 8);
          slot = this.#count(leaf);
        }
        slot--;
      } else if (++slot === this.#count(leaf)) {
        leaf = this.#word(leaf, 4);
        slot = 0;
      }
    }
  }

  /** Gives the nodes back; the tree must not be used again. */
  free(): void {
    this.freeSome(Number.POSITIVE_INFINITY);
  }

  /** As `free`, in parts: about `count` nodes of a tree that is not used any more. @returns whether there are more */
  freeSome(count: number): boolean {
    this.#doomed ??= [{ node: this.#root, height: this.#height }];
    for (let left = count; left > 0; left--) {
      const next = this.#doomed.pop();
      if (next === undefined) return false;
      const { node, height } = next;
      for (let i = height > 0 ? this.#count(node) - 1 : -1; i >= 0; i--) {
        this.#doomed.push({ node: this.#word(node, CHILDREN_AT + i * WORD_BYTES), height: height - 1 });
      }
      this.#freeNode(node);
    }
    return this.#doomed.length > 0;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    const pairs = new PairCheck(this.#members);
    const leaves: number[] = [];
    assert(this.#validateBelow(this.#root, this.#height, pairs, leaves) === this.#size, 'size');
    for (const [i, leaf] of leaves.entries()) {
      assert(this.#word(leaf, 4) === (leaves[i + 1] ?? 0), 'next leaf');
      assert(this.#word(leaf, 8) === (leaves[i - 1] ?? 0), 'previous leaf');
    }
    if (this.#height > 0) assert(this.#count(this.#root) >= 2, 'an inner root has two children');
  }

  #validateBelow(node: number, height: number, pairs: PairCheck, leaves: number[]): number {
    const count = this.#count(node);
    const { itemsMin, itemsMax } = height === 0 ? LEAF : INNER;
    assert(count <= itemsMax && (node === this.#root || count >= itemsMin), `a node of ${count} items`);
    if (height === 0) {
      leaves.push(node);
      for (let i = 0; i < count; i++) pairs.next(this.#score(node, i), this.#word(node, LEAF_MEMBERS_AT + i * 4));
      return count;
    }
    let total = 0;
    for (let i = 0; i < count; i++) {
      const [score, member] = [this.#score(node, i), this.#word(node, INNER_MEMBERS_AT + i * WORD_BYTES)];
      if (i > 0) pairs.expectNext(score, member);
      const below = this.#validateBelow(this.#word(node, CHILDREN_AT + i * WORD_BYTES), height - 1, pairs, leaves);
      assert(below === this.#word(node, TOTALS_AT + i * WORD_BYTES), 'total below a child');
      total += below;
    }
    return total;
  }

  /** Fills the path to where a point in the order is; the leaf's slot counts the pairs before it. */
  #search(score: number, tie: TieRule, buffer: Buffer, start: number, end: number): void {
    let node = this.#root;
    for (let level = this.#height; level > 0; level--) {
      const childTie = tie === Tie.beforeMember ? Tie.afterMember : tie;
      const slot = this.#itemsBefore(node, INNER_MEMBERS_AT, 1, score, childTie, buffer, start, end) - 1;
      pathNodes[level] = node;
      pathSlots[level] = slot;
      node = this.#word(node, CHILDREN_AT + slot * WORD_BYTES);
    }
    pathNodes[0] = node;
    pathSlots[0] = this.#itemsBefore(node, LEAF_MEMBERS_AT, 0, score, tie, buffer, start, end);
  }

  /** How many items of a node come before a point in the order; the first `low` are known to. */
  #itemsBefore(
    node: number,
    membersAt: number,
    low: number,
    score: number,
    tie: TieRule,
    buffer: Buffer,
    start: number,
    end: number,
  ): number {
    const words = this.#arena.words(node);
    const base = this.#arena.offset(node);
    const scoresAt = base + HEAD_BYTES;
    let high = words.getUint32(base, true);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const itemScore = words.getFloat64(scoresAt + middle * SCORE_BYTES, true);
      let isBefore = itemScore < score;
      if (itemScore === score) {
        isBefore =
          tie === Tie.afterScore ||
          (tie !== Tie.beforeScore &&
            this.#members.compareKey(
              words.getUint32(base + membersAt + middle * WORD_BYTES, true),
              buffer,
              start,
              end,
            ) <
              tie - Tie.beforeMember);
      }
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Fills the path to the pair at a rank. */
  #select(rank: number): void {
    assert(rank >= 0 && rank < this.#size, 'the rank is there');
    let node = this.#root;
    let left = rank;
    for (let level = this.#height; level > 0; level--) {
      const words = this.#arena.words(node);
      const base = this.#arena.offset(node);
      let slot = 0;
      for (;;) {
        const total = words.getUint32(base + TOTALS_AT + slot * WORD_BYTES, true);
        if (left < total) break;
        left -= total;
        slot++;
      }
      pathNodes[level] = node;
      pathSlots[level] = slot;
      node = words.getUint32(base + CHILDREN_AT + slot * WORD_BYTES, true);
    }
    pathNodes[0] = node;
    pathSlots[0] = left;
  }

  #removeAtPath(): void {
    const leaf = pathNodes[0] ?? 0;
    const slot = pathSlots[0] ?? 0;
    this.#size--;
    for (let level = 1; level <= this.#height; level++) this.#addToTotal(level, -1);
    this.#dropItem(LEAF, leaf, slot);
    if (this.#height === 0) return;
    if (slot === 0) this.#correctFirst(this.#score(leaf, 0), this.#word(leaf, LEAF_MEMBERS_AT));
    if (this.#count(leaf) < LEAF.itemsMin) this.#refill(0);
  }

  /** Tells the nearest node on the path that knows the leaf by its first pair which that is now. */
  #correctFirst(score: number, member: number): void {
    for (let level = 1; level <= this.#height; level++) {
      const slot = pathSlots[level] ?? 0;
      if (slot === 0) continue;
      this.#setFirst(pathNodes[level] ?? 0, slot, score, member);
      return;
    }
  }

  /** Takes a new node in, to the right of one on the path that was split; its parent may be split in turn. */
  #adopt(level: number, left: number, right: number): void {
    const childLayout = level === 1 ? LEAF : INNER;
    const score = this.#score(right, 0);
    const member = this.#word(right, childLayout.membersAt);
    if (level > this.#height) {
      this.#root = this.#newNode(INNER);
      this.#height = level;
      this.#insertChild(this.#root, 0, score, member, left, this.#total(left, level - 1));
      this.#insertChild(this.#root, 1, score, member, right, this.#total(right, level - 1));
      return;
    }
    const node = pathNodes[level] ?? 0;
    const slot = pathSlots[level] ?? 0;
    this.#setWord(node, TOTALS_AT + slot * WORD_BYTES, this.#total(left, level - 1));
    const total = this.#total(right, level - 1);
    if (this.#count(node) < INNER.itemsMax) {
      this.#insertChild(node, slot + 1, score, member, right, total);
      return;
    }
    const sibling = this.#newNode(INNER);
    const kept = keptBySplit(INNER, slot + 1 === INNER.itemsMax);
    this.#moveItems(INNER, node, kept, sibling, 0, INNER.itemsMax - kept);
    this.#setWord(node, 0, kept);
    this.#setWord(sibling, 0, INNER.itemsMax - kept);
    if (slot + 1 <= kept) this.#insertChild(node, slot + 1, score, member, right, total);
    else this.#insertChild(sibling, slot + 1 - kept, score, member, right, total);
    this.#adopt(level + 1, node, sibling);
  }

  /** Brings a node of the path that has become too small together with a neighbour: one node of both, or two halves. */
  #refill(level: number): void {
    const parent = pathNodes[level + 1] ?? 0;
    const leftSlot = Math.max(0, (pathSlots[level + 1] ?? 0) - 1);
    const left = this.#word(parent, CHILDREN_AT + leftSlot * WORD_BYTES);
    const right = this.#word(parent, CHILDREN_AT + (leftSlot + 1) * WORD_BYTES);
    const { itemsMax } = level === 0 ? LEAF : INNER;
    if (level > 0) {
      const first = this.#word(parent, INNER_MEMBERS_AT + (leftSlot + 1) * WORD_BYTES);
      this.#setFirst(right, 0, this.#score(parent, leftSlot + 1), first);
    }
    if (this.#count(left) + this.#count(right) > itemsMax) {
      this.#shareItems(level, parent, leftSlot, left, right);
      return;
    }
    this.#merge(level, parent, leftSlot, left, right);
    if (level + 1 < this.#height) {
      if (this.#count(parent) < INNER.itemsMin) this.#refill(level + 1);
    } else if (this.#count(parent) === 1) {
      this.#root = left;
      this.#height--;
      this.#freeNode(parent);
    }
  }

  #merge(level: number, parent: number, leftSlot: number, left: number, right: number): void {
    const kind = level === 0 ? LEAF : INNER;
    const leftCount = this.#count(left);
    const rightCount = this.#count(right);
    this.#moveItems(kind, right, 0, left, leftCount, rightCount);
    this.#setWord(left, 0, leftCount + rightCount);
    if (level === 0) this.#link(left, this.#word(right, 4));
    this.#freeNode(right);
    this.#dropItem(INNER, parent, leftSlot + 1);
    this.#setWord(parent, TOTALS_AT + leftSlot * WORD_BYTES, this.#total(left, level));
  }

  #shareItems(level: number, parent: number, leftSlot: number, left: number, right: number): void {
    const kind = level === 0 ? LEAF : INNER;
    const leftCount = this.#count(left);
    const rightCount = this.#count(right);
    const leftShare = (leftCount + rightCount) >>> 1;
    const moved = leftShare - leftCount;
    if (moved > 0) {
      this.#moveItems(kind, right, 0, left, leftCount, moved);
      this.#moveItems(kind, right, moved, right, 0, rightCount - moved);
    } else {
      this.#moveItems(kind, right, 0, right, -moved, rightCount);
      this.#moveItems(kind, left, leftShare, right, 0, -moved);
    }
    this.#setWord(left, 0, leftShare);
    this.#setWord(right, 0, rightCount - moved);
    this.#setFirst(parent, leftSlot + 1, this.#score(right, 0), this.#word(right, kind.membersAt));
    this.#setWord(parent, TOTALS_AT + leftSlot * WORD_BYTES, this.#total(left, level));
    this.#setWord(parent, TOTALS_AT + (leftSlot + 1) * WORD_BYTES, this.#total(right, level));
  }

  #newNode(kind: Layout): number {
    const node = this.#arena.allocate(kind.bytes);
    this.#nodeBytes += this.#arena.capacity(node);
    this.#setWord(node, 0, 0);
    this.#setWord(node, 4, 0);
    this.#setWord(node, 8, 0);
    return node;
  }

  #freeNode(node: number): void {
    this.#nodeBytes -= this.#arena.capacity(node);
    this.#arena.free(node);
  }

  #link(left: number, right: number): void {
    this.#setWord(left, 4, right);
    if (right !== 0) this.#setWord(right, 8, left);
  }

  #insertPair(leaf: number, slot: number, score: number, member: number): void {
    const count = this.#count(leaf);
    this.#moveItems(LEAF, leaf, slot, leaf, slot + 1, count - slot);
    this.#setScore(leaf, slot, score);
    this.#setWord(leaf, LEAF_MEMBERS_AT + slot * WORD_BYTES, member);
    this.#setWord(leaf, 0, count + 1);
  }

  #insertChild(node: number, slot: number, score: number, member: number, child: number, total: number): void {
    const count = this.#count(node);
    this.#moveItems(INNER, node, slot, node, slot + 1, count - slot);
    this.#setFirst(node, slot, score, member);
    this.#setWord(node, CHILDREN_AT + slot * WORD_BYTES, child);
    this.#setWord(node, TOTALS_AT + slot * WORD_BYTES, total);
    this.#setWord(node, 0, count + 1);
  }

  #dropItem(kind: Layout, node: number, slot: number): void {
    const count = this.#count(node);
    this.#moveItems(kind, node, slot + 1, node, slot, count - slot - 1);
    this.#setWord(node, 0, count - 1);
  }

  /** Copies items, every column; the ranges may overlap. Counts are the caller's. */
  #moveItems(kind: Layout, from: number, fromSlot: number, to: number, toSlot: number, count: number): void {
    if (count <= 0) return;
    const source = this.#arena.buffer(from);
    const target = this.#arena.buffer(to);
    const sourceAt = this.#arena.offset(from);
    const targetAt = this.#arena.offset(to);
    const scores = sourceAt + HEAD_BYTES + fromSlot * SCORE_BYTES;
    moveBytes(source, scores, count * SCORE_BYTES, target, targetAt + HEAD_BYTES + toSlot * SCORE_BYTES);
    for (const column of kind.wordColumns) {
      const words = sourceAt + column + fromSlot * WORD_BYTES;
      moveBytes(source, words, count * WORD_BYTES, target, targetAt + column + toSlot * WORD_BYTES);
    }
  }

  #addToTotal(level: number, change: number): void {
    const node = pathNodes[level] ?? 0;
    const words = this.#arena.words(node);
    const at = this.#arena.offset(node) + TOTALS_AT + (pathSlots[level] ?? 0) * WORD_BYTES;
    words.setUint32(at, words.getUint32(at, true) + change, true);
  }

  /** Pairs below a node. */
  #total(node: number, height: number): number {
    const count = this.#count(node);
    if (height === 0) return count;
    let total = 0;
    for (let i = 0; i < count; i++) total += this.#word(node, TOTALS_AT + i * WORD_BYTES);
    return total;
  }

  #setFirst(node: number, slot: number, score: number, member: number): void {
    this.#setScore(node, slot, score);
    this.#setWord(node, INNER_MEMBERS_AT + slot * WORD_BYTES, member);
  }

  #count(node: number): number {
    return this.#word(node, 0);
  }

  #score(node: number, slot: number): number {
    return this.#arena.words(node).getFloat64(this.#arena.offset(node) + HEAD_BYTES + slot * SCORE_BYTES, true);
  }

  #setScore(node: number, slot: number, score: number): void {
    this.#arena.words(node).setFloat64(this.#arena.offset(node) + HEAD_BYTES + slot * SCORE_BYTES, score, true);
  }

  #word(node: number, at: number): number {
    return this.#arena.words(node).getUint32(this.#arena.offset(node) + at, true);
  }

  #setWord(node: number, at: number, word: number): void {
    this.#arena.words(node).setUint32(this.#arena.offset(node) + at, word, true);
  }
}

/** Within one buffer nothing is made for it, where `copy` makes a view. */
function moveBytes(from: Buffer, start: number, bytes: number, to: Buffer, at: number): void {
  if (from === to) from.copyWithin(at, start, start + bytes);
  else from.copy(to, at, start, start + bytes);
}

/** How many items stay in a full node that is split: half, or more when it grows at its right end, as ascending scores do. */
function keptBySplit({ itemsMax, itemsMin }: Layout, growsAtEnd: boolean): number {
  return growsAtEnd ? itemsMax - itemsMin : itemsMax >>> 1;
}

/** Follows pairs in order, for `validate`. */
class PairCheck {
  #score = Number.NEGATIVE_INFINITY;
  #member = 0;
  #expected: readonly [number, number] | undefined;

  constructor(private readonly members: Dict) {}

  /** The pair that must come next. */
  expectNext(score: number, member: number): void {
    this.#expected = [score, member];
  }

  next(score: number, member: number): void {
    if (this.#expected !== undefined) {
      const [expectedScore, expectedMember] = this.#expected;
      assert(score === expectedScore && member === expectedMember, 'an inner node knows the first pair below');
      this.#expected = undefined;
    }
    const key = this.members.key(member);
    const isAfter =
      this.#member === 0 ||
      this.#score < score ||
      (this.#score === score && this.members.compareKey(this.#member, key.buffer, key.start, key.end) < 0);
    assert(isAfter, 'pairs are in order');
    this.#score = score;
    this.#member = member;
  }
}

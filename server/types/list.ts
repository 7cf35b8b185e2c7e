/**
 * The list type: a chain of nodes, each one arena block with elements packed one after another (packed-element.ts), as in
 * Redis's quicklist, whose name OBJECT ENCODING answers. A push or pop touches one end of one node; the middle is reached
 * by skipping nodes from the nearer end.
 *
 * Node, little-endian
 *   0  previous    address of the node before, 0 for none
 *   4  next        address of the node after
 *   8  count       elements, at least one
 *   12 start       where the first element begins, from the node's own beginning
 *   16 end         where the last one ends
 * There may be room before `start` and after `end`: pushing and popping move neither the other elements nor the node.
 *
 * A node holds as many elements or bytes as `list-max-listpack-size` says, and no more than the arena's largest small
 * block; an element that is larger has a node to itself.
 *
 * Invariants (checked by `validate`): the chain is the same in both directions; counts add up to the size; the elements of
 * a node fill it from start to end exactly, read from either side.
 */
import { assert } from '../base/assert.js';
import type { ByteSlice } from '../base/byte-slice.js';
import type { Arena } from '../memory/arena.js';
import type { EncodingLimits } from './encoding-limits.js';
import { ElementDraft, elementSize, readElement, sizeBefore } from './packed-element.js';
import { Kind, type Value, type ValueHome } from './value.js';

export type End = 'head' | 'tail';

const HEAD_BYTES = 20;
/** The arena's largest small block: larger ones are objects of their own. */
const NODE_BYTES_MAX = 8192;
const FIRST_NODE_BYTES = 64;
const FURTHER_NODE_BYTES = 512;
/** A node whose elements fill less than this share of it moves to a smaller block. */
const SHRINK_BELOW = 1 / 4;
/** Pops look at a node's size once in so many elements (less one, a power of two). */
const SHRINK_CHECK_MASK = 15;

const draft = new ElementDraft();

/** A place in a list: an element's node, offset in it and rank. Holds until the next change. */
interface Place {
  node: number;
  at: number;
  index: number;
}

export class ListValue implements Value {
  static readonly kind = Kind.list;
  readonly encoding = 'quicklist';
  readonly #arena: Arena;
  readonly #limits: EncodingLimits;
  #first = 0;
  #last = 0;
  #size = 0;

  constructor({ arena, limits }: ValueHome) {
    this.#arena = arena;
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds an element at an end. It must not be a view into this arena. */
  push(end: End, element: ByteSlice): void {
    draft.prepare(element);
    if (end === 'tail') this.#pushLast();
    else this.#pushFirst();
    this.#size++;
  }

  /** The element at an end; the list is not empty. A view that lives until the next write, or scratch memory. */
  peek(end: End): ByteSlice {
    const node = end === 'tail' ? this.#last : this.#first;
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    if (end === 'head') return readElement(buffer, base + this.#word(node, 12));
    const until = base + this.#word(node, 16);
    return readElement(buffer, until - sizeBefore(buffer, until));
  }

  /** Takes the element at an end away; the list is not empty. */
  drop(end: End): void {
    const node = end === 'tail' ? this.#last : this.#first;
    const words = this.#arena.words(node);
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const count = words.getUint32(base + 8, true) - 1;
    this.#size--;
    if (count === 0) {
      this.#unlink(node);
      return;
    }
    words.setUint32(base + 8, count, true);
    if (end === 'tail') {
      const until = words.getUint32(base + 16, true);
      words.setUint32(base + 16, until - sizeBefore(buffer, base + until), true);
    } else {
      const start = words.getUint32(base + 12, true);
      words.setUint32(base + 12, start + elementSize(buffer, base + start), true);
    }
    if ((count & SHRINK_CHECK_MASK) === 0) this.#shrinkIfEmptier(node);
  }

  /** The element at an index, negative ones counted from the tail: a view, or scratch memory. */
  at(index: number): ByteSlice | undefined {
    const place = this.#seek(index);
    return place === undefined ? undefined : this.#elementAt(place);
  }

  /** Replaces an element. @returns whether there is one at this index */
  set(index: number, element: ByteSlice): boolean {
    const place = this.#seek(index);
    if (place === undefined) return false;
    draft.prepare(element);
    const oldSize = this.#sizeAt(place);
    if (draft.size === oldSize) {
      const base = this.#arena.offset(place.node);
      draft.write(this.#arena.buffer(place.node), base + place.at);
      return true;
    }
    this.#insertAt(place);
    const next = this.#seek(place.index + 1);
    assert(next !== undefined, 'the old element is behind the new one');
    this.#removeAt(next);
    return true;
  }

  /** Inserts an element beside the first one that equals the pivot. @returns whether there is one */
  insert(side: 'before' | 'after', pivot: ByteSlice, element: ByteSlice): boolean {
    draft.prepare(pivot);
    const place: Place = { node: this.#first, at: this.#first === 0 ? 0 : this.#word(this.#first, 12), index: 0 };
    for (; place.node !== 0; this.#advance(place)) {
      if (!this.#isDraftAt(place)) continue;
      draft.prepare(element);
      if (side === 'before') this.#insertAt(place);
      else this.#insertAfter(place);
      return true;
    }
    return false;
  }

  /**
   * Removes elements that equal the given one.
   * @param countMax at most so many
   * @returns how many were removed
   */
  remove(element: ByteSlice, countMax: number, from: End): number {
    draft.prepare(element);
    let removed = 0;
    let node = from === 'head' ? this.#first : this.#last;
    while (node !== 0 && removed < countMax) {
      const beyond = this.#word(node, from === 'head' ? 4 : 0);
      removed += this.#removeIn(node, countMax - removed, from);
      node = beyond;
    }
    return removed;
  }

  /** Keeps the elements from one index up to and without another, both within the list; there is at least one. */
  trim(start: number, end: number): void {
    this.#dropMany('tail', this.#size - end);
    this.#dropMany('head', start);
  }

  /** Visits the elements from an index on in order, `count` of them. The visitor must not change the list. */
  range(start: number, count: number, visit: (element: ByteSlice) => void): void {
    const place = this.#seek(start);
    if (place === undefined) return;
    let left = count;
    let { node, at } = place;
    while (node !== 0 && left > 0) {
      const buffer = this.#arena.buffer(node);
      const base = this.#arena.offset(node);
      const end = base + this.#word(node, 16);
      for (let here = base + at; here < end && left > 0; here += elementSize(buffer, here), left--) {
        visit(readElement(buffer, here));
      }
      node = this.#word(node, 4);
      if (node !== 0) at = this.#word(node, 12);
    }
  }

  /** Visits every element. The visitor must not change the list; slices are views, or scratch memory. */
  forEach(visit: (element: ByteSlice) => void): void {
    this.range(0, this.#size, visit);
  }

  /**
   * Looks for elements that equal the given one.
   * @param compareMax looks at no more than so many elements
   * @param found is told each index, from 0 at the head on, and says whether to go on
   */
  find(element: ByteSlice, from: End, compareMax: number, found: (index: number) => boolean): void {
    draft.prepare(element);
    const place = this.#seek(from === 'head' ? 0 : -1);
    for (let left = compareMax; place !== undefined && place.node !== 0 && left > 0; left--) {
      if (this.#isDraftAt(place) && !found(place.index)) return;
      if (from === 'head') this.#advance(place);
      else this.#retreat(place);
    }
  }

  memoryBytes(): number {
    let bytes = 0;
    for (let node = this.#first; node !== 0; node = this.#word(node, 4)) bytes += this.#arena.capacity(node);
    return bytes;
  }

  copyTo(home: ValueHome): ListValue {
    const copy = new ListValue(home);
    for (let node = this.#first; node !== 0; node = this.#word(node, 4)) copy.#adopt(this.#arena, node);
    copy.#size = this.#size;
    return copy;
  }

  free(): void {
    this.freeSome(Number.POSITIVE_INFINITY);
    this.#last = 0;
    this.#size = 0;
  }

  /** Nodes. */
  get blocks(): number {
    let count = 0;
    for (let node = this.#first; node !== 0; node = this.#word(node, 4)) count++;
    return count;
  }

  freeSome(blocks: number): boolean {
    for (let left = blocks; left > 0 && this.#first !== 0; left--) {
      const next = this.#word(this.#first, 4);
      this.#arena.free(this.#first);
      this.#first = next;
    }
    return this.#first !== 0;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let previous = 0;
    let size = 0;
    for (let node = this.#first; node !== 0; node = this.#word(node, 4)) {
      assert(this.#word(node, 0) === previous, 'the node before');
      this.#validateNode(node);
      size += this.#word(node, 8);
      previous = node;
    }
    assert(this.#last === previous, 'the last node');
    assert(this.#size === size, `size ${this.#size}, counted ${size}`);
  }

  #validateNode(node: number): void {
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const [count, start, end] = [this.#word(node, 8), this.#word(node, 12), this.#word(node, 16)];
    assert(count > 0 && start >= HEAD_BYTES && end <= this.#arena.capacity(node), 'bounds of a node');
    let elements = 0;
    for (let at = start; at < end; elements++) {
      const size = elementSize(buffer, base + at);
      assert(sizeBefore(buffer, base + at + size) === size, 'lengths on both sides of an element');
      at += size;
      assert(at <= end, 'the elements end where the node does');
    }
    assert(elements === count, `count ${count}, counted ${elements}`);
  }

  #word(node: number, at: number): number {
    return this.#arena.words(node).getUint32(this.#arena.offset(node) + at, true);
  }

  #setWord(node: number, at: number, word: number): void {
    this.#arena.words(node).setUint32(this.#arena.offset(node) + at, word, true);
  }

  #elementAt({ node, at }: Place): ByteSlice {
    return readElement(this.#arena.buffer(node), this.#arena.offset(node) + at);
  }

  #sizeAt({ node, at }: Place): number {
    return elementSize(this.#arena.buffer(node), this.#arena.offset(node) + at);
  }

  #isDraftAt({ node, at }: Place): boolean {
    return draft.equals(this.#arena.buffer(node), this.#arena.offset(node) + at);
  }

  /** The place of an index, negative ones counted from the tail; undefined outside the list. */
  #seek(index: number): Place | undefined {
    const fromHead = index < 0 ? index + this.#size : index;
    if (fromHead < 0 || fromHead >= this.#size) return undefined;
    return fromHead < this.#size / 2 ? this.#seekFromHead(fromHead) : this.#seekFromTail(fromHead);
  }

  #seekFromHead(index: number): Place {
    let node = this.#first;
    let skipped = 0;
    for (let count = this.#word(node, 8); skipped + count <= index; count = this.#word(node, 8)) {
      skipped += count;
      node = this.#word(node, 4);
    }
    return this.#placeIn(node, index, index - skipped);
  }

  #seekFromTail(index: number): Place {
    let node = this.#last;
    let skipped = this.#size - this.#word(node, 8);
    while (skipped > index) {
      node = this.#word(node, 0);
      skipped -= this.#word(node, 8);
    }
    return this.#placeIn(node, index, index - skipped);
  }

  /** The nth element of a node, read from its nearer side. */
  #placeIn(node: number, index: number, nth: number): Place {
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const count = this.#word(node, 8);
    if (nth < count / 2) {
      let at = base + this.#word(node, 12);
      for (let left = nth; left > 0; left--) at += elementSize(buffer, at);
      return { node, at: at - base, index };
    }
    let at = base + this.#word(node, 16);
    for (let left = count - nth; left > 0; left--) at -= sizeBefore(buffer, at);
    return { node, at: at - base, index };
  }

  /** To the next element; behind the last one the node is 0. */
  #advance(place: Place): void {
    place.at += this.#sizeAt(place);
    place.index++;
    if (place.at < this.#word(place.node, 16)) return;
    place.node = this.#word(place.node, 4);
    if (place.node !== 0) place.at = this.#word(place.node, 12);
  }

  /** To the element before; before the first one the node is 0. */
  #retreat(place: Place): void {
    place.index--;
    if (place.at === this.#word(place.node, 12)) {
      place.node = this.#word(place.node, 0);
      if (place.node === 0) return;
      place.at = this.#word(place.node, 16);
    }
    place.at -= sizeBefore(this.#arena.buffer(place.node), this.#arena.offset(place.node) + place.at);
  }

  /** Writes the draft behind the last element. */
  #pushLast(): void {
    const node = this.#roomFor(this.#last, 'tail');
    const words = this.#arena.words(node);
    const base = this.#arena.offset(node);
    const end = draft.write(this.#arena.buffer(node), base + words.getUint32(base + 16, true));
    words.setUint32(base + 16, end - base, true);
    words.setUint32(base + 8, words.getUint32(base + 8, true) + 1, true);
  }

  /** Writes the draft before the first element. */
  #pushFirst(): void {
    const node = this.#roomFor(this.#first, 'head');
    const words = this.#arena.words(node);
    const base = this.#arena.offset(node);
    const start = words.getUint32(base + 12, true) - draft.size;
    draft.write(this.#arena.buffer(node), base + start);
    words.setUint32(base + 12, start, true);
    words.setUint32(base + 8, words.getUint32(base + 8, true) + 1, true);
  }

  /** A node at an end of the list with room for the draft on its outer side: the given one, moved or not, or a new one. */
  #roomFor(node: number, end: End): number {
    if (node === 0) return this.#addNode(end, Math.max(FIRST_NODE_BYTES, HEAD_BYTES + draft.size));
    const words = this.#arena.words(node);
    const base = this.#arena.offset(node);
    const start = words.getUint32(base + 12, true);
    if (!this.#mayJoin(words.getUint32(base + 8, true), words.getUint32(base + 16, true) - start)) {
      return this.#addNode(end, Math.max(FURTHER_NODE_BYTES, HEAD_BYTES + draft.size));
    }
    return end === 'head' && start - HEAD_BYTES >= draft.size ? node : this.#openGap(node, end);
  }

  /** Whether the draft may join the elements of a node. */
  #mayHold(node: number): boolean {
    return this.#mayJoin(this.#word(node, 8), this.#word(node, 16) - this.#word(node, 12));
  }

  /** Whether the draft may join elements, so many and of so many bytes, in one node. */
  #mayJoin(count: number, elementBytes: number): boolean {
    const limit = this.#limits.listListpackSize;
    const bytes = elementBytes + draft.size;
    if (limit < 0) return bytes <= Math.min(1 << (11 - limit), NODE_BYTES_MAX - HEAD_BYTES);
    return bytes <= NODE_BYTES_MAX - HEAD_BYTES && count < Math.max(limit, 1);
  }

  /** Makes room for the draft on one side of a node that may hold it. @returns where the node is now */
  #openGap(node: number, end: End): number {
    const start = this.#word(node, 12);
    const until = this.#word(node, 16);
    const capacity = this.#arena.capacity(node);
    if ((end === 'tail' ? capacity - until : start - HEAD_BYTES) >= draft.size) return node;
    const bytes = until - start;
    const needed = HEAD_BYTES + bytes + draft.size;
    if (needed > capacity) return this.#moveNode(node, Math.min(NODE_BYTES_MAX, Math.max(needed, capacity * 2)), end);
    const target = end === 'tail' ? HEAD_BYTES : capacity - bytes;
    const base = this.#arena.offset(node);
    this.#arena.buffer(node).copyWithin(base + target, base + start, base + until);
    this.#setWord(node, 12, target);
    this.#setWord(node, 16, target + bytes);
    return node;
  }

  /** Moves a node to a block of another size, with its room on one side. @returns where it is now */
  #moveNode(node: number, blockBytes: number, roomAt: End): number {
    const start = this.#word(node, 12);
    const bytes = this.#word(node, 16) - start;
    const moved = this.#arena.allocate(blockBytes);
    const target = roomAt === 'tail' ? HEAD_BYTES : this.#arena.capacity(moved) - bytes;
    const from = this.#arena.offset(node) + start;
    const to = this.#arena.offset(moved) + target;
    this.#arena.buffer(node).copy(this.#arena.buffer(moved), to, from, from + bytes);
    this.#setNode(moved, this.#word(node, 0), this.#word(node, 4), this.#word(node, 8), target, target + bytes);
    this.#arena.free(node);
    return moved;
  }

  /** An empty node at an end of the list, with its room on the outer side. */
  #addNode(end: End, blockBytes: number): number {
    return end === 'tail'
      ? this.#newNode(this.#last, 0, blockBytes, 'tail')
      : this.#newNode(0, this.#first, blockBytes, 'head');
  }

  #newNode(previous: number, next: number, blockBytes: number, roomAt: End): number {
    const node = this.#arena.allocate(blockBytes);
    const at = roomAt === 'tail' ? HEAD_BYTES : this.#arena.capacity(node);
    this.#setNode(node, previous, next, 0, at, at);
    return node;
  }

  /** Writes a node's head and makes its neighbours point at it. */
  #setNode(node: number, previous: number, next: number, count: number, start: number, end: number): void {
    const words = this.#arena.words(node);
    const base = this.#arena.offset(node);
    words.setUint32(base, previous, true);
    words.setUint32(base + 4, next, true);
    words.setUint32(base + 8, count, true);
    words.setUint32(base + 12, start, true);
    words.setUint32(base + 16, end, true);
    if (previous === 0) this.#first = node;
    else this.#setWord(previous, 4, node);
    if (next === 0) this.#last = node;
    else this.#setWord(next, 0, node);
  }

  #unlink(node: number): void {
    const previous = this.#word(node, 0);
    const next = this.#word(node, 4);
    if (previous === 0) this.#first = next;
    else this.#setWord(previous, 4, next);
    if (next === 0) this.#last = previous;
    else this.#setWord(next, 0, previous);
    this.#arena.free(node);
  }

  #shrinkIfEmptier(node: number): void {
    const capacity = this.#arena.capacity(node);
    const bytes = this.#word(node, 16) - this.#word(node, 12);
    if (bytes > capacity * SHRINK_BELOW || capacity <= FIRST_NODE_BYTES) return;
    this.#moveNode(node, Math.max(FIRST_NODE_BYTES, HEAD_BYTES + bytes * 2), 'tail');
  }

  /** Inserts the draft before the element at a place. */
  #insertAt({ node, at }: Place): void {
    const start = this.#word(node, 12);
    if (at === start && this.#word(node, 0) !== 0) this.#insertBetween(this.#word(node, 0), node);
    else if (at === start) this.#pushFirst();
    else this.#insertInside(node, at - start);
    this.#size++;
  }

  /** Inserts the draft behind the element at a place. */
  #insertAfter(place: Place): void {
    const next = { ...place };
    this.#advance(next);
    if (next.node !== 0) {
      this.#insertAt(next);
      return;
    }
    this.#pushLast();
    this.#size++;
  }

  /** Inserts the draft between the last element of a node and the first one of the next. */
  #insertBetween(previous: number, next: number): void {
    if (this.#mayHold(previous)) this.#appendTo(this.#openGap(previous, 'tail'));
    else if (this.#mayHold(next)) this.#insertInside(next, 0);
    else this.#appendTo(this.#newNode(previous, next, Math.max(FURTHER_NODE_BYTES, HEAD_BYTES + draft.size), 'tail'));
  }

  #appendTo(node: number): void {
    const base = this.#arena.offset(node);
    const end = draft.write(this.#arena.buffer(node), base + this.#word(node, 16));
    this.#setWord(node, 16, end - base);
    this.#setWord(node, 8, this.#word(node, 8) + 1);
  }

  /** Inserts the draft into a node, `from` bytes behind its first element's beginning; a full node is divided there. */
  #insertInside(node: number, from: number): void {
    if (!this.#mayHold(node)) {
      this.#divide(node, from);
      this.#insertBetween(node, this.#word(node, 4));
      return;
    }
    const holder = this.#openGap(node, 'tail');
    const base = this.#arena.offset(holder);
    const at = base + this.#word(holder, 12) + from;
    const end = base + this.#word(holder, 16);
    const buffer = this.#arena.buffer(holder);
    buffer.copyWithin(at + draft.size, at, end);
    draft.write(buffer, at);
    this.#setWord(holder, 16, end + draft.size - base);
    this.#setWord(holder, 8, this.#word(holder, 8) + 1);
  }

  /** Moves the elements of a node from an offset behind its start on into a new node after it. */
  #divide(node: number, from: number): void {
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const start = base + this.#word(node, 12);
    const end = base + this.#word(node, 16);
    let moved = 0;
    for (let at = start + from; at < end; at += elementSize(buffer, at)) moved++;
    const bytes = end - start - from;
    const second = this.#arena.allocate(HEAD_BYTES + bytes);
    buffer.copy(this.#arena.buffer(second), this.#arena.offset(second) + HEAD_BYTES, start + from, end);
    this.#setNode(second, node, this.#word(node, 4), moved, HEAD_BYTES, HEAD_BYTES + bytes);
    this.#setWord(node, 16, start + from - base);
    this.#setWord(node, 8, this.#word(node, 8) - moved);
  }

  /** Removes the element at a place, moving the shorter side of its node. */
  #removeAt(place: Place): void {
    const { node, at } = place;
    this.#size--;
    const count = this.#word(node, 8) - 1;
    if (count === 0) {
      this.#unlink(node);
      return;
    }
    const size = this.#sizeAt(place);
    const start = this.#word(node, 12);
    const end = this.#word(node, 16);
    const base = this.#arena.offset(node);
    const buffer = this.#arena.buffer(node);
    if (at - start < end - at - size) {
      buffer.copyWithin(base + start + size, base + start, base + at);
      this.#setWord(node, 12, start + size);
    } else {
      buffer.copyWithin(base + at, base + at + size, base + end);
      this.#setWord(node, 16, end - size);
    }
    this.#setWord(node, 8, count);
    this.#shrinkIfEmptier(node);
  }

  /** Removes elements of one node that equal the draft. @returns how many */
  #removeIn(node: number, countMax: number, from: End): number {
    const matches = this.#matchesIn(node, countMax, from);
    const first = matches[0];
    if (first === undefined) return 0;
    this.#size -= matches.length;
    const count = this.#word(node, 8) - matches.length;
    if (count === 0) {
      this.#unlink(node);
      return matches.length;
    }
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const end = base + this.#word(node, 16);
    let target = first;
    for (const [i, match] of matches.entries()) {
      const kept = match + elementSize(buffer, match);
      const until = matches[i + 1] ?? end;
      buffer.copyWithin(target, kept, until);
      target += until - kept;
    }
    this.#setWord(node, 16, target - base);
    this.#setWord(node, 8, count);
    this.#shrinkIfEmptier(node);
    return matches.length;
  }

  /** Where in its buffer a node holds elements that equal the draft, in ascending order: the first or last so many. */
  #matchesIn(node: number, countMax: number, from: End): number[] {
    const buffer = this.#arena.buffer(node);
    const base = this.#arena.offset(node);
    const start = base + this.#word(node, 12);
    const end = base + this.#word(node, 16);
    const matches: number[] = [];
    if (from === 'head') {
      for (let at = start; at < end && matches.length < countMax; at += elementSize(buffer, at)) {
        if (draft.equals(buffer, at)) matches.push(at);
      }
      return matches;
    }
    for (let at = end; at > start && matches.length < countMax; ) {
      at -= sizeBefore(buffer, at);
      if (draft.equals(buffer, at)) matches.push(at);
    }
    return matches.reverse();
  }

  /** Takes several elements away at an end, whole nodes at once. */
  #dropMany(end: End, count: number): void {
    let left = count;
    while (left > 0) {
      const node = end === 'tail' ? this.#last : this.#first;
      const held = this.#word(node, 8);
      if (held > left) break;
      this.#unlink(node);
      this.#size -= held;
      left -= held;
    }
    for (; left > 0; left--) this.drop(end);
  }

  /** Puts a copy of another list's node behind the last one, in a block that just holds it. */
  #adopt(arena: Arena, other: number): void {
    const words = arena.words(other);
    const from = arena.offset(other);
    const start = words.getUint32(from + 12, true);
    const bytes = words.getUint32(from + 16, true) - start;
    const node = this.#newNode(this.#last, 0, HEAD_BYTES + bytes, 'tail');
    arena
      .buffer(other)
      .copy(this.#arena.buffer(node), this.#arena.offset(node) + HEAD_BYTES, from + start, from + start + bytes);
    this.#setWord(node, 8, words.getUint32(from + 8, true));
    this.#setWord(node, 16, HEAD_BYTES + bytes);
  }
}

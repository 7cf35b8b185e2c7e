/**
 * Integers in ascending order in one arena block, each in as many bytes as the widest of them needs, as in Redis's intsets:
 * the block's contents are what DUMP and snapshots write.
 *
 *   0  width   bytes an integer takes: 2, 4 or 8
 *   4  size    how many there are
 *   8  the integers, little-endian
 *
 * Integers are numbers where a double holds them exactly, and bigint beyond (server/base/integer.ts).
 */
import { assert } from '../base/assert.js';
import type { Arena } from '../memory/arena.js';

type Width = 2 | 4 | 8;
type Integer = number | bigint;

const HEAD_BYTES = 8;
/** Values of the low word of an int64. */
const WORD = 2 ** 32;

export class IntegerSet {
  readonly #arena: Arena;
  /** 0 while there is none. */
  #block = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  get size(): number {
    return this.#block === 0 ? 0 : this.#words().getUint32(this.#base() + 4, true);
  }

  has(integer: Integer): boolean {
    return this.#search(integer) >= 0;
  }

  /** @returns whether it is new */
  add(integer: Integer): boolean {
    const found = this.#search(integer);
    if (found >= 0) return false;
    const { size } = this;
    const width = this.#makeRoom(size + 1, widthOf(integer));
    const at = this.#base() + HEAD_BYTES + ~found * width;
    const end = this.#base() + HEAD_BYTES + size * width;
    this.#arena.buffer(this.#block).copyWithin(at + width, at, end);
    this.#write(~found, width, integer);
    this.#words().setUint32(this.#base() + 4, size + 1, true);
    return true;
  }

  /** @returns whether it was there */
  delete(integer: Integer): boolean {
    const found = this.#search(integer);
    if (found < 0) return false;
    const { size } = this;
    const width = this.#width();
    const at = this.#base() + HEAD_BYTES + found * width;
    const end = this.#base() + HEAD_BYTES + size * width;
    this.#arena.buffer(this.#block).copyWithin(at, at + width, end);
    this.#words().setUint32(this.#base() + 4, size - 1, true);
    return true;
  }

  /** The nth integer in ascending order. */
  at(index: number): Integer {
    const words = this.#words();
    const width = this.#width();
    const at = this.#base() + HEAD_BYTES + index * width;
    if (width === 2) return words.getInt16(at, true);
    if (width === 4) return words.getInt32(at, true);
    const value = words.getInt32(at + 4, true) * WORD + words.getUint32(at, true);
    return Number.isSafeInteger(value) ? value : words.getBigInt64(at, true);
  }

  /** Visits every integer in ascending order. The visitor must not change the set. */
  forEach(visit: (integer: Integer) => void): void {
    const { size } = this;
    for (let i = 0; i < size; i++) visit(this.at(i));
  }

  memoryBytes(): number {
    return this.#block === 0 ? 0 : this.#arena.capacity(this.#block);
  }

  /** Copies all integers into an empty set. */
  copyTo(copy: IntegerSet): void {
    if (this.#block === 0) return;
    const bytes = HEAD_BYTES + this.size * this.#width();
    copy.#block = copy.#arena.allocate(bytes);
    const base = this.#base();
    this.#arena.buffer(this.#block).copy(copy.#arena.buffer(copy.#block), copy.#base(), base, base + bytes);
  }

  /** Gives all memory back; the set is empty. */
  clear(): void {
    if (this.#block !== 0) this.#arena.free(this.#block);
    this.#block = 0;
  }

  /** Checks that the integers ascend; throws when they do not. For tests. */
  validate(): void {
    for (let i = 1; i < this.size; i++) assert(this.at(i - 1) < this.at(i), 'ascending order');
  }

  #words(): DataView {
    return this.#arena.words(this.#block);
  }

  #base(): number {
    return this.#arena.offset(this.#block);
  }

  #width(): Width {
    const width = this.#words().getUint32(this.#base(), true);
    return width === 2 || width === 4 ? width : 8;
  }

  /** @returns the integer's index, or the complement of the index it would have */
  #search(integer: Integer): number {
    let low = 0;
    let high = this.size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const value = this.at(middle);
      if (value === integer) return middle;
      if (value < integer) low = middle + 1;
      else high = middle - 1;
    }
    return ~low;
  }

  /** Sees to it that so many integers fit, one of which needs a certain width. @returns the width they all have */
  #makeRoom(size: number, width: Width): Width {
    const old = this.#block;
    const oldWidth = old === 0 ? width : this.#width();
    if (width > oldWidth) return this.#widen(size, width);
    const bytes = HEAD_BYTES + size * oldWidth;
    if (old !== 0 && bytes <= this.#arena.capacity(old)) return oldWidth;
    const grown = this.#allocate(bytes, oldWidth);
    if (old !== 0) {
      const base = this.#base();
      const used = base + HEAD_BYTES + this.size * oldWidth;
      this.#arena.buffer(old).copy(this.#arena.buffer(grown), this.#arena.offset(grown), base, used);
      this.#arena.free(old);
    }
    this.#block = grown;
    return oldWidth;
  }

  /** Gives every integer more bytes, with room for `size` of them. */
  #widen(size: number, width: Width): Width {
    const integers: Integer[] = [];
    this.forEach((integer) => {
      integers.push(integer);
    });
    this.#arena.free(this.#block);
    this.#block = this.#allocate(HEAD_BYTES + size * width, width);
    this.#words().setUint32(this.#base() + 4, integers.length, true);
    for (const [i, integer] of integers.entries()) this.#write(i, width, integer);
    return width;
  }

  /** An empty block with a quarter more room than is asked for. */
  #allocate(bytes: number, width: Width): number {
    const block = this.#arena.allocate(bytes + (bytes >>> 2));
    const words = this.#arena.words(block);
    const base = this.#arena.offset(block);
    words.setUint32(base, width, true);
    words.setUint32(base + 4, 0, true);
    return block;
  }

  #write(index: number, width: Width, integer: Integer): void {
    const words = this.#words();
    const at = this.#base() + HEAD_BYTES + index * width;
    if (typeof integer === 'bigint') words.setBigInt64(at, integer, true);
    else if (width === 2) words.setInt16(at, integer, true);
    else if (width === 4) words.setInt32(at, integer, true);
    else {
      words.setUint32(at, integer, true);
      words.setInt32(at + 4, Math.floor(integer / WORD), true);
    }
  }
}

function widthOf(integer: Integer): Width {
  if (typeof integer === 'bigint' || integer < -0x8000_0000 || integer >= 0x8000_0000) return 8;
  return integer < -0x8000 || integer >= 0x8000 ? 4 : 2;
}

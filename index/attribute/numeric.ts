/**
 * The index of a NUMERIC field: (value, id) pairs in ascending order, cut into blocks, with the list of blocks as the
 * one inner level. It is a B+-tree of height two: a million pairs make some 4,000 blocks, and the list is touched only
 * when a block splits or merges. A range is found by two binary searches and read off block by block.
 *
 * Invariants (see `validate`): pairs ascend within and across blocks; no block is empty, or above `blockPairs`. The
 * value of a document is also kept by id, NaN where there is none: a test of one document is one array read. A document with
 * several values has a pair for each; the others are kept aside, so that documents with one value pay nothing.
 */
import type { DocumentId } from '../document-table.js';
import { IdSet } from '../id-set.js';
import { grownFloat64 } from '../typed-arrays.js';

const blockPairs = 512;
/** Neighbours are merged when together they hold no more than this: half full, so that a merge is not split soon. */
const mergedPairsMax = blockPairs / 2;

export interface NumericRange {
  readonly min: number;
  readonly minExclusive: boolean;
  readonly max: number;
  readonly maxExclusive: boolean;
}

export function isInRange(value: number, { min, minExclusive, max, maxExclusive }: NumericRange): boolean {
  return (minExclusive ? value > min : value >= min) && (maxExclusive ? value < max : value <= max);
}

interface Block {
  readonly values: Float64Array;
  readonly ids: Int32Array;
  count: number;
}

interface Position {
  readonly block: number;
  readonly pair: number;
}

export class NumericIndex {
  readonly #blocks: Block[] = [];
  #values: Float64Array = new Float64Array(0);
  /** Of documents with several values: those beside the first, all different. */
  readonly #others = new Map<DocumentId, readonly number[]>();
  /** Documents that show something else than the number. */
  readonly #listed = new IdSet();
  #size = 0;

  /** Documents with a value. */
  get size(): number {
    return this.#size;
  }

  has(id: DocumentId): boolean {
    return this.valueOf(id) !== undefined;
  }

  /** Its first value. */
  valueOf(id: DocumentId): number | undefined {
    const value = this.#values[id];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Notes whether a document with a value shows something else than the number: a list of numbers. */
  setListed(id: DocumentId, isListed: boolean): void {
    if (isListed) this.#listed.add(id);
    else if (this.#listed.size > 0) this.#listed.delete(id);
  }

  isListed(id: DocumentId): boolean {
    return this.#listed.size > 0 && this.#listed.has(id);
  }

  /** Whether one of its values is in the range. */
  isInRange(id: DocumentId, range: NumericRange): boolean {
    const value = this.valueOf(id);
    return value !== undefined && (isInRange(value, range) || this.#firstOther(id, range) !== undefined);
  }

  /** Replaces what the document had. No value is NaN. */
  put(id: DocumentId, value: number, ...more: readonly number[]): void {
    const known = this.valueOf(id);
    if (known === value && more.length === 0 && !this.#others.has(id)) return;
    if (known !== undefined) this.delete(id);
    this.#values = grownFloat64(this.#values, id + 1, Number.NaN);
    this.#values[id] = value;
    this.#size++;
    this.#insert(value, id);
    if (more.length === 0) return;
    const others = [...new Set(more)].filter((other) => other !== value);
    if (others.length > 0) this.#others.set(id, others);
    for (const other of others) this.#insert(other, id);
  }

  delete(id: DocumentId): void {
    const value = this.valueOf(id);
    if (value === undefined) return;
    this.#values[id] = Number.NaN;
    this.setListed(id, false);
    this.#size--;
    this.#remove(this.#seek(value, id));
    for (const other of this.#others.get(id) ?? []) this.#remove(this.#seek(other, id));
    this.#others.delete(id);
  }

  /** Documents in the range; those with several values in it count for each. */
  count(range: NumericRange): number {
    const [from, to] = this.#bounds(range);
    if (from.block > to.block) return 0;
    let count = to.pair - from.pair;
    for (let at = from.block; at < to.block; at++) count += this.#blocks[at]?.count ?? 0;
    return Math.max(0, count);
  }

  /** Visits the documents in the range once each, in ascending order of value, then id; of several values one decides. */
  forEach(range: NumericRange, visit: (id: DocumentId) => void): void {
    const [from, to] = this.#bounds(range);
    for (let at = from.block; at <= to.block; at++) {
      const block = this.#blocks[at];
      if (block === undefined) return;
      const end = at === to.block ? to.pair : block.count;
      for (let pair = at === from.block ? from.pair : 0; pair < end; pair++) {
        const id = block.ids[pair] ?? 0;
        if (this.#others.size === 0 || this.#visitedAt(id, range) === block.values[pair]) visit(id);
      }
    }
  }

  /** Sets the bit of every document in the range. */
  setBits(range: NumericRange, bits: Uint32Array): void {
    const [from, to] = this.#bounds(range);
    for (let at = from.block; at <= to.block; at++) {
      const block = this.#blocks[at];
      if (block === undefined) return;
      const end = at === to.block ? to.pair : block.count;
      for (let pair = at === from.block ? from.pair : 0; pair < end; pair++) {
        const id = block.ids[pair] ?? 0;
        bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
      }
    }
  }

  get memoryBytes(): number {
    return (
      this.#listed.memoryBytes + this.#values.byteLength + this.#blocks.length * (blockPairs * 12 + blockOverheadBytes)
    );
  }

  validate(): string[] {
    const errors: string[] = [];
    let [size, lastValue, lastId] = [0, Number.NEGATIVE_INFINITY, -1];
    for (const { values, ids, count } of this.#blocks) {
      if (count === 0 || count > blockPairs) errors.push(`numeric: a block of ${count} pairs`);
      size += count;
      for (let pair = 0; pair < count; pair++) {
        const [value, id] = [values[pair] ?? 0, ids[pair] ?? 0];
        if (value < lastValue || (value === lastValue && id <= lastId)) errors.push('numeric: pairs out of order');
        if (this.#values[id] !== value && this.#others.get(id)?.includes(value) !== true) {
          errors.push(`numeric: document ${id} has another value`);
        }
        [lastValue, lastId] = [value, id];
      }
    }
    for (const others of this.#others.values()) size -= others.length;
    if (size !== this.#size) errors.push(`numeric: holds ${size} pairs but counts ${this.#size}`);
    return errors;
  }

  /** The value at which a document is visited that has one in the range. */
  #visitedAt(id: DocumentId, range: NumericRange): number | undefined {
    const value = this.valueOf(id);
    return value !== undefined && isInRange(value, range) ? value : this.#firstOther(id, range);
  }

  #firstOther(id: DocumentId, range: NumericRange): number | undefined {
    return this.#others.size === 0 ? undefined : this.#others.get(id)?.find((other) => isInRange(other, range));
  }

  #bounds({ min, minExclusive, max, maxExclusive }: NumericRange): [from: Position, to: Position] {
    const before = -1;
    const after = Number.POSITIVE_INFINITY;
    return [this.#seek(min, minExclusive ? after : before), this.#seek(max, maxExclusive ? before : after)];
  }

  /** The place of the first pair not below (value, id); one past the last pair of the last block if there is none. */
  #seek(value: number, id: number): Position {
    let from = 0;
    let to = this.#blocks.length - 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const block = this.#blocks[middle];
      if (block !== undefined && isBelow(block, block.count - 1, value, id)) from = middle + 1;
      else to = middle;
    }
    const block = this.#blocks[from];
    return { block: from, pair: block === undefined ? 0 : seekInBlock(block, value, id) };
  }

  #insert(value: number, id: DocumentId): void {
    const position = this.#seek(value, id);
    const block = this.#blocks[position.block];
    if (block === undefined) {
      this.#blocks.push(blockOf([value], [id]));
      return;
    }
    if (block.count === blockPairs) {
      this.#split(position.block, block);
      this.#insert(value, id);
      return;
    }
    block.values.copyWithin(position.pair + 1, position.pair, block.count);
    block.ids.copyWithin(position.pair + 1, position.pair, block.count);
    block.values[position.pair] = value;
    block.ids[position.pair] = id;
    block.count++;
  }

  #split(at: number, block: Block): void {
    const half = block.count >>> 1;
    const upper = blockOf(block.values.subarray(half, block.count), block.ids.subarray(half, block.count));
    block.count = half;
    this.#blocks.splice(at + 1, 0, upper);
  }

  #remove(position: Position): void {
    const block = this.#blocks[position.block];
    if (block === undefined) return;
    block.values.copyWithin(position.pair, position.pair + 1, block.count);
    block.ids.copyWithin(position.pair, position.pair + 1, block.count);
    block.count--;
    const next = this.#blocks[position.block + 1];
    if (block.count === 0) {
      this.#blocks.splice(position.block, 1);
    } else if (next !== undefined && block.count + next.count <= mergedPairsMax) {
      block.values.set(next.values.subarray(0, next.count), block.count);
      block.ids.set(next.ids.subarray(0, next.count), block.count);
      block.count += next.count;
      this.#blocks.splice(position.block + 1, 1);
    }
  }
}

/** Two typed array headers and the object. */
const blockOverheadBytes = 240;

function blockOf(values: ArrayLike<number>, ids: ArrayLike<number>): Block {
  const block = { values: new Float64Array(blockPairs), ids: new Int32Array(blockPairs), count: values.length };
  block.values.set(values);
  block.ids.set(ids);
  return block;
}

function isBelow(block: Block, pair: number, value: number, id: number): boolean {
  const pairValue = block.values[pair] ?? 0;
  return pairValue < value || (pairValue === value && (block.ids[pair] ?? 0) < id);
}

function seekInBlock(block: Block, value: number, id: number): number {
  let from = 0;
  let to = block.count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBelow(block, middle, value, id)) from = middle + 1;
    else to = middle;
  }
  return from;
}

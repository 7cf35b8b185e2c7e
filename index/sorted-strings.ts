/**
 * Distinct strings in order of their UTF-16 units, for those that begin alike: blocks of strings, with the list of
 * blocks as the one inner level, as in the numeric index. A million words make some 4,000 blocks.
 *
 * Invariants (see `validate`): strings ascend within and across blocks; no block is empty, or above `blockStrings`.
 */
const blockStrings = 512;
/** Between the strings of a block that is looked through. */
const separator = '\0';
/** Neighbours are merged when together they hold no more than this. */
const mergedStringsMax = blockStrings / 2;

export class SortedStrings {
  readonly #blocks: string[][] = [];
  /** Blocks as one text, for those that somebody looked through for what strings hold; gone when the block changes. */
  readonly #joined = new WeakMap<readonly string[], string>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(text: string): boolean {
    const block = this.#blocks[this.#blockOf(text)];
    return block !== undefined && block[lowerBound(block, text)] === text;
  }

  /** False when it was there already. */
  add(text: string): boolean {
    const at = this.#blockOf(text);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push([text]);
    } else {
      const place = lowerBound(block, text);
      if (block[place] === text) return false;
      block.splice(place, 0, text);
      this.#joined.delete(block);
      if (block.length > blockStrings) this.#blocks.splice(at + 1, 0, block.splice(blockStrings >>> 1));
    }
    this.#size++;
    return true;
  }

  /** False when it was not there. */
  delete(text: string): boolean {
    const at = this.#blockOf(text);
    const block = this.#blocks[at];
    if (block === undefined) return false;
    const place = lowerBound(block, text);
    if (block[place] !== text) return false;
    block.splice(place, 1);
    this.#joined.delete(block);
    this.#size--;
    const next = this.#blocks[at + 1];
    if (block.length === 0) this.#blocks.splice(at, 1);
    else if (next !== undefined && block.length + next.length <= mergedStringsMax) {
      block.push(...next);
      this.#joined.delete(block);
      this.#blocks.splice(at + 1, 1);
    }
    return true;
  }

  /**
   * Visits strings in ascending order, from the first that is not below `from`. The visitor says where to go on: at the
   * next string for `true`, nowhere for `false`, or at the first that is not below the string it answers, which is above the one it saw.
   */
  walk(from: string, visit: (text: string) => boolean | string): void {
    let at = this.#blockOf(from);
    let place = lowerBound(this.#blocks[at] ?? [], from);
    for (;;) {
      const block = this.#blocks[at];
      if (block === undefined) return;
      const text = block[place];
      if (text === undefined) {
        at++;
        place = 0;
        continue;
      }
      const next = visit(text);
      if (next === false) return;
      if (next === true) {
        place++;
        continue;
      }
      at = this.#blockOf(next);
      place = lowerBound(this.#blocks[at] ?? [], next);
    }
  }

  /** Visits those that begin with `prefix`, in ascending order, while the visitor answers true. */
  walkPrefix(prefix: string, visit: (text: string) => boolean): void {
    this.walk(prefix, (text) => text.startsWith(prefix) && visit(text));
  }

  /** Visits those that hold a part, in ascending order, while the visitor answers true. No string may hold a zero character. */
  walkContaining(part: string, visit: (text: string) => boolean): void {
    for (const block of this.#blocks) {
      const joined = this.#joinedOf(block);
      for (let at = joined.indexOf(part, 1); at >= 0; ) {
        const end = joined.indexOf(separator, at + part.length);
        if (!visit(joined.slice(joined.lastIndexOf(separator, at) + 1, end))) return;
        at = joined.indexOf(part, end + 1);
      }
    }
  }

  #joinedOf(block: readonly string[]): string {
    const known = this.#joined.get(block);
    if (known !== undefined) return known;
    const joined = `${separator}${block.join(separator)}${separator}`;
    this.#joined.set(block, joined);
    return joined;
  }

  get memoryBytes(): number {
    return this.#size * stringSlotBytes + this.#blocks.length * blockOverheadBytes;
  }

  validate(): string[] {
    const errors: string[] = [];
    let size = 0;
    let last: string | undefined;
    for (const block of this.#blocks) {
      if (block.length === 0 || block.length > blockStrings) errors.push(`strings: a block of ${block.length}`);
      size += block.length;
      for (const text of block) {
        if (last !== undefined && text <= last) errors.push(`strings: ${JSON.stringify(text)} is out of order`);
        last = text;
      }
    }
    if (size !== this.#size) errors.push(`strings: holds ${size} but counts ${this.#size}`);
    return errors;
  }

  /** The block that holds the text, or would. */
  #blockOf(text: string): number {
    let from = 0;
    let to = this.#blocks.length - 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const last = this.#blocks[middle]?.at(-1);
      if (last !== undefined && last < text) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** A slot of the array; the string itself is another's. */
const stringSlotBytes = 8;
const blockOverheadBytes = 48;

function lowerBound(ascending: readonly string[], wanted: string): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ascending[middle] ?? '') < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}

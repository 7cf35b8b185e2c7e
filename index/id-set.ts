/**
 * A set of document ids that costs what it holds: the postings of a tag value, of which an index may have millions
 * with one id each, or one with every id.
 *
 * Ids are split into a high part (a container) and 16 low bits, as in Roaring bitmaps. A container is a sorted array
 * of numbers up to 1024 ids and a bitmap of 8 KiB above: at 1024 numbers of 8 bytes both cost the same. A bitmap turns
 * back at 512, so that a set at the border does not flap. A plain bitmap per set is ruled out by its size (ids / 8
 * bytes a value), a JavaScript Set by some 40 bytes an id and its limit of 2^24 entries.
 *
 * Invariants (see `validate`): containers are ordered by high part and never empty; arrays ascend; `count` of a bitmap
 * is its number of set bits.
 */
const sparseMax = 1024;
const sparseAgainMax = 512;
const bitmapWords = 2048;

type Container = number[] | Bitmap;

interface Bitmap {
  count: number;
  readonly words: Uint32Array;
}

export class IdSet {
  readonly #highs: number[] = [];
  readonly #containers: Container[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    const high = id >>> 16;
    // Where few ids are missing a container is at the place that it has by its number.
    const at = this.#highs[high] === high ? high : lowerBound(this.#highs, high);
    const container = this.#containers[at];
    if (container === undefined || this.#highs[at] !== high) return false;
    const low = id & 0xffff;
    if (Array.isArray(container)) return container[lowerBound(container, low)] === low;
    return hasBit(container.words, low);
  }

  /**
   * As `has`, and remembers where it found the last id: from there it goes on, so ids in ascending order take few steps. What it
   * remembers is a guess only: the set may change meanwhile.
   */
  seeker(): (id: number) => boolean {
    let [at, place] = [0, 0];
    return (id) => {
      const high = id >>> 16;
      if (this.#highs[at] !== high) {
        at = lowerBound(this.#highs, high);
        place = 0;
        if (this.#highs[at] !== high) return false;
      }
      const container = this.#containers[at];
      if (container === undefined) return false;
      const low = id & 0xffff;
      if (!Array.isArray(container)) return hasBit(container.words, low);
      place = lowerBoundNear(container, low, place);
      return container[place] === low;
    };
  }

  /** False when the id was there already. */
  add(id: number): boolean {
    const high = id >>> 16;
    const low = id & 0xffff;
    const at = lowerBound(this.#highs, high);
    const container = this.#containers[at];
    if (container === undefined || this.#highs[at] !== high) {
      this.#highs.splice(at, 0, high);
      this.#containers.splice(at, 0, [low]);
    } else if (Array.isArray(container)) {
      if (!insertSorted(container, low)) return false;
      if (container.length > sparseMax) this.#containers[at] = toBitmap(container);
    } else {
      if (hasBit(container.words, low)) return false;
      flipBit(container.words, low);
      container.count++;
    }
    this.#size++;
    return true;
  }

  /** False when the id was not there. */
  delete(id: number): boolean {
    const at = lowerBound(this.#highs, id >>> 16);
    const container = this.#containers[at];
    if (container === undefined || this.#highs[at] !== id >>> 16) return false;
    const low = id & 0xffff;
    if (Array.isArray(container)) {
      const place = lowerBound(container, low);
      if (container[place] !== low) return false;
      container.splice(place, 1);
      if (container.length === 0) {
        this.#highs.splice(at, 1);
        this.#containers.splice(at, 1);
      }
    } else {
      if (!hasBit(container.words, low)) return false;
      flipBit(container.words, low);
      container.count--;
      if (container.count <= sparseAgainMax) this.#containers[at] = bitsOf(container.words);
    }
    this.#size--;
    return true;
  }

  /** Visits ids in ascending order. The set must not change meanwhile. */
  forEach(visit: (id: number) => void): void {
    this.#containers.forEach((container, at) => {
      const base = (this.#highs[at] ?? 0) * 0x10000;
      if (Array.isArray(container)) for (const low of container) visit(base + low);
      else forEachBit(container.words, base, visit);
    });
  }

  /** Steps that `setBits` takes: an id of an array, a word of a bitmap. */
  get bitSteps(): number {
    return Math.min(this.#size, this.#containers.length * bitmapWords);
  }

  /** Sets the bit of every id; `bits` reaches to the greatest. */
  setBits(bits: Uint32Array): void {
    this.#containers.forEach((container, at) => {
      const base = (this.#highs[at] ?? 0) * bitmapWords;
      if (Array.isArray(container)) {
        for (const low of container) bits[base + (low >>> 5)] = (bits[base + (low >>> 5)] ?? 0) | (1 << (low & 31));
        return;
      }
      const end = Math.min(bitmapWords, bits.length - base);
      for (let word = 0; word < end; word++)
        bits[base + word] = (bits[base + word] ?? 0) | (container.words[word] ?? 0);
    });
  }

  get memoryBytes(): number {
    let bytes = idSetOverheadBytes;
    for (const container of this.#containers) {
      bytes += containerOverheadBytes + (Array.isArray(container) ? container.length * 8 : bitmapWords * 4);
    }
    return bytes;
  }

  validate(): string[] {
    const errors: string[] = [];
    if (!ascends(this.#highs)) errors.push('id set: containers out of order');
    let size = 0;
    for (const container of this.#containers) {
      const lows = Array.isArray(container) ? container : bitsOf(container.words);
      size += lows.length;
      if (lows.length === 0) errors.push('id set: an empty container');
      if (!ascends(lows)) errors.push('id set: a container out of order');
      if (Array.isArray(container) ? lows.length > sparseMax : lows.length <= sparseAgainMax) {
        errors.push(`id set: the wrong kind of container for ${lows.length} ids`);
      }
      if (!Array.isArray(container) && container.count !== lows.length) errors.push('id set: a bitmap miscounts');
    }
    if (size !== this.#size) errors.push(`id set: holds ${size} ids but counts ${this.#size}`);
    return errors;
  }
}

const idSetOverheadBytes = 120;
const containerOverheadBytes = 48;

/** The same as `lowerBound`, in few steps where the place is near a guess, or behind it. */
function lowerBoundNear(ascending: readonly number[], wanted: number, guess: number): number {
  if (guess > 0 && (ascending[guess - 1] ?? wanted) >= wanted) {
    return lowerBound(ascending, wanted, 0, Math.min(guess, ascending.length));
  }
  let [from, step] = [guess, 1];
  while ((ascending[from + step - 1] ?? wanted) < wanted) {
    from += step;
    step *= 2;
  }
  return lowerBound(ascending, wanted, from, Math.min(ascending.length, from + step - 1));
}

/** The place of the first element not below `wanted`, which is known to be from `start` to `end`. */
function lowerBound(ascending: readonly number[], wanted: number, start = 0, end = ascending.length): number {
  let from = start;
  let to = end;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ascending[middle] ?? 0) < wanted) from = middle + 1;
    else to = middle;
  }
  return from;
}

function insertSorted(ascending: number[], value: number): boolean {
  const last = ascending.at(-1);
  if (last === undefined || last < value) {
    ascending.push(value);
    return true;
  }
  const place = lowerBound(ascending, value);
  if (ascending[place] === value) return false;
  ascending.splice(place, 0, value);
  return true;
}

function toBitmap(lows: readonly number[]): Bitmap {
  const words = new Uint32Array(bitmapWords);
  for (const low of lows) flipBit(words, low);
  return { count: lows.length, words };
}

function hasBit(words: Uint32Array, low: number): boolean {
  return (((words[low >>> 5] ?? 0) >>> (low & 31)) & 1) === 1;
}

function flipBit(words: Uint32Array, low: number): void {
  words[low >>> 5] = (words[low >>> 5] ?? 0) ^ (1 << (low & 31));
}

function bitsOf(words: Uint32Array): number[] {
  const bits: number[] = [];
  forEachBit(words, 0, (bit) => void bits.push(bit));
  return bits;
}

/** Visits the numbers of the bits that are set, in ascending order, each with `base` added. */
export function forEachBit(words: Uint32Array, base: number, visit: (bit: number) => void): void {
  for (let at = 0; at < words.length; at++) {
    for (let rest = words[at] ?? 0; rest !== 0; rest &= rest - 1) visit(base + at * 32 + lowestBit(rest));
  }
}

export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function ascends(values: readonly number[]): boolean {
  return values.every((value, at) => at === 0 || (values[at - 1] ?? 0) < value);
}

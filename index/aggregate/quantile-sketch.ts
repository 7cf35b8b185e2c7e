/**
 * Quantiles of a stream in bounded memory, after Karnin, Lang and Liberty: values stand in levels, each value of level n for 2^n
 * values. A level that is full is sorted, every other value of it goes one level up, and the rest is forgotten. Exact as long as the
 * first level has room; after that a rank is off by about a thousandth.
 *
 * Sketches of many groups fill at about the same time, so none may have much to do at once. The first level is sorted as it fills: short
 * runs by themselves, then two of a length into one. What goes up is in order already, so a higher level is full by merging the two
 * runs it gets, and holds one or none in between. A quantile is looked for in each run by halves. Arrays are filled again: a sketch
 * leaves no garbage behind. The first level begins small, since there may be a million groups with a few values each.
 *
 * Invariant: of the first level, the pieces that `forEachPiece` names are in order, all but the last.
 */
const levelMax = 4096;
const levelMin = 16;
/** Values that are sorted together; a power of two, as a level is. */
const runLength = 1024;
/** Values that go up from a full level. */
const risenLength = levelMax / 2;

/** The run that is overwritten by a merge, meanwhile. Merges are never interrupted. */
const scratch = new Float64Array(risenLength);

/** What lies in order in an array, and how many values each of its values stands for. */
interface Piece {
  readonly values: Float64Array;
  readonly weight: number;
}

export class QuantileSketch {
  #first = new Float64Array(levelMin);
  #count = 0;
  #higher: HigherLevels | undefined;

  add(value: number): void {
    if (this.#count === this.#first.length) {
      const grown = new Float64Array(this.#first.length * 2);
      grown.set(this.#first);
      this.#first = grown;
    }
    this.#first[this.#count++] = value;
    if (this.#count % runLength === 0) this.#settle();
  }

  /** The value that so much of all values, from 0 to 1, does not exceed; NaN without values. */
  quantile(fraction: number): number {
    const pieces = this.#pieces();
    const total = pieces.reduce((sum, { values, weight }) => sum + values.length * weight, 0);
    let least: number | undefined;
    for (const { values } of pieces) {
      const value = values[firstPlace(values, (it) => notAbove(it, pieces) >= fraction * total)];
      if (value !== undefined && (least === undefined || precedes(value, least))) least = value;
    }
    return least ?? Number.NaN;
  }

  /** Sorts the run that has come to its end, and merges what is as long as what stands before it. */
  #settle(): void {
    const end = this.#count;
    this.#first.subarray(end - runLength, end).sort();
    for (let length = runLength; end % (length * 2) === 0; length *= 2) {
      scratch.set(this.#first.subarray(end - length * 2, end - length));
      merge(length, this.#first.subarray(end - length, end), this.#first.subarray(end - length * 2, end));
      if (length === risenLength) break;
    }
    if (end < levelMax) return;
    this.#count = 0;
    this.#higher ??= new HigherLevels();
    this.#higher.rise(this.#first);
  }

  #pieces(): Piece[] {
    const pieces = this.#higher?.pieces() ?? [];
    forEachPiece(this.#count, (from, to) => void pieces.push({ values: this.#first.subarray(from, to), weight: 1 }));
    // Values behind the last run; others are in order.
    this.#first.subarray(this.#count - (this.#count % runLength), this.#count).sort();
    return pieces;
  }
}

/** The levels above the first: a run each, or none. */
class HigherLevels {
  readonly #runs: (Float64Array | undefined)[] = [];
  readonly #spare: Float64Array[] = [];
  /** Which of each pair stays, in turn, so that errors cancel out. */
  #keepsOdd = false;

  /** @param full the first level, in order */
  rise(full: Float64Array): void {
    let rising = this.#spare.pop() ?? new Float64Array(risenLength);
    const odd = this.#nextOdd();
    for (let at = 0; at < risenLength; at++) rising[at] = full[at * 2 + odd] ?? 0;
    for (let level = 0; ; level++) {
      const there = this.#runs[level];
      this.#runs[level] = there === undefined ? rising : undefined;
      if (there === undefined) return;
      scratch.set(there);
      mergeEveryOther(rising, there, this.#nextOdd());
      this.#spare.push(rising);
      rising = there;
    }
  }

  pieces(): Piece[] {
    return this.#runs.flatMap((values, level) => (values === undefined ? [] : { values, weight: 2 ** (level + 1) }));
  }

  #nextOdd(): number {
    this.#keepsOdd = !this.#keepsOdd;
    return this.#keepsOdd ? 1 : 0;
  }
}

/** Names the runs of a first level of so many values: the longest first, each half as long as what stands before it or less. */
function forEachPiece(count: number, visit: (from: number, to: number) => void): void {
  let from = 0;
  for (let length = risenLength; length >= runLength; length /= 2) {
    if (count - from < length) continue;
    visit(from, from + length);
    from += length;
  }
  if (from < count) visit(from, count);
}

/** As numbers are sorted in typed arrays: NaN comes last. */
function precedes(a: number, b: number): boolean {
  return a < b || (Number.isNaN(b) && !Number.isNaN(a));
}

/** Merges so many values of `scratch` with `right` into `to`, of which `right` may be the end. */
function merge(count: number, right: Float64Array, to: Float64Array): void {
  let left = 0;
  let at = 0;
  while (left < count) {
    const a = scratch[left] ?? 0;
    const b = right[at] ?? 0;
    if (at < count && precedes(b, a)) {
      to[left + at] = b;
      at++;
    } else {
      to[left + at] = a;
      left++;
    }
  }
}

/** Merges `scratch` with `right`, and keeps every other value in `to`. @param odd 0 to keep the first, 1 for the second */
function mergeEveryOther(right: Float64Array, to: Float64Array, odd: number): void {
  let [left, at] = [0, 0];
  for (let place = 0; place < risenLength * 2; place++) {
    const [a, b] = [scratch[left], right[at]];
    const takesRight = b !== undefined && (a === undefined || precedes(b, a));
    if (place % 2 === odd) to[place >>> 1] = (takesRight ? b : a) ?? 0;
    if (takesRight) at++;
    else left++;
  }
}

/** So many values, by what they stand for, are not above one. */
function notAbove(value: number, pieces: readonly Piece[]): number {
  let sum = 0;
  for (const { values, weight } of pieces) sum += firstPlace(values, (it) => precedes(value, it)) * weight;
  return sum;
}

/** The place of the first of ascending values that is so; once one is, all that follow are. */
function firstPlace(values: Float64Array, isSo: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isSo(values[middle] ?? 0)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Words within a Levenshtein distance of another, found in a sorted dictionary: neighbours begin alike, so the rows of the
 * distance table for what they share are computed once; and where no continuation can come near enough any more, all
 * words with that beginning are stepped over.
 */

/** How a dictionary is walked: see `SortedStrings.walk`. */
export type Walk = (from: string, visit: (text: string) => boolean | string) => void;

/** Visits words whose distance is at most `distanceMax` while the visitor answers true. */
export function walkFuzzy(walk: Walk, word: string, distanceMax: number, visit: (text: string) => boolean): void {
  const rows = rowsFor(word, distanceMax);
  walk('', (text) => {
    const hopeless = rows.extend(text);
    if (hopeless !== undefined) return following(text.slice(0, hopeless));
    return rows.distance > distanceMax || visit(text);
  });
}

/** Visits texts that begin with a word, or with what is within a distance of it; `distance` is that of the nearest beginning. */
export function walkFuzzyPrefix(
  walk: Walk,
  word: string,
  distanceMax: number,
  visit: (text: string, distance: number) => void,
): void {
  const rows = rowsFor(word, distanceMax);
  walk('', (text) => {
    const hopeless = rows.extend(text);
    const distance = rows.leastDistance;
    if (distance <= distanceMax) visit(text, distance);
    else if (hopeless !== undefined) return following(text.slice(0, hopeless));
    return true;
  });
}

/** How far a word has been compared with the one that came last: a row for each of that one's characters, and one for none. */
abstract class Rows {
  #text = '';
  /** Characters of `#text` that have their rows. */
  #valid = 0;

  constructor(protected readonly distanceMax: number) {}

  /** Between the two words, if it is within the greatest that counts; valid unless `extend` gave up. */
  get distance(): number {
    return this.distanceAt(this.#valid);
  }

  /** Between the word and the nearest beginning of the other, as far as `extend` has come. */
  get leastDistance(): number {
    let least = this.distanceMax + 1;
    for (let at = 0; at <= this.#valid && least > 0; at++) least = Math.min(least, this.distanceAt(at));
    return least;
  }

  /** Compares with another word. @returns how many characters of it no word within the distance begins with */
  extend(text: string): number | undefined {
    let shared = 0;
    while (shared < this.#valid && shared < text.length && text[shared] === this.#text[shared]) shared++;
    this.#text = text;
    for (this.#valid = shared; this.#valid < text.length; ) {
      const isAlive = this.step(this.#valid, text.charCodeAt(this.#valid));
      this.#valid++;
      if (!isAlive) return this.#valid;
    }
    return undefined;
  }

  /** Writes the row behind that of `at`. @returns whether any beginning of the word is near enough there */
  protected abstract step(at: number, character: number): boolean;

  /** Between the word and so many characters of the other; beyond the greatest that counts any number above it. */
  protected abstract distanceAt(at: number): number;
}

function rowsFor(word: string, distanceMax: number): Rows {
  return word.length <= bitCharsMax ? new BitRows(word, distanceMax) : new DistanceRows(word, distanceMax);
}

/** Characters whose beginnings, with none at all, are bits of a small integer. */
const bitCharsMax = 29;

/**
 * Rows of bits, as many as distances that count: bit n of the d-th says whether the first n characters of the word are within d
 * of what has been read of the other. All beginnings are stepped at once.
 */
class BitRows extends Rows {
  readonly #end: number;
  readonly #all: number;
  readonly #places = new Map<number, number>();
  #rows: Int32Array;

  constructor(word: string, distanceMax: number) {
    super(distanceMax);
    this.#end = 1 << word.length;
    this.#all = this.#end * 2 - 1;
    for (let at = 0; at < word.length; at++) {
      const character = word.charCodeAt(at);
      this.#places.set(character, (this.#places.get(character) ?? 0) | (1 << at));
    }
    this.#rows = new Int32Array((distanceMax + 1) * 64);
    for (let distance = 0; distance <= distanceMax; distance++)
      this.#rows[distance] = ((2 << distance) - 1) & this.#all;
  }

  protected distanceAt(at: number): number {
    const width = this.distanceMax + 1;
    for (let distance = 0; distance < width; distance++) {
      if (((this.#rows[at * width + distance] ?? 0) & this.#end) !== 0) return distance;
    }
    return width;
  }

  protected step(at: number, character: number): boolean {
    const width = this.distanceMax + 1;
    const from = at * width;
    if (from + 2 * width > this.#rows.length) {
      const grown = new Int32Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    const rows = this.#rows;
    const places = this.#places.get(character) ?? 0;
    let [above, below] = [0, 0];
    for (let distance = 0; distance < width; distance++) {
      const row = rows[from + distance] ?? 0;
      // The same character; or one more in the other word, another one, or one that is missing there.
      below = (((row & places) << 1) | above | (above << 1) | (below << 1)) & this.#all;
      rows[from + width + distance] = below;
      above = row;
    }
    return below !== 0;
  }
}

/** Rows of the distance table. */
class DistanceRows extends Rows {
  readonly #word: string;
  readonly #rows: Uint16Array[];

  constructor(word: string, distanceMax: number) {
    super(distanceMax);
    this.#word = word;
    this.#rows = [Uint16Array.from({ length: word.length + 1 }, (_, at) => at)];
  }

  protected distanceAt(at: number): number {
    return this.#rows[at]?.[this.#word.length] ?? 0;
  }

  protected step(place: number, character: number): boolean {
    const above = this.#rows[place] ?? new Uint16Array(0);
    const row = this.#rows[place + 1] ?? new Uint16Array(above.length);
    this.#rows[place + 1] = row;
    row[0] = place + 1;
    let least = place + 1;
    for (let at = 1; at < row.length; at++) {
      const changed = (above[at - 1] ?? 0) + (this.#word.charCodeAt(at - 1) === character ? 0 : 1);
      const cost = Math.min(changed, (above[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1);
      row[at] = cost;
      least = Math.min(least, cost);
    }
    return least <= this.distanceMax;
  }
}

/** The first string that is above all those that begin with `prefix`; true, to go on one by one, where there is none. */
function following(prefix: string): string | true {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last === 0xffff ? true : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

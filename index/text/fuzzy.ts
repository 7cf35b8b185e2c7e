/**
 * Words within a Levenshtein distance of another, found in a sorted dictionary: neighbours begin alike, so the rows of the
 * distance table for what they share are computed once; and where no continuation can come near enough any more, all
 * words with that beginning are stepped over.
 */

/** How a dictionary is walked: see `SortedStrings.walk`. */
export type Walk = (from: string, visit: (text: string) => boolean | string) => void;

/** Visits words whose distance is at most `distanceMax` while the visitor answers true. */
export function walkFuzzy(walk: Walk, word: string, distanceMax: number, visit: (text: string) => boolean): void {
  const rows = new DistanceRows(word);
  walk('', (text) => {
    const hopeless = rows.extend(text, distanceMax);
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
  const rows = new DistanceRows(word);
  walk('', (text) => {
    const hopeless = rows.extend(text, distanceMax);
    const distance = rows.leastDistance;
    if (distance <= distanceMax) visit(text, distance);
    else if (hopeless !== undefined) return following(text.slice(0, hopeless));
    return true;
  });
}

/** One row of the distance table for each character of the word compared last. */
class DistanceRows {
  readonly #word: string;
  readonly #rows: Uint16Array[];
  #text = '';
  /** Rows that belong to `#text`. */
  #valid = 0;

  constructor(word: string) {
    this.#word = word;
    this.#rows = [Uint16Array.from({ length: word.length + 1 }, (_, at) => at)];
  }

  /** Between the two words; valid unless `extend` gave up. */
  get distance(): number {
    return this.#rows[this.#valid]?.[this.#word.length] ?? 0;
  }

  /** Between the word and the nearest beginning of the other, as far as `extend` has come. */
  get leastDistance(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at <= this.#valid; at++) least = Math.min(least, this.#rows[at]?.[this.#word.length] ?? least);
    return least;
  }

  /** Compares with another word. @returns how many characters of it no word within the distance begins with */
  extend(text: string, distanceMax: number): number | undefined {
    let shared = 0;
    while (shared < this.#valid && shared < text.length && text[shared] === this.#text[shared]) shared++;
    this.#text = text;
    for (this.#valid = shared; this.#valid < text.length; ) {
      const least = this.#addRow(text.charCodeAt(this.#valid));
      this.#valid++;
      if (least > distanceMax) return this.#valid;
    }
    return undefined;
  }

  /** @returns the least of the new row */
  #addRow(character: number): number {
    const above = this.#rows[this.#valid] ?? new Uint16Array(0);
    const row = this.#rows[this.#valid + 1] ?? new Uint16Array(above.length);
    this.#rows[this.#valid + 1] = row;
    row[0] = this.#valid + 1;
    let least = this.#valid + 1;
    for (let at = 1; at < row.length; at++) {
      const changed = (above[at - 1] ?? 0) + (this.#word.charCodeAt(at - 1) === character ? 0 : 1);
      const cost = Math.min(changed, (above[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1);
      row[at] = cost;
      least = Math.min(least, cost);
    }
    return least;
  }
}

/** The first string that is above all those that begin with `prefix`; true, to go on one by one, where there is none. */
function following(prefix: string): string | true {
  const last = prefix.charCodeAt(prefix.length - 1);
  return last === 0xffff ? true : prefix.slice(0, -1) + String.fromCharCode(last + 1);
}

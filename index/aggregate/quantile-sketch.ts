/**
 * Quantiles of a stream in bounded memory, after Karnin, Lang and Liberty: values stand in levels, each value of level n for 2^n
 * values. A level that is full is sorted, every other value of it goes one level up, and the rest is forgotten. Exact as long as the
 * first level has room; after that a rank is off by about a thousandth.
 *
 * Levels are typed arrays, which are sorted where they lie and filled again: a sketch leaves no garbage behind. They begin small, since
 * there may be a million groups with a few values each.
 */
const levelMax = 4096;
const levelMin = 16;

/** Values of one level, in front of what is free. */
class Level {
  values = new Float64Array(levelMin);
  count = 0;

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.count++] = value;
  }

  /** Sorts the values. @returns what holds them, until the next value comes */
  sort(): Float64Array {
    return this.values.subarray(0, this.count).sort();
  }
}

export class QuantileSketch {
  readonly #levels: Level[] = [new Level()];
  /** Which of each pair stays, in turn, so that errors cancel out. */
  #keepsOdd = false;

  add(value: number): void {
    this.#push(0, value);
  }

  /** The value that so much of all values, from 0 to 1, does not exceed; NaN without values. */
  quantile(fraction: number): number {
    const levels = this.#levels.map((level, at) => ({ sorted: level.sort(), weight: 2 ** at, at: 0 }));
    const total = levels.reduce((sum, { sorted, weight }) => sum + sorted.length * weight, 0);
    let last = Number.NaN;
    for (let below = 0; ; ) {
      let least: (typeof levels)[number] | undefined;
      for (const level of levels) {
        if (
          level.at < level.sorted.length &&
          !(next(level) >= (least === undefined ? Number.POSITIVE_INFINITY : next(least)))
        )
          least = level;
      }
      least ??= levels.find(({ at, sorted }) => at < sorted.length);
      if (least === undefined) return last;
      last = next(least);
      least.at++;
      below += least.weight;
      if (below >= fraction * total) return last;
    }
  }

  #push(at: number, value: number): void {
    let level = this.#levels[at];
    if (level === undefined) {
      level = new Level();
      this.#levels[at] = level;
    }
    level.push(value);
    if (level.count < levelMax) return;
    const sorted = level.sort();
    level.count = 0;
    this.#keepsOdd = !this.#keepsOdd;
    for (let place = this.#keepsOdd ? 1 : 0; place < sorted.length; place += 2) this.#push(at + 1, sorted[place] ?? 0);
  }
}

function next({ sorted, at }: { readonly sorted: Float64Array; readonly at: number }): number {
  return sorted[at] ?? Number.NaN;
}

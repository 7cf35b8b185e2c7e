/**
 * Quantiles of a stream in bounded memory, after Karnin, Lang and Liberty: values stand in levels, each value of level n for 2^n
 * values. A level that is full is sorted, every other value of it goes one level up, and the rest is forgotten. Exact as long as the
 * first level has room; after that a rank is off by about a thousandth.
 */
const levelMax = 4096;

export class QuantileSketch {
  readonly #levels: number[][] = [[]];
  /** Which of each pair stays, in turn, so that errors cancel out. */
  #keepsOdd = false;

  add(value: number): void {
    this.#push(0, value);
  }

  /** The value that so much of all values, from 0 to 1, does not exceed; NaN without values. */
  quantile(fraction: number): number {
    const levels = this.#levels.map((values, level) => ({
      sorted: Float64Array.from(values).sort(),
      weight: 2 ** level,
      at: 0,
    }));
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

  #push(level: number, value: number): void {
    const values = this.#levels[level];
    if (values === undefined) {
      this.#levels[level] = [value];
      return;
    }
    values.push(value);
    if (values.length < levelMax) return;
    const sorted = Float64Array.from(values).sort();
    values.length = 0;
    this.#keepsOdd = !this.#keepsOdd;
    for (let at = this.#keepsOdd ? 1 : 0; at < sorted.length; at += 2) this.#push(level + 1, sorted[at] ?? 0);
  }
}

function next({ sorted, at }: { readonly sorted: Float64Array; readonly at: number }): number {
  return sorted[at] ?? Number.NaN;
}

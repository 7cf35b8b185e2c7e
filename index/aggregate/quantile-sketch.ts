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
    const weighted = this.#levels.flatMap((values, level) => values.map((value) => ({ value, weight: 2 ** level })));
    weighted.sort((a, b) => a.value - b.value);
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    let below = 0;
    for (const { value, weight } of weighted) {
      below += weight;
      if (below >= fraction * total) return value;
    }
    return weighted.at(-1)?.value ?? Number.NaN;
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

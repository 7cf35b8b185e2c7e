import { QuantileSketch } from '#index/aggregate/quantile-sketch.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';

const fractions = [0, 0.25, 0.5, 0.9, 0.999, 1];
const levelMax = 4096;

/** The same values in the same levels, each sorted as a whole when it is full. */
class PlainSketch {
  readonly #levels: number[][] = [[]];
  #keepsOdd = false;

  add(value: number, at = 0): void {
    const level = this.#levels[at] ?? [];
    this.#levels[at] = level;
    level.push(value);
    if (level.length < levelMax) return;
    this.#levels[at] = [];
    this.#keepsOdd = !this.#keepsOdd;
    const odd = this.#keepsOdd ? 1 : 0;
    for (const kept of level.sort(ascending).filter((_, place) => place % 2 === odd)) this.add(kept, at + 1);
  }

  quantiles(): number[] {
    const weighed = this.#levels.flatMap((level, at) => level.map((value) => ({ value, weight: 2 ** at })));
    const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
    weighed.sort((a, b) => ascending(a.value, b.value));
    return fractions.map((fraction) => {
      let below = 0;
      for (const { value, weight } of weighed) {
        below += weight;
        if (below >= fraction * total) return value;
      }
      return Number.NaN;
    });
  }
}

/** What is no number comes last. */
function ascending(a: number, b: number): number {
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || a - b || 0;
}

const streams: [string, (random: SeededRandom, at: number) => number][] = [
  ['drawn by chance', (random) => random.below(1_000_000)],
  ['of which many are equal', (random) => random.below(7) - 3],
  ['in order', (_random, at) => at],
  ['in the other order', (_random, at) => -at],
  ['of which some are none', (random, at) => (random.below(5) === 0 ? Number.NaN : at)],
  ['without an end', (random, at) => [at, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][random.below(3)] ?? 0],
];

test.each(streams)('numbers %s have the quantiles that sorting whole levels gives them', (_title, next) => {
  const random = new SeededRandom(1);
  const [sketch, plain] = [new QuantileSketch(), new PlainSketch()];
  for (let at = 0; at < 40_000; at++) {
    // Being asked changes nothing.
    if (random.below(2500) === 0 || at < 3) {
      expect(fractions.map((fraction) => sketch.quantile(fraction))).toEqual(plain.quantiles());
    }
    const value = next(random, at);
    sketch.add(value);
    plain.add(value);
  }
});

test('few values are answered exactly', () => {
  const sketch = new QuantileSketch();
  for (let value = 100; value >= 1; value--) sketch.add(value);
  expect(fractions.map((fraction) => sketch.quantile(fraction))).toEqual([1, 25, 50, 90, 100, 100]);
});

test('without values there is none', () => {
  expect(new QuantileSketch().quantile(0.5)).toBeNaN();
});

test('of many values the rank is off by no more than some thousandths', () => {
  const random = new SeededRandom(1);
  const values = Array.from({ length: 200_000 }, () => random.below(1_000_000));
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  values.sort((a, b) => a - b);
  for (const fraction of fractions) {
    const quantile = sketch.quantile(fraction);
    const rank = values.findIndex((value) => value >= quantile) / values.length;
    expect(Math.abs(rank - fraction)).toBeLessThan(0.005);
  }
});

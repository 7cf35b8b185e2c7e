import { QuantileSketch } from '#index/aggregate/quantile-sketch.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';

const fractions = [0, 0.25, 0.5, 0.9, 0.999, 1];

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

import {
  fitHead,
  type HeadPrior,
  type LabelledFeatures,
  probability,
} from '#sdk/semantic-cache/decision/logistic-head.js';
import { seededRandom } from '#server/base/random.js';

const flat: HeadPrior = { means: [0, 0, 0], precisions: [0.01, 0.01, 0.01] };

/** Labels drawn from a head of these weights. */
function drawn(weights: readonly number[], count: number, seed: number): LabelledFeatures[] {
  const random = seededRandom(seed);
  const unit = (): number => random.below(1_000_001) / 1_000_000;
  return Array.from({ length: count }, () => {
    const features = [1, unit() * 4 - 2, unit() * 4 - 2];
    return { features, isRight: unit() < probability(weights, features) };
  });
}

describe('a head', () => {
  test.each([1, 2, 3])('finds the weights that labels were drawn from (seed %i)', (seed) => {
    const weights = [0.5, 2, -1];
    const fitted = fitHead(drawn(weights, 20_000, seed), flat);
    for (const [i, weight] of weights.entries()) expect(Math.abs((fitted[i] ?? 0) - weight)).toBeLessThan(0.15);
  });

  test('is calibrated: of those it gives 70 to 80 percent, three quarters are right', () => {
    const weights = [0.2, 1.5, -0.5];
    const fitted = fitHead(drawn(weights, 20_000, 4), flat);
    const fresh = drawn(weights, 20_000, 5).filter(({ features }) => {
      const chance = probability(fitted, features);
      return chance > 0.7 && chance < 0.8;
    });
    const right = fresh.filter(({ isRight }) => isRight).length;
    expect(right / fresh.length).toBeGreaterThan(0.71);
    expect(right / fresh.length).toBeLessThan(0.79);
  });

  test('without labels it is its prior, and labels that can be separated leave it finite', () => {
    const prior: HeadPrior = { means: [-1, 3, 0], precisions: [1, 1, 1] };
    expect(fitHead([], prior)).toEqual([-1, 3, 0]);
    const separated = [-2, -1, 1, 2].map((x) => ({ features: [1, x, 0], isRight: x > 0 }));
    for (const weight of fitHead(separated, prior)) expect(Math.abs(weight)).toBeLessThan(10);
  });

  test('finds the same weights from wherever it starts', () => {
    const labels = drawn([0, 1, 1], 500, 6);
    const one = fitHead(labels, flat);
    const other = fitHead(labels, flat, [3, -2, 2]);
    for (const [i, weight] of one.entries()) expect(other[i]).toBeCloseTo(weight, 3);
  });
});

import { headPrior } from '#sdk/semantic-cache/decision/error-budget.js';
import { FOLDS, trainHead } from '#sdk/semantic-cache/decision/head-trainer.js';
import { fitHead, type LabelledFeatures, probability } from '#sdk/semantic-cache/decision/logistic-head.js';
import { seededRandom } from '#server/base/random.js';

const source = seededRandom(7);
const random = (): number => source.below(2 ** 30) / 2 ** 30;

/** Labels of a cache in which similarity says less than the prior thinks, and shared words say more. */
function labels(count: number): LabelledFeatures[] {
  return Array.from({ length: count }, () => {
    const [similarity, share, words] = [0.7 + 0.3 * random(), random(), random()];
    const features = [1, similarity, share, 0.2, words, 0.5 * random(), similarity - 0.05];
    return { features, isRight: random() < 1 / (1 + Math.exp(-(8 * words + 2 * share - 5))) };
  });
}

test('a fitted head foretells labels it has not seen better than the prior, and its probabilities mean what they say', () => {
  const known = labels(2000);
  const requests = labels(500).map(({ features }) => features);
  const { before, after, wrong, weights, boundary, servedShare, ...counts } = trainHead(known, requests, 0.02);
  expect(counts).toEqual({ labels: 2000, requests: 500 });
  expect(wrong).toBe(known.filter(({ isRight }) => !isRight).length);
  expect(after.logLoss).toBeLessThan(before.logLoss);
  expect(after.errorRate).toBeLessThan(before.errorRate);
  expect(after.calibrationError).toBeLessThan(0.05);
  expect(weights).toEqual(fitHead(known, headPrior));
  const served = requests.filter((request) => probability(weights, request) >= boundary).length;
  expect(servedShare).toBe(served / requests.length);
  expect(served).toBeGreaterThan(0);
});

test('no head is asked about labels it was fitted to', () => {
  const known = labels(23);
  let loss = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const head = fitHead(
      known.filter((_, at) => at % FOLDS !== fold),
      headPrior,
    );
    for (const { features, isRight } of known.filter((_, at) => at % FOLDS === fold)) {
      const chance = probability(head, features);
      loss -= Math.log(isRight ? chance : 1 - chance);
    }
  }
  expect(trainHead(known, [], 0.01).after.logLoss).toBeCloseTo(loss / known.length, 10);
});

test('without requests nothing is placed and nothing served', () => {
  expect(trainHead(labels(10), [], 0.01)).toMatchObject({ requests: 0, servedShare: 0, boundary: 1.1 });
});

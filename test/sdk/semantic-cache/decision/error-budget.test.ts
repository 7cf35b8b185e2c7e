import { ErrorBudget, type ErrorBudgetOptions, type Verdict } from '#sdk/semantic-cache/decision/error-budget.js';
import { probability } from '#sdk/semantic-cache/decision/logistic-head.js';
import { seededRandom } from '#server/base/random.js';

interface Traffic {
  readonly hitRate: number;
  readonly errorRate: number;
}

function source(seed: number): () => number {
  const random = seededRandom(seed);
  return () => random.below(2 ** 30) / 2 ** 30;
}

function budget(options: Partial<ErrorBudgetOptions> = {}): ErrorBudget {
  return new ErrorBudget({
    maxErrorRate: 0.01,
    auditRate: 0.05,
    coldMinSimilarity: 0.9,
    random: source(1),
    ...options,
  });
}

/** Features of a candidate: `similarity` is what the truth depends on, `noise` is not. */
const candidate = (similarity: number, noise: number): number[] => [1, similarity, noise, 0, noise, 0, similarity];

/** Requests whose candidates are right with a probability that grows with similarity around `middle`. */
function run(controller: ErrorBudget, count: number, seed: number, middle = 0.7): Traffic {
  const random = source(seed);
  let served = 0;
  let wrong = 0;
  for (let i = 0; i < count; i++) {
    const similarity = random();
    const features = candidate(similarity, random());
    const isRight = random() < probability([-middle * 25, 25], [1, similarity]);
    controller.note(features);
    if (controller.decide(features).verdict === 'serve') {
      served++;
      if (!isRight) wrong++;
    } else controller.learn(features, isRight);
  }
  return { hitRate: served / count, errorRate: wrong / count };
}

describe('an error budget', () => {
  test.each([1, 2, 3, 4, 5])(
    'keeps wrong answers within it and still serves most of what is safe (seed %i)',
    (seed) => {
      const controller = budget({ random: source(seed) });
      const traffic = run(controller, 10_000, seed + 100);
      expect(traffic.errorRate).toBeLessThanOrEqual(0.01);
      // An oracle that knows the curve serves everything above about 0.76: 24 % of requests.
      expect(traffic.hitRate).toBeGreaterThan(0.17);
    },
  );

  test('serves less while it is strict, before it has learned and after', () => {
    const controller = budget({ maxErrorRate: 0.05, auditRate: 0 });
    const near = candidate(0.93, 0);
    expect(controller.weigh(near).verdict).toBe('serve');
    controller.setStrictness(0.5);
    expect(controller.weigh(near).verdict).toBe('refuse');
    expect(controller.weigh(candidate(0.96, 0)).verdict).toBe('serve');
    controller.setStrictness(1);
    run(controller, 3000, 7);
    const boundary = controller.boundary() ?? 0;
    controller.setStrictness(1 / 8);
    expect(controller.boundary()).toBeGreaterThan(boundary);
    controller.setStrictness(1);
    controller.refit();
    expect(controller.boundary()).toBeLessThan(controller.boundary(0.001) ?? 0);
  });

  test('weighs the same as it decides, without chance, and tells of every fit', () => {
    const fits: number[] = [];
    const controller = budget({ auditRate: 1, onFit: ({ labels }) => fits.push(labels) });
    run(controller, 500, 3);
    expect(fits.length).toBeGreaterThan(0);
    const sure = candidate(1, 1);
    expect([controller.weigh(sure).verdict, controller.decide(sure).verdict]).toEqual(['serve', 'audit']);
  });

  test('a larger budget serves more, none serves nothing once it has learned', () => {
    const hitRates = [0, 0.005, 0.02, 0.1].map((maxErrorRate) => {
      const controller = budget({ maxErrorRate });
      run(controller, 3000, 7);
      return run(controller, 3000, 8).hitRate;
    });
    expect(hitRates[0]).toBe(0);
    expect([...hitRates].sort((a, b) => a - b)).toEqual(hitRates);
    expect(hitRates[3]).toBeGreaterThan((hitRates[1] ?? 0) + 0.05);
  });

  test('follows traffic that turns: what was safe and is not any more is no longer served', () => {
    const controller = budget();
    run(controller, 6000, 9, 0.6);
    const before = controller.boundary() ?? 0;
    run(controller, 12_000, 10, 0.95);
    const after = run(controller, 6000, 11, 0.95);
    expect(after.errorRate).toBeLessThan(0.012);
    expect(after.hitRate).toBeLessThan(0.1);
    expect(before).toBeGreaterThan(0.5);
  });

  test('goes by similarity until it has 100 labels', () => {
    const controller = budget({ auditRate: 0 });
    const verdict = (similarity: number): Verdict => controller.decide(candidate(similarity, 0.5)).verdict;
    expect([verdict(0.89), verdict(0.9)]).toEqual(['refuse', 'serve']);
    for (let i = 0; i < 99; i++) controller.learn(candidate(i / 100, 0.5), i > 50);
    expect(controller.state()).toMatchObject({ isLearned: false, labels: 99, boundary: undefined });
    controller.learn(candidate(0.95, 0.5), true);
    expect(controller.state()).toMatchObject({ isLearned: true, labels: 100 });
  });

  test('a request may ask for fewer errors, never for more', () => {
    const controller = budget({ auditRate: 0 });
    run(controller, 4000, 12);
    const own = controller.boundary() ?? 0;
    expect(controller.boundary(0.001)).toBeGreaterThan(own);
    expect(controller.boundary(0.5)).toBe(own);
    expect(controller.decide(candidate(1, 0), 0).verdict).toBe('refuse');
  });

  test('audits the share of would-be hits that it was told to, once it has learned', () => {
    const controller = budget({ auditRate: 0.2, maxErrorRate: 0.05 });
    expect(controller.decide(candidate(0.99, 0)).verdict).toBe('serve');
    for (let i = 0; i < 200; i++) controller.learn(candidate(i / 200, 0), i > 100);
    for (let i = 0; i < 200; i++) controller.note(candidate(0.1, 0));
    controller.refit();
    const verdicts = Array.from({ length: 2000 }, () => controller.decide(candidate(0.99, 0)).verdict);
    const audits = verdicts.filter((verdict) => verdict === 'audit').length;
    expect(audits).toBeGreaterThan(330);
    expect(audits).toBeLessThan(470);
  });

  test('takes over what others have seen as if it had seen it itself', () => {
    const [seer, heir] = [budget(), budget()];
    const labels = Array.from({ length: 300 }, (_, i) => ({
      features: candidate((i % 100) / 100, 0),
      isRight: i % 100 > 60,
    }));
    const requests = Array.from({ length: 500 }, (_, i) => (i % 5 === 0 ? undefined : candidate((i % 50) / 50, 0)));
    for (const request of requests) seer.note(request);
    for (const { features, isRight } of labels) seer.learn(features, isRight);
    seer.refit();
    heir.restore({ labels: labels.slice(0, 150), requests: requests.slice(0, 300) });
    expect(heir.state()).toMatchObject({ isLearned: true, labels: 150 });
    heir.restore({ labels: labels.slice(150), requests: requests.slice(300) });
    const { boundary = 0, weights } = seer.state();
    expect(heir.state()).toMatchObject({ isLearned: true, labels: 300, boundary: expect.closeTo(boundary, 3) });
    for (const [name, weight] of Object.entries(weights)) {
      expect(heir.state().weights[name]).toBeCloseTo(weight, 2);
    }
  });

  test('requests without a chance count: the budget is a share of all requests', () => {
    const strict = budget();
    const generous = budget();
    run(strict, 3000, 13);
    run(generous, 3000, 13);
    for (let i = 0; i < 3000; i++) generous.note(undefined);
    strict.refit();
    generous.refit();
    expect(generous.boundary() ?? 0).toBeLessThan(strict.boundary() ?? 0);
  });
});

/** What a decision costs: the guard on a pair of prompts, and the verifier on a candidate with its neighbours. */
import { guard } from '#sdk/mod.js';
import { ErrorBudget } from '#sdk/semantic-cache/decision/error-budget.js';
import { featuresOf } from '#sdk/semantic-cache/decision/features.js';
import { WordStatistics, wordsOf } from '#sdk/semantic-cache/decision/word-statistics.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { quantile } from '../statistics.js';

export interface Cost {
  readonly what: string;
  readonly p50Us: number;
  readonly p99Us: number;
}

const ROUNDS = 20_000;
const NEIGHBOURS = 12;
/** A server that has been asked for a while. */
const WARM_UP_PASSES = 3;
/** Enough that the head decides. */
const LABELS = 400;

export function measureCosts(prompts: readonly string[], seed: number): Cost[] {
  const random = new SeededRandom(seed);
  const words = new WordStatistics();
  for (const prompt of prompts) words.add(wordsOf(prompt));
  const budget = new ErrorBudget({
    maxErrorRate: 0.01,
    auditRate: 0.05,
    coldMinSimilarity: 0.9,
    random: () => random.next(),
  });
  const drawFeatures = (asked: string, cached: string): readonly number[] => {
    const neighbours = Array.from({ length: NEIGHBOURS }, (_, place) => ({
      similarity: 0.95 - place * 0.02 - random.next() * 0.01,
      answerGroup: `${random.below(3)}`,
    }));
    return featuresOf(neighbours, wordsOf(asked), wordsOf(cached), words);
  };
  for (let label = 0; label < LABELS; label++) {
    const features = drawFeatures(random.pick(prompts), random.pick(prompts));
    budget.note(features);
    budget.learn(features, random.chance(0.7));
  }
  const pairs = Array.from({ length: ROUNDS }, () => [random.pick(prompts), random.pick(prompts)] as const);
  return [
    cost('guard, a pair of prompts', pairs, ([asked, cached]) => guard(cached, asked)),
    cost('verifier, a candidate', pairs, ([asked, cached]) => budget.decide(drawFeatures(asked, cached))),
  ];
}

function cost<T>(what: string, cases: readonly T[], run: (each: T) => unknown): Cost {
  for (let pass = 0; pass < WARM_UP_PASSES; pass++) for (const each of cases) run(each);
  const timesUs = cases.map((each) => {
    const startNs = process.hrtime.bigint();
    run(each);
    return Number(process.hrtime.bigint() - startNs) / 1000;
  });
  timesUs.sort((a, b) => a - b);
  return { what, p50Us: quantile(timesUs, 0.5), p99Us: quantile(timesUs, 0.99) };
}

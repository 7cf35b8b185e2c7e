/**
 * Decides which candidates may be served, so that wrong answers stay below a share of all requests that the user states:
 * an error budget instead of a threshold.
 *
 * Every request with a candidate gives features; a head turns them into the probability that the candidate's answer is
 * right. Requests that are not served teach it for free: the model's fresh answer is compared with the candidate's. A
 * small share of requests that would be served is not (an audit), so that the region above the boundary is seen, too.
 *
 * The boundary is the lowest probability at which, over the recent requests, the wrong answers to be expected stay within
 * the budget. Expected wrong answers are the head's own (the sum of 1 - probability), inflated by what labels above that
 * probability say of the head: how many were wrong, one standard error added, against how many it expected. Inflation never goes below 1:
 * luck does not loosen the boundary.
 *
 * Pooling: nothing waits for observations of one entry; all entries of a cache teach one head. Until there are enough
 * labels the boundary is a similarity chosen on other data, and nothing is audited.
 *
 * What it has seen can be taken out and given to another (`memory`, `restore`); weights and boundary follow from it.
 *
 * Limits: LABELS_MAX labels and REQUESTS_MAX recent requests are held, so the head follows traffic that drifts.
 */
import type { RandomSource } from '../../random.js';
import { featureCount, featureNames } from './features.js';
import { fitHead, type HeadPrior, type LabelledFeatures, probability } from './logistic-head.js';

export const LABELS_MAX = 4000;
export const REQUESTS_MAX = 4000;
/** Labels before the head decides. */
const LABELS_MIN = 100;
/** New labels after which the head is fitted anew. */
const LABELS_PER_FIT = 100;
/** The part of the budget that is aimed at: the rest is for chance. */
const AIM = 0.85;
/** Standard errors that are added to the wrong labels seen. */
const CAUTION = 1;
/** Wrong labels added to seen and expected ones: few labels say little. */
const INFLATION_PRIOR = 3;
/** Different rates whose boundaries are remembered between two fits. */
const RATES_MAX = 32;
/** Above every probability: nothing is served. */
const SERVE_NOTHING = 1.1;
const SIMILARITY_AT = featureNames.indexOf('similarity');

/** Similarity, agreement of neighbours and shared words speak for a hit; the labels say how much. */
export const headPrior: HeadPrior = {
  means: [-9, 9, 2, 4, 1, 0, 0],
  precisions: Array.from({ length: featureCount }, (_, i) => (i === 0 ? 0.5 : 1)),
};

export interface ErrorBudgetOptions {
  /** Wrong answers over all requests, 0..1. */
  readonly maxErrorRate: number;
  /** Share of requests that would be served which are asked anew, 0..1. */
  readonly auditRate: number;
  /** Least similarity until the head has learned. */
  readonly coldMinSimilarity: number;
  readonly random: RandomSource;
  /** Told of every fit. */
  readonly onFit?: (fit: BudgetFit) => void;
}

/** What a fit came to, and from how much. */
export interface BudgetFit {
  readonly weights: readonly number[];
  readonly boundary: number;
  readonly maxErrorRate: number;
  /** The part of the rate that the boundary was placed for. */
  readonly strictness: number;
  readonly labels: number;
  readonly requests: number;
}

export type Verdict =
  /** Serve the candidate. */
  | 'serve'
  /** It would be served, and is asked anew to learn whether that would have been right. */
  | 'audit'
  | 'refuse';

export interface BudgetDecision {
  readonly verdict: Verdict;
  /** That the candidate's answer is right. */
  readonly probability: number;
  /** What the probability had to reach; undefined while the similarity decides. */
  readonly boundary: number | undefined;
}

export interface BudgetState {
  readonly isLearned: boolean;
  readonly labels: number;
  readonly boundary: number | undefined;
  /** By feature. */
  readonly weights: Readonly<Record<string, number>>;
}

/** What budgets have seen, the oldest first. */
export interface BudgetMemory {
  readonly labels: readonly LabelledFeatures[];
  readonly requests: readonly (readonly number[] | undefined)[];
}

export class ErrorBudget {
  readonly #options: ErrorBudgetOptions;
  readonly #labels = new Ring<LabelledFeatures>(LABELS_MAX);
  /** Features of recent requests; undefined for those that could not be served whatever the head says. */
  readonly #requests = new Ring<readonly number[] | undefined>(REQUESTS_MAX);
  #weights: readonly number[] = headPrior.means;
  #boundary: number | undefined;
  /** Boundaries of smaller rates that requests asked for since the last fit. */
  readonly #stricter = new Map<number, number>();
  #labelsSinceFit = 0;
  #strictness = 1;

  constructor(options: ErrorBudgetOptions) {
    this.#options = options;
  }

  /**
   * Counts a request, once: the budget is a share of all of them.
   * @param features of its candidate; undefined when it had none, or one that may not be served for another reason
   */
  note(features: readonly number[] | undefined): void {
    this.#requests.push(features);
  }

  /**
   * Decides about the candidate of a request, which is counted by itself: a request may try several.
   * @param maxErrorRate of this request; only a smaller one than the cache's makes a difference
   */
  decide(features: readonly number[], maxErrorRate = this.#options.maxErrorRate): BudgetDecision {
    const weighed = this.weigh(features, maxErrorRate);
    if (weighed.verdict === 'refuse' || weighed.boundary === undefined) return weighed;
    return this.#options.random() < this.#options.auditRate ? { ...weighed, verdict: 'audit' } : weighed;
  }

  /** The same without audits, which are a matter of chance: it changes nothing. */
  weigh(features: readonly number[], maxErrorRate = this.#options.maxErrorRate): BudgetDecision {
    const chance = probability(this.#weights, features);
    const boundary = this.boundary(maxErrorRate);
    const wouldServe =
      boundary === undefined
        ? (features[SIMILARITY_AT] ?? 0) >= this.#coldMinSimilarity && maxErrorRate > 0
        : chance >= boundary;
    return { verdict: wouldServe ? 'serve' : 'refuse', probability: chance, boundary };
  }

  /** What the probability must reach at an error rate; undefined until enough has been learned. */
  boundary(maxErrorRate = this.#options.maxErrorRate): number | undefined {
    if (this.#boundary === undefined || maxErrorRate >= this.#options.maxErrorRate) return this.#boundary;
    const known = this.#stricter.get(maxErrorRate);
    if (known !== undefined) return known;
    const boundary = this.#boundaryFor(maxErrorRate);
    if (this.#stricter.size < RATES_MAX) this.#stricter.set(maxErrorRate, boundary);
    return boundary;
  }

  /** Learns whether a candidate with these features had the right answer. */
  learn(features: readonly number[], isRight: boolean): void {
    this.#labels.push({ features, isRight });
    this.#labelsSinceFit++;
    if (this.#labels.size >= LABELS_MIN && this.#labelsSinceFit >= LABELS_PER_FIT) this.refit();
  }

  /** Fits the head to the labels and places the boundary. */
  refit(): void {
    this.#labelsSinceFit = 0;
    this.#weights = fitHead(this.#labels.items, headPrior, this.#weights);
    const { maxErrorRate, onFit } = this.#options;
    const boundary = this.#boundaryFor(maxErrorRate);
    this.#boundary = boundary;
    this.#stricter.clear();
    const [labels, requests] = [this.#labels.size, this.#requests.size];
    const strictness = this.#strictness;
    onFit?.({ weights: this.#weights, boundary, maxErrorRate, strictness, labels, requests });
  }

  /** Uses only a part of every rate from now on: more answers were wrong than expected. 1 is the whole. */
  setStrictness(share: number): void {
    this.#strictness = share;
    if (this.#boundary !== undefined) this.refit();
  }

  /** Until the head has learned, what is missing to a similarity of 1 stands for the rate. */
  get #coldMinSimilarity(): number {
    return 1 - (1 - this.#options.coldMinSimilarity) * this.#strictness;
  }

  /** Takes over what other budgets have seen. */
  restore({ labels, requests }: BudgetMemory): void {
    for (const request of requests) this.#requests.push(request);
    for (const label of labels) this.#labels.push(label);
    if (this.#labels.size >= LABELS_MIN) this.refit();
  }

  state(): BudgetState {
    return {
      isLearned: this.#boundary !== undefined,
      labels: this.#labels.size,
      boundary: this.#boundary,
      weights: Object.fromEntries(featureNames.map((name, i) => [name, this.#weights[i] ?? 0])),
    };
  }

  #boundaryFor(maxErrorRate: number): number {
    return boundaryFor(maxErrorRate * this.#strictness, this.#weights, this.#requests.items, this.#labels.items);
  }
}

/**
 * The lowest probability from which on everything can be served within the rate.
 * @param requests features of the recent ones, in any order; undefined for those without a chance
 */
export function boundaryFor(
  maxErrorRate: number,
  weights: readonly number[],
  requests: readonly (readonly number[] | undefined)[],
  labels: readonly LabelledFeatures[],
): number {
  const chances = requests
    .map((features) => (features === undefined ? 0 : probability(weights, features)))
    .sort((a, b) => b - a);
  const judged = labels
    .map(({ features, isRight }) => ({ chance: probability(weights, features), isRight }))
    .sort((a, b) => b.chance - a.chance);
  let boundary = SERVE_NOTHING;
  let expectedWrong = 0;
  let seenWrong = 0;
  let expectedOfLabels = 0;
  let next = 0;
  for (const chance of chances) {
    expectedWrong += 1 - chance;
    for (let label = judged[next]; label !== undefined && label.chance >= chance; label = judged[++next]) {
      if (!label.isRight) seenWrong++;
      expectedOfLabels += 1 - label.chance;
    }
    const cautious = seenWrong + CAUTION * Math.sqrt(seenWrong + 1) + INFLATION_PRIOR;
    const inflation = Math.max(1, cautious / (expectedOfLabels + INFLATION_PRIOR));
    if (expectedWrong * inflation <= AIM * maxErrorRate * chances.length) boundary = chance;
  }
  return boundary;
}

/** The last so many items, oldest overwritten first. */
export class Ring<T> {
  /** In no particular order. */
  readonly items: T[] = [];
  #next = 0;

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.items.length;
  }

  push(item: T): void {
    if (this.items.length < this.capacity) {
      this.items.push(item);
      return;
    }
    this.items[this.#next] = item;
    this.#next = (this.#next + 1) % this.capacity;
  }
}

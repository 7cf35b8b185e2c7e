/**
 * What a cache's labels are worth to its verifier, reckoned apart from the process that serves: a head is fitted to them, and both it and
 * the prior are asked about labels they have not seen.
 *
 * Cross-validated: the labels are dealt into FOLDS parts, and each part is judged by a head that was fitted to the others. So the figures
 * are of heads that see new questions, not of one that repeats what it was told. Folds are dealt by place, so a run can be repeated.
 */
import { boundaryFor, headPrior } from './error-budget.js';
import { fitHead, type LabelledFeatures, probability } from './logistic-head.js';

export const FOLDS = 5;
const CALIBRATION_BINS = 10;
/** Keeps the log of a certainty that was wrong finite. */
const CHANCE_MIN = 1e-12;

/** How well probabilities foretold whether answers were right. */
export interface HeadQuality {
  /** Mean negative logarithm of what was given to what came true; 0.693 is a coin. */
  readonly logLoss: number;
  /** Share of labels on the wrong side of one half. */
  readonly errorRate: number;
  /** Mean distance between probabilities and what came true, over bins of equal width (expected calibration error). */
  readonly calibrationError: number;
}

export interface TrainedHead {
  readonly labels: number;
  readonly wrong: number;
  readonly requests: number;
  /** Of the prior, which has learned nothing. */
  readonly before: HeadQuality;
  /** Of fitted heads, each about labels it was not fitted to. */
  readonly after: HeadQuality;
  /** Fitted to all labels. */
  readonly weights: readonly number[];
  readonly boundary: number;
  /** Share of the requests that would be served. */
  readonly servedShare: number;
}

/**
 * @param labels at least one
 * @param requests features of recent ones; undefined for those without a chance
 */
export function trainHead(
  labels: readonly LabelledFeatures[],
  requests: readonly (readonly number[] | undefined)[],
  maxErrorRate: number,
): TrainedHead {
  const weights = fitHead(labels, headPrior);
  const boundary = boundaryFor(maxErrorRate, weights, requests, labels);
  const served = requests.filter((request) => request !== undefined && probability(weights, request) >= boundary);
  const isOf = (fold: number) => (_: LabelledFeatures, at: number) => at % FOLDS === fold;
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const others = labels.filter((label, at) => !isOf(fold)(label, at));
    const head = fitHead(others, headPrior);
    return labels.filter(isOf(fold)).map((label) => foretold(head, label));
  });
  return {
    labels: labels.length,
    wrong: labels.filter(({ isRight }) => !isRight).length,
    requests: requests.length,
    before: qualityOf(labels.map((label) => foretold(headPrior.means, label))),
    after: qualityOf(folds.flat()),
    weights,
    boundary,
    servedShare: requests.length === 0 ? 0 : served.length / requests.length,
  };
}

interface Foretold {
  readonly chance: number;
  readonly isRight: boolean;
}

function foretold(weights: readonly number[], { features, isRight }: LabelledFeatures): Foretold {
  return { chance: probability(weights, features), isRight };
}

function qualityOf(all: readonly Foretold[]): HeadQuality {
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ chances: 0, right: 0 }));
  let loss = 0;
  let errors = 0;
  for (const { chance, isRight } of all) {
    loss -= Math.log(Math.max(CHANCE_MIN, isRight ? chance : 1 - chance));
    if (chance >= 0.5 !== isRight) errors++;
    const bin = bins[Math.min(CALIBRATION_BINS - 1, Math.floor(chance * CALIBRATION_BINS))];
    if (bin === undefined) continue;
    bin.chances += chance;
    bin.right += isRight ? 1 : 0;
  }
  const apart = bins.reduce((sum, { chances, right }) => sum + Math.abs(chances - right), 0);
  return { logLoss: loss / all.length, errorRate: errors / all.length, calibrationError: apart / all.length };
}

/**
 * A logistic regression with a Gaussian prior: the verifier's head. Small enough to be fitted anew within a lookup's pause
 * (4,000 labels of 7 features: a few milliseconds) and, once fitted, a probability that means what it says.
 *
 * Fitted by Newton's method (iteratively reweighted least squares), with steps halved where a whole one would overshoot; the prior keeps weights finite when labels can be
 * separated, and decides while there are few.
 */

export interface LabelledFeatures {
  readonly features: readonly number[];
  readonly isRight: boolean;
}

/** Means of the weights and how strongly they are held, one number a feature. */
export interface HeadPrior {
  readonly means: readonly number[];
  readonly precisions: readonly number[];
}

const STEPS_MAX = 20;
/** A step that is not worth taking at this part of its length is none. */
const SCALE_MIN = 1 / 1024;
/** Keeps a label that is predicted wrong with certainty finite. */
const CHANCE_MIN = 1e-300;
const STEP_ENOUGH = 1e-4;
/** Keeps a label that is predicted with certainty from making the system singular. */
const CURVATURE_MIN = 1e-4;

/** The probability that the candidate's answer is right. */
export function probability(weights: readonly number[], features: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] ?? 0) * (features[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

/**
 * Fits a head.
 * @param start weights to begin with: those of the last fit save steps
 */
export function fitHead(
  labels: readonly LabelledFeatures[],
  prior: HeadPrior,
  start: readonly number[] = prior.means,
): readonly number[] {
  let weights = start;
  let reached = logPosterior(labels, prior, weights);
  for (let step = 0; step < STEPS_MAX; step++) {
    const { gradient, curvature } = derivatives(labels, prior, weights);
    const change = solve(curvature, gradient);
    let next = stepped(weights, change, 1);
    let gained = logPosterior(labels, prior, next);
    for (let scale = 0.5; gained < reached && scale >= SCALE_MIN; scale /= 2) {
      next = stepped(weights, change, scale);
      gained = logPosterior(labels, prior, next);
    }
    if (gained < reached) break;
    weights = next;
    reached = gained;
    if (change.every((each) => Math.abs(each) < STEP_ENOUGH)) break;
  }
  return weights;
}

function stepped(weights: readonly number[], change: readonly number[], scale: number): readonly number[] {
  return weights.map((weight, i) => weight + scale * (change[i] ?? 0));
}

function logPosterior(
  labels: readonly LabelledFeatures[],
  { means, precisions }: HeadPrior,
  weights: readonly number[],
): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) sum -= ((precisions[i] ?? 0) * (weight - (means[i] ?? 0)) ** 2) / 2;
  for (const { features, isRight } of labels) {
    const chance = probability(weights, features);
    sum += Math.log(Math.max(CHANCE_MIN, isRight ? chance : 1 - chance));
  }
  return sum;
}

/** Gradient and negative Hessian of the log posterior. */
function derivatives(
  labels: readonly LabelledFeatures[],
  { means, precisions }: HeadPrior,
  weights: readonly number[],
): { readonly gradient: Float64Array; readonly curvature: readonly Float64Array[] } {
  const count = weights.length;
  const gradient = Float64Array.from(weights, (weight, i) => -(precisions[i] ?? 0) * (weight - (means[i] ?? 0)));
  const curvature = weights.map((_, i) => {
    const row = new Float64Array(count);
    row[i] = precisions[i] ?? 0;
    return row;
  });
  for (const { features, isRight } of labels) {
    const predicted = probability(weights, features);
    const error = (isRight ? 1 : 0) - predicted;
    const bend = Math.max(CURVATURE_MIN, predicted * (1 - predicted));
    for (const [i, row] of curvature.entries()) {
      const feature = features[i] ?? 0;
      gradient[i] = (gradient[i] ?? 0) + error * feature;
      for (let j = 0; j < count; j++) row[j] = (row[j] ?? 0) + bend * feature * (features[j] ?? 0);
    }
  }
  return { gradient, curvature };
}

/** Solves a symmetric positive definite system by elimination with pivots. */
function solve(matrix: readonly Float64Array[], right: Float64Array): number[] {
  const rows = matrix.map((row, i) => Float64Array.from([...row, right[i] ?? 0]));
  const count = rows.length;
  for (let column = 0; column < count; column++) {
    let pivot = column;
    for (let at = column + 1; at < count; at++) {
      if (Math.abs(rows[at]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = at;
    }
    const chosen = rows[pivot];
    const replaced = rows[column];
    if (chosen === undefined || replaced === undefined) break;
    rows[pivot] = replaced;
    rows[column] = chosen;
    for (const row of rows) if (row !== chosen) subtract(row, chosen, column);
  }
  return rows.map((row, i) => (row[count] ?? 0) / (row[i] ?? 1));
}

/** Takes so much of `pivot` from `row` that its column becomes zero. */
function subtract(row: Float64Array, pivot: Float64Array, column: number): void {
  const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
  if (factor === 0) return;
  for (let at = column; at < row.length; at++) row[at] = (row[at] ?? 0) - factor * (pivot[at] ?? 0);
}

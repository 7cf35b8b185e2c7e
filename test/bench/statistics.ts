/** Medians and spreads: what a benchmark may say about figures that were measured more than once. */

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @param samples at least one */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: quantile(sorted, 0), max: quantile(sorted, 1) };
}

export function median(samples: readonly number[]): number {
  return spread(samples).median;
}

/** The sample at or above which a share of `1 - part` lies. @param sorted ascending, at least one */
export function quantile(sorted: readonly number[], part: number): number {
  const at = Math.min(sorted.length - 1, Math.floor(part * sorted.length));
  const value = sorted[at];
  if (value === undefined) throw new Error('there are no samples');
  return value;
}

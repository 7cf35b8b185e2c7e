/**
 * Wilson's interval: between which shares the true one lies, by so many of so many that were looked at. Unlike the share plus and
 * minus its standard error it stays within 0..1 and says something when none, or all, were found.
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard deviations of the interval: a little more than the 1.96 of 95 % in theory, which small shares fall short of in practice. */
const Z_95 = 2;

/** @param total at least 1; 0 says nothing: the interval is everything */
export function wilsonInterval(found: number, total: number): Interval {
  if (total === 0) return { low: 0, high: 1 };
  const share = found / total;
  const square = Z_95 ** 2;
  const centre = share + square / (2 * total);
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  const scale = 1 + square / total;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

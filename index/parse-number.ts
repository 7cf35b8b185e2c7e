/**
 * Numbers as documents and queries write them: decimal, with exponent, or infinity by name. No hexadecimal, no blanks,
 * no NaN. Zero has one sign, so that -0 and 0 are the same value everywhere.
 */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinity = /^([+-]?)inf(?:inity)?$/i;

export function parseNumber(text: string): number | undefined {
  if (decimal.test(text)) return Number(text) + 0;
  const [, sign] = infinity.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

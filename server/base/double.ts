/** Doubles as Valkey writes and reads them on the wire. */

/**
 * C's `%.17g`: up to 17 significant digits without trailing zeros, so every double reads back as itself; exponents as
 * `e+20`.
 */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (Object.is(value, -0)) return '-0';
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return value.toString();
  const [mantissa = '', exponentText] = value.toExponential(16).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 17) {
    const sign = exponent < 0 ? '-' : '+';
    return `${stripZeros(mantissa)}e${sign}${Math.abs(exponent).toString().padStart(2, '0')}`;
  }
  return stripZeros(value.toFixed(Math.max(0, Math.min(100, 16 - exponent))));
}

/** At most 12 significant digits, as `%.12g`: the form of vector distances in search replies. */
export function formatDistance(value: number): string {
  if (!Number.isFinite(value)) return formatDouble(value);
  if (value === 0) return '0';
  const [mantissa = '', exponentText] = value.toExponential(11).split('e');
  const exponent = Number(exponentText);
  if (exponent < -5 || exponent >= 12) {
    const sign = exponent < 0 ? '-' : '+';
    return `${stripZeros(mantissa)}e${sign}${Math.abs(exponent).toString().padStart(2, '0')}`;
  }
  return stripZeros(value.toFixed(11 - exponent));
}

/** Reads a double as strtod does, whole text only; undefined for anything else and for NaN. */
export function parseDouble(text: string): number | undefined {
  if (text.length === 0 || text.length > 256) return undefined;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?0x[0-9a-f]+$/i.test(text)) {
    const magnitude = Number(text.replace(/^[+-]/, ''));
    return text.startsWith('-') ? -magnitude : magnitude;
  }
  return undefined;
}

function stripZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

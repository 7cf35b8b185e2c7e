/** Doubles as Valkey writes and reads them on the wire. */

/** Most digits `toExponential` gives: enough to tell a tie, which has few more than 17. */
const DIGITS_MAX = 100;

/** C's `%.17g`: up to 17 significant digits without trailing zeros, so every double reads back as itself. */
export function formatDouble(value: number): string {
  return formatSignificant(value, 17);
}

/** C's `%.12g`: at most 12 significant digits, the form of vector distances in search replies. */
export function formatDistance(value: number): string {
  return formatSignificant(value, 12);
}

/** C's `%.{digits}g`, for up to 17 digits: exponents below -4 and from `digits` on are written as `e-05` and `e+20`. */
export function formatSignificant(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isSafeInteger(value) && Math.abs(value) < 10 ** digits) return value.toString();
  const [mantissa = '', exponentText] = roundToEven(Math.abs(value), digits).split('e');
  const exponent = Number(exponentText);
  return (value < 0 ? '-' : '') + placePoint(mantissa.replace('.', ''), exponent, digits);
}

/** The nearest decimal with so many digits, as `d.ddde+x`. JavaScript rounds ties up; C rounds them to even. */
function roundToEven(magnitude: number, digits: number): string {
  const rounded = magnitude.toExponential(digits - 1);
  if (!/5e/.test(magnitude.toExponential(digits))) return rounded;
  const exact = magnitude.toExponential(DIGITS_MAX);
  const [mantissa = '', exponent] = exact.split('e');
  const isTie = /^50*$/.test(mantissa.slice(digits + 1));
  const isEven = (mantissa.charCodeAt(digits) & 1) === 0;
  return isTie && isEven ? `${mantissa.slice(0, digits + 1)}e${exponent}` : rounded;
}

function placePoint(significant: string, exponent: number, digits: number): string {
  if (exponent < -4 || exponent >= digits) {
    const power = Math.abs(exponent).toString().padStart(2, '0');
    return `${stripZeros(`${significant.charAt(0)}.${significant.slice(1)}`)}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return stripZeros(`0.${'0'.repeat(-exponent - 1)}${significant}`);
  return stripZeros(`${significant.slice(0, exponent + 1)}.${significant.slice(exponent + 1)}`);
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
  return text.includes('.') ? text.replace(/\.?0*$/, '') : text;
}

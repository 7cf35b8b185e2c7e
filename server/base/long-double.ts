/**
 * C's long double as x86-64 has it: a significand of 64 bits, exponents down to -16382 (lower with fewer bits) and up
 * to 16383. INCRBYFLOAT and HINCRBYFLOAT add in it, so that 0.1 + 0.2 is 0.3, and their digits are compared with Redis's.
 *
 * Arithmetic is exact over BigInt and rounded once, to nearest, ties to even. Texts hold at most 5,119 characters,
 * which bounds every operation.
 */

/** significand × 2^exponent; the significand has at most 64 bits and a sign. Zero has significand 0. */
export interface LongDouble {
  readonly significand: bigint;
  readonly exponent: number;
}

/** What a text may stand for; the sign of infinity does not matter to those who ask. */
export type LongDoubleValue = LongDouble | 'infinity';

export const ZERO: LongDouble = { significand: 0n, exponent: 0 };

const SIGNIFICAND_BITS = 64;
const EXPONENT_MIN = -16445;
const EXPONENT_MAX = 16383 - 63;
const TEXT_MAX = 5119;
/** Beyond these powers of ten a number is infinite or zero whatever its digits are. */
const DECIMAL_EXPONENT_MAX = 5000;
const FRACTION_DIGITS = 17;
const FRACTION_SCALE = 10n ** BigInt(FRACTION_DIGITS);

/**
 * Reads a text as strtold does, all of it. Undefined when it is not a number, or not one that can be held: too large,
 * or so small that nothing is left.
 */
export function parseLongDouble(text: string): LongDoubleValue | undefined {
  if (text.length > TEXT_MAX) return undefined;
  const decimal = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:e([+-]?\d+))?$/i.exec(text);
  if (decimal !== null) {
    const [, sign, whole = '', fraction = '', onlyFraction = '', exponent = '0'] = decimal;
    const digits = whole + fraction + onlyFraction;
    const tens = Number(exponent) - fraction.length - onlyFraction.length;
    return signed(sign, fromDecimal(digits.replace(/^0+/, ''), tens));
  }
  const hex = /^([+-]?)0x(?:([\da-f]+)(?:\.([\da-f]*))?|\.([\da-f]+))(?:p([+-]?\d+))?$/i.exec(text);
  if (hex !== null) {
    const [, sign, whole = '', fraction = '', onlyFraction = '', exponent = '0'] = hex;
    const digits = BigInt(`0x${whole}${fraction}${onlyFraction}`);
    const twos = Number(exponent) - 4 * (fraction.length + onlyFraction.length);
    return signed(sign, nonZero(digits, round(digits, twos, false)));
  }
  return /^[+-]?inf(inity)?$/i.test(text) ? 'infinity' : undefined;
}

/** The sum; undefined when it is not finite. */
export function addLongDoubles(a: LongDoubleValue, b: LongDoubleValue): LongDouble | undefined {
  if (a === 'infinity' || b === 'infinity') return undefined;
  const exponent = Math.min(a.exponent, b.exponent);
  const sum = (a.significand << BigInt(a.exponent - exponent)) + (b.significand << BigInt(b.exponent - exponent));
  return signed(sum < 0n ? '-' : '', round(sum < 0n ? -sum : sum, exponent, false));
}

/** `%.17Lf` without trailing zeros: never an exponent, at most 17 digits after the point, no sign on zero. */
export function formatLongDouble(value: LongDouble): string {
  const { significand, exponent } = value;
  const magnitude = significand < 0n ? -significand : significand;
  const scaled = roundToInteger(magnitude * FRACTION_SCALE, exponent);
  const digits = scaled.toString().padStart(FRACTION_DIGITS + 1, '0');
  const text = `${digits.slice(0, -FRACTION_DIGITS)}.${digits.slice(-FRACTION_DIGITS)}`.replace(/\.?0+$/, '');
  return significand < 0n && text !== '0' ? `-${text}` : text;
}

/** digits × 10^tens; digits have no leading zero. */
function fromDecimal(digits: string, tens: number): LongDouble | undefined {
  if (digits === '') return ZERO;
  const magnitude = digits.length + tens;
  if (magnitude > DECIMAL_EXPONENT_MAX || magnitude < -DECIMAL_EXPONENT_MAX) return undefined;
  const numerator = BigInt(digits);
  if (tens >= 0) return round(numerator * 10n ** BigInt(tens), 0, false);
  const denominator = 10n ** BigInt(-tens);
  // Enough bits for the quotient to hold the significand and the half below it; the rest only matters as "not zero".
  const shift = Math.max(0, SIGNIFICAND_BITS + 2 + bitLength(denominator) - bitLength(numerator));
  const shifted = numerator << BigInt(shift);
  const quotient = shifted / denominator;
  return nonZero(numerator, round(quotient, -shift, quotient * denominator !== shifted));
}

/** A result that rounded to nothing although there was something is no number to strtold's callers. */
function nonZero(exact: bigint, rounded: LongDouble | undefined): LongDouble | undefined {
  return exact !== 0n && rounded?.significand === 0n ? undefined : rounded;
}

function signed(sign: string | undefined, value: LongDouble | undefined): LongDouble | undefined {
  if (sign !== '-' || value === undefined) return value;
  return { significand: -value.significand, exponent: value.exponent };
}

/**
 * The long double nearest to magnitude × 2^exponent; undefined when that is infinite.
 * @param more whether the exact value lies a little above: less than one unit of `magnitude`
 */
function round(magnitude: bigint, exponent: number, more: boolean): LongDouble | undefined {
  if (magnitude === 0n) return ZERO;
  const lowest = Math.max(exponent + bitLength(magnitude) - SIGNIFICAND_BITS, EXPONENT_MIN);
  if (lowest > EXPONENT_MAX) return undefined;
  const drop = lowest - exponent;
  if (drop <= 0) return { significand: magnitude << BigInt(-drop), exponent: lowest };
  const significand = roundShift(magnitude, drop, more);
  if (significand === 0n) return ZERO;
  const carried = bitLength(significand) > SIGNIFICAND_BITS;
  const result = carried ? { significand: significand >> 1n, exponent: lowest + 1 } : { significand, exponent: lowest };
  return result.exponent > EXPONENT_MAX ? undefined : result;
}

/** magnitude × 2^exponent to the nearest integer. */
function roundToInteger(magnitude: bigint, exponent: number): bigint {
  return exponent >= 0 ? magnitude << BigInt(exponent) : roundShift(magnitude, -exponent, false);
}

/** magnitude ÷ 2^bits to the nearest integer, ties to even. @param more see `round` */
function roundShift(magnitude: bigint, bits: number, more: boolean): bigint {
  if (bits > bitLength(magnitude) + 1) return 0n;
  const width = BigInt(bits);
  const floor = magnitude >> width;
  const rest = magnitude - (floor << width);
  const half = 1n << (width - 1n);
  const up = rest > half || (rest === half && (more || (floor & 1n) === 1n));
  return up ? floor + 1n : floor;
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
}

/** Doubles as Valkey writes and reads them on the wire. */
import { ByteSlice } from './byte-slice.js';

/** Most digits `toExponential` gives: enough to tell a tie, which has few more than 17. */
const DIGITS_MAX = 100;
/** Longest text that is read as a number: more digits than any double needs. */
const TEXT_MAX = 256;
/** So many decimal digits are an integer that a double holds exactly. */
const EXACT_DIGITS_MAX = 15;
const POWERS_OF_TEN: readonly number[] = Array.from({ length: EXACT_DIGITS_MAX + 1 }, (_, power) => 10 ** power);
const POINT = 46;
const ZERO = 48;
const DIGIT_FIVE = 53;
/** Between these neither C nor `toPrecision` writes an exponent, for 12 digits and more. */
const PLAIN_MIN = 1e-4;
const PLAIN_MAX = 1e11;
/** From here on `toFixed` writes an exponent. */
const FIXED_MAX = 1e21;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Powers of two beyond which nothing of 256 digits is left. */
const EXPONENT_MAX = 4096;

/** C's `%.17g`: up to 17 significant digits without trailing zeros, so every double reads back as itself. */
export function formatDouble(value: number): string {
  return formatSignificant(value, 17);
}

/**
 * C's `%.12g`: at most 12 significant digits, the form of vector distances in search replies. As bytes, good until the next
 * call: a search writes ten of them, and texts would be most of the garbage it leaves.
 */
export function distanceBytes(value: number): ByteSlice {
  if (value >= 0.01 && value < 1 && value === Math.fround(value)) {
    const bytes = value < 0.1 ? scaledBytes(3, value * 1e7) : scaledBytes(2, value * 1e6);
    if (bytes !== undefined) return bytes;
  }
  return ByteSlice.fromLatin1(formatSignificant(value, 12));
}

/** `0.0` and twelve digits. */
const distanceRoom = Buffer.alloc(15, '0.0');
const distanceSlices = Array.from({ length: distanceRoom.length + 1 }, (_, end) => new ByteSlice(distanceRoom, 0, end));

/**
 * Twelve digits, six of which are whole, of what was a number of 24 bits: usual distances between vectors. All of it is exact,
 * because a power of ten adds few bits beside its power of two: 14 for six digits. Undefined when the last digit carries far.
 * @param at where in `distanceRoom` the digits begin
 */
function scaledBytes(at: number, scaled: number): ByteSlice | undefined {
  const high = Math.floor(scaled);
  const rest = (scaled - high) * 1e6;
  let low = Math.floor(rest);
  const beyond = rest - low;
  if (beyond > 0.5 || (beyond === 0.5 && low % 2 === 1)) low++;
  if (low === 1e6) return undefined;
  // A digit of the one before may stand there.
  distanceRoom[2] = ZERO;
  writeSixDigits(at, high);
  writeSixDigits(at + 6, low);
  let end = at + 12;
  while (distanceRoom[end - 1] === ZERO) end--;
  return distanceSlices[end];
}

function writeSixDigits(from: number, value: number): void {
  let rest = value;
  for (let at = from + 5; at >= from; at--) {
    const next = (rest / 10) | 0;
    distanceRoom[at] = ZERO + rest - next * 10;
    rest = next;
  }
}

/** C's `%.{decimals}f`: never an exponent. */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return formatSignificant(value, 1);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  if (magnitude >= FIXED_MAX) return `${sign}${BigInt(magnitude)}.${'0'.repeat(decimals)}`;
  const rounded = magnitude.toFixed(decimals);
  const exact = magnitude.toFixed(decimals + 1).endsWith('5') ? magnitude.toFixed(DIGITS_MAX) : '';
  const at = exact.length - DIGITS_MAX + decimals;
  // JavaScript rounds ties up; C rounds them to even.
  const isTie = exact !== '' && /^50*$/.test(exact.slice(at));
  return sign + (isTie && /[02468]$/.test(exact.slice(0, at)) ? exact.slice(0, at) : rounded);
}

/** How Redis writes coordinates: at most 17 decimals, none that are zero at the end. */
export function formatHumanDouble(value: number): string {
  const text = stripZeros(formatFixed(value, 17));
  return text === '-0' ? '0' : text;
}

/** C's `%.{digits}g`, for up to 17 digits: exponents below -4 and from `digits` on are written as `e-05` and `e+20`. */
export function formatSignificant(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isSafeInteger(value) && Math.abs(value) < 10 ** digits) return value.toString();
  const magnitude = Math.abs(value);
  if (digits >= 12 && magnitude >= PLAIN_MIN && magnitude < PLAIN_MAX && !mayBeTie(magnitude, digits)) {
    return stripZeros(value.toPrecision(digits));
  }
  const [mantissa = '', exponentText] = roundToEven(magnitude, digits).split('e');
  const exponent = Number(exponentText);
  return (value < 0 ? '-' : '') + placePoint(mantissa.replace('.', ''), exponent, digits);
}

/** Whether the digit behind the last one is a 5, as far as it tells: most numbers are not between two decimals. */
function mayBeTie(magnitude: number, digits: number): boolean {
  // `d.ddd...e+x`: the point is one character.
  return magnitude.toExponential(digits).charCodeAt(digits + 1) === DIGIT_FIVE;
}

/** The nearest decimal with so many digits, as `d.ddde+x`. JavaScript rounds ties up; C rounds them to even. */
function roundToEven(magnitude: number, digits: number): string {
  const rounded = magnitude.toExponential(digits - 1);
  if (!mayBeTie(magnitude, digits)) return rounded;
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

/** Reads a double as strtod does, whole text only; undefined for anything else and for NaN. Too large is infinite. */
export function parseDouble(text: string): number | undefined {
  if (text.length === 0 || text.length > TEXT_MAX) return undefined;
  if (DECIMAL.test(text)) return Number(text);
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return parseHexadecimal(text);
}

/** As `parseDouble`, for a value to be kept: one that is too large or too small for a double is refused. */
export function parseExactDouble(buffer: Buffer, start: number, end: number): number | undefined {
  const short = parseShortDecimal(buffer, start, end);
  if (short !== undefined) return short;
  const text = buffer.toString('latin1', start, end);
  const value = parseDouble(text);
  if (value === 0 && /[1-9a-f]/i.test(text.replace(/[ep].*$/i, '').replace(/^[+-]?0x/i, ''))) return undefined;
  return value !== undefined && !Number.isFinite(value) && !/inf/i.test(text) ? undefined : value;
}

/** As `parseDouble`, for the end of a range: as C reads text, blanks in front of it and nothing at all (which is 0) pass. */
export function parseRangeEnd(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+/, '');
  return text === '' ? 0 : parseDouble(trimmed);
}

/**
 * A decimal without exponent whose digits make an exact integer: its quotient by an exact power of ten is rounded once,
 * as it should be. Undefined for anything else, also for what is no number.
 */
function parseShortDecimal(buffer: Buffer, start: number, end: number): number | undefined {
  const isNegative = buffer[start] === 45;
  let digits = 0;
  let decimals = -1;
  let value = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const digit = (buffer[at] ?? 0) - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (digit === -2 && decimals < 0) {
      decimals = 0;
    } else {
      return undefined;
    }
  }
  if (digits === 0 || digits > EXACT_DIGITS_MAX) return undefined;
  if (decimals > 0) value /= POWERS_OF_TEN[decimals] ?? 1;
  return isNegative ? -value : value;
}

/** C's `0x1.8p3`; the exponent of two may be missing. */
function parseHexadecimal(text: string): number | undefined {
  const match = /^([+-]?)0x(?:([0-9a-f]+)\.?([0-9a-f]*)|\.([0-9a-f]+))(?:p([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', behindWhole = '', alone = '', power = '0'] = match;
  const fraction = behindWhole + alone;
  const exponent = Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, Number(power)));
  const magnitude = scaleExactly(BigInt(`0x${whole}${fraction}`), exponent - fraction.length * 4);
  return sign === '-' ? -magnitude : magnitude;
}

/** significand x 2^exponent, rounded once. */
function scaleExactly(significand: bigint, exponent: number): number {
  if (exponent >= 0) return Number(significand << BigInt(exponent));
  const bits = significand.toString(2).length;
  // Bits below those of the smallest double, which are dropped with a mark of what they were: the rounding sees it.
  const dropped = Math.max(0, Math.min(bits - 64, -exponent), -1080 - exponent);
  const kept = significand >> BigInt(dropped);
  const isExact = kept << BigInt(dropped) === significand;
  const scaled = Number(isExact ? kept : kept | 1n);
  const left = exponent + dropped;
  return scaled * 2 ** Math.trunc(left / 2) * 2 ** (left - Math.trunc(left / 2));
}

function stripZeros(text: string): string {
  if (!text.includes('.')) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  if (text.charCodeAt(end - 1) === POINT) end--;
  return text.slice(0, end);
}

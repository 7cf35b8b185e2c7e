/**
 * What expressions reckon with: numbers, texts, lists of them, and nothing.
 *
 * A text holds bytes, one character each, so that a binary field goes through an expression unharmed, and lengths are those
 * that Redis counts. What a query says in UTF-8 is turned into bytes where it is read (`byteText`).
 *
 * Nothing spreads: what is reckoned from a missing field is missing, too, and a filter does not let it pass. RediSearch ends the
 * whole command there, valkey-search goes on; who goes on serves both.
 */
import { parseNumber } from '../parse-number.js';

export type Value = number | string | readonly Value[] | undefined;

/** Undefined for what is no number. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parseNumber(value) : undefined;
}

/** Undefined for lists, and for nothing. */
export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? formatNumber(value) : undefined;
}

/** Zero, the empty text, the empty list and nothing are false. */
export function isTrue(value: Value): boolean {
  return typeof value === 'object' ? value.length > 0 : value !== undefined && value !== 0 && value !== '';
}

/** Nothing equals nothing only; a text equals the number it spells. */
export function areEqual(a: Value, b: Value): boolean {
  if (a === undefined || b === undefined) return a === b;
  return compare(a, b) === 0;
}

/**
 * Negative, zero or positive. Texts by their bytes; a text beside a number as the number it spells, or else both as texts;
 * lists element by element; nothing is below everything. What is not a number is equal to any number.
 */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return ordered(a, b);
  if (typeof a === 'string' && typeof b === 'string') return ordered(a, b);
  if (a === undefined || b === undefined) return ordered(a === undefined ? 0 : 1, b === undefined ? 0 : 1);
  if (typeof a === 'object' || typeof b === 'object') return compareLists(listOf(a), listOf(b));
  const [first, second] = [numberOf(a), numberOf(b)];
  if (first !== undefined && second !== undefined) return ordered(first, second);
  return ordered(textOf(a) ?? '', textOf(b) ?? '');
}

/** A value that is no list is a list of one. */
export function listOf(value: Value): readonly Value[] {
  return typeof value === 'object' ? value : [value];
}

function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = compare(a[at], b[at]);
    if (order !== 0) return order;
  }
  return ordered(a.length, b.length);
}

function ordered<T extends number | string>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** UTF-8 as text of bytes. */
export function byteText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** Text of bytes as it is meant, for what is shown to humans. */
export function shownText(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

export function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

const digits = 12;
/** From here on a whole number has an exponent. */
const wholeMax = 2 ** 63;

/** Whole numbers with all their digits, others as C's `%.12g` writes them. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Number.isSafeInteger(value)) return (value + 0).toString();
  if (Number.isInteger(value) && Math.abs(value) < wholeMax) return BigInt(value).toString();
  const [mantissa = '', exponentText] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) {
    return `${withoutZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
  }
  return withoutZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * The order of SORT: by number, and by bytes where numbers are equal; or, with ALPHA, by text. Elements are one character
 * a byte, so that comparing strings compares bytes.
 *
 * Text that is answered is compared as strcoll does in the C locale, which sees nothing behind a zero byte; text that is
 * stored is compared whole, since it must be the same everywhere.
 */
import { parseExactDouble } from '../base/double.js';
import { cText, errors } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import { type SortPattern, valueFor } from './sort-pattern.js';

export interface SortOrder {
  readonly by: SortPattern | undefined;
  readonly isAlphabetic: boolean;
  readonly isDescending: boolean;
  readonly isStored: boolean;
}

/** The smallest double that is not denormal. */
const NORMAL_MIN = 2 ** -1022;
const BLANKS = /^[ \t\n\v\f\r]+/;

/** @throws ReplyError when a number to sort by is none */
export function sortElements(db: Database, elements: readonly string[], order: SortOrder): readonly string[] {
  const weightOf = (element: string): string | undefined =>
    order.by === undefined ? element : valueFor(db, order.by, element);
  const sign = order.isDescending ? -1 : 1;
  if (order.isAlphabetic) {
    const seen = (text: string): string => (order.isStored ? text : cText(text));
    const weighed = elements.map((element) => {
      const weight = weightOf(element);
      return { element, weight: weight === undefined ? undefined : seen(weight) };
    });
    weighed.sort((a, b) => sign * compareTexts(a.weight, b.weight));
    return weighed.map(({ element }) => element);
  }
  const scored = elements.map((element) => ({ element, score: scoreOf(weightOf(element)) }));
  scored.sort((a, b) => sign * (compare(a.score, b.score) || compare(a.element, b.element)));
  return scored.map(({ element }) => element);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is missing comes first. */
function compareTexts(a: string | undefined, b: string | undefined): number {
  if (a !== undefined && b !== undefined) return compare(a, b);
  return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
}

/** A number as strtod reads it, nothing being 0; one that is too large or too small is none. */
function scoreOf(weight: string | undefined): number {
  const text = cText(weight ?? '').replace(BLANKS, '');
  if (text === '') {
    if (cText(weight ?? '') === '') return 0;
    throw errors.sortScoresNotNumbers;
  }
  const bytes = Buffer.from(text, 'latin1');
  const score = parseExactDouble(bytes, 0, bytes.length);
  if (score === undefined || (score !== 0 && Math.abs(score) < NORMAL_MIN)) throw errors.sortScoresNotNumbers;
  return score;
}

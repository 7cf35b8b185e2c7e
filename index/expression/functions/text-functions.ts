/** Functions of texts, which count bytes. A number is taken as it would be written. */
import { QueryError } from '../../errors.js';
import { numberOf, textOf, type Value } from '../value.js';
import { exactly, type FunctionRow } from './function-row.js';

/** Parts a text is split into at most. */
const partsMax = 1024;

function ofText(
  name: string,
  summary: string,
  run: (text: string) => Value,
  returns: 'text' | 'number' = 'text',
): FunctionRow {
  return {
    name,
    ...exactly(1),
    operands: 's',
    returns,
    summary,
    run: (value) => {
      const text = textOf(value);
      return text === undefined ? undefined : run(text);
    },
  };
}

function ofTexts(name: string, summary: string, run: (text: string, part: string) => number): FunctionRow {
  return {
    name,
    ...exactly(2),
    operands: 's1, s2',
    returns: 'number',
    summary,
    run: (first, second) => {
      const [text, part] = [textOf(first), textOf(second)];
      return text === undefined || part === undefined ? undefined : run(text, part);
    },
  };
}

export const textFunctions: readonly FunctionRow[] = [
  {
    name: 'concat',
    operandsMin: 1,
    operandsMax: 50,
    operands: 's, ...',
    returns: 'text',
    summary: 'The texts one behind the other.',
    run: (...values) => values.map((value) => textOf(value) ?? '').join(''),
  },
  ofTexts('contains', 'How often s2 occurs in s1; the length of s1 and one more for the empty text.', occurrences),
  {
    name: 'format',
    operandsMin: 1,
    operandsMax: Number.POSITIVE_INFINITY,
    operands: 'fmt, ...',
    returns: 'text',
    summary: 'fmt with each `%s` replaced by the next operand, and `%%` by `%`; a missing one is `(null)`.',
    takesNothing: true,
    run: (format, ...values) => formatted(textOf(format), values),
  },
  ofText('lower', 's in lower case; letters beyond ASCII stay as they are.', (text) =>
    text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  ),
  {
    name: 'split',
    operandsMin: 1,
    operandsMax: 3,
    operands: 's, [sep=","], [strip=" "]',
    returns: 'list',
    summary: 's cut at every character of sep; characters of strip are taken off both ends of each part.',
    run: (text, separators = ',', stripped = ' ') =>
      split(textOf(text) ?? '', textOf(separators) ?? '', textOf(stripped) ?? ''),
  },
  ofTexts('startswith', '1 if s1 begins with s2, else 0.', (text, prefix) => (text.startsWith(prefix) ? 1 : 0)),
  ofText('strlen', 'The length of s in bytes.', (text) => text.length, 'number'),
  {
    name: 'substr',
    ...exactly(3),
    operands: 's, offset, count',
    returns: 'text',
    summary:
      'count bytes of s from offset on, which counts from the end where it is negative; all of them if count is.',
    run: substring,
  },
  {
    name: 'to_number',
    ...exactly(1),
    operands: 's',
    returns: 'number',
    summary: 'The number that s spells; an error if it spells none.',
    run: (value) => {
      const number = numberOf(value);
      if (number !== undefined) return number;
      throw new QueryError('expression', `to_number: cannot convert string '${textOf(value) ?? ''}'`);
    },
  },
  ofText('to_str', 'x as it is written.', (text) => text),
  ofText('upper', 's in upper case; letters beyond ASCII stay as they are.', (text) =>
    text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  ),
];

function occurrences(text: string, part: string): number {
  if (part === '') return text.length + 1;
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++;
  return count;
}

function formatted(format: string | undefined, values: readonly Value[]): string | undefined {
  if (format === undefined) return undefined;
  let next = 0;
  return format.replace(/%([\s\S]?)/g, (_match, specifier: string) => {
    if (specifier === '%') return '%';
    if (specifier === '') throw new QueryError('expression', 'Bad format string!');
    if (specifier !== 's') throw new QueryError('expression', 'Unknown format specifier passed');
    if (next === values.length) throw new QueryError('expression', 'Not enough arguments for format');
    return shown(values[next++]);
  });
}

function shown(value: Value): string {
  if (typeof value === 'object') return value.map(shown).join(',');
  return textOf(value) ?? '(null)';
}

function split(text: string, separators: string, stripped: string): Value {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length && parts.length < partsMax; at++) {
    if (at < text.length && !separators.includes(text.charAt(at))) continue;
    const part = strip(text.slice(from, at), stripped);
    if (part !== '') parts.push(part);
    from = at + 1;
  }
  return parts;
}

function strip(text: string, characters: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && characters.includes(text.charAt(from))) from++;
  while (to > from && characters.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function substring(value: Value, offsetValue: Value, countValue: Value): Value {
  const [text, offset, count] = [textOf(value), numberOf(offsetValue), numberOf(countValue)];
  if (text === undefined || offset === undefined || count === undefined) return undefined;
  const from = Math.trunc(offset) < 0 ? Math.max(0, text.length + Math.trunc(offset)) : Math.trunc(offset);
  return count < 0 ? text.slice(from) : text.slice(from, from + Math.trunc(count));
}

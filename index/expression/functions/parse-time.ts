/**
 * A moment in UTC out of a text, as C's strptime and timegm read it: a row for each conversion. What the format does not name is
 * zero, the day of the month with it; what stands behind the format's end is not looked at.
 */
import { dayNames, monthNames, shortNameChars } from './time-names.js';

interface Parts {
  year: number;
  /** From 0. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Undefined unless the hour is one of twelve. */
  isAfternoon: boolean | undefined;
  /** Seconds since 1970, which stand for all of it. */
  epoch: number | undefined;
  /** From 0: instead of month and day. */
  dayOfYear: number | undefined;
}

/** Reads a part from an offset on; where it ends, or undefined. */
type Conversion = string | ((text: string, at: number, parts: Parts) => number | undefined);

const blanks = /[\t-\r ]*/y;

const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['%', (text, at) => (text.charAt(at) === '%' ? at + 1 : undefined)],
  ['a', named(dayNames, () => ({}))],
  ['b', named(monthNames, (month) => ({ month }))],
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['d', number(2, 1, 31, (day) => ({ day }))],
  ['D', '%m/%d/%y'],
  ['F', '%Y-%m-%d'],
  ['H', number(2, 0, 23, (hour) => ({ hour }))],
  ['I', number(2, 1, 12, (hour) => ({ hour: hour % 12 }))],
  ['j', number(3, 1, 366, (day) => ({ dayOfYear: day - 1 }))],
  ['m', number(2, 1, 12, (month) => ({ month: month - 1 }))],
  ['M', number(2, 0, 59, (minute) => ({ minute }))],
  ['n', skipBlanks],
  ['p', named(['AM', 'PM'], (half) => ({ isAfternoon: half === 1 }))],
  ['r', '%I:%M:%S %p'],
  ['R', '%H:%M'],
  ['s', number(12, 0, 8.64e12, (epoch) => ({ epoch }))],
  ['S', number(2, 0, 61, (second) => ({ second }))],
  ['T', '%H:%M:%S'],
  ['y', number(2, 0, 99, (year) => ({ year: year < 69 ? 2000 + year : 1900 + year }))],
  ['Y', number(4, 0, 9999, (year) => ({ year }))],
  // A name of a zone is read, and is UTC.
  ['Z', (text, at) => at + (/^[A-Za-z]*/.exec(text.slice(at))?.[0].length ?? 0)],
]);

/** Conversions that read the same. */
const sameAs: Readonly<Record<string, string>> = {
  A: 'a',
  B: 'b',
  h: 'b',
  e: 'd',
  k: 'H',
  l: 'I',
  P: 'p',
  t: 'n',
  x: 'D',
  X: 'T',
};

/** Undefined when the text is not of the format. */
export function parseTime(text: string, format: string): number | undefined {
  const parts: Parts = {
    ...{ year: 1900, month: 0, day: 0, hour: 0, minute: 0, second: 0 },
    ...{ isAfternoon: undefined, epoch: undefined, dayOfYear: undefined },
  };
  return read(text, 0, format, parts) === undefined ? undefined : secondsOf(parts);
}

function read(text: string, from: number, format: string, parts: Parts): number | undefined {
  let at: number | undefined = from;
  for (const [token = '', letter] of format.matchAll(/%[EO]?([\s\S])|[\s\S]/g)) {
    if (at === undefined) return undefined;
    if (letter !== undefined) at = convert(text, at, letter, parts);
    else if (/[\t-\r ]/.test(token)) at = skipBlanks(text, at);
    else at = text.charAt(at) === token ? at + 1 : undefined;
  }
  return at;
}

function convert(text: string, at: number, letter: string, parts: Parts): number | undefined {
  const conversion = conversions.get(sameAs[letter] ?? letter);
  return typeof conversion === 'string' ? read(text, at, conversion, parts) : conversion?.(text, at, parts);
}

function secondsOf(parts: Parts): number {
  if (parts.epoch !== undefined) return parts.epoch;
  const hour = parts.isAfternoon === true ? parts.hour + 12 : parts.hour;
  const [month, day] = parts.dayOfYear === undefined ? [parts.month, parts.day] : [0, parts.dayOfYear + 1];
  const moment = new Date(0);
  // Not Date.UTC, which takes years below 100 for others.
  moment.setUTCFullYear(parts.year, month, day);
  moment.setUTCHours(hour, parts.minute, parts.second);
  return moment.getTime() / 1000;
}

function skipBlanks(text: string, at: number): number {
  blanks.lastIndex = at;
  return blanks.test(text) ? blanks.lastIndex : at;
}

function number(digitsMax: number, min: number, max: number, made: (value: number) => Partial<Parts>): Conversion {
  return (text, at, parts) => {
    const from = skipBlanks(text, at);
    let to = from;
    while (to < from + digitsMax && /\d/.test(text.charAt(to))) to++;
    const value = to === from ? -1 : Number(text.slice(from, to));
    if (value < min || value > max) return undefined;
    Object.assign(parts, made(value));
    return to;
  };
}

/** A name, whole or short, in whatever case. */
function named(names: readonly string[], made: (at: number) => Partial<Parts>): Conversion {
  return (text, from, parts) => {
    for (const [at, name] of names.entries()) {
      const candidates = [name, name.slice(0, shortNameChars)];
      const found = candidates.find(
        (form) => text.slice(from, from + form.length).toLowerCase() === form.toLowerCase(),
      );
      if (found === undefined) continue;
      Object.assign(parts, made(at));
      return from + found.length;
    }
    return undefined;
  };
}

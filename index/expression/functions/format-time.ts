/** A moment in UTC as C's strftime writes it in its own locale: a row for each conversion. */
import { dayNames, monthNames, shortNameChars } from './time-names.js';

const dayMs = 86_400_000;

type Conversion = string | ((moment: Date) => string);

/** A text stands for the conversions in it. */
const conversions: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  ['%', () => '%'],
  ['a', (moment) => dayName(moment).slice(0, shortNameChars)],
  ['A', dayName],
  ['b', (moment) => monthName(moment).slice(0, shortNameChars)],
  ['B', monthName],
  ['c', '%a %b %e %H:%M:%S %Y'],
  ['C', (moment) => padded(Math.floor(moment.getUTCFullYear() / 100), 2)],
  ['d', (moment) => padded(moment.getUTCDate(), 2)],
  ['D', '%m/%d/%y'],
  ['e', (moment) => padded(moment.getUTCDate(), 2, ' ')],
  ['F', '%Y-%m-%d'],
  ['g', (moment) => padded(isoWeek(moment).year % 100, 2)],
  ['G', (moment) => String(isoWeek(moment).year)],
  ['h', '%b'],
  ['H', (moment) => padded(moment.getUTCHours(), 2)],
  ['I', (moment) => padded(hourOfTwelve(moment), 2)],
  ['j', (moment) => padded(dayOfYear(moment) + 1, 3)],
  ['k', (moment) => padded(moment.getUTCHours(), 2, ' ')],
  ['l', (moment) => padded(hourOfTwelve(moment), 2, ' ')],
  ['m', (moment) => padded(moment.getUTCMonth() + 1, 2)],
  ['M', (moment) => padded(moment.getUTCMinutes(), 2)],
  ['n', () => '\n'],
  ['p', (moment) => (moment.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['P', (moment) => (moment.getUTCHours() < 12 ? 'am' : 'pm')],
  ['r', '%I:%M:%S %p'],
  ['R', '%H:%M'],
  ['s', (moment) => String(moment.getTime() / 1000)],
  ['S', (moment) => padded(moment.getUTCSeconds(), 2)],
  ['t', () => '\t'],
  ['T', '%H:%M:%S'],
  ['u', (moment) => String(moment.getUTCDay() || 7)],
  ['U', (moment) => padded(Math.floor((dayOfYear(moment) + 7 - moment.getUTCDay()) / 7), 2)],
  ['V', (moment) => padded(isoWeek(moment).week, 2)],
  ['w', (moment) => String(moment.getUTCDay())],
  ['W', (moment) => padded(Math.floor((dayOfYear(moment) + 7 - ((moment.getUTCDay() + 6) % 7)) / 7), 2)],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
  ['y', (moment) => padded(moment.getUTCFullYear() % 100, 2)],
  ['Y', (moment) => String(moment.getUTCFullYear())],
  ['z', () => '+0000'],
  ['Z', () => 'GMT'],
]);

/** What is no conversion stays as it is. */
export function formatTime(moment: Date, format: string): string {
  return format.replace(/%[EO]?([\s\S])/g, (match, letter: string) => {
    const conversion = conversions.get(letter);
    if (conversion === undefined) return match;
    return typeof conversion === 'string' ? formatTime(moment, conversion) : conversion(moment);
  });
}

function dayName(moment: Date): string {
  return dayNames[moment.getUTCDay()] ?? '';
}

function monthName(moment: Date): string {
  return monthNames[moment.getUTCMonth()] ?? '';
}

function padded(value: number, width: number, fill = '0'): string {
  return value.toString().padStart(width, fill);
}

function hourOfTwelve(moment: Date): number {
  return moment.getUTCHours() % 12 || 12;
}

/** From 0. */
function dayOfYear(moment: Date): number {
  return Math.floor((moment.getTime() - Date.UTC(moment.getUTCFullYear(), 0, 1)) / dayMs);
}

/** A week belongs to the year its Thursday is in. */
function isoWeek(moment: Date): { readonly year: number; readonly week: number } {
  const weekday = (moment.getUTCDay() + 6) % 7;
  const thursday = new Date(moment.getTime() + (3 - weekday) * dayMs);
  return { year: thursday.getUTCFullYear(), week: Math.floor(dayOfYear(thursday) / 7) + 1 };
}

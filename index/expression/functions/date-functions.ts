/** Functions of time: seconds since 1970, in UTC. What is no such moment has no answer. */
import { byteText, numberOf, shownText, textOf, type Value } from '../value.js';
import { formatTime } from './format-time.js';
import { exactly, type FunctionRow } from './function-row.js';
import { parseTime } from './parse-time.js';

const isoFormat = '%FT%TZ';
/** The greatest moment a Date holds. */
const secondsMax = 8.64e12;

function ofMoment(name: string, summary: string, read: (moment: Date, seconds: number) => number): FunctionRow {
  return {
    name,
    ...exactly(1),
    operands: 'timestamp',
    returns: 'number',
    summary,
    run: (value) => {
      const seconds = numberOf(value);
      if (seconds === undefined || !(seconds >= 0 && seconds <= secondsMax)) return undefined;
      return read(new Date(Math.trunc(seconds) * 1000), Math.trunc(seconds));
    },
  };
}

export const dateFunctions: readonly FunctionRow[] = [
  ofMoment('day', 'The midnight before.', (_moment, seconds) => seconds - (seconds % 86_400)),
  ofMoment('dayofmonth', 'The day of the month, from 1.', (moment) => moment.getUTCDate()),
  ofMoment('dayofweek', 'The day of the week, Sunday being 0.', (moment) => moment.getUTCDay()),
  ofMoment('dayofyear', 'The day of the year, from 0.', (moment) => {
    const newYear = Date.UTC(moment.getUTCFullYear(), 0, 1);
    return Math.floor((moment.getTime() - newYear) / 86_400_000);
  }),
  ofMoment('hour', 'The full hour before.', (_moment, seconds) => seconds - (seconds % 3600)),
  ofMoment('minute', 'The full minute before.', (_moment, seconds) => seconds - (seconds % 60)),
  ofMoment(
    'month',
    'The beginning of the month.',
    (moment) => Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), 1) / 1000,
  ),
  ofMoment('monthofyear', 'The month, January being 0.', (moment) => moment.getUTCMonth()),
  {
    name: 'parsetime',
    operandsMin: 1,
    operandsMax: 2,
    operands: `s, [fmt="${isoFormat}"]`,
    returns: 'number',
    summary: "The moment that s names in the form of C's strptime.",
    run: (value, format = isoFormat) => {
      const [text, form] = [textOf(value), textOf(format)];
      return text === undefined || form === undefined ? undefined : parseTime(shownText(text), shownText(form));
    },
  },
  {
    name: 'timefmt',
    operandsMin: 1,
    operandsMax: 2,
    operands: `timestamp, [fmt="${isoFormat}"]`,
    returns: 'text',
    summary: "The moment in the form of C's strftime.",
    run: (value, format = isoFormat) => timeText(numberOf(value), textOf(format)),
  },
  ofMoment('year', 'The year.', (moment) => moment.getUTCFullYear()),
];

function timeText(seconds: number | undefined, format: string | undefined): Value {
  if (seconds === undefined || format === undefined || !(Math.abs(seconds) <= secondsMax)) return undefined;
  const text = formatTime(new Date(Math.trunc(seconds) * 1000), shownText(format));
  return text === '' ? undefined : byteText(text);
}

/**
 * Event times, as clients write them and as text that sorts: twelve digits of seconds since the year 0, a point, nine digits of
 * nanoseconds. Comparing such texts compares times, in JavaScript and in Lua, and nothing is lost to 53 bits.
 *
 * A String feature holds ISO-8601 in UTC, with up to nine digits of a second; a Fractional one Unix seconds, in decimal or scientific
 * notation. The years are 0 to 9999.
 */
import { invalid } from './feature-error.js';

/** An event time as text that sorts. */
export type EventTime = string;

export type EventTimeType = 'String' | 'Fractional';

/** From the year 0 to 1970, in seconds. */
const epochSeconds = 62_167_219_200;
const secondsMax = 315_569_519_999;
const nanosPerSecond = 1_000_000_000n;
/** More digits than the range and nanoseconds together have. */
const mantissaDigitsMax = 400;
const exponentMax = 400;

const isoPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;
const plainSecondsPattern = /^(\d{1,12})(?:\.(\d{1,9}))?$/;
const secondsPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** @throws FeatureError */
export function parseEventTime(text: string, type: EventTimeType): EventTime {
  return type === 'String' ? parseIso(text) : parseUnixSeconds(text);
}

/** In epoch milliseconds, cut off below them. */
export function eventTimeMs(time: EventTime): number {
  return (Number(time.slice(0, 12)) - epochSeconds) * 1000 + Number(time.slice(13, 16));
}

/** A moment as an event time of its type. */
export function eventTimeText(atMs: number, type: EventTimeType): string {
  return type === 'String' ? isoText(atMs) : String(atMs / 1000);
}

/** An event time in ISO-8601, to the last nanosecond. */
export function isoEventTime(time: EventTime): string {
  const fraction = time.slice(13).replace(/0+$/, '');
  const upToSeconds = new Date((Number(time.slice(0, 12)) - epochSeconds) * 1000).toISOString().slice(0, 19);
  return `${upToSeconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** ISO-8601 without a fraction that says nothing. */
export function isoText(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

function parseIso(text: string): EventTime {
  const [, upToSeconds = '', fraction = ''] = isoPattern.exec(text) ?? [];
  const atMs = Date.parse(`${upToSeconds}Z`);
  // Date.parse lets the 30th of February be the 2nd of March.
  if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 19) !== upToSeconds) {
    throw invalid(
      `The event time '${shortened(text)}' is no ISO-8601 time in UTC, as yyyy-MM-dd'T'HH:mm:ssZ or with a fraction of a second`,
    );
  }
  return sortable(atMs / 1000, fraction);
}

function parseUnixSeconds(text: string): EventTime {
  const plain = plainSecondsPattern.exec(text);
  if (plain !== null) return sortable(Number(plain[1]), plain[2] ?? '', text);
  const [, sign, whole = '', fraction = '', exponentText = '0'] = secondsPattern.exec(text) ?? [];
  const digits = whole + fraction;
  const exponent = Number(exponentText) - fraction.length;
  if (digits === '' || digits.length > mantissaDigitsMax || Math.abs(exponent) > exponentMax + mantissaDigitsMax) {
    throw invalid(`The event time '${shortened(text)}' is no number of Unix seconds`);
  }
  const size = scaledBy(BigInt(digits), exponent + 9);
  const nanos = sign === '-' ? -size : size;
  // Division of negative numbers rounds up: shift into what is positive first.
  const shifted = nanos + BigInt(epochSeconds) * nanosPerSecond;
  if (shifted < 0n || shifted / nanosPerSecond > BigInt(secondsMax)) throw outOfRange(text);
  return `${digitsOf(shifted / nanosPerSecond, 12)}.${digitsOf(shifted % nanosPerSecond, 9)}`;
}

function scaledBy(value: bigint, exponent: number): bigint {
  return exponent >= 0 ? value * 10n ** BigInt(exponent) : value / 10n ** BigInt(-exponent);
}

function sortable(unixSeconds: number, fraction: string, text = String(unixSeconds)): EventTime {
  const seconds = unixSeconds + epochSeconds;
  if (seconds > secondsMax) throw outOfRange(text);
  return `${digitsOf(seconds, 12)}.${fraction.padEnd(9, '0')}`;
}

function digitsOf(value: number | bigint, count: number): string {
  return String(value).padStart(count, '0');
}

function outOfRange(text: string): Error {
  return invalid(`The event time '${shortened(text)}' is not within the years 0 to 9999`);
}

function shortened(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}...` : text;
}

/**
 * The store's texts as values of Feast's JSON, where numbers are numbers. Integers keep all their digits: JSON has no limit for them.
 */
import { type EventTime, type FeatureGroup, isoEventTime, type Value } from '@nearkey/sdk/features';

type Feature = FeatureGroup['features'][number];

/** A value as JSON text. */
export function feastJson({ type, collection }: Feature, value: Value): string {
  if (value === undefined) return 'null';
  if (typeof value === 'string') return scalarJson(type, value);
  return collection === undefined ? 'null' : `[${value.map((element) => scalarJson(type, element)).join(',')}]`;
}

/** RFC 3339 with as many digits of a second as Feast writes: none, three, six or nine. */
export function feastTime(time: EventTime): string {
  const [upToSeconds = '', fraction] = isoEventTime(time).slice(0, -1).split('.');
  if (fraction === undefined) return `${upToSeconds}Z`;
  return `${upToSeconds}.${fraction.padEnd(Math.ceil(fraction.length / 3) * 3, '0')}Z`;
}

function scalarJson(type: Feature['type'], text: string): string {
  switch (type) {
    case 'Integral':
      return BigInt(text.replace('+', '')).toString();
    case 'Fractional':
      return fractionalJson(Number(text));
    default:
      return JSON.stringify(text);
  }
}

/** Always with a point or an exponent: clients of Feast tell floats from integers by it. */
function fractionalJson(value: number): string {
  const text = JSON.stringify(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

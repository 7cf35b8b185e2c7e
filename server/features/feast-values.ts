/**
 * Values between Feast's JSON, where numbers are numbers, and the store's texts. Integers keep all their digits: JSON has no limit for them.
 */
import {
  type EventTime,
  eventTimeText,
  type FeatureGroup,
  type FeatureValue,
  isoEventTime,
  type Value,
} from '@nearkey/sdk/features';

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

/** A cell of a data frame as the value of a feature; undefined for one without a value. */
export function valueOfCell(feature: Feature, cell: unknown): FeatureValue | undefined {
  if (cell === null || cell === undefined) return undefined;
  if (Array.isArray(cell))
    return { FeatureName: feature.name, ValueAsStringList: cell.map((element) => textOf(feature, element)) };
  return { FeatureName: feature.name, ValueAsString: textOf(feature, cell) };
}

/** A moment as data frames hold it, in the form of the group's event time; undefined for what is no moment. */
export function eventTimeOfCell(group: FeatureGroup, cell: unknown): string | undefined {
  if (typeof cell === 'number') return eventTimeText(Math.round(cell * 1000), group.eventTimeType);
  if (typeof cell !== 'string') return undefined;
  const [, upToSeconds, fraction = '', zone = ''] = momentPattern.exec(cell.replace(' ', 'T')) ?? [];
  if (upToSeconds === undefined) return undefined;
  const secondsMs = Date.parse(`${upToSeconds}${zone === '' ? 'Z' : zone}`);
  if (Number.isNaN(secondsMs)) return undefined;
  if (group.eventTimeType === 'Fractional') return `${secondsMs / 1000}${fraction}`;
  return `${new Date(secondsMs).toISOString().slice(0, 19)}${fraction}Z`;
}

/** With or without a zone; without one it is UTC. */
const momentPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

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

function textOf(feature: Feature, cell: unknown): string {
  if (typeof cell === 'boolean') return feature.type === 'String' ? String(cell) : String(Number(cell));
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

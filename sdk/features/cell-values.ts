/**
 * Cells of tables as values of features: what data frames of Python, JSON and Parquet hold where the store holds texts. A cell that is
 * null or not a number has no value.
 */
import { type EventTime, eventTimeText, isoEventTime } from './event-time.js';
import { invalid } from './feature-error.js';
import type { Feature, FeatureGroup } from './feature-group.js';
import type { FeatureValue } from './feature-values.js';

/** With or without a zone; without one it is UTC. */
const momentPattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** Undefined for a cell without a value. @throws FeatureError for a number whose digits are lost already */
export function valueOfCell(feature: Feature, cell: unknown): FeatureValue | undefined {
  if (isEmpty(cell)) return undefined;
  const elements = elementsOf(feature, cell);
  return elements === undefined
    ? { FeatureName: feature.name, ValueAsString: textOf(feature, cell) }
    : { FeatureName: feature.name, ValueAsStringList: elements.map((element) => textOf(feature, element)) };
}

/** A moment as tables hold it, in the form of the group's event time; undefined for what is no moment. */
export function eventTimeOfCell(group: FeatureGroup, cell: unknown): string | undefined {
  if (typeof cell === 'number') return eventTimeText(Math.round(cell * 1000), group.eventTimeType);
  if (typeof cell === 'bigint') return eventTimeText(Number(cell) * 1000, group.eventTimeType);
  if (typeof cell !== 'string') return undefined;
  const [, upToSeconds, fraction = '', zone = ''] = momentPattern.exec(cell.replace(' ', 'T')) ?? [];
  if (upToSeconds === undefined) return undefined;
  const secondsMs = Date.parse(`${upToSeconds}${zone === '' ? 'Z' : zone}`);
  if (Number.isNaN(secondsMs)) return undefined;
  if (group.eventTimeType === 'Fractional') return `${secondsMs / 1000}${fraction}`;
  return `${new Date(secondsMs).toISOString().slice(0, 19)}${fraction}Z`;
}

/** An event time in the form in which the group has it. */
export function eventTimeValue(group: FeatureGroup, time: EventTime): string {
  return eventTimeOfCell(group, isoEventTime(time)) ?? isoEventTime(time);
}

function isEmpty(cell: unknown): boolean {
  return cell === null || cell === undefined || Number.isNaN(cell);
}

/** The elements of a collection: of an array, of a typed one, of a JSON array in a text. */
function elementsOf({ collection }: Feature, cell: unknown): readonly unknown[] | undefined {
  if (Array.isArray(cell)) return cell;
  if (cell instanceof Float32Array || cell instanceof Float64Array || cell instanceof Int32Array) return [...cell];
  if (collection === undefined || typeof cell !== 'string') return undefined;
  try {
    const list: unknown = JSON.parse(cell);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function textOf(feature: Feature, cell: unknown): string {
  if (typeof cell === 'boolean') return feature.type === 'String' ? String(cell) : String(Number(cell));
  if (
    typeof cell === 'number' &&
    Number.isInteger(cell) &&
    !Number.isSafeInteger(cell) &&
    feature.type === 'Integral'
  ) {
    throw invalid(
      `The number ${cell} of feature '${feature.name}' has more digits than JSON keeps: write it as a text`,
    );
  }
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}

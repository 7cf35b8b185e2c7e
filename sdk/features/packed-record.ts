/**
 * The values of a record in one text: the version of the schema, then every value in the order of the definitions, NUL before each. A value
 * is written as inside a JSON string, so control characters cannot occur in it and an answer is made by joining, without
 * reading or writing JSON. 0x01 stands for no value, 0x02 comes before the JSON array of a collection. What is missing at the end has no
 * value: a record of an older schema, or one that ends with nothing.
 */
import type { Feature, FeatureGroup } from './feature-group.js';
import type { FeatureValue, Value } from './feature-values.js';

const ABSENT = '\u0001';
const LIST = '\u0002';

/** One value as it stands in a packed record. */
export function packValue(value: Value): string {
  if (value === undefined) return ABSENT;
  const json = JSON.stringify(value);
  return typeof value === 'string' ? json.slice(1, -1) : LIST + json;
}

/** @param values by ordinal */
export function packRecord(schemaVersion: number, values: readonly Value[]): string {
  let count = values.length;
  while (count > 0 && values[count - 1] === undefined) count--;
  let packed = String(schemaVersion);
  for (let ordinal = 0; ordinal < count; ordinal++) packed += `\0${packValue(values[ordinal])}`;
  return packed;
}

/** The record as the JSON of an API's list of features; features without a value are left out. */
export function recordJson(packed: string, features: readonly Feature[]): string {
  const pieces: string[] = [];
  appendRecordJson(pieces, packed, features);
  return pieces.join('');
}

/** The pieces of that JSON, so that an answer with many records is joined once. */
export function appendRecordJson(pieces: string[], packed: string, features: readonly Feature[]): void {
  const cells = packed.split('\0');
  let before = '';
  for (const { ordinal, jsonFirst, jsonAfterScalar, jsonAfterList, jsonSuffix } of features) {
    const cell = cells[ordinal + 1];
    if (cell === undefined || cell === ABSENT) continue;
    pieces.push(before === '' ? jsonFirst : before === '"}' ? jsonAfterScalar : jsonAfterList);
    pieces.push(cell.startsWith(LIST) ? cell.slice(1) : cell);
    before = jsonSuffix;
  }
  pieces.push(before === '' ? '[]' : before === '"}' ? '"}]' : '}]');
}

/** The values of a record by ordinal. */
export function unpackValues(packed: string, group: FeatureGroup): Value[] {
  const cells = packed.split('\0');
  return group.features.map(({ ordinal }) => unpackValue(cells[ordinal + 1]));
}

/** Reads single values of a record. */
export function valueReader(packed: string): (feature: Feature) => Value {
  const cells = packed.split('\0');
  return ({ ordinal }) => unpackValue(cells[ordinal + 1]);
}

/** The features of a record that have a value. */
export function unpackRecord(packed: string, features: readonly Feature[]): FeatureValue[] {
  const cells = packed.split('\0');
  return features.flatMap(({ ordinal, name }): FeatureValue[] => {
    const value = unpackValue(cells[ordinal + 1]);
    if (value === undefined) return [];
    return typeof value === 'string'
      ? [{ FeatureName: name, ValueAsString: value }]
      : [{ FeatureName: name, ValueAsStringList: value }];
  });
}

function unpackValue(cell: string | undefined): Value {
  if (cell === undefined || cell === ABSENT) return undefined;
  if (cell.startsWith(LIST)) {
    const list: unknown = JSON.parse(cell.slice(1));
    return Array.isArray(list) ? list.map(String) : [];
  }
  return cell.includes('\\') ? String(JSON.parse(`"${cell}"`)) : cell;
}

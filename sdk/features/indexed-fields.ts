/**
 * Fields of a record's hash that a search index reads, beside the packed values: the vector as 32-bit floats, and a copy of every
 * feature to filter by. They lie in the record itself, so whatever changes, deletes or expires it does so to them.
 *
 * Texts are indexed as digests: filters ask whether a text is equal, and a digest needs no escaping in any server's query language,
 * whatever the text holds.
 */
import { createHash } from 'node:crypto';
import type { Feature } from './feature-group.js';
import type { Value } from './feature-values.js';

/** 96 bits: no two texts of a group have the same. */
const digestDigits = 24;

/** Names of features begin with a letter or digit, so these are none. */
export function indexField({ ordinal, collection }: Feature): string {
  return collection === 'Vector' ? `_v${ordinal}` : `_f${ordinal}`;
}

/** The value as the index reads it. */
export function indexedValue(feature: Feature, value: Exclude<Value, undefined>): string | Uint8Array {
  if (typeof value !== 'string') return vectorBytes(value.map(Number));
  return feature.type === 'String' ? textDigest(value) : indexedNumber(value);
}

export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digestDigits);
}

/** As every query language reads it. Integers beyond 2^53 are rounded: an index holds doubles. */
export function indexedNumber(text: string): string {
  return String(Number(text)).replace('e+', 'e');
}

/** As an index holds it: 32-bit floats, the lowest byte first. */
export function vectorBytes(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [position, value] of values.entries()) view.setFloat32(position * 4, value, true);
  return bytes;
}

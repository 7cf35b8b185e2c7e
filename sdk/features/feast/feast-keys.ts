/**
 * The keys and fields of Feast's Redis online store, with version 3 of its serialization of entities: one hash for an entity and a project, in
 * it four bytes of a hash of view and feature, and a timestamp for each view.
 */
import { invalid } from '../feature-error.js';
import { murmurHash } from './murmur-hash.js';

/** Types that join keys may have, by Feast's numbers. */
const typeNumbers = { BYTES: 1, STRING: 2, INT32: 3, INT64: 4, UNIX_TIMESTAMP: 8 } as const;
export type JoinKeyType = keyof typeof typeNumbers;

export interface JoinKey {
  readonly name: string;
  readonly type: JoinKeyType;
}

export function isJoinKeyType(name: string): name is JoinKeyType {
  return name in typeNumbers;
}

/**
 * The key of an entity.
 * @param values by name, as JSON has them
 * @throws FeatureError ValidationError for a value that is not of its type
 */
export function entityKey(
  joinKeys: readonly JoinKey[],
  values: Readonly<Record<string, unknown>>,
  project: string,
): Uint8Array {
  const sorted = [...joinKeys].sort((a, b) => (a.name < b.name ? -1 : 1));
  const pieces = [uint32(sorted.length)];
  for (const { name } of sorted) pieces.push(uint32(typeNumbers.STRING), ...withLength(utf8(name)));
  for (const { name, type } of sorted)
    pieces.push(uint32(typeNumbers[type]), ...withLength(bytesOf(name, type, values[name])));
  return Buffer.concat([...pieces, utf8(project)]);
}

export function featureField(view: string, feature: string): Uint8Array {
  return uint32(murmurHash(utf8(`${view}:${feature}`)));
}

export function timestampField(view: string): string {
  return `_ts:${view}`;
}

function bytesOf(name: string, type: JoinKeyType, value: unknown): Uint8Array {
  switch (type) {
    case 'STRING':
      return utf8(String(value));
    case 'BYTES':
      return Buffer.from(String(value), 'base64');
    case 'INT32':
      return integer(name, value, 4);
    default:
      return integer(name, value, 8);
  }
}

function integer(name: string, value: unknown, size: 4 | 8): Uint8Array {
  const text = String(value);
  const number = /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
  if (number === undefined || BigInt.asIntN(size * 8, number) !== number) {
    throw invalid(`The value '${text.slice(0, 64)}' of '${name}' is no integer of ${size * 8} bits`);
  }
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeInt32LE(Number(number));
  else bytes.writeBigInt64LE(number);
  return bytes;
}

function withLength(bytes: Uint8Array): Uint8Array[] {
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}

/** A keyspace without a server around it, for tests of what lies below commands. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import type { Database } from '#server/keyspace/database.js';
import { Keyspace } from '#server/keyspace/keyspace.js';
import { HashValue } from '#server/types/hash.js';
import { defaultLimits } from './value-home.js';

/** Small, so that tests pass them soon. */
export const limits = { ...defaultLimits, hashListpackEntriesMax: 8, hashListpackValueBytesMax: 32 };
export const startMs = 1_700_000_000_000;

export function smallKeyspace(databases = 4, seed = 1): Keyspace {
  return new Keyspace({ databases, random: seededRandom(seed), limits, nowMs: startMs });
}

export const bytes = (text: string): ByteSlice => ByteSlice.fromText(text);

/** The live keys of a database, sorted. */
export function keysOf(database: Database): string[] {
  const keys: string[] = [];
  database.forEachKey((key) => keys.push(key.utf8()));
  return keys.sort();
}

/** What a key holds: text of a string, an object of a hash's fields, or undefined. */
export function held(database: Database, key: string): string | Record<string, string> | undefined {
  if (database.typeName(bytes(key)) !== 'hash') return database.getString(bytes(key))?.utf8();
  const fields: Record<string, string> = {};
  database.peek(HashValue, bytes(key))?.forEach((field, value) => {
    fields[field.utf8()] = value.utf8();
  });
  return fields;
}

/** Indexes and keyspaces for tests of the parts below the commands. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Keyspace } from '#server/keyspace/keyspace.js';
import { defineIndex, type IndexDefinition } from '#server/search/index-definition.js';
import { HashValue } from '#server/types/hash.js';
import { defaultLimits } from '../../support/value-home.js';

/** An index with a tag `t`, a number `n` and a text `body`. */
export function definition(name: string, ...prefixes: string[]): IndexDefinition {
  return defineIndex({
    name,
    documentType: 'HASH',
    prefixes: prefixes.length === 0 ? [''] : prefixes,
    score: 1,
    skipInitialScan: false,
    stopWords: undefined,
    language: undefined,
    languageField: undefined,
    scoreField: undefined,
    payloadField: undefined,
    filter: undefined,
    idleSecondsMax: undefined,
    punctuation: undefined,
    stemCharsMin: undefined,
    options: new Set(),
    fields: [
      { field: { type: 'TAG', identifier: 't', alias: 't' }, flags: new Set() },
      { field: { type: 'NUMERIC', identifier: 'number', alias: 'n' }, flags: new Set() },
      { field: { type: 'TEXT', identifier: 'body', alias: 'body', weight: 1 }, flags: new Set() },
    ],
  });
}

export function keyspace(): Keyspace {
  return new Keyspace({ databases: 2, random: seededRandom(1), limits: defaultLimits, nowMs: 1000 });
}

/** Writes a hash as HSET does, and announces it. */
export function writeHash(keys: Keyspace, db: number, key: string, fields: Readonly<Record<string, string>>): void {
  const name = ByteSlice.fromText(key);
  const hash = keys.database(db).forWrite(HashValue, name);
  for (const [field, value] of Object.entries(fields)) {
    hash.set(ByteSlice.fromText(field), ByteSlice.fromText(value));
  }
  keys.events.keyChanged(db, 'hset', name);
}

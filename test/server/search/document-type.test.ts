import { ByteSlice } from '#server/base/byte-slice.js';
import { documentAt, fieldsAt, isOfType } from '#server/search/document-type.js';
import { JsonValue } from '#server/types/json.js';
import { tapeOf } from '../json/documents.js';
import { keyspace, writeHash } from './definitions.js';

test('hashes and JSON are documents, each of its type', () => {
  const keys = keyspace();
  const database = keys.database(0);
  const key = ByteSlice.fromText;
  writeHash(keys, 0, 'hash', { f: 'v' });
  database.forWrite(JsonValue, key('json')).setRoot(tapeOf('{"f":"v"}'));
  database.setString(key('string'), key('v'), -1);
  const [hash, json] = [documentAt(database, key('hash')), documentAt(database, key('json'))];
  if (hash === undefined || json === undefined) throw new Error('both are documents');
  expect([isOfType(hash, 'HASH'), isOfType(hash, 'JSON'), isOfType(json, 'JSON')]).toEqual([true, false, true]);
  expect(documentAt(database, key('string'))).toBeUndefined();
  expect(fieldsAt(database, key('hash'), 'HASH')?.get(key('f'))?.utf8()).toBe('v');
  expect(fieldsAt(database, key('json'), 'JSON')?.get(key('$.f'))?.utf8()).toBe('v');
  expect([fieldsAt(database, key('hash'), 'JSON'), fieldsAt(database, key('json'), 'HASH')]).toEqual([
    undefined,
    undefined,
  ]);
});

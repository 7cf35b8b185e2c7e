import { ByteSlice } from '#server/base/byte-slice.js';
import type { Keyspace } from '#server/keyspace/keyspace.js';
import { IndexedDatabase } from '#server/search/indexed-database.js';
import { ServedIndex } from '#server/search/served-index.js';
import { definition, keyspace, writeHash } from './definitions.js';

const k = ByteSlice.fromText('k');

let keys: Keyspace;
let indexed: IndexedDatabase;
let served: ServedIndex;

beforeEach(() => {
  keys = keyspace();
  indexed = new IndexedDatabase(keys.database(0));
  served = new ServedIndex(definition('idx', 'k'));
  indexed.add(served);
  keys.events.subscribe({ keyChanged: (_db, event, key) => void indexed.note(event, key) });
});

test('only keys that an index covers are noted', () => {
  expect(indexed.note('hset', k)).toBe(true);
  expect(indexed.note('hset', ByteSlice.fromText('other'))).toBe(false);
});

test('what a key holds in the end is indexed, once, however often it changed', () => {
  for (const number of ['many', 'few', '3']) writeHash(keys, 0, 'k', { number });
  indexed.bringUpToDate();
  expect(served.keys()).toEqual(['k']);
  expect(served.figures().failures).toBe(0);
});

test('a key that is gone or no hash any more leaves the index', () => {
  writeHash(keys, 0, 'k', { t: 'x' });
  indexed.bringUpToDate();
  keys.database(0).setString(k, k, -1);
  keys.events.keyChanged(0, 'set', k);
  indexed.bringUpToDate();
  expect(served.keys()).toEqual([]);
});

test('a new expiry alone does not index the document again', () => {
  writeHash(keys, 0, 'k', { number: 'many' });
  indexed.bringUpToDate();
  keys.database(0).setExpiryMs(k, 2000);
  keys.events.keyChanged(0, 'expire', k);
  indexed.bringUpToDate();
  expect(served.figures().failures).toBe(1);
});

test('a key whose time has come leaves the database and the index before a search', () => {
  writeHash(keys, 0, 'k', { t: 'x' });
  keys.database(0).setExpiryMs(k, 2000);
  keys.events.keyChanged(0, 'expire', k);
  keys.shared.nowMs = 1999;
  indexed.prepareForSearch(1999);
  expect(served.keys()).toEqual(['k']);
  keys.shared.nowMs = 2000;
  indexed.prepareForSearch(2000);
  expect(served.keys()).toEqual([]);
  expect(keys.shared.stats.expiredKeys).toBe(1);
});

test('a document that was there before the index is known to expire', () => {
  writeHash(keys, 0, 'k', { t: 'x' });
  keys.database(0).setExpiryMs(k, 2000);
  const late = new ServedIndex(definition('late'));
  indexed.add(late);
  expect(indexed.indexExisting(late, 'k')).toBe(true);
  keys.shared.nowMs = 2000;
  indexed.prepareForSearch(2000);
  expect(late.keys()).toEqual([]);
});

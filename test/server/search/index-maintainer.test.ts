import { ByteSlice } from '#server/base/byte-slice.js';
import { IndexMaintainer } from '#server/search/index-maintainer.js';
import { SearchCatalog } from '#server/search/search-catalog.js';
import { ServedIndex } from '#server/search/served-index.js';
import { definition, keyspace, writeHash } from './definitions.js';

function setUp() {
  const keys = keyspace();
  const catalog = new SearchCatalog(keys);
  const maintainer = new IndexMaintainer(catalog);
  keys.events.subscribe(maintainer);
  const served = new ServedIndex(definition('idx'));
  catalog.add(0, served);
  return { keys, catalog, maintainer, served };
}

test('a change is indexed when its command is done', () => {
  const { keys, served } = setUp();
  writeHash(keys, 0, 'k', { t: 'x' });
  expect(served.keys()).toEqual([]);
  keys.events.commandDone();
  expect(served.keys()).toEqual(['k']);
});

test("a change in a database without an index is nobody's business", () => {
  const { keys, served } = setUp();
  writeHash(keys, 1, 'k', { t: 'x' });
  keys.events.commandDone();
  expect(served.keys()).toEqual([]);
});

test('a flush drops the indexes of its database, whatever was noted before', () => {
  const { keys, catalog } = setUp();
  writeHash(keys, 0, 'k', { t: 'x' });
  keys.database(0).flush();
  keys.events.databaseFlushed(0);
  keys.events.commandDone();
  expect(catalog.size).toBe(0);
});

test('a change noted before its database is swapped is indexed from where it is now', () => {
  const { keys, catalog, served } = setUp();
  writeHash(keys, 0, 'k', { t: 'x' });
  keys.swap(0, 1);
  keys.events.commandDone();
  expect(catalog.get(1, 'idx')).toBe(served);
  expect(served.keys()).toEqual(['k']);
});

test('a key found expired while it is indexed is gone for all', () => {
  const { keys, maintainer, served } = setUp();
  writeHash(keys, 0, 'k', { t: 'x' });
  keys.database(0).setExpiryMs(ByteSlice.fromText('k'), 1500);
  keys.shared.nowMs = 1500;
  maintainer.bringUpToDate();
  expect(served.keys()).toEqual([]);
  expect(keys.database(0).size).toBe(0);
});

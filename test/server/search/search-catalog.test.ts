import { SearchCatalog } from '#server/search/search-catalog.js';
import { ServedIndex } from '#server/search/served-index.js';
import { definition, keyspace } from './definitions.js';

function catalogWith(...entries: readonly (readonly [db: number, name: string])[]): SearchCatalog {
  const catalog = new SearchCatalog(keyspace());
  for (const [db, name] of entries) catalog.add(db, new ServedIndex(definition(name)));
  return catalog;
}

test("names are a database's own", () => {
  expect(catalogWith().interest.exists).toBe(false);
  const catalog = catalogWith([0, 'a'], [1, 'a'], [1, 'b']);
  expect(catalog.interest.exists).toBe(true);
  expect(catalog.size).toBe(3);
  expect(catalog.get(0, 'a')).not.toBe(catalog.get(1, 'a'));
  expect(() => catalog.get(0, 'b')).toThrow(expect.objectContaining({ message: expect.stringContaining('not found') }));
  expect(() => catalog.add(1, new ServedIndex(definition('b')))).toThrow(
    expect.objectContaining({ message: expect.stringContaining('already exists') }),
  );
});

test('a database whose last index is dropped is not looked at any more', () => {
  const catalog = catalogWith([0, 'a'], [0, 'b']);
  catalog.drop(0, 'a');
  expect(catalog.at(0)?.size).toBe(1);
  catalog.drop(0, 'b');
  expect(catalog.at(0)).toBeUndefined();
  expect(() => catalog.drop(0, 'b')).toThrow(
    expect.objectContaining({ message: expect.stringContaining('not found') }),
  );
});

test('a flush drops every index of one database', () => {
  const catalog = catalogWith([0, 'a'], [0, 'b'], [1, 'c']);
  catalog.dropAll(0);
  catalog.dropAll(0);
  expect(catalog.size).toBe(1);
});

test('indexes follow their database to another number', () => {
  const catalog = catalogWith([0, 'a']);
  const served = catalog.get(0, 'a');
  catalog.swap(0, 1);
  expect(catalog.at(0)).toBeUndefined();
  expect(catalog.get(1, 'a')).toBe(served);
});

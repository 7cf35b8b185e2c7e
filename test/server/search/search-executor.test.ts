import { ByteSlice } from '#server/base/byte-slice.js';
import { executeSearch, prepareSearch, type SearchAnswer, type SearchRequest } from '#server/search/search-executor.js';
import { ServedIndex } from '#server/search/served-index.js';
import { HashValue } from '#server/types/hash.js';
import { definition, keyspace, writeHash } from './definitions.js';

const request: SearchRequest = {
  query: ByteSlice.fromText('*'),
  queryBytesMax: 100,
  parameters: new Map(),
  offset: 0,
  count: 10,
  sortBy: undefined,
  columns: undefined,
  shouldStop: () => false,
  expansionsMax: 200,
  tanhFactor: 4,
  budgetMs: 1000,
};

function setUp(documents: number) {
  const keys = keyspace();
  const served = new ServedIndex(definition('idx'));
  for (let i = 0; i < documents; i++) {
    writeHash(keys, 0, `k${i}`, { t: 'x', number: String(i) });
    const hash = keys.database(0).peek(HashValue, ByteSlice.fromText(`k${i}`));
    if (hash !== undefined) served.put(`k${i}`, hash);
  }
  return { served, database: keys.database(0) };
}

function answer(...search: Parameters<typeof prepareSearch>): SearchAnswer {
  return executeSearch(prepareSearch(...search));
}

test('each row has its hash', () => {
  const { served, database } = setUp(2);
  const { total, rows, distanceNames } = answer(served, database, request);
  expect(total).toBe(2);
  expect(distanceNames).toEqual([]);
  expect(rows.map(({ key, fields }) => [key, fields?.get(ByteSlice.fromText('number'))?.utf8()])).toEqual([
    ['k0', '0'],
    ['k1', '1'],
  ]);
});

test('a document whose key is no hash any more is left out and not counted', () => {
  const { served, database } = setUp(2);
  database.delete(ByteSlice.fromText('k0'));
  const { total, rows } = answer(served, database, request);
  expect([total, rows.length]).toEqual([1, 1]);
});

test('no hash is read for columns that are distances', () => {
  const { served, database } = setUp(2);
  const { rows } = answer(served, database, { ...request, columns: [] });
  expect(rows.map(({ key, fields }) => [key, fields])).toEqual([
    ['k0', undefined],
    ['k1', undefined],
  ]);
  expect(answer(served, database, { ...request, columns: ['number'] }).rows[0]?.fields).toBeDefined();
});

test('a search that is out of time is an error', () => {
  const { served, database } = setUp(1000);
  expect(() => answer(served, database, { ...request, shouldStop: () => true })).toThrow(
    expect.objectContaining({ message: expect.stringContaining('cancelled due to timeout') }),
  );
});

test('rows are sorted by a field, and say by what', () => {
  const { served, database } = setUp(3);
  const { rows } = answer(served, database, { ...request, sortBy: { name: 'n', order: 'DESC' } });
  expect(rows.map(({ sortKey }) => sortKey)).toEqual([2, 1, 0]);
});

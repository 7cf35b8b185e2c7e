import { documentReader } from '#server/search/document-reader.js';
import { keyspace, writeHash } from './definitions.js';

test('fields are read as they are, byte for byte', () => {
  const keys = keyspace();
  writeHash(keys, 0, 'k', { a: 'ä', b: '2' });
  const reader = documentReader(keys.database(0), 'HASH');
  expect(reader.field('a')('k')).toBe('\u00c3\u00a4');
  expect([reader.field('a')('gone'), reader.field('gone')('k')]).toEqual([undefined, undefined]);
  const pairs: string[] = [];
  reader.forEach('k', (field, value) => void pairs.push(`${field}=${value}`));
  expect(pairs.sort()).toEqual(['a=\u00c3\u00a4', 'b=2']);
  expect([reader.isPlain, documentReader(keys.database(0), 'JSON').isPlain]).toEqual([true, false]);
});

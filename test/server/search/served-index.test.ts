import { ByteSlice } from '#server/base/byte-slice.js';
import { ServedIndex } from '#server/search/served-index.js';
import { HashValue } from '#server/types/hash.js';
import { definition, keyspace, writeHash } from './definitions.js';

test('keys that begin with one of the prefixes are covered, byte by byte', () => {
  const served = new ServedIndex(definition('idx', 'a:', '\xff'));
  const covers = (key: string): boolean => served.covers(ByteSlice.fromLatin1(key));
  expect(['a:', 'a:1', '\xff', '\xff1'].map(covers)).toEqual([true, true, true, true]);
  expect(['', 'a', 'b:1', 'xa:', '\xfe'].map(covers)).toEqual([false, false, false, false, false]);
});

test('an empty prefix covers every key', () => {
  const served = new ServedIndex(definition('idx'));
  expect(served.covers(ByteSlice.fromText(''))).toBe(true);
});

test('the fields of a hash are indexed; an invalid document is refused and leaves', () => {
  const served = new ServedIndex(definition('idx'));
  const keys = keyspace();
  const put = (fields: Readonly<Record<string, string>>): boolean | undefined => {
    writeHash(keys, 0, 'k', fields);
    const hash = keys.database(0).peek(HashValue, ByteSlice.fromText('k'));
    return hash && served.put('k', hash);
  };
  expect(put({ t: 'x', number: '1' })).toBe(true);
  expect(served.keys()).toEqual(['k']);
  expect(put({ number: 'many' })).toBe(false);
  expect(served.keys()).toEqual([]);
  expect(served.figures()).toMatchObject({
    documents: 0,
    failures: 1,
    lastError: "Invalid numeric value: 'many'",
    lastErrorKey: 'k',
  });
});

test('figures are by alias', () => {
  const served = new ServedIndex(definition('idx'));
  expect([...served.figures().attributes.keys()]).toEqual(['t', 'n', 'body']);
});

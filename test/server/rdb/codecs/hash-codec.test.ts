import { ByteSlice } from '#server/base/byte-slice.js';
import { hashCodec } from '#server/rdb/codecs/hash-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { HashValue } from '#server/types/hash.js';
import { rdbString, ziplist, zipmap } from '../../../support/rdb-payload.js';
import { valueHome } from '../../../support/value-home.js';

const bytes = (text: string): ByteSlice => ByteSlice.fromLatin1(text);

function pairsOf(hash: HashValue): [string, string][] {
  const pairs: [string, string][] = [];
  hash.forEach((field, value) => {
    pairs.push([field.latin1(), value.latin1()]);
  });
  return pairs;
}

function read(code: number, object: Buffer): HashValue {
  const hash = new HashValue(valueHome());
  hashCodec.read(code, new RdbReader(ByteSlice.of(object)), hash);
  return hash;
}

describe('a hash in RDB', () => {
  test.each([1, 100, 1000])('of %i fields is read as it was written', (count) => {
    const hash = new HashValue(valueHome());
    for (let i = 0; i < count; i++) hash.set(bytes(`f${i}`), bytes(i % 2 === 0 ? String(i) : 'v'.repeat(i % 60)));
    const writer = new RdbWriter();
    hashCodec.write(hash, writer);
    const copy = read(hashCodec.typeOf(hash), writer.bytes());
    expect(new Map(pairsOf(copy))).toEqual(new Map(pairsOf(hash)));
    expect(copy.encoding).toBe(hash.encoding);
  });

  test('is read from the packed forms of old versions', () => {
    expect(pairsOf(read(RdbType.hashZiplist, rdbString(ziplist('f', 'v', 'n', 12))))).toEqual([
      ['f', 'v'],
      ['n', '12'],
    ]);
    expect(pairsOf(read(RdbType.hashZipmap, rdbString(zipmap([['f', 'v']]))))).toEqual([['f', 'v']]);
  });

  test('stays a listpack when it comes as one, whatever the limit of its values', () => {
    expect(read(RdbType.hashZiplist, rdbString(ziplist('f', 'v'.repeat(100)))).encoding).toBe('listpack');
    expect(read(RdbType.hashZipmap, rdbString(zipmap([['f', 'v'.repeat(100)]]))).encoding).toBe('hashtable');
    expect(read(RdbType.hashZiplist, rdbString(ziplist('f', 'v'.repeat(70_000)))).encoding).toBe('hashtable');
  });

  test.each([
    ['no fields', RdbType.hash, Buffer.of(0)],
    ['no fields in a ziplist', RdbType.hashZiplist, rdbString(ziplist())],
    ['a field without a value', RdbType.hashZiplist, rdbString(ziplist('f', 'v', 'g'))],
    ['a field twice', RdbType.hashZiplist, rdbString(ziplist('f', 'v', 'f', 'w'))],
    [
      'a field twice, pair by pair',
      RdbType.hash,
      Buffer.concat([Buffer.of(2), ...['f', 'v', 'f', 'v'].map(rdbString)]),
    ],
  ])('is refused with %s', (_what, code, object) => {
    expect(() => read(code, object)).toThrow(CorruptPayload);
  });
});

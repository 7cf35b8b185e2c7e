import { ByteSlice } from '#server/base/byte-slice.js';
import { hashCodec } from '#server/rdb/codecs/hash-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { ListpackWriter } from '#server/rdb/packed/listpack.js';
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

function int64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}

function twice(...parts: readonly Buffer[]): Buffer[] {
  return [...parts, ...parts];
}

function listpack(...texts: readonly string[]): Buffer {
  const writer = new ListpackWriter();
  for (const text of texts) writer.string(bytes(text));
  return writer.bytes();
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

  test.each([1, 5, 300])('of %i fields keeps their lifetimes', (count) => {
    const hash = new HashValue(valueHome());
    for (let i = 0; i < count; i++) {
      hash.set(bytes(`f${i}`), bytes(`${i}`));
      if (i % 3 === 0) hash.setFieldExpiryMs(bytes(`f${i}`), 4_102_444_800_000 + 1000 * i);
    }
    const writer = new RdbWriter();
    hashCodec.write(hash, writer);
    expect(hashCodec.typeOf(hash)).toBe(RdbType.hashFieldExpiry);
    const copy = read(RdbType.hashFieldExpiry, writer.bytes());
    for (let i = 0; i < count; i++) {
      expect(copy.get(bytes(`f${i}`))?.latin1()).toBe(`${i}`);
      expect(copy.fieldExpiryMs(bytes(`f${i}`))).toBe(hash.fieldExpiryMs(bytes(`f${i}`)));
    }
    expect([copy.size, copy.dueMs]).toEqual([count, 4_102_444_800_000]);
  });

  test('is written without lifetimes when the last of them is gone', () => {
    const hash = new HashValue(valueHome());
    hash.set(bytes('f'), bytes('v'));
    hash.setFieldExpiryMs(bytes('f'), 4_102_444_800_000);
    hash.setFieldExpiryMs(bytes('f'), -1);
    expect(hashCodec.typeOf(hash)).toBe(RdbType.hash);
  });

  test('is read from the listpack that Redis 7.4 keeps lifetimes in', () => {
    const packed = listpack('f', 'v', '4102444800000', 'g', 'w', '0');
    const object = Buffer.concat([int64(4_102_444_800_000), rdbString(packed)]);
    const hash = read(RdbType.hashListpackFieldExpiry, object);
    expect(pairsOf(hash).sort()).toEqual([
      ['f', 'v'],
      ['g', 'w'],
    ]);
    expect([hash.fieldExpiryMs(bytes('f')), hash.fieldExpiryMs(bytes('g'))]).toEqual([4_102_444_800_000, -1]);
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
    ['lifetimes and no fields', RdbType.hashFieldExpiry, Buffer.concat([int64(1), Buffer.of(0)])],
    [
      'a field with a lifetime twice',
      RdbType.hashFieldExpiry,
      Buffer.concat([int64(1), Buffer.of(2), ...twice(Buffer.of(1), rdbString('f'), rdbString('v'))]),
    ],
    [
      'a time there is not',
      RdbType.hashFieldExpiry,
      Buffer.concat([int64(2 ** 48), Buffer.of(1, 1), rdbString('f'), rdbString('v')]),
    ],
    [
      'a time before all times',
      RdbType.hashFieldExpiry,
      Buffer.concat([int64(-9), Buffer.of(1, 1), rdbString('f'), rdbString('v')]),
    ],
    [
      'a time that is a text',
      RdbType.hashListpackFieldExpiry,
      Buffer.concat([int64(1), rdbString(listpack('f', 'v', 'x'))]),
    ],
    [
      'a field without a time',
      RdbType.hashListpackFieldExpiry,
      Buffer.concat([int64(1), rdbString(listpack('f', 'v'))]),
    ],
  ])('is refused with %s', (_what, code, object) => {
    expect(() => read(code, object)).toThrow(CorruptPayload);
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { sortedSetCodec } from '#server/rdb/codecs/sorted-set-codec.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbType } from '#server/rdb/rdb-types.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';
import { SortedSetValue } from '#server/types/sorted-set.js';
import { rdbString, ziplist } from '../../../support/rdb-payload.js';
import { valueHome } from '../../../support/value-home.js';

const bytes = (text: string): ByteSlice => ByteSlice.fromLatin1(text);

function pairsOf(zset: SortedSetValue): [string, number][] {
  const pairs: [string, number][] = [];
  zset.forEach((member, score) => {
    pairs.push([member.latin1(), score]);
  });
  return pairs;
}

function read(code: number, object: Buffer): SortedSetValue {
  const zset = new SortedSetValue(valueHome());
  sortedSetCodec.read(code, new RdbReader(ByteSlice.of(object)), zset);
  return zset;
}

function double(value: number): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return eight;
}

describe('a sorted set in RDB', () => {
  test.each([1, 100, 1000])('of %i members is read as it was written', (count) => {
    const zset = new SortedSetValue(valueHome());
    const scores = [Number.NEGATIVE_INFINITY, -1.5, 0, 0.1, 7, 1e17, 1e300, Number.POSITIVE_INFINITY];
    for (let i = 0; i < count; i++) zset.set(bytes(`m${i}`), scores[i % scores.length] ?? 0);
    const writer = new RdbWriter();
    sortedSetCodec.write(zset, writer);
    const copy = read(sortedSetCodec.typeOf(zset), writer.bytes());
    expect(pairsOf(copy)).toEqual(pairsOf(zset));
    expect(copy.encoding).toBe(zset.encoding);
    copy.validate();
  });

  test('is read from the forms of old versions', () => {
    expect(pairsOf(read(RdbType.zsetZiplist, rdbString(ziplist('b', '2.5', 'a', 1))))).toEqual([
      ['a', 1],
      ['b', 2.5],
    ]);
    const text = Buffer.concat([
      Buffer.of(3),
      rdbString('a'),
      Buffer.of(3),
      Buffer.from('1.5'),
      rdbString('b'),
      Buffer.of(254),
      rdbString('c'),
      Buffer.of(255),
    ]);
    expect(pairsOf(read(RdbType.zset, text))).toEqual([
      ['c', Number.NEGATIVE_INFINITY],
      ['a', 1.5],
      ['b', Number.POSITIVE_INFINITY],
    ]);
  });

  test('stays a listpack when it comes as one, whatever the length of its members', () => {
    expect(read(RdbType.zsetZiplist, rdbString(ziplist('m'.repeat(100), 1))).encoding).toBe('listpack');
    expect(read(RdbType.zsetZiplist, rdbString(ziplist('m'.repeat(70_000), 1))).encoding).toBe('skiplist');
    const pair = Buffer.concat([Buffer.of(1), rdbString('m'.repeat(100)), double(1)]);
    expect(read(RdbType.zset2, pair).encoding).toBe('skiplist');
  });

  test.each([
    ['no members', RdbType.zset2, Buffer.of(0)],
    ['no members in a ziplist', RdbType.zsetZiplist, rdbString(ziplist())],
    ['a member without a score', RdbType.zsetZiplist, rdbString(ziplist('a', 1, 'b'))],
    ['a score that is no number', RdbType.zsetZiplist, rdbString(ziplist('a', 'x'))],
    ['a member twice', RdbType.zsetZiplist, rdbString(ziplist('a', 1, 'a', 2))],
    [
      'a member twice, pair by pair',
      RdbType.zset2,
      Buffer.concat([Buffer.of(2), rdbString('a'), double(1), rdbString('a'), double(2)]),
    ],
    ['NaN', RdbType.zset2, Buffer.concat([Buffer.of(1), rdbString('a'), double(Number.NaN)])],
    ['NaN as text', RdbType.zset, Buffer.concat([Buffer.of(1), rdbString('a'), Buffer.of(253)])],
    ['too few pairs', RdbType.zset2, Buffer.concat([Buffer.of(2), rdbString('a'), double(1)])],
  ])('is refused with %s', (_what, code, object) => {
    expect(() => read(code, object)).toThrow(CorruptPayload);
  });
});

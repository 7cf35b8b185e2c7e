import { ByteSlice } from '#server/base/byte-slice.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';
import { RdbWriter } from '#server/rdb/rdb-writer.js';

function written(write: (writer: RdbWriter) => void): Buffer {
  const writer = new RdbWriter();
  write(writer);
  return writer.bytes();
}

describe('the RDB writer', () => {
  test.each([
    [0, '00'],
    [63, '3f'],
    [64, '4040'],
    [16_383, '7fff'],
    [16_384, '8000004000'],
    [2 ** 32 - 1, '80ffffffff'],
    [2 ** 32, '810000000100000000'],
    [2n ** 64n - 1n, '81ffffffffffffffff'],
  ])('writes the length %s in as few bytes as there are forms for', (length, hex) => {
    const bytes = written((writer) => writer.length(length));
    expect(bytes.toString('hex')).toBe(hex);
    expect(new RdbReader(ByteSlice.of(bytes)).exactLength()).toBe(BigInt(length));
  });

  test.each([
    ['-128', 'c080'],
    ['127', 'c07f'],
    ['128', 'c18000'],
    ['-32769', 'c2ff7fffff'],
    ['2147483647', 'c2ffffff7f'],
    ['2147483648', '0a32313437343833363438'],
    ['01', '023031'],
    ['', '00'],
  ])('writes the string "%s" as an integer when it is one of 32 bits', (text, hex) => {
    expect(written((writer) => writer.string(ByteSlice.fromText(text))).toString('hex')).toBe(hex);
  });

  test('compresses a string when that makes it shorter', () => {
    const text = 'abc'.repeat(1000);
    const bytes = written((writer) => writer.string(ByteSlice.fromText(text)));
    expect(bytes.length).toBeLessThan(100);
    expect(new RdbReader(ByteSlice.of(bytes)).string().latin1()).toBe(text);
    expect(written((writer) => writer.string(ByteSlice.fromText('a'.repeat(20))))).toHaveLength(21);
  });

  test('writes numbers of fixed size', () => {
    const bytes = written((writer) => {
      writer.uint16(10);
      writer.int64(-2);
      writer.double(0.5);
      writer.raw(Buffer.of(1, 2));
      writer.byte(3);
    });
    expect(bytes.toString('hex')).toBe('0a00feffffffffffffff000000000000e03f010203');
  });
});

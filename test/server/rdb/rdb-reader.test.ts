import { ByteSlice } from '#server/base/byte-slice.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { RdbReader } from '#server/rdb/rdb-reader.js';

const reader = (hex: string): RdbReader => new RdbReader(ByteSlice.of(Buffer.from(hex.replaceAll(' ', ''), 'hex')));

describe('the RDB reader', () => {
  test('reads strings in every form', () => {
    const strings = reader('026162 400163 8000000000 c0ff c10080 c200000080 c3 05 0a 0061e00000 81000000000000000164');
    const texts = Array.from({ length: 8 }, () => strings.string().latin1());
    expect(texts).toEqual(['ab', 'c', '', '-1', '-32768', '-2147483648', 'a'.repeat(10), 'd']);
    expect(strings.remaining).toBe(0);
  });

  test('reads doubles in binary and as text', () => {
    const doubles = reader('000000000000e03f 03 312e35 fd fe ff');
    expect(doubles.double()).toBe(0.5);
    expect([1, 2, 3, 4].map(() => doubles.textDouble())).toEqual([
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    for (const hex of ['01 78', '00', '02 2e2e', '03 307831'])
      expect(() => reader(hex).textDouble()).toThrow(CorruptPayload);
  });

  test('reads exactly what is beyond 2^53', () => {
    expect(reader('feffffffffffff7f').int64()).toBe(2n ** 63n - 2n);
    expect(reader('81 ffffffffffffffff').exactLength()).toBe(2n ** 64n - 1n);
  });

  test.each(['', '02 61', '40', '80 0000', '81 00', 'c1 00', 'c4', '82', 'c3 05 0a 0061', '81 ffffffffffffffff'])(
    'refuses to read beyond the end or what is no string (%s)',
    (hex) => {
      expect(() => reader(hex).string()).toThrow(CorruptPayload);
    },
  );

  test('refuses a count that the bytes cannot hold', () => {
    expect(reader('02 0000').count()).toBe(2);
    expect(() => reader('02 0000').count(2)).toThrow(CorruptPayload);
    expect(() => reader('80 ffffffff').count()).toThrow(CorruptPayload);
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { readIntset, writeIntset } from '#server/rdb/packed/intset.js';

const read = (bytes: Buffer): string[] => readIntset(ByteSlice.of(bytes)).map((member) => member.latin1());

describe('an intset', () => {
  test('is what redis-server writes', () => {
    expect(writeIntset([1n, 2n]).toString('hex')).toBe('020000000200000001000200');
  });

  test.each([
    [2, [-32768n, 0n, 32767n]],
    [4, [-32769n, 0n]],
    [4, [0n, 32768n]],
    [8, [-(2n ** 63n), 5n, 2n ** 63n - 1n]],
    [2, []],
  ])('holds integers of %i bytes when those hold them all', (width, members) => {
    const bytes = writeIntset(members);
    expect(bytes.readUInt32LE(0)).toBe(width);
    expect(read(bytes)).toEqual(members.map(String));
  });

  test('is refused when it is cut, out of order, or of another width', () => {
    const whole = writeIntset([1n, 2n, 3n]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => read(whole.subarray(0, length))).toThrow(CorruptPayload);
    }
    expect(() => read(writeIntset([2n, 1n]))).toThrow(CorruptPayload);
    expect(() => read(writeIntset([1n, 1n]))).toThrow(CorruptPayload);
    const odd = Buffer.concat([Buffer.of(3, 0, 0, 0, 1, 0, 0, 0), Buffer.alloc(3)]);
    expect(() => read(odd)).toThrow(CorruptPayload);
  });
});

import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { readZipmap } from '#server/rdb/packed/zipmap.js';
import { zipmap } from '../../../support/rdb-payload.js';

const pairs = [
  ['f', 'v'],
  ['', ''],
  ['long', 'x'.repeat(300)],
] as const;

describe('a zipmap', () => {
  test.each([0, 5])('holds fields and values, with %i bytes that are free', (free) => {
    const elements = readZipmap(ByteSlice.of(zipmap(pairs, free))).map((element) => element.latin1());
    expect(elements).toEqual(pairs.flat());
  });

  test('is refused when it is cut, and read within its bounds whatever it says', () => {
    const random = seededRandom(6);
    const whole = zipmap(pairs, 2);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readZipmap(ByteSlice.of(whole.subarray(0, length)))).toThrow(CorruptPayload);
    }
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(whole);
      bytes[random.below(20)] = random.below(256);
      try {
        for (const element of readZipmap(ByteSlice.of(bytes))) expect(element.end).toBeLessThan(bytes.length);
      } catch (failure) {
        expect(failure).toBeInstanceOf(CorruptPayload);
      }
    }
  });
});

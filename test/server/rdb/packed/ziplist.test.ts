import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { readZiplist } from '#server/rdb/packed/ziplist.js';
import { ziplist } from '../../../support/rdb-payload.js';

const textsOf = (bytes: Buffer): string[] => readZiplist(ByteSlice.of(bytes)).map((element) => element.latin1());

describe('a ziplist', () => {
  test('holds integers of every width and strings of every length', () => {
    const integers = [
      0,
      12,
      13,
      -1,
      127,
      -128,
      128,
      32_767,
      32_768,
      8_388_607,
      -8_388_609,
      2 ** 31 - 1,
      2n ** 31n,
      -(2n ** 63n),
    ];
    const texts = ['', 'a', 'x'.repeat(63), 'y'.repeat(64), 'z'.repeat(300), 'after', 'w'.repeat(17_000), 'end'];
    expect(textsOf(ziplist(...integers, ...texts))).toEqual([...integers.map(String), ...texts]);
    expect(textsOf(ziplist())).toEqual([]);
  });

  test('is refused when it is cut or changed so that it is none, and read within its bounds in any case', () => {
    const random = seededRandom(4);
    const whole = ziplist('f', 12, 'x'.repeat(100), -1, 70_000, 2n ** 40n, 'y'.repeat(300), 'last', 300);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readZiplist(ByteSlice.of(whole.subarray(0, length)))).toThrow(CorruptPayload);
    }
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(whole);
      bytes[random.below(bytes.length)] = random.below(256);
      try {
        readZiplist(ByteSlice.of(bytes));
      } catch (failure) {
        expect(failure).toBeInstanceOf(CorruptPayload);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

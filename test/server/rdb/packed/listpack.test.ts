import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { ListpackWriter, readListpack } from '#server/rdb/packed/listpack.js';

function listpack(...elements: readonly string[]): Buffer {
  const writer = new ListpackWriter();
  for (const element of elements) writer.string(ByteSlice.fromLatin1(element));
  return Buffer.from(writer.bytes());
}

const textsOf = (bytes: Buffer): string[] => readListpack(ByteSlice.of(bytes)).map((element) => element.latin1());

describe('a listpack', () => {
  test('is what redis-server writes', () => {
    expect(listpack('f', 'v', 'g', '12').toString('hex')).toBe(
      '12000000040081660281760281670 20c01ff'.replace(' ', ''),
    );
  });

  test('holds integers of every width and strings of every length', () => {
    const edges = [0, 7, 12, 15, 23, 31, 32, 62, 63].flatMap((bits) => [
      2n ** BigInt(bits) - 1n,
      -(2n ** BigInt(bits)),
    ]);
    const integers = edges
      .flatMap((edge) => [edge, edge + 1n, edge - 1n])
      .filter((edge) => BigInt.asIntN(64, edge) === edge);
    const texts = [0, 1, 63, 64, 125, 126, 127, 4095, 4096, 16_380, 16_390, 70_000].map((length) => 'x'.repeat(length));
    const elements = [...integers.map(String), ...texts, '01', '-0', '9223372036854775808', '\xff\0'];
    expect(textsOf(listpack(...elements))).toEqual(elements);
  });

  test('counts its elements as far as it can', () => {
    const many = Array.from({ length: 70_000 }, (_, i) => String(i % 10));
    const bytes = listpack(...many);
    expect(bytes.readUInt16LE(4)).toBe(65_535);
    expect(textsOf(bytes)).toHaveLength(70_000);
    expect(textsOf(listpack())).toEqual([]);
  });

  test('takes the integers it is given', () => {
    const writer = new ListpackWriter();
    writer.integer(5);
    writer.integer(-(2n ** 63n));
    expect(textsOf(writer.bytes())).toEqual(['5', '-9223372036854775808']);
  });

  test('is refused when it is cut or changed so that it is none, and read within its bounds in any case', () => {
    const random = seededRandom(3);
    const whole = listpack(
      'f',
      '12',
      'x'.repeat(100),
      '-4097',
      '70000',
      '9223372036854775807',
      'y'.repeat(5000),
      'last',
    );
    for (let length = 0; length < whole.length; length += 1 + (length > 200 ? 97 : 0)) {
      expect(() => readListpack(ByteSlice.of(whole.subarray(0, length)))).toThrow(CorruptPayload);
    }
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const bytes = Buffer.from(whole);
      bytes[random.below(round % 2 === 0 ? 150 : bytes.length)] = random.below(256);
      try {
        readListpack(ByteSlice.of(bytes));
      } catch (failure) {
        expect(failure).toBeInstanceOf(CorruptPayload);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

import { seededRandom } from '#server/base/random.js';
import { CorruptPayload } from '#server/rdb/corrupt-payload.js';
import { compress, decompress, EXPANSION_MAX } from '#server/rdb/lzf.js';

const random = seededRandom(5);

/** Bytes that repeat more or less. */
function someBytes(length: number): Buffer {
  const alphabet = 1 + random.below(200);
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; ) {
    if (i > 4 && random.below(3) > 0) {
      const from = random.below(i);
      const count = Math.min(1 + random.below(400), length - i);
      for (let j = 0; j < count; j++) bytes[i + j] = bytes[from + j] ?? 0;
      i += count;
    } else {
      bytes[i++] = random.below(alphabet);
    }
  }
  return bytes;
}

describe('LZF', () => {
  test('gives back what was compressed', () => {
    for (let round = 0; round < 300; round++) {
      const bytes = someBytes(random.below(round < 280 ? 500 : 60_000));
      const compressed = compress(bytes, bytes.length * 2 + 8);
      if (compressed === undefined) throw new Error('there was room');
      expect(decompress(compressed, bytes.length).equals(bytes)).toBe(true);
    }
  });

  test('makes long runs short, as short as the format allows', () => {
    const run = Buffer.alloc(264 * 1000, 'x');
    const compressed = compress(run, run.length);
    expect(compressed?.length).toBeLessThan(run.length / (EXPANSION_MAX - 1));
  });

  test('gives up when the result does not fit', () => {
    const bytes = Buffer.from(Array.from({ length: 100 }, () => random.below(256)));
    expect(compress(bytes, 96)).toBeUndefined();
    expect(compress(Buffer.alloc(100, 1), 0)).toBeUndefined();
    expect(compress(Buffer.alloc(0), 0)).toHaveLength(0);
  });

  test('refuses what is damaged, and never writes or promises more than the bytes can hold', () => {
    expect(() => decompress(Buffer.alloc(10), 10 * EXPANSION_MAX + 1)).toThrow(CorruptPayload);
    let refused = 0;
    for (let round = 0; round < 3000; round++) {
      const bytes = someBytes(1 + random.below(200));
      const compressed = Buffer.from(compress(bytes, 1000) ?? []);
      compressed[random.below(compressed.length)] = random.below(256);
      try {
        expect(decompress(compressed.subarray(0, 1 + random.below(compressed.length)), bytes.length)).toHaveLength(
          bytes.length,
        );
      } catch (failure) {
        expect(failure).toBeInstanceOf(CorruptPayload);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

import {
  highWord,
  type Int64,
  int64OfWords,
  lowWord,
  readInt64,
  uint64OfWords,
  wrappingAdd,
  writeInt64,
} from '#server/base/int64-words.js';

const values: readonly Int64[] = [
  ...[0, 1, -1, 127, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, -(2 ** 32) - 1, 1_700_000_000_000],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2n ** 53n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)],
];

test.each(values)('%d is the same after it was two words', (value) => {
  expect([highWord(value), lowWord(value)]).toEqual([
    Number(BigInt.asUintN(32, BigInt(value) >> 32n)),
    Number(BigInt.asUintN(32, BigInt(value))),
  ]);
  expect(BigInt(int64OfWords(highWord(value), lowWord(value)))).toBe(BigInt(value));
  expect(BigInt(uint64OfWords(highWord(value), lowWord(value)))).toBe(BigInt.asUintN(64, BigInt(value)));
  const words = new DataView(new ArrayBuffer(12));
  writeInt64(words, 3, value);
  expect(words.getBigInt64(3, true)).toBe(BigInt(value));
  expect(BigInt(readInt64(words, 3))).toBe(BigInt(value));
});

test('what a double holds exactly is a number', () => {
  expect(typeof int64OfWords(highWord(2n ** 40n), lowWord(2n ** 40n))).toBe('number');
  expect(typeof uint64OfWords(0xffff_ffff, 0)).toBe('bigint');
});

test.each<[Int64, Int64, Int64]>([
  [1, 2, 3],
  [Number.MAX_SAFE_INTEGER, 1, 2n ** 53n],
  [2n ** 53n, -1, Number.MAX_SAFE_INTEGER],
  [2n ** 63n - 1n, 1, -(2n ** 63n)],
  [-(2n ** 63n), -1, 2n ** 63n - 1n],
])('%d + %d is %d in 64 bits', (a, b, sum) => {
  expect(wrappingAdd(a, b)).toBe(sum);
  expect(wrappingAdd(b, a)).toBe(sum);
});

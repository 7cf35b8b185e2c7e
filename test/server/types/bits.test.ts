/** The twin is a string of '0' and '1'. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import {
  combineBits,
  countBitRange,
  countBits,
  findBit,
  fitBitfield,
  getBit,
  parseBitfieldType,
  readBitfield,
  setBit,
  writeBitfield,
} from '#server/types/bits.js';

const random = seededRandom(7);

/** Random bytes in a larger buffer, at any alignment: sparse, dense or full. */
function someBytes(length: number): ByteSlice {
  const at = random.below(9);
  const buffer = Buffer.alloc(at + length + random.below(9), 0xaa);
  const fill = [0, 0xff, 0x55][random.below(3)] ?? 0;
  for (let i = 0; i < length; i++) buffer[at + i] = random.below(20) === 0 ? random.below(256) : fill;
  return new ByteSlice(buffer, at, at + length);
}

function textOf(bytes: ByteSlice): string {
  return [...bytes.view()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
}

const lengths = [1, 2, 7, 63, 64, 65, 127, 300];

describe('bits', () => {
  test('are counted whole and in ranges as a text of them is', () => {
    for (const length of lengths) {
      for (let round = 0; round < 20; round++) {
        const bytes = someBytes(length);
        const text = textOf(bytes);
        const ones = (part: string): number => part.split('1').length - 1;
        expect(countBits(bytes)).toBe(ones(text));
        const first = random.below(length * 8);
        const last = first + random.below(length * 8 - first);
        expect(countBitRange(bytes, first, last)).toBe(ones(text.slice(first, last + 1)));
      }
    }
  });

  test('are found where a text of them has them', () => {
    for (const length of lengths) {
      for (let round = 0; round < 60; round++) {
        const bytes = someBytes(length);
        const first = random.below(length * 8);
        const last = first + random.below(length * 8 - first);
        const part = textOf(bytes).slice(0, last + 1);
        expect(findBit(bytes, 1, first, last)).toBe(part.indexOf('1', first));
        expect(findBit(bytes, 0, first, last)).toBe(part.indexOf('0', first));
      }
    }
  });

  test('are set and read one by one; beyond the end they are clear', () => {
    const bytes = ByteSlice.of(Buffer.alloc(3));
    for (const offset of [0, 9, 23]) setBit(bytes, offset, 1);
    expect(textOf(bytes)).toBe('100000000100000000000001');
    setBit(bytes, 9, 0);
    expect([getBit(bytes, 0), getBit(bytes, 9), getBit(bytes, 23), getBit(bytes, 24)]).toEqual([1, 0, 1, 0]);
  });

  test('are combined, shorter strings filled with zeros', () => {
    const [a, b] = [ByteSlice.of(Buffer.from([0xff, 0x0f, 0x3c])), ByteSlice.of(Buffer.from([0xf0, 0xf0]))];
    expect([...combineBits('AND', [a, b])]).toEqual([0xf0, 0, 0]);
    expect([...combineBits('AND', [b, a])]).toEqual([0xf0, 0, 0]);
    expect([...combineBits('OR', [b, a])]).toEqual([0xff, 0xff, 0x3c]);
    expect([...combineBits('XOR', [a, b])]).toEqual([0x0f, 0xff, 0x3c]);
    expect([...combineBits('NOT', [a])]).toEqual([0, 0xf0, 0xc3]);
    expect(combineBits('OR', [])).toHaveLength(0);
  });
});

describe('bitfields', () => {
  test('have types i1 to i64 and u1 to u63', () => {
    expect(parseBitfieldType('i64')).toEqual({ signed: true, bits: 64 });
    expect(parseBitfieldType('u63')).toEqual({ signed: false, bits: 63 });
    for (const text of ['u64', 'i65', 'i0', 'u08', 'I8', 'u', '8', 'u8 ', 'x8']) {
      expect(parseBitfieldType(text)).toBeUndefined();
    }
  });

  test('are read back as written, and leave the bits around them alone', () => {
    for (let round = 0; round < 500; round++) {
      const bytes = someBytes(20);
      const before = textOf(bytes);
      const signed = random.below(2) === 1;
      const bits = 1 + random.below(signed ? 64 : 63);
      const offset = random.below(160 - bits);
      const value = (BigInt(random.nextUint32()) << 32n) | BigInt(random.nextUint32());
      writeBitfield(bytes, offset, { signed, bits }, value);
      const expected = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
      expect(readBitfield(bytes, offset, { signed, bits })).toBe(expected);
      const written = BigInt.asUintN(bits, value).toString(2).padStart(bits, '0');
      expect(textOf(bytes)).toBe(before.slice(0, offset) + written + before.slice(offset + bits));
    }
  });

  test('are zero beyond the end', () => {
    const bytes = ByteSlice.of(Buffer.from([0xff]));
    expect(readBitfield(bytes, 4, { signed: false, bits: 8 })).toBe(0xf0n);
    expect(readBitfield(bytes, 100, { signed: true, bits: 64 })).toBe(0n);
  });

  test.each([
    [130n, 'i8', -126n, 127n],
    [-130n, 'i8', 126n, -128n],
    [256n, 'u8', 0n, 255n],
    [-1n, 'u8', 255n, 0n],
    [2n ** 63n, 'i64', -(2n ** 63n), 2n ** 63n - 1n],
  ])('that cannot hold %s (%s) wrap, saturate or fail', (value, name, wrapped, saturated) => {
    const type = parseBitfieldType(name) ?? { signed: false, bits: 1 };
    expect(fitBitfield(value, type, 'WRAP')).toBe(wrapped);
    expect(fitBitfield(value, type, 'SAT')).toBe(saturated);
    expect(fitBitfield(value, type, 'FAIL')).toBeUndefined();
    expect(fitBitfield(1n, { signed: false, bits: 1 }, 'FAIL')).toBe(1n);
  });
});

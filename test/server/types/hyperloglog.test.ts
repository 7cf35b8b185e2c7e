/** The twin is an array of registers. Byte for byte the strings are compared with redis-server's in test/compat. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import {
  CorruptHyperLogLog,
  estimateRegisters,
  HyperLogLog,
  isHyperLogLog,
  REGISTERS,
} from '#server/types/hyperloglog.js';

const random = seededRandom(11);

function registersOf(hyperLogLog: HyperLogLog): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  hyperLogLog.mergeInto(registers);
  return registers;
}

describe('a HyperLogLog', () => {
  test.each([18, 200, 3000, 20_000])('holds what its registers are raised to, sparse up to %i bytes', (bytesMax) => {
    let hyperLogLog = HyperLogLog.empty();
    const twin = new Uint8Array(REGISTERS);
    for (let i = 0; i < 4000; i++) {
      const register = random.below(4) === 0 ? random.below(40) : random.below(REGISTERS);
      const value = 1 + random.below(random.below(200) === 0 ? 51 : 8);
      const isRaised = hyperLogLog.raise(register, value, bytesMax);
      expect(isRaised).toBe(value > (twin[register] ?? 0));
      twin[register] = Math.max(twin[register] ?? 0, value);
      if (!hyperLogLog.isDense) expect(hyperLogLog.bytes().length).toBeLessThanOrEqual(Math.max(bytesMax, 18));
      if (i % 500 === 0) hyperLogLog = HyperLogLog.open(ByteSlice.of(hyperLogLog.bytes().copy()));
    }
    expect(Buffer.compare(registersOf(hyperLogLog), twin)).toBe(0);
    expect(hyperLogLog.estimate()).toBe(estimateRegisters(twin));
    hyperLogLog.makeDense();
    expect(Buffer.compare(registersOf(hyperLogLog), twin)).toBe(0);
  });

  test.each([1, 10, 1000, 50_000, 300_000])('estimates %i elements within 3 percent', (count) => {
    const hyperLogLog = HyperLogLog.empty();
    for (let i = 0; i < count; i++) hyperLogLog.add(ByteSlice.fromText(`element:${i}`), 3000);
    expect(Math.abs(hyperLogLog.estimate() - count)).toBeLessThanOrEqual(count * 0.03);
  });

  test('is changed in place when it is dense, and in a copy when it is sparse', () => {
    const sparse = HyperLogLog.empty().bytes();
    const before = sparse.copy();
    HyperLogLog.open(sparse).raise(5, 3, 3000);
    expect(sparse.view().equals(before)).toBe(true);
    const hyperLogLog = HyperLogLog.empty();
    hyperLogLog.makeDense();
    const dense = ByteSlice.of(hyperLogLog.bytes().copy());
    const opened = HyperLogLog.open(dense);
    opened.raise(5, 3, 3000);
    expect(opened.isInPlace).toBe(true);
    expect(registersOf(HyperLogLog.open(dense))[5]).toBe(3);
  });

  test('keeps an estimate until it is outdated', () => {
    const hyperLogLog = HyperLogLog.empty();
    expect(hyperLogLog.keptEstimate()).toBe(0n);
    hyperLogLog.outdate();
    expect(hyperLogLog.keptEstimate()).toBeUndefined();
    hyperLogLog.keepEstimate(1234);
    expect(hyperLogLog.keptEstimate()).toBe(1234n);
  });

  test('is known by its head, and refused when its runs are not the registers', () => {
    const bytes = HyperLogLog.empty().bytes().copy();
    expect(isHyperLogLog(ByteSlice.of(bytes))).toBe(true);
    for (const [at, byte] of [
      [0, 72 + 1],
      [4, 0],
      [4, 2],
    ] as const) {
      const other = Buffer.from(bytes);
      other[at] = byte;
      expect(isHyperLogLog(ByteSlice.of(other))).toBe(false);
    }
    expect(isHyperLogLog(ByteSlice.of(bytes.subarray(0, 15)))).toBe(false);
    const few = HyperLogLog.open(ByteSlice.of(Buffer.concat([bytes.subarray(0, 16), Buffer.of(0x3f)])));
    expect(() => few.estimate()).toThrow(CorruptHyperLogLog);
    expect(() => few.raise(100, 1, 3000)).toThrow(CorruptHyperLogLog);
    expect(few.describeRuns()).toBe('z:64');
  });

  test('reads a zero behind a string that ends within a run, and takes an element there', () => {
    const half = Buffer.concat([HyperLogLog.empty().bytes().copy().subarray(0, 16), Buffer.of(0x76)]);
    const cut = HyperLogLog.open(ByteSlice.of(half));
    expect(cut.describeRuns()).toBe(`Z:${0x3600 + 1}`);
    expect(cut.raise(5_000, 3, 3000)).toBe(true);
    expect(cut.bytes().length).toBe(half.length + 3);
  });
});

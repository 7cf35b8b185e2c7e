/**
 * HyperLogLog: how many different elements were seen, within 0.81 %, in at most 12 KiB. A string of the layout Redis
 * gives it, byte for byte, so that values and estimates are the same on both (GET, DUMP, PFCOUNT).
 *
 *   0  "HYLL"
 *   4  encoding: 0 dense, 1 sparse; three bytes unused
 *   8  the last estimate, little-endian; the top bit of its last byte says that it is out of date
 *   16 dense: 16,384 registers of 6 bits, lowest bit first. Sparse: runs of registers,
 *      00nnnnnn           n + 1 zeros
 *      01nnnnnn nnnnnnnn  n + 1 zeros
 *      1vvvvvnn           n + 1 times the value v + 1
 *
 * A register holds the longest run of zeros (plus one) that began the hash of an element whose hash names it. Sparse
 * becomes dense for good when a value exceeds 32 or the string would exceed a limit. The estimator is that of Otmar Ertl,
 * "New cardinality estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284).
 */
import { ByteSlice } from '../base/byte-slice.js';
import { type Hash64, murmur64 } from '../base/murmur64.js';

export const REGISTERS = 16_384;
const INDEX_BITS = 14;
/** Bits of a hash that are not the index. */
const RANK_BITS = 64 - INDEX_BITS;
const REGISTER_BITS = 6;
const REGISTER_MAX = 63;
const HEAD_BYTES = 16;
const DENSE_BYTES = HEAD_BYTES + (REGISTERS * REGISTER_BITS) / 8;
const DENSE = 0;
const SPARSE = 1;
const MAGIC = Buffer.from('HYLL');
const HASH_SEED = 0xadc83b19;
const ALPHA_INFINITE = 0.7213475204444817;

const SPARSE_VALUE_MAX = 32;
const SPARSE_VALUE_RUN_MAX = 4;
const SHORT_ZEROS_MAX = 64;
/** Most bytes by which one change lengthens a sparse string. */
const SPARSE_GROWTH_MAX = 3;
/** A zero follows a sparse string: the second half of a run of zeros that a damaged string ends within. */
const END_BYTES = 1;
/** Runs looked at after a change, to join neighbours of the same value; as many as Redis looks at. */
const JOINED_RUNS = 5;
const STALE_BIT = 0x80;

/** The runs of a sparse string do not make up the registers. */
export class CorruptHyperLogLog extends Error {}

/** Whether a string says it is a HyperLogLog. */
export function isHyperLogLog({ buffer, start, end }: ByteSlice): boolean {
  if (end - start < HEAD_BYTES || buffer.compare(MAGIC, 0, MAGIC.length, start, start + MAGIC.length) !== 0)
    return false;
  const encoding = buffer[start + 4];
  return encoding === SPARSE || (encoding === DENSE && end - start === DENSE_BYTES);
}

export class HyperLogLog {
  #bytes: Buffer;
  #length: number;
  /** Whether changes go into the string that was opened. */
  #isInPlace: boolean;

  private constructor(bytes: Buffer, length: number, isInPlace: boolean) {
    this.#bytes = bytes;
    this.#length = length;
    this.#isInPlace = isInPlace;
  }

  static empty(): HyperLogLog {
    const bytes = Buffer.alloc(HEAD_BYTES + 2 + SPARSE_GROWTH_MAX + END_BYTES);
    MAGIC.copy(bytes);
    bytes[4] = SPARSE;
    bytes[HEAD_BYTES] = 0x40 | ((REGISTERS - 1) >>> 8);
    bytes[HEAD_BYTES + 1] = (REGISTERS - 1) & 0xff;
    return new HyperLogLog(bytes, HEAD_BYTES + 2, false);
  }

  /** A string for which `isHyperLogLog` holds. A dense one is changed where it lies, a sparse one in a copy. */
  static open(bytes: ByteSlice): HyperLogLog {
    if (bytes.buffer[bytes.start + 4] === DENSE) return new HyperLogLog(bytes.view(), bytes.length, true);
    const copy = Buffer.allocUnsafe(bytes.length + SPARSE_GROWTH_MAX + END_BYTES);
    bytes.buffer.copy(copy, 0, bytes.start, bytes.end);
    copy[bytes.length] = 0;
    return new HyperLogLog(copy, bytes.length, false);
  }

  get isDense(): boolean {
    return this.#bytes[4] === DENSE;
  }

  get isInPlace(): boolean {
    return this.#isInPlace;
  }

  /** The whole string. */
  bytes(): ByteSlice {
    return new ByteSlice(this.#bytes, 0, this.#length);
  }

  /**
   * Adds an element.
   * @param sparseBytesMax longest sparse string
   * @returns whether a register has changed
   */
  add(element: ByteSlice, sparseBytesMax: number): boolean {
    murmur64(element.buffer, element.start, element.end, HASH_SEED, hash);
    return this.raise(hash.low & (REGISTERS - 1), rankOf(hash), sparseBytesMax);
  }

  /** Raises a register to a value, when it is lower. @returns whether it was */
  raise(register: number, value: number, sparseBytesMax: number): boolean {
    if (this.isDense) return raiseDense(this.#bytes, register, value);
    const isRaised = value <= SPARSE_VALUE_MAX ? this.#raiseSparse(register, value, sparseBytesMax) : undefined;
    if (isRaised !== undefined) return isRaised;
    this.makeDense();
    return raiseDense(this.#bytes, register, value);
  }

  /** Turns a sparse string into a dense one. @returns whether it was sparse. @throws CorruptHyperLogLog */
  makeDense(): boolean {
    if (this.isDense) return false;
    const dense = Buffer.alloc(DENSE_BYTES);
    this.#bytes.copy(dense, 0, 0, HEAD_BYTES);
    dense[4] = DENSE;
    this.forEachRun((first, length, value) => {
      for (let i = 0; value > 0 && i < length; i++) raiseDense(dense, first + i, value);
    });
    this.#bytes = dense;
    this.#length = DENSE_BYTES;
    this.#isInPlace = false;
    return true;
  }

  /** Visits runs of equal registers in order; dense ones one by one. @throws CorruptHyperLogLog */
  forEachRun(visit: (first: number, length: number, value: number) => void): void {
    if (this.isDense) {
      for (let register = 0; register < REGISTERS; register++) visit(register, 1, denseRegister(this.#bytes, register));
      return;
    }
    let first = 0;
    for (let at = HEAD_BYTES; at < this.#length; ) {
      const length = runLength(this.#bytes, at);
      if (first + length > REGISTERS) throw new CorruptHyperLogLog();
      visit(first, length, runValue(this.#bytes, at));
      first += length;
      at += runBytes(this.#bytes, at);
    }
    if (first !== REGISTERS) throw new CorruptHyperLogLog();
  }

  /** Raises the registers of `registers` to those held here. @throws CorruptHyperLogLog */
  mergeInto(registers: Uint8Array): void {
    this.forEachRun((first, length, value) => {
      for (let i = 0; value > 0 && i < length; i++) {
        if (value > (registers[first + i] ?? 0)) registers[first + i] = value;
      }
    });
  }

  /** The estimate. @throws CorruptHyperLogLog */
  estimate(): number {
    const histogram = new Int32Array(REGISTER_MAX + 1);
    this.forEachRun((_first, length, value) => {
      histogram[value] = (histogram[value] ?? 0) + length;
    });
    return estimateOf(histogram);
  }

  /** The estimate that was kept, unless it is out of date. */
  keptEstimate(): bigint | undefined {
    if (((this.#bytes[HEAD_BYTES - 1] ?? 0) & STALE_BIT) !== 0) return undefined;
    return this.#bytes.readBigUInt64LE(8);
  }

  keepEstimate(estimate: number): void {
    this.#bytes.writeBigUInt64LE(BigInt(estimate), 8);
  }

  /** Says that the kept estimate is out of date. */
  outdate(): void {
    this.#bytes[HEAD_BYTES - 1] = (this.#bytes[HEAD_BYTES - 1] ?? 0) | STALE_BIT;
  }

  /** The runs of a sparse string as PFDEBUG DECODE shows them. */
  describeRuns(): string {
    const runs: string[] = [];
    for (let at = HEAD_BYTES; at < this.#length; at += runBytes(this.#bytes, at)) {
      const length = runLength(this.#bytes, at);
      const value = runValue(this.#bytes, at);
      if (value > 0) runs.push(`v:${value},${length}`);
      else runs.push(`${runBytes(this.#bytes, at) === 1 ? 'z' : 'Z'}:${length}`);
    }
    return runs.join(' ');
  }

  /** @returns whether the register was raised; undefined when the string may not become that long */
  #raiseSparse(register: number, value: number, sparseBytesMax: number): boolean | undefined {
    let first = 0;
    let at = HEAD_BYTES;
    let previousAt = HEAD_BYTES;
    while (at < this.#length && register >= first + runLength(this.#bytes, at)) {
      first += runLength(this.#bytes, at);
      previousAt = at;
      at += runBytes(this.#bytes, at);
    }
    if (at >= this.#length) throw new CorruptHyperLogLog();
    const length = runLength(this.#bytes, at);
    const oldValue = runValue(this.#bytes, at);
    if (oldValue >= value) return false;
    const runs = [
      ...runOf(register - first, oldValue),
      ...runOf(1, value),
      ...runOf(first + length - 1 - register, oldValue),
    ];
    if (!this.#replaceRun(at, runs, sparseBytesMax)) return undefined;
    this.#joinRuns(previousAt);
    this.outdate();
    return true;
  }

  /** Puts other runs in the place of one. @returns false when the string would exceed the limit */
  #replaceRun(at: number, runs: readonly number[], sparseBytesMax: number): boolean {
    const oldBytes = runBytes(this.#bytes, at);
    const grownBy = runs.length - oldBytes;
    const length = this.#length + grownBy;
    if (grownBy > 0 && length > sparseBytesMax) return false;
    if (length + END_BYTES > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(length + Math.min(length, 300));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    this.#bytes.copyWithin(at + runs.length, at + oldBytes, this.#length);
    this.#bytes.set(runs, at);
    this.#bytes[length] = 0;
    this.#length = length;
    return true;
  }

  /** Joins neighbouring runs of one value, a few runs from `at` on. */
  #joinRuns(from: number): void {
    const bytes = this.#bytes;
    let at = from;
    for (let left = JOINED_RUNS; left > 0 && at < this.#length; left--) {
      const value = runValue(bytes, at);
      const next = at + runBytes(bytes, at);
      const length = value > 0 && next < this.#length ? runLength(bytes, at) + runLength(bytes, next) : 0;
      if (length === 0 || runValue(bytes, next) !== value || length > SPARSE_VALUE_RUN_MAX) {
        at = next;
        continue;
      }
      bytes[next] = valueRun(length, value);
      bytes.copyWithin(at, next, this.#length);
      this.#length--;
      bytes[this.#length] = 0;
    }
  }
}

/** The estimate of merged registers. */
export function estimateRegisters(registers: Uint8Array): number {
  const histogram = new Int32Array(REGISTER_MAX + 1);
  for (const value of registers) histogram[value] = (histogram[value] ?? 0) + 1;
  return estimateOf(histogram);
}

const hash: Hash64 = { high: 0, low: 0 };

/** One more than the zeros at the low end of what is left of a hash without its index. */
function rankOf({ high, low }: Hash64): number {
  const rest = (low >>> INDEX_BITS) | (high << (32 - INDEX_BITS));
  if (rest !== 0) return trailingZeros(rest) + 1;
  const beyond = high >>> INDEX_BITS;
  return beyond === 0 ? RANK_BITS + 1 : 32 + trailingZeros(beyond) + 1;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function denseRegister(bytes: Buffer, register: number): number {
  const bit = register * REGISTER_BITS;
  const at = HEAD_BYTES + (bit >>> 3);
  return (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >>> (bit & 7)) & REGISTER_MAX;
}

function raiseDense(bytes: Buffer, register: number, value: number): boolean {
  if (denseRegister(bytes, register) >= value) return false;
  const bit = register * REGISTER_BITS;
  const at = HEAD_BYTES + (bit >>> 3);
  const shift = bit & 7;
  const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const changed = (word & ~(REGISTER_MAX << shift)) | (value << shift);
  bytes[at] = changed & 0xff;
  if (shift > 8 - REGISTER_BITS) bytes[at + 1] = (changed >>> 8) & 0xff;
  return true;
}

/** How many registers a run stands for. */
function runLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first >= 0x80) return (first & 3) + 1;
  return first < 0x40 ? first + 1 : (((first & 0x3f) << 8) | (bytes[at + 1] ?? 0)) + 1;
}

function runValue(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  return first < 0x80 ? 0 : ((first >>> 2) & 0x1f) + 1;
}

function runBytes(bytes: Buffer, at: number): number {
  return (bytes[at] ?? 0) >>> 6 === 1 ? 2 : 1;
}

/** The bytes of a run of at most 16,384 zeros or four values; of no registers: none. */
function runOf(length: number, value: number): readonly number[] {
  if (length === 0) return [];
  if (value > 0) return [valueRun(length, value)];
  return length <= SHORT_ZEROS_MAX ? [length - 1] : [0x40 | ((length - 1) >>> 8), (length - 1) & 0xff];
}

function valueRun(length: number, value: number): number {
  return 0x80 | ((value - 1) << 2) | (length - 1);
}

function estimateOf(histogram: Int32Array): number {
  const full = histogram[RANK_BITS + 1] ?? 0;
  let z = REGISTERS * tau((REGISTERS - full) / REGISTERS);
  for (let value = RANK_BITS; value >= 1; value--) {
    z += histogram[value] ?? 0;
    z *= 0.5;
  }
  z += REGISTERS * sigma((histogram[0] ?? 0) / REGISTERS);
  return Math.round((ALPHA_INFINITE * REGISTERS * REGISTERS) / z);
}

/** Corrects for registers that are still zero. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = share;
  let before: number;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (before !== z);
  return z;
}

/** Corrects for registers that are full. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  let before: number;
  do {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  } while (before !== z);
  return z / 3;
}

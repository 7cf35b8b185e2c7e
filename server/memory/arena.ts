/**
 * Off-heap memory for keys and values: a size-class allocator over 1 MiB chunks, so that a million keys are neither a
 * million objects for the garbage collector nor bounded by the JavaScript heap (docs/decisions/0001).
 *
 * Shape
 *   address   a 32-bit number; 0 is "none". Small blocks count 16-byte units: chunk = address >>> 16, unit = low 16
 *             bits, which reaches 32 GiB. Addresses with the top bit set name large blocks, each a buffer of its own.
 *   chunk     16 runs of 64 KiB.
 *   run       blocks of one size class. Freed blocks form a list inside the run (the first word of a free block is the
 *             next free block); a run whose last block is freed returns to the pool and may change its class, so
 *             memory of one size is not lost to another.
 *   classes   16 to 256 bytes in steps of 16, then four a doubling up to 8 KiB; anything larger is a large block.
 *
 * Invariants (checked by `validate`)
 *   - a run is in its class's partial list exactly when it has a free or never-used block
 *   - liveBlocks of a run = blocks carved - blocks in its free list
 *   - liveBytes = the sum over live blocks of their class size
 */
import { assert } from '../base/assert.js';
import { CHUNK_BYTES, type ChunkSource, processChunks } from './chunk-source.js';

const UNIT_BYTES = 16;
const RUN_BYTES = 1 << 16;
const RUN_UNITS = RUN_BYTES / UNIT_BYTES;
const RUNS_PER_CHUNK = CHUNK_BYTES / RUN_BYTES;
const SMALL_BYTES_MAX = 8192;
const CHUNKS_MAX = 1 << 15;
const NO_RUN = 0xffff_ffff;
const LARGE_BIT = 0x8000_0000;

/** Block sizes in bytes, ascending. */
const CLASS_BYTES: readonly number[] = (() => {
  const sizes: number[] = [];
  for (let bytes = UNIT_BYTES; bytes <= 256; bytes += UNIT_BYTES) sizes.push(bytes);
  for (let base = 256; base < SMALL_BYTES_MAX; base *= 2) {
    for (let step = 1; step <= 4; step++) sizes.push(base + (base / 4) * step);
  }
  return sizes;
})();

/** Size class by 16-byte units, so that choosing a class is one read. */
const CLASS_OF_UNITS: Uint8Array = (() => {
  const table = new Uint8Array(SMALL_BYTES_MAX / UNIT_BYTES + 1);
  let sizeClass = 0;
  for (let units = 1; units < table.length; units++) {
    while ((CLASS_BYTES[sizeClass] ?? 0) < units * UNIT_BYTES) sizeClass++;
    table[units] = sizeClass;
  }
  return table;
})();

interface Run {
  readonly firstAddress: number;
  sizeClass: number;
  blockUnits: number;
  capacity: number;
  carved: number;
  live: number;
  freeHead: number;
  /** Position in the class's partial list, or -1. */
  partialAt: number;
}

export interface ArenaUsage {
  /** Bytes in live blocks, rounded up to their size class. */
  liveBytes: number;
  /** Bytes taken from the system. */
  reservedBytes: number;
}

export class Arena {
  readonly #chunks: Buffer[] = [];
  readonly #words: DataView[] = [];
  readonly #large: (Buffer | undefined)[] = [];
  readonly #largeWords: (DataView | undefined)[] = [];
  readonly #largeFree: number[] = [];
  readonly #runs: Run[] = [];
  readonly #emptyRuns: number[] = [];
  readonly #partial: number[][] = CLASS_BYTES.map(() => []);
  #liveBytes = 0;
  #largeBytes = 0;

  constructor(private readonly source: ChunkSource = processChunks) {}

  /**
   * Reserves a block.
   * @param bytes at least 1; the block is aligned to 16 bytes and its contents are undefined
   * @returns the block's address, never 0
   */
  allocate(bytes: number): number {
    if (bytes > SMALL_BYTES_MAX) return this.#allocateLarge(bytes);
    const sizeClass = CLASS_OF_UNITS[(bytes + UNIT_BYTES - 1) >>> 4] ?? 0;
    const partial = this.#partial[sizeClass];
    assert(partial !== undefined, 'size class exists');
    const runIndex = partial.length > 0 ? (partial[partial.length - 1] ?? NO_RUN) : this.#openRun(sizeClass, partial);
    const run = this.#run(runIndex);
    let address = run.freeHead;
    if (address !== 0) {
      run.freeHead = this.words(address).getUint32(this.offset(address), true);
    } else {
      address = run.firstAddress + run.carved * run.blockUnits;
      run.carved++;
    }
    run.live++;
    if (run.freeHead === 0 && run.carved === run.capacity) this.#leavePartial(run, partial);
    this.#liveBytes += run.blockUnits * UNIT_BYTES;
    return address;
  }

  /** Returns a block. The address must come from `allocate` and must not be used again. */
  free(address: number): void {
    if (address >= LARGE_BIT) {
      this.#freeLarge(address);
      return;
    }
    const runIndex = address >>> 12;
    const run = this.#run(runIndex);
    this.words(address).setUint32(this.offset(address), run.freeHead, true);
    run.freeHead = address;
    run.live--;
    this.#liveBytes -= run.blockUnits * UNIT_BYTES;
    const partial = this.#partial[run.sizeClass];
    assert(partial !== undefined, 'size class exists');
    if (run.partialAt < 0) {
      run.partialAt = partial.length;
      partial.push(runIndex);
    }
    if (run.live === 0 && partial.length > 1) {
      this.#leavePartial(run, partial);
      this.#emptyRuns.push(runIndex);
    }
  }

  /** The buffer that holds a block; the block begins at `offset(address)`. */
  buffer(address: number): Buffer {
    const buffer = address >= LARGE_BIT ? this.#large[address - LARGE_BIT] : this.#chunks[address >>> 16];
    assert(buffer !== undefined, 'address is live');
    return buffer;
  }

  /** The same memory as `buffer(address)`, for reading and writing words. */
  words(address: number): DataView {
    const words = address >= LARGE_BIT ? this.#largeWords[address - LARGE_BIT] : this.#words[address >>> 16];
    assert(words !== undefined, 'address is live');
    return words;
  }

  /** Where the block begins in `buffer(address)`, in bytes. */
  offset(address: number): number {
    return address >= LARGE_BIT ? 0 : (address & 0xffff) << 4;
  }

  /** The usable size of a block in bytes: what was asked for, rounded up. */
  capacity(address: number): number {
    if (address >= LARGE_BIT) return this.buffer(address).length;
    return this.#run(address >>> 12).blockUnits * UNIT_BYTES;
  }

  /** Bytes in live blocks, rounded up to their size class. */
  get liveBytes(): number {
    return this.#liveBytes + this.#largeBytes;
  }

  /** Nobody uses this arena any more: its memory is garbage. */
  abandon(): void {
    this.source.release(this.#chunks.length);
  }

  usage(): ArenaUsage {
    return {
      liveBytes: this.liveBytes,
      reservedBytes: this.#chunks.length * CHUNK_BYTES + this.#largeBytes,
    };
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let liveBytes = 0;
    for (const [runIndex, run] of this.#runs.entries()) {
      let free = 0;
      for (let at = run.freeHead; at !== 0; at = this.words(at).getUint32(this.offset(at), true)) free++;
      assert(run.carved - free === run.live, `run ${runIndex}: carved ${run.carved}, free ${free}, live ${run.live}`);
      liveBytes += run.live * run.blockUnits * UNIT_BYTES;
      if (this.#emptyRuns.includes(runIndex)) {
        assert(run.live === 0 && run.partialAt === -1, `run ${runIndex}: pooled but in use`);
        continue;
      }
      const hasRoom = free > 0 || run.carved < run.capacity;
      assert(hasRoom === run.partialAt >= 0, `run ${runIndex}: partial list`);
      if (hasRoom) assert(this.#partial[run.sizeClass]?.[run.partialAt] === runIndex, `run ${runIndex}: position`);
    }
    assert(liveBytes === this.#liveBytes, `liveBytes ${this.#liveBytes}, counted ${liveBytes}`);
  }

  #run(runIndex: number): Run {
    const run = this.#runs[runIndex];
    assert(run !== undefined, 'run exists');
    return run;
  }

  #openRun(sizeClass: number, partial: number[]): number {
    if (this.#emptyRuns.length === 0) this.#addChunk();
    const runIndex = this.#emptyRuns.pop();
    assert(runIndex !== undefined, 'the pool has a run');
    const run = this.#run(runIndex);
    run.sizeClass = sizeClass;
    run.blockUnits = (CLASS_BYTES[sizeClass] ?? 0) / UNIT_BYTES;
    // The very first unit of the arena stays unused: address 0 means "none".
    run.capacity = Math.floor((runIndex === 0 ? RUN_UNITS - 1 : RUN_UNITS) / run.blockUnits);
    run.carved = 0;
    run.freeHead = 0;
    run.partialAt = partial.length;
    partial.push(runIndex);
    return runIndex;
  }

  #leavePartial(run: Run, partial: number[]): void {
    const last = partial.pop();
    assert(last !== undefined, 'partial list is not empty');
    if (run.partialAt < partial.length) {
      partial[run.partialAt] = last;
      this.#run(last).partialAt = run.partialAt;
    }
    run.partialAt = -1;
  }

  #addChunk(): void {
    if (this.#chunks.length >= CHUNKS_MAX)
      throw new RangeError('the arena is full: 32 GiB of small values in one database');
    const chunk = this.source.take();
    this.#chunks.push(chunk);
    this.#words.push(new DataView(chunk.buffer, chunk.byteOffset, CHUNK_BYTES));
    const firstRun = this.#runs.length;
    for (let i = 0; i < RUNS_PER_CHUNK; i++) {
      const runIndex = firstRun + i;
      const firstAddress = runIndex * RUN_UNITS + (runIndex === 0 ? 1 : 0);
      this.#runs.push({
        firstAddress,
        sizeClass: 0,
        blockUnits: 0,
        capacity: 0,
        carved: 0,
        live: 0,
        freeHead: 0,
        partialAt: -1,
      });
    }
    for (let i = RUNS_PER_CHUNK - 1; i >= 0; i--) this.#emptyRuns.push(firstRun + i);
  }

  #allocateLarge(bytes: number): number {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    const index = this.#largeFree.pop() ?? this.#large.length;
    this.#large[index] = buffer;
    this.#largeWords[index] = new DataView(buffer.buffer, buffer.byteOffset, bytes);
    this.#largeBytes += bytes;
    return LARGE_BIT + index;
  }

  #freeLarge(address: number): void {
    const index = address - LARGE_BIT;
    this.#largeBytes -= this.buffer(address).length;
    this.#large[index] = undefined;
    this.#largeWords[index] = undefined;
    this.#largeFree.push(index);
  }
}

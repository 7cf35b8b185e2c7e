import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';

interface Block {
  readonly address: number;
  readonly bytes: number;
  readonly stamp: number;
}

function write(arena: Arena, { address, bytes, stamp }: Block): void {
  const start = arena.offset(address);
  arena.buffer(address).fill(stamp, start, start + bytes);
}

function isIntact(arena: Arena, { address, bytes, stamp }: Block): boolean {
  const start = arena.offset(address);
  return arena
    .buffer(address)
    .subarray(start, start + bytes)
    .every((byte) => byte === stamp);
}

describe('an arena', () => {
  test.each([1, 2, 3])('keeps the blocks of random allocations and frees apart (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const arena = new Arena();
    const blocks: Block[] = [];
    const sizeOf = [
      () => 1 + random.below(64),
      () => 1 + random.below(300),
      () => 1 + random.below(8192),
      () => 8190 + random.below(5),
      () => 8193 + random.below(40000),
    ];
    for (let round = 0; round < 6000; round++) {
      const grows = round % 2000 < 1200;
      if (blocks.length === 0 || random.below(10) < (grows ? 7 : 3)) {
        const bytes = sizeOf[random.below(sizeOf.length)]?.() ?? 1;
        const block = { address: arena.allocate(bytes), bytes, stamp: random.below(256) };
        expect(block.address).toBeGreaterThan(0);
        expect(arena.capacity(block.address)).toBeGreaterThanOrEqual(bytes);
        write(arena, block);
        blocks.push(block);
      } else {
        const [block] = blocks.splice(random.below(blocks.length), 1);
        if (block === undefined) continue;
        expect(isIntact(arena, block)).toBe(true);
        arena.free(block.address);
      }
      if (round % 500 === 0) arena.validate();
    }
    expect(blocks.every((block) => isIntact(arena, block))).toBe(true);
    const live = blocks.reduce((sum, { address }) => sum + arena.capacity(address), 0);
    expect(arena.usage().liveBytes).toBe(live);
    for (const { address } of blocks) arena.free(address);
    arena.validate();
    expect(arena.usage().liveBytes).toBe(0);
  });

  test('aligns small blocks to 16 bytes and never hands out address 0', () => {
    const arena = new Arena();
    for (let bytes = 1; bytes < 500; bytes += 7) {
      const address = arena.allocate(bytes);
      expect(address).not.toBe(0);
      expect(arena.offset(address) % 16).toBe(0);
    }
  });

  test('gives memory freed in one size to another size', () => {
    const arena = new Arena();
    const small = Array.from({ length: 100_000 }, () => arena.allocate(16));
    const reserved = arena.usage().reservedBytes;
    for (const address of small) arena.free(address);
    for (let i = 0; i < 700; i++) arena.allocate(2048);
    arena.validate();
    expect(arena.usage().reservedBytes).toBe(reserved);
  });

  test('gives a large block back to the system when it is freed', () => {
    const arena = new Arena();
    const before = arena.usage().reservedBytes;
    const address = arena.allocate(1_000_000);
    expect(arena.capacity(address)).toBe(1_000_000);
    expect(arena.usage()).toEqual({ liveBytes: 1_000_000, reservedBytes: before + 1_000_000 });
    arena.free(address);
    expect(arena.usage()).toEqual({ liveBytes: 0, reservedBytes: before });
  });

  test('reads and writes words where the bytes are', () => {
    const arena = new Arena();
    for (const bytes of [16, 4000, 20_000]) {
      const address = arena.allocate(bytes);
      arena.words(address).setUint32(arena.offset(address) + 4, 0x01020304, true);
      expect(arena.buffer(address).readUInt32LE(arena.offset(address) + 4)).toBe(0x01020304);
    }
  });
});

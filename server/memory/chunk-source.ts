/**
 * Where arenas take their chunks from: memory that V8 does not count, from server/native/memory.cc, or buffers of Node's where
 * that was not built. V8 marks its whole heap whenever memory that it counts has grown by some megabytes, which no chunk that
 * holds keys is worth (docs/decisions/0016-memory-v8-does-not-count.md).
 */
import { createRequire } from 'node:module';

/** Bytes of a chunk. */
export const CHUNK_BYTES = 1 << 20;

export interface ChunkSource {
  /** @returns CHUNK_BYTES of undefined contents */
  take(): Buffer;
  /** So many chunks are garbage from now on: they are given back when V8 collects them, which it is to be keen on. */
  release(chunks: number): void;
  /** Gives back to the system what the process's allocator keeps of freed memory, where it can be asked to. */
  trim(): void;
}

/** As server/native/memory.cc has it. */
interface ChunkPool {
  take(): ArrayBuffer;
  release(chunks: number): void;
  trim(): void;
}

interface MemoryAddon {
  readonly ChunkPool: new (chunkBytes: number) => ChunkPool;
}

const ADDON_PATH = '../../native/build/Release/memory.node';

/** Chunks that V8 counts as it counts any buffer. */
export const countedChunks: ChunkSource = {
  take: () => Buffer.allocUnsafeSlow(CHUNK_BYTES),
  release: () => undefined,
  trim: () => undefined,
};

/** Chunks that V8 does not count. */
export function uncountedChunks(addon: MemoryAddon): ChunkSource {
  const pool = new addon.ChunkPool(CHUNK_BYTES);
  return {
    take: () => Buffer.from(pool.take()),
    release: (chunks) => pool.release(chunks),
    trim: () => pool.trim(),
  };
}

/** @returns the addon, or nothing where it was not built */
export function loadMemoryAddon(path = ADDON_PATH): MemoryAddon | undefined {
  try {
    const addon: unknown = createRequire(import.meta.url)(path);
    return isMemoryAddon(addon) ? addon : undefined;
  } catch {
    return undefined;
  }
}

function isMemoryAddon(addon: unknown): addon is MemoryAddon {
  return typeof addon === 'object' && addon !== null && 'ChunkPool' in addon && typeof addon.ChunkPool === 'function';
}

const memoryAddon = loadMemoryAddon();

/** The best there is in this process. */
export const processChunks: ChunkSource = memoryAddon === undefined ? countedChunks : uncountedChunks(memoryAddon);

/**
 * One candidate's trial, in a process of its own: load, read, overwrite at random, delete. Work comes in batches with a
 * turn of the event loop between them, as reads do, so that pauses show in the delay of the loop. Only the store's own calls
 * are timed; their input is made before.
 */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import type { StringStore } from './string-store.js';

export const KEY_BYTES = 12;
export const VALUE_BYTES = 100;
const BATCH = 500;
const SETTLE_MS = 500;
const WARM_UP_ROUNDS = 100;

export interface TrialOptions {
  readonly keys: number;
  readonly overwriteMs: number;
  readonly seed: number;
}

export interface Pauses {
  /** Longest garbage collection on the main thread, and the share of time they took. */
  readonly gcMaxMs: number;
  readonly gcShare: number;
  /** Longest delay of the event loop: a batch and whatever came between. */
  readonly loopMaxMs: number;
}

export interface TrialResult {
  readonly rssBytesPerKey: number;
  readonly loadNs: number;
  readonly getNs: number;
  readonly overwriteNs: number;
  readonly deleteNs: number;
  readonly loading: Pauses;
  readonly overwriting: Pauses;
  /** Resident memory after the overwrites, compared with after the load. */
  readonly rssGrowth: number;
}

export async function runTrial(store: StringStore, options: TrialOptions): Promise<TrialResult> {
  const batches = new Batches(options);
  await warmUp(store, batches);
  const baseBytes = await settledRssBytes();
  const loading = new PauseWatch();
  let loadMs = 0;
  for (let at = 0; at < options.keys; at += BATCH) loadMs += await setBatch(store, batches.inOrder(at));
  const loadPauses = loading.stop();
  const loadedBytes = await settledRssBytes();
  let getMs = 0;
  for (let at = 0; at < options.keys; at += BATCH) getMs += await getBatch(store, batches.atRandom());
  const overwriting = new PauseWatch();
  const deadlineMs = performance.now() + options.overwriteMs;
  let overwriteMs = 0;
  let overwrites = 0;
  for (; performance.now() < deadlineMs; overwrites += BATCH) {
    overwriteMs += await setBatch(store, batches.atRandom());
  }
  const overwritePauses = overwriting.stop();
  const overwrittenBytes = await settledRssBytes();
  let deleteMs = 0;
  for (let at = 0; at < options.keys; at += BATCH) deleteMs += await deleteBatch(store, batches.inOrder(at));
  if (store.size !== 0) throw new Error(`${store.size} keys are left after all were deleted`);
  const nsPerKey = (ms: number): number => (ms * 1e6) / options.keys;
  return {
    rssBytesPerKey: (loadedBytes - baseBytes) / options.keys,
    loadNs: nsPerKey(loadMs),
    getNs: nsPerKey(getMs),
    overwriteNs: (overwriteMs * 1e6) / overwrites,
    deleteNs: nsPerKey(deleteMs),
    loading: loadPauses,
    overwriting: overwritePauses,
    rssGrowth: (overwrittenBytes - baseBytes) / (loadedBytes - baseBytes),
  };
}

/** Until the code is compiled; leaves nothing behind. */
async function warmUp(store: StringStore, batches: Batches): Promise<void> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await setBatch(store, batches.inOrder(0));
    await getBatch(store, batches.inOrder(0));
    await deleteBatch(store, batches.inOrder(0));
  }
}

/** Arguments as a read brings them: keys and values one after another in a buffer. */
class Batches {
  readonly #buffer = Buffer.alloc(BATCH * (KEY_BYTES + VALUE_BYTES));
  readonly #random: SeededRandom;

  constructor(private readonly options: TrialOptions) {
    this.#random = new SeededRandom(options.seed);
  }

  inOrder(first: number): Buffer {
    for (let i = 0; i < BATCH; i++) this.#write(i, first + i);
    return this.#buffer;
  }

  atRandom(): Buffer {
    for (let i = 0; i < BATCH; i++) this.#write(i, this.#random.below(this.options.keys));
    return this.#buffer;
  }

  #write(at: number, key: number): void {
    const start = at * (KEY_BYTES + VALUE_BYTES);
    this.#buffer.write(`k:${String(key).padStart(KEY_BYTES - 2, '0')}`, start, 'latin1');
    this.#buffer.fill(this.#random.below(256), start + KEY_BYTES, start + KEY_BYTES + VALUE_BYTES);
  }
}

async function setBatch(store: StringStore, buffer: Buffer): Promise<number> {
  const startMs = performance.now();
  for (let at = 0; at < buffer.length; at += KEY_BYTES + VALUE_BYTES) {
    store.set(buffer, at, at + KEY_BYTES, at + KEY_BYTES + VALUE_BYTES);
  }
  const elapsedMs = performance.now() - startMs;
  await nextTurn();
  return elapsedMs;
}

async function getBatch(store: StringStore, buffer: Buffer): Promise<number> {
  const startMs = performance.now();
  for (let at = 0; at < buffer.length; at += KEY_BYTES + VALUE_BYTES) {
    const length = store.get(buffer, at, at + KEY_BYTES, reply);
    if (length !== VALUE_BYTES) throw new Error(`a value of ${length} bytes`);
  }
  const elapsedMs = performance.now() - startMs;
  await nextTurn();
  return elapsedMs;
}

async function deleteBatch(store: StringStore, buffer: Buffer): Promise<number> {
  const startMs = performance.now();
  for (let at = 0; at < buffer.length; at += KEY_BYTES + VALUE_BYTES) store.delete(buffer, at, at + KEY_BYTES);
  const elapsedMs = performance.now() - startMs;
  await nextTurn();
  return elapsedMs;
}

const reply = Buffer.alloc(VALUE_BYTES);

class PauseWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: 1 });
  readonly #observer: PerformanceObserver;
  readonly #startMs = performance.now();
  #gcMaxMs = 0;
  #gcMs = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#gcMaxMs = Math.max(this.#gcMaxMs, duration);
        this.#gcMs += duration;
      }
    });
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#delays.enable();
  }

  stop(): Pauses {
    this.#observer.disconnect();
    this.#delays.disable();
    return {
      gcMaxMs: this.#gcMaxMs,
      gcShare: this.#gcMs / (performance.now() - this.#startMs),
      loopMaxMs: this.#delays.max / 1e6,
    };
  }
}

async function settledRssBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('this needs node --expose-gc');
  globalThis.gc();
  await sleep(SETTLE_MS);
  globalThis.gc();
  return process.memoryUsage.rss();
}

/**
 * The graphs of both engines over a data set, built once and kept beside it: building takes minutes, so it goes on from run to
 * run, slice by slice, the engines in turn, until all is built.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type hnswlib from 'hnswlib-node';
import { z } from 'zod';
import type { NativeIndex } from '#index/vector/native.js';
import type { DataSet } from './data-set.js';
import { emptyHnswlib, emptyNative } from './engines.js';

const SLICE_VECTORS = 1000;
const SLICE_BYTES = 1 << 20;

const progress = z.object({
  seed: z.number(),
  /** Vectors built so far. */
  built: z.number(),
  nativeMs: z.number(),
  hnswMs: z.number(),
});
export type Progress = z.infer<typeof progress>;

const progressFile = (folder: string): string => join(folder, 'built.json');
const nativeFile = (folder: string): string => join(folder, 'built-native.bin');
const hnswFile = (folder: string): string => join(folder, 'built-hnswlib.bin');

/** Builds for some seconds. */
export function buildOn(folder: string, set: DataSet, seed: number, seconds: number): Progress {
  const before = readProgress(folder);
  const isNew = before === undefined || before.seed !== seed;
  let { built, nativeMs, hnswMs } = isNew ? { built: 0, nativeMs: 0, hnswMs: 0 } : before;
  const native = isNew ? emptyNative(set, seed) : loadNative(folder, set, seed);
  const graph = isNew ? emptyHnswlib(set, seed) : loadHnswlib(folder, set, seed);
  const endMs = performance.now() + seconds * 1000;
  while (built < set.documents && performance.now() < endMs) {
    const until = Math.min(set.documents, built + SLICE_VECTORS);
    const startedAtMs = performance.now();
    for (let id = built; id < until; id++) native.put(id, set.vector(id));
    const betweenMs = performance.now();
    for (let id = built; id < until; id++) graph.addPoint(Array.from(set.vector(id)), id);
    nativeMs += betweenMs - startedAtMs;
    hnswMs += performance.now() - betweenMs;
    built = until;
  }
  writeNative(nativeFile(folder), native);
  graph.writeIndexSync(hnswFile(folder));
  const after = { seed, built, nativeMs, hnswMs };
  writeFileSync(progressFile(folder), JSON.stringify(after));
  return after;
}

function readProgress(folder: string): Progress | undefined {
  const path = progressFile(folder);
  return existsSync(path) ? progress.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

/** @throws when not everything is built */
export function requireBuilt(folder: string, set: DataSet, seed: number): Progress {
  const found = readProgress(folder);
  if (found?.seed === seed && found.built === set.documents) return found;
  throw new Error(
    `build the graphs first: --parts=build --seed=${seed}, again and again until it says that all are built`,
  );
}

export function loadHnswlib(folder: string, set: DataSet, seed: number): hnswlib.HierarchicalNSW {
  const graph = emptyHnswlib(set, seed);
  graph.readIndexSync(hnswFile(folder));
  if (graph.getMaxElements() < set.documents) graph.resizeIndex(set.documents);
  return graph;
}

export function loadNative(folder: string, set: DataSet, seed: number): NativeIndex {
  return readNative(nativeFile(folder), emptyNative(set, seed));
}

const churn = z.object({
  seed: z.number(),
  /** How often every vector was replaced. */
  replaced: z.number(),
  /** What the process grew by meanwhile, as a factor. */
  grown: z.number(),
});
type Churn = z.infer<typeof churn>;

const churnFile = (folder: string): string => join(folder, 'churned.json');
const churnedFile = (folder: string): string => join(folder, 'churned-native.bin');

/** The native index as far as its vectors have been replaced; as it was built, when none have. */
export function loadChurned(folder: string, set: DataSet, seed: number): Omit<Churn, 'seed'> & { index: NativeIndex } {
  const path = churnFile(folder);
  const found = existsSync(path) ? churn.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
  if (found?.seed !== seed) return { replaced: 0, grown: 1, index: loadNative(folder, set, seed) };
  return { ...found, index: readNative(churnedFile(folder), emptyNative(set, seed)) };
}

export function saveChurned(folder: string, index: NativeIndex, state: Churn): void {
  writeNative(churnedFile(folder), index);
  writeFileSync(churnFile(folder), JSON.stringify(state));
}

export function writeNative(path: string, index: NativeIndex): void {
  const file = openSync(path, 'w');
  for (const slice of index.dump(SLICE_BYTES)) writeSync(file, slice);
  closeSync(file);
}

export function readNative(path: string, index: NativeIndex): NativeIndex {
  const file = openSync(path, 'r');
  const slice = Buffer.alloc(SLICE_BYTES);
  for (let bytes = 1; bytes > 0; ) {
    bytes = readSync(file, slice);
    const refusal = index.load(slice.subarray(0, bytes));
    if (refusal !== undefined) throw new Error(refusal);
  }
  closeSync(file);
  return index;
}

/**
 * What makes indexes of vectors. Two engines exist: the native one of this package, and hnswlib-node with a store in
 * JavaScript beside it, for where nothing could be compiled, and as the baseline of measurements. Both are held to
 * test/contract/vector-index.ts.
 */
import type { VectorField } from '../schema.js';
import { FlatIndex } from './flat.js';
import { HnswIndex } from './hnsw.js';
import { NativeEngine } from './native.js';
import { loadVectorAddon } from './native-addon.js';
import type { Soon } from './turns.js';
import type { BitsGraph, SequenceOf, VectorIndex } from './vector-index.js';

export interface VectorEngine {
  readonly name: 'native' | 'hnswlib';
  /** @param seed for the draw of levels */
  create(field: VectorField, sequenceOf: SequenceOf, seed: number): VectorIndex;
  /**
   * A graph of vectors whose elements are 1 or -1, by cosine. A vector is given and read as bits in words of 64, the lowest
   * first, those beyond its end zero. Missing where an element takes more than a bit.
   */
  createOfBits?(graph: BitsGraph, sequenceOf: SequenceOf, seed: number): VectorIndex;
}

/** hnswlib-node for graphs, JavaScript for the rest. */
export const hnswlibEngine: VectorEngine = {
  name: 'hnswlib',
  create: (field, sequenceOf, seed) =>
    field.algorithm === 'FLAT'
      ? new FlatIndex(field.dim, field.metric, sequenceOf, field.elementType)
      : new HnswIndex({ ...field, seed }, sequenceOf),
};

/**
 * The engine in C++.
 * @param threads that link and search beside JavaScript's; with none, both happen when they are asked for
 * @param load finds the addon, or says why there is none
 * @param soon lets others have their turn between answers; without it all that come together are handed on at once
 * @returns the engine, or why it is not here
 */
export function nativeEngine(threads: number, load = loadVectorAddon, soon?: Soon): VectorEngine | string {
  const addon = load();
  if (typeof addon === 'string') return addon;
  const engine = new NativeEngine(addon, threads, soon);
  const native = { name: 'native', create: engine.create.bind(engine) } as const;
  return engine.hasBits ? { ...native, createOfBits: engine.createOfBits.bind(engine) } : native;
}

let chosen: VectorEngine | undefined;

/** The native engine without threads where it was built, else hnswlib-node. One for all who do not bring their own. */
export function defaultEngine(): VectorEngine {
  if (chosen === undefined) {
    const native = nativeEngine(0);
    chosen = typeof native === 'string' ? hnswlibEngine : native;
  }
  return chosen;
}

/**
 * The compiled engine of index/native: what it offers, and whether it is here. It is built when the package is installed; where
 * that was not possible indexes are made by hnswlib-node. Arguments are not checked on the other side: only native.ts calls it.
 */
import { createRequire } from 'node:module';
import type { VectorElements } from './elements.js';

/** Distances to one vector. */
export interface NativeMeasure {
  /** NaN when the document has no vector. */
  distance(id: number): number;
}

export interface NativeFound {
  readonly ids: Uint32Array;
  readonly distances: Float32Array;
}

/** What a search is told: query, k, ef, allowed, strategy, timeoutMs, radius, epsilon. */
export type NativeSearchArguments = readonly [
  query: VectorElements,
  k: number,
  ef: number,
  /** Bits of the documents that may be found. */
  allowed: Uint32Array | undefined,
  /** A STRATEGY. */
  strategy: number,
  /** Below 0: as long as it takes. */
  timeoutMs: number,
  /** NaN: the k nearest are wanted. */
  radius: number,
  /** How much beyond the radius a walk goes on, as a part of it. */
  epsilon: number,
];

export interface NativeVectors {
  /** False when the document had this very vector. */
  put(id: number, sequence: number, vector: VectorElements): boolean;
  delete(id: number): boolean;
  has(id: number): boolean;
  /** A copy of a vector's bytes. */
  read(id: number): Buffer | undefined;
  /** Keeps the row of a vector that consists of these bytes, if nobody does yet: its number, or -1. Missing in an addon that was built before. */
  keepRow?(id: number, bytes: Uint8Array): number;
  /** Copies a row that is kept. */
  readRow(row: number, into: Uint8Array): void;
  /** Whether a row that is kept is still the vector of a document. */
  isIndexed(row: number): boolean;
  releaseRow(row: number): void;
  releaseRows(): void;
  measure(query: VectorElements): NativeMeasure;
  /** The ids a document's vector is linked with on each level, the highest first. Waits until everything is linked. */
  links(id: number): readonly Uint32Array[];
  /** Undefined when the time was up. */
  search(...search: NativeSearchArguments): NativeFound | undefined;
  /** The engine's `onAnswers` hears of it, under the ticket. */
  searchLater(ticket: number, ...search: NativeSearchArguments): void;
  size(): number;
  /** Vectors there is room for, nodes of the graph, bytes, vectors that wait to be linked, the graph's highest level. */
  figures(): readonly number[];
  /** Waits until everything is linked. */
  settle(): void;
  validate(): string[];
  beginDump(): void;
  /** Empty when everything has been written. */
  nextSlice(bytesMax: number): Buffer;
  /** Gives up what a dump keeps. */
  endDump(): void;
  /** The next bytes of a dump, or its end when there are none. Why it is refused; undefined when all is well. */
  load(slice: Uint8Array): string | undefined;
  close(): void;
}

export interface NativeEngineHandle {
  create(
    dim: number,
    metric: number,
    elementType: number,
    codeType: number,
    m: number,
    efConstruction: number,
    seed: number,
  ): NativeVectors;
}

/** Three words of `heads` an answer: ticket, STATUS, how many of `ids` and `distances` are its own. */
export type OnAnswers = (heads: Uint32Array, ids: Uint32Array, distances: Float32Array) => void;

export interface VectorAddon {
  readonly Engine: new (threads: number, onAnswers: OnAnswers) => NativeEngineHandle;
  /** Instruction sets this processor runs, the fastest last. */
  kernels(): string[];
  /** Element types have numbers below. Missing in an addon that was built before. */
  readonly elements?: number;
}

/** As Element::kBit in index/native/vectors.h: 64 elements of 1 or -1 a word. No type of FT.CREATE. */
export const BIT_ELEMENT = 6;

/** As Strategy in index/native/index.h. */
export const STRATEGY = { auto: 0, graph: 1, exact: 2 } as const;

/** As Status in index/native/binding.cc. */
export const STATUS = { done: 0, timedOut: 1, closed: 2 } as const;

/** Words of a head. */
export const HEAD_WORDS = 3;

const addonPath = '../../native/build/Release/vectors.node';

/** @returns the addon, or why there is none */
export function loadVectorAddon(path = addonPath): VectorAddon | string {
  try {
    const addon: unknown = createRequire(import.meta.url)(path);
    return isVectorAddon(addon) ? addon : `${path} is not the vector engine`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split('\n')[0] ?? message;
  }
}

function isVectorAddon(addon: unknown): addon is VectorAddon {
  return typeof addon === 'object' && addon !== null && 'Engine' in addon && typeof addon.Engine === 'function';
}

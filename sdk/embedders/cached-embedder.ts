/**
 * Keeps the vectors of recent texts in memory: a text asked for twice costs the model once.
 *
 * Least recently used texts leave first (a Map keeps insertion order; a read inserts anew). Texts that are being
 * embedded are kept as promises, so that concurrent calls share one request. Failures are not kept.
 */
import { z } from 'zod';
import type { Embedder } from './embedder.js';
import { EmbedderError } from './embedder.js';

export interface CachedEmbedderOptions {
  /** How many vectors are kept. */
  readonly entriesMax?: number;
  /** Longer texts are passed on and not kept: they hardly repeat, and would make the cache's size in bytes unknown. */
  readonly keptTextCharsMax?: number;
}

const optionsSchema = z.object({
  entriesMax: z.int().min(1).max(10_000_000).default(10_000),
  keptTextCharsMax: z.int().min(1).max(65_536).default(2_048),
});

export class CachedEmbedder implements Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly textCharsMax: number | undefined;
  readonly #inner: Embedder;
  readonly #options: z.output<typeof optionsSchema>;
  readonly #vectors = new Map<string, Promise<Float32Array>>();
  #hits = 0;
  #misses = 0;

  constructor(inner: Embedder, options: CachedEmbedderOptions = {}) {
    this.#inner = inner;
    this.id = inner.id;
    this.dimension = inner.dimension;
    this.textCharsMax = inner.textCharsMax;
    this.#options = optionsSchema.parse(options);
  }

  /** Texts answered from memory and texts passed on, since the start. */
  get counts(): { readonly hits: number; readonly misses: number; readonly entries: number } {
    return { hits: this.#hits, misses: this.#misses, entries: this.#vectors.size };
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const wanted = new Map<string, Promise<Float32Array>>();
    const unknown: string[] = [];
    for (const text of new Set(texts)) {
      const kept = this.#read(text);
      if (kept === undefined) unknown.push(text);
      else wanted.set(text, kept);
    }
    this.#hits += texts.length - unknown.length;
    this.#misses += unknown.length;
    for (const [text, vector] of this.#request(unknown)) wanted.set(text, vector);
    const vectors = await Promise.all(texts.map((text) => wanted.get(text)));
    return texts.map((_, position) => at(vectors, position).slice());
  }

  async close(): Promise<void> {
    this.#vectors.clear();
    await this.#inner.close();
  }

  /** Asks the model for texts in one call, and keeps a promise for each. */
  #request(texts: readonly string[]): ReadonlyMap<string, Promise<Float32Array>> {
    if (texts.length === 0) return new Map();
    const answer = this.#inner.embed(texts);
    return new Map(
      texts.map((text, position) => {
        const vector = answer.then((vectors) => at(vectors, position));
        this.#keep(text, vector);
        return [text, vector];
      }),
    );
  }

  #keep(text: string, vector: Promise<Float32Array>): void {
    if (text.length > this.#options.keptTextCharsMax) return;
    this.#vectors.set(text, vector);
    vector.catch(() => {
      if (this.#vectors.get(text) === vector) this.#vectors.delete(text);
    });
    const [oldest] = this.#vectors.keys();
    if (this.#vectors.size > this.#options.entriesMax && oldest !== undefined) this.#vectors.delete(oldest);
  }

  #read(text: string): Promise<Float32Array> | undefined {
    const vector = this.#vectors.get(text);
    if (vector === undefined) return undefined;
    this.#vectors.delete(text);
    this.#vectors.set(text, vector);
    return vector;
  }
}

function at(vectors: readonly (Float32Array | undefined)[], position: number): Float32Array {
  const vector = vectors[position];
  if (vector === undefined) {
    throw new EmbedderError(
      'invalid-output',
      `the embedder answered ${vectors.length} vectors, none for text ${position}`,
    );
  }
  return vector;
}

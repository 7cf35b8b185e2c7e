/**
 * An embedder whose similarities a test can compute in its head: every distinct word has its own dimension, a text is the
 * normalised count of its words. Two texts of n words that share k have a similarity of k / n. The cache's logic is under
 * test with it, not the quality of a model.
 */
import type { Embedder } from '#sdk/embedders/embedder.js';

export class WordEmbedder implements Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly textCharsMax: number | undefined;
  /** Every text that was embedded, in order. */
  readonly embedded: string[] = [];
  failure: Error | null = null;
  /** Calls with some text. */
  calls = 0;
  readonly #dimensionOf = new Map<string, number>();

  constructor(options: { readonly id?: string; readonly dimension?: number; readonly textCharsMax?: number } = {}) {
    this.id = options.id ?? 'words-1';
    this.dimension = options.dimension ?? 256;
    this.textCharsMax = options.textCharsMax;
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.failure !== null) throw this.failure;
    if (texts.length > 0) this.calls++;
    this.embedded.push(...texts);
    return texts.map((text) => this.#vectorOf(text));
  }

  async close(): Promise<void> {
    this.failure = new Error('closed');
  }

  #vectorOf(text: string): Float32Array {
    const vector = new Float32Array(this.dimension);
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
      const index = this.#dimensionOf.get(word) ?? this.#dimensionOf.size % this.dimension;
      this.#dimensionOf.set(word, index);
      vector[index] = (vector[index] ?? 0) + 1;
    }
    const norm = Math.hypot(...vector);
    return vector.map((value) => (norm === 0 ? 0 : value / norm));
  }
}

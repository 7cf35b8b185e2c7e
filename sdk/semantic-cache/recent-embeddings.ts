/**
 * The last few embeddings, by text, in front of an embedder: a miss embeds a prompt and the store that follows would embed
 * it again, and equal prompts that arrive together would each be embedded. Promises are kept, so the second caller joins
 * the first; a failed one is forgotten. Bounded by count; the least recently used goes first.
 */
import { CacheError, embedderError } from '../errors.js';

/** The part of an Embedder that is needed here. */
interface TextEmbedder {
  readonly dimension: number;
  embed(texts: readonly string[]): Promise<Float32Array[]>;
}

export class RecentEmbeddings {
  readonly #embedder: TextEmbedder;
  readonly #entriesMax: number;
  /** In the order of use: the first is the least recently used. */
  readonly #byText = new Map<string, Promise<Float32Array>>();

  /** `entriesMax` 0 keeps nothing. */
  constructor(embedder: TextEmbedder, entriesMax: number) {
    this.#embedder = embedder;
    this.#entriesMax = entriesMax;
  }

  /** The vector of `text`. It is shared between callers: read it, never write to it. */
  embed(text: string): Promise<Float32Array> {
    const recent = this.#byText.get(text);
    if (recent !== undefined) {
      this.#byText.delete(text);
      this.#byText.set(text, recent);
      return recent;
    }
    const embedding = this.#embedOne(text);
    if (this.#entriesMax > 0) this.#keep(text, embedding);
    return embedding;
  }

  #keep(text: string, embedding: Promise<Float32Array>): void {
    this.#byText.set(text, embedding);
    embedding.catch(() => {
      if (this.#byText.get(text) === embedding) this.#byText.delete(text);
    });
    if (this.#byText.size <= this.#entriesMax) return;
    for (const oldest of this.#byText.keys()) {
      this.#byText.delete(oldest);
      return;
    }
  }

  async #embedOne(text: string): Promise<Float32Array> {
    let vectors: Float32Array[];
    try {
      vectors = await this.#embedder.embed([text]);
    } catch (error) {
      throw embedderError(error);
    }
    const vector = vectors[0];
    if (vectors.length !== 1 || vector === undefined || vector.length !== this.#embedder.dimension) {
      throw new CacheError(
        'embedder-failed',
        `Cannot use the embedding: expected one vector of ${this.#embedder.dimension} numbers, received ${vectors.length} of ${vector?.length ?? 0}`,
      );
    }
    return vector;
  }
}

/** Vectors of prompts. The last few are remembered: a miss embeds a prompt, and the store that follows would embed it again. */
import { CachedEmbedder } from '../embedders/cached-embedder.js';
import type { Embedder } from '../embedders/embedder.js';
import { CacheError, embedderError } from '../errors.js';

/** Vectors that are remembered, unless the embedder remembers some itself. */
const RECENT_MAX = 128;
/** Prompts that one call of the embedder gets: fewer than are remembered. */
export const EMBEDDED_TOGETHER = 64;

export class PromptVectors {
  readonly #embedder: Embedder;

  constructor(embedder: Embedder) {
    this.#embedder =
      embedder instanceof CachedEmbedder ? embedder : new CachedEmbedder(embedder, { entriesMax: RECENT_MAX });
  }

  get embedderId(): string {
    return this.#embedder.id;
  }

  isEmbeddable(prompt: string): boolean {
    const { textCharsMax } = this.#embedder;
    return textCharsMax === undefined || prompt.length <= textCharsMax;
  }

  async embed(prompt: string): Promise<Float32Array> {
    const [vector] = await this.#embedAll([prompt]);
    const { dimension } = this.#embedder;
    if (vector === undefined || vector.length !== dimension) {
      const message = `Cannot use the embedding: expected ${dimension} numbers, received ${vector?.length ?? 0}`;
      throw new CacheError('embedder-failed', message);
    }
    return vector;
  }

  /** @returns undefined where the prompt is too long */
  async embedIfPossible(prompt: string): Promise<Float32Array | undefined> {
    return this.isEmbeddable(prompt) ? await this.embed(prompt) : undefined;
  }

  /** One call of the embedder for many prompts: what asks for their vectors after that finds them remembered. */
  async embedAhead(prompts: readonly string[]): Promise<void> {
    const texts = prompts.filter((prompt) => this.isEmbeddable(prompt));
    if (texts.length > 0) await this.#embedAll(texts);
  }

  async #embedAll(texts: readonly string[]): Promise<Float32Array[]> {
    try {
      return await this.#embedder.embed(texts);
    } catch (error) {
      throw embedderError(error);
    }
  }
}

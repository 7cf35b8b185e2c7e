/**
 * An embedder from a function: a provider's SDK, an HTTP call, a model of the user's own.
 *
 * What the function answers is checked before anyone stores it, because a vector of the wrong size or with a NaN in it
 * makes an index answer nonsense long after the call that put it there.
 */
import { z } from 'zod';
import { checkIdentity, checkTexts, type Embedder, EmbedderError } from './embedder.js';

export interface FunctionEmbedderOptions {
  /** Model and version; see `Embedder.id`. */
  readonly id: string;
  readonly dimension: number;
  /** One vector per text, in order. It is called with at most `batchTextsMax` texts, one call at a time per `embed`. */
  readonly embed: (texts: readonly string[]) => Promise<readonly ArrayLike<number>[]>;
  readonly batchTextsMax?: number;
  readonly textCharsMax?: number;
  /** What becomes of texts beyond `textCharsMax`. Cut texts with the same beginning get the same vector. */
  readonly longTexts?: 'refuse' | 'truncate';
  /** Lets go of what `embed` uses. */
  readonly onClose?: () => void | Promise<void>;
}

const limitsSchema = z.object({
  batchTextsMax: z.int().min(1).max(10_000).default(96),
  textCharsMax: z.int().min(1).max(1_000_000).default(32_768),
  longTexts: z.enum(['refuse', 'truncate']).default('refuse'),
});

export class FunctionEmbedder implements Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly textCharsMax: number | undefined;
  readonly #embed: FunctionEmbedderOptions['embed'];
  readonly #onClose: FunctionEmbedderOptions['onClose'];
  readonly #limits: z.output<typeof limitsSchema>;
  #isClosed = false;

  constructor(options: FunctionEmbedderOptions) {
    checkIdentity(options.id, options.dimension);
    this.id = options.id;
    this.dimension = options.dimension;
    this.#embed = options.embed;
    this.#onClose = options.onClose;
    this.#limits = limitsSchema.parse(options);
    this.textCharsMax = this.#limits.longTexts === 'truncate' ? undefined : this.#limits.textCharsMax;
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const { batchTextsMax, textCharsMax, longTexts } = this.#limits;
    const readable = longTexts === 'truncate' ? texts.map((text) => text.slice(0, textCharsMax)) : texts;
    checkTexts(readable, textCharsMax);
    const vectors: Float32Array[] = [];
    for (let start = 0; start < readable.length; start += batchTextsMax) {
      if (this.#isClosed) throw new EmbedderError('closed', 'the embedder is closed');
      vectors.push(...(await this.#embedBatch(readable.slice(start, start + batchTextsMax))));
    }
    return vectors;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#onClose?.();
  }

  async #embedBatch(texts: readonly string[]): Promise<Float32Array[]> {
    const answered = await this.#embed(texts).catch((cause: unknown) => {
      if (this.#isClosed) throw new EmbedderError('closed', 'the embedder is closed', { cause });
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new EmbedderError('failed', `embedder ${this.id} failed: ${reason}`, { cause });
    });
    if (answered.length !== texts.length) {
      throw this.#invalid(`${answered.length} vectors for ${texts.length} texts`);
    }
    return answered.map((values) => this.#checked(values));
  }

  #checked(values: ArrayLike<number>): Float32Array {
    if (values.length !== this.dimension) {
      throw this.#invalid(`a vector of ${values.length} values, expected ${this.dimension}`);
    }
    const vector = Float32Array.from(values);
    if (!vector.every(Number.isFinite)) throw this.#invalid('a vector with a value that is not finite');
    if (vector.every((value) => value === 0)) throw this.#invalid('a vector of zeros, which has no direction');
    return vector;
  }

  #invalid(what: string): EmbedderError {
    return new EmbedderError('invalid-output', `embedder ${this.id} answered ${what}`);
  }
}

/**
 * Texts to vectors by a model in ONNX form: tokens by the model's own tokenizer, one run for a batch (texts are padded to the longest),
 * pooling over what is no padding, unit length. Runs where it is called: `OnnxEmbedder` calls it in a thread.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EmbedderError } from '../embedder.js';
import { type ModelFolder, readModelFolder } from './model-folder.js';

/** What sentence models take, and what each is given. */
const inputs: Readonly<Record<string, (padded: PaddedTokens) => BigInt64Array>> = {
  input_ids: ({ ids }) => ids,
  attention_mask: ({ mask }) => mask,
  token_type_ids: ({ ids }) => new BigInt64Array(ids.length),
};

/** A vector for each token, of any of these names; or else the model's first output. */
const tokenOutputs = ['last_hidden_state', 'token_embeddings'];

interface PaddedTokens {
  readonly texts: number;
  readonly length: number;
  readonly ids: BigInt64Array;
  /** 1 where there is a token. */
  readonly mask: BigInt64Array;
}

export class OnnxEncoder {
  readonly #folder: ModelFolder;
  readonly #tokenizer: Tokenizer;
  readonly #session: InferenceSession;

  private constructor(folder: ModelFolder, session: InferenceSession) {
    this.#folder = folder;
    this.#tokenizer = new Tokenizer(folder.tokenizer, folder.tokenizerConfig);
    this.#session = session;
  }

  static async load(path: string): Promise<OnnxEncoder> {
    const folder = await readModelFolder(path);
    const session = await InferenceSession.create(folder.modelFile);
    const unknown = session.inputNames.filter((name) => inputs[name] === undefined);
    if (unknown.length > 0) throw new EmbedderError('failed', `the model asks for ${unknown.join(', ')}`);
    return new OnnxEncoder(folder, session);
  }

  get dimension(): number {
    return this.#folder.dimension;
  }

  /** @returns the vectors end to end */
  async encode(texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
    const padded = this.#padded(texts.map((text) => this.#tokens(text)));
    const shape = [padded.texts, padded.length];
    const feeds = Object.fromEntries(
      this.#session.inputNames.map((name) => [name, new Tensor('int64', inputs[name]?.(padded) ?? padded.ids, shape)]),
    );
    const results = await this.#session.run(feeds);
    const name = tokenOutputs.find((known) => known in results) ?? this.#session.outputNames[0] ?? '';
    const { data, dims } = results[name] ?? {};
    const { dimension } = this;
    if (!(data instanceof Float32Array) || dims?.join() !== [...shape, dimension].join()) {
      throw new EmbedderError('invalid-output', `the model answered no ${shape.join(' x ')} x ${dimension} floats`);
    }
    return pooled(data, padded, dimension, this.#folder.pooling);
  }

  /** Cut in its middle, so that the mark at the end of a text stays. */
  #tokens(text: string): readonly number[] {
    const { ids } = this.#tokenizer.encode(text);
    const { tokensMax } = this.#folder;
    return ids.length <= tokensMax ? ids : [...ids.slice(0, tokensMax - 1), ...ids.slice(-1)];
  }

  #padded(tokens: readonly (readonly number[])[]): PaddedTokens {
    const length = Math.max(1, ...tokens.map((ids) => ids.length));
    const ids = new BigInt64Array(tokens.length * length).fill(BigInt(this.#folder.padToken));
    const mask = new BigInt64Array(ids.length);
    tokens.forEach((row, text) => {
      row.forEach((id, at) => {
        ids[text * length + at] = BigInt(id);
        mask[text * length + at] = 1n;
      });
    });
    return { texts: tokens.length, length, ids, mask };
  }
}

function pooled(
  tokens: Float32Array,
  { texts, length, mask }: PaddedTokens,
  dimension: number,
  pooling: ModelFolder['pooling'],
): Float32Array<ArrayBuffer> {
  const vectors = new Float32Array(texts * dimension);
  for (let text = 0; text < texts; text++) {
    const vector = vectors.subarray(text * dimension, (text + 1) * dimension);
    const counted = pooling === 'first' ? 1 : length;
    for (let at = 0; at < counted; at++) {
      if (mask[text * length + at] !== 1n) continue;
      const start = (text * length + at) * dimension;
      for (let value = 0; value < dimension; value++)
        vector[value] = (vector[value] ?? 0) + (tokens[start + value] ?? 0);
    }
    normalise(vector);
  }
  return vectors;
}

/** The length of a sum and of a mean are the same after this. */
function normalise(vector: Float32Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  if (length > 0)
    vector.forEach((value, at) => {
      vector[at] = value / length;
    });
}

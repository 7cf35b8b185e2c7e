/**
 * Embeddings of models on Amazon Bedrock (Titan, Cohere, Nova), by InvokeModel through the AWS SDK's own client: its credentials,
 * signatures, retries and connections. The SDK is an optional peer, loaded by the first call.
 *
 * Models that take one text a call are asked for several at once. What they answer is checked: the form by the model's row
 * (bedrock-embedding-models.ts), sizes and numbers by `FunctionEmbedder`.
 */
import type { BedrockRuntimeClient, BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime';
import { z } from 'zod';
import {
  type BedrockEmbeddingFamily,
  bedrockEmbeddingFamily,
  bedrockEmbeddingModels,
} from './bedrock-embedding-models.js';
import { type Embedder, EmbedderError } from './embedder.js';
import { embedderId } from './embedder-id.js';
import { FunctionEmbedder } from './function-embedder.js';

export interface BedrockEmbedderOptions {
  /** Its id, a profile's, or an ARN. */
  readonly model: string;
  /** Where the name does not say it. */
  readonly family?: BedrockEmbeddingFamily;
  /** One of those the model can make. */
  readonly dimension?: number | undefined;
  /** By default made of model and dimension. */
  readonly id?: string;
  /** A client of one's own, which stays one's own; otherwise one is made of `clientConfig`. */
  readonly client?: BedrockRuntimeClient;
  /** Region, endpoint, credentials, attempts: by default where the AWS SDK finds them. */
  readonly clientConfig?: BedrockRuntimeClientConfig;
  /** Calls under way at once, of models that take one text a call. */
  readonly concurrencyMax?: number;
  /** For each call, retries included. */
  readonly timeoutMs?: number;
}

const limits = z.object({
  concurrencyMax: z.int().min(1).max(1_000).default(8),
  timeoutMs: z.int().min(1).max(600_000).default(30_000),
});

/** @throws EmbedderError `invalid-request` for a model whose family is not known, or a dimension it cannot make */
export function bedrockEmbedder(options: BedrockEmbedderOptions): Embedder {
  const family = options.family ?? bedrockEmbeddingFamily(options.model);
  if (family === undefined) {
    throw new EmbedderError('invalid-request', `${options.model} does not say which model it is: name its family`);
  }
  const { dimensions, textsMax, textCharsMax } = bedrockEmbeddingModels[family];
  const dimension = options.dimension ?? dimensions[0] ?? 0;
  if (!dimensions.includes(dimension)) {
    throw new EmbedderError('invalid-request', `${family} makes ${dimensions.join(', ')} dimensions, not ${dimension}`);
  }
  const { concurrencyMax } = limits.parse(options);
  const caller = new InvokeModelCaller(options, family, dimension);
  return new FunctionEmbedder({
    id: options.id ?? embedderId('bedrock', options.model, dimension),
    dimension,
    batchTextsMax: textsMax === 1 ? concurrencyMax : textsMax,
    textCharsMax,
    embed: (texts) => caller.embed(texts),
    onClose: () => caller.close(),
  });
}

type Invoke = (body: string) => Promise<unknown>;

class InvokeModelCaller {
  readonly #options: BedrockEmbedderOptions;
  readonly #family: BedrockEmbeddingFamily;
  readonly #dimension: number;
  readonly #closing = new AbortController();
  #invoke: Promise<Invoke> | undefined;

  constructor(options: BedrockEmbedderOptions, family: BedrockEmbeddingFamily, dimension: number) {
    this.#options = options;
    this.#family = family;
    this.#dimension = dimension;
  }

  async embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
    this.#invoke ??= this.#open();
    const invoke = await this.#invoke;
    const { textsMax, request, vectors } = bedrockEmbeddingModels[this.#family];
    const calls = textsMax === 1 ? texts.map((text) => [text]) : [texts];
    const answers = await Promise.all(calls.map((call) => invoke(JSON.stringify(request(call, this.#dimension)))));
    return answers.flatMap(vectors);
  }

  close(): void {
    this.#closing.abort();
  }

  async #open(): Promise<Invoke> {
    const { BedrockRuntimeClient, InvokeModelCommand } = await import('@aws-sdk/client-bedrock-runtime');
    const { model, clientConfig = {} } = this.#options;
    const { timeoutMs } = limits.parse(this.#options);
    const client = this.#options.client ?? new BedrockRuntimeClient(clientConfig);
    if (this.#options.client === undefined) this.#closing.signal.addEventListener('abort', () => client.destroy());
    return async (body) => {
      const command = new InvokeModelCommand({
        modelId: model,
        contentType: 'application/json',
        accept: 'application/json',
        body,
      });
      const abortSignal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
      const answer = await client.send(command, { abortSignal });
      return JSON.parse(answer.body.transformToString());
    };
  }
}

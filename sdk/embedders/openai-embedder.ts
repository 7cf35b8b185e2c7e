/**
 * Embeddings of OpenAI, and of every server that speaks like it (Ollama, vLLM, LiteLLM, llama.cpp): `POST {baseUrl}/embeddings`.
 *
 * Texts go in batches. A batch that fails for a reason that passes (no connection, too many requests, a server that is ill) is sent
 * again after a wait that grows, or that the server names; everything else fails at once. What comes back is checked before anyone stores
 * it: the form here, sizes and numbers by `FunctionEmbedder`.
 */
import { z } from 'zod';
import { type Pause, systemPause } from '../pause.js';
import { type Embedder, EmbedderError } from './embedder.js';
import { embedderId } from './embedder-id.js';
import { FunctionEmbedder } from './function-embedder.js';

export interface OpenAiEmbedderOptions {
  readonly model: string;
  /** Of OpenAI itself by default. */
  readonly baseUrl?: string;
  /** Sent as a bearer token; servers of one's own may need none. */
  readonly apiKey?: string | undefined;
  /** Of the vectors. Models of OpenAI are asked for as many; what others make must be said here, or found by `probedDimension`. */
  readonly dimension?: number | undefined;
  /** By default made of model and dimension. */
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly batchTextsMax?: number;
  readonly textCharsMax?: number;
  /** For each attempt. */
  readonly timeoutMs?: number;
  readonly retriesMax?: number;
  readonly pause?: Pause;
}

const limits = z.object({
  batchTextsMax: z.int().min(1).max(2_048).default(96),
  textCharsMax: z.int().min(1).max(1_000_000).default(32_768),
  timeoutMs: z.int().min(1).max(600_000).default(30_000),
  retriesMax: z.int().min(0).max(10).default(2),
});

/** Models of OpenAI: how many dimensions they make, and whether they make as many as they are asked for. */
const knownModels: Readonly<Record<string, { readonly dimension: number; readonly canShorten: boolean }>> = {
  'text-embedding-3-small': { dimension: 1536, canShorten: true },
  'text-embedding-3-large': { dimension: 3072, canShorten: true },
  'text-embedding-ada-002': { dimension: 1536, canShorten: false },
};

const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 20_000;
const REASON_CHARS_MAX = 300;
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);

/** Numbers, or little-endian floats as base64, which some servers answer whatever they are asked for. */
const reply = z.object({
  data: z.array(
    z.object({
      index: z.int().nonnegative(),
      embedding: z.union([z.array(z.number()), z.string().transform(floatsOf)]),
    }),
  ),
});

const problem = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** @throws EmbedderError `invalid-request` where nobody says how many dimensions the model has */
export function openAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const known = knownModels[options.model];
  const dimension = options.dimension ?? known?.dimension;
  if (dimension === undefined) {
    throw new EmbedderError('invalid-request', `the dimension of ${options.model} is not known: it must be named`);
  }
  const { batchTextsMax, textCharsMax } = limits.parse(options);
  const caller = new EmbeddingsCaller(options, known?.canShorten === true ? dimension : undefined);
  return new FunctionEmbedder({
    id: options.id ?? embedderId('openai', options.model, dimension),
    dimension,
    batchTextsMax,
    textCharsMax,
    embed: (texts) => caller.embed(texts),
    onClose: () => caller.close(),
  });
}

/** How many dimensions a model has, from a vector of it. */
export async function probedDimension(options: OpenAiEmbedderOptions): Promise<number> {
  const [vector] = await new EmbeddingsCaller(options, undefined).embed(['dimension']);
  if (vector === undefined) throw new EmbedderError('invalid-output', `${options.model} answered no vector`);
  return vector.length;
}

class EmbeddingsCaller {
  readonly #options: OpenAiEmbedderOptions;
  readonly #limits: z.output<typeof limits>;
  readonly #asked: number | undefined;
  readonly #closing = new AbortController();

  /** @param asked how many dimensions are asked for; undefined leaves it to the model */
  constructor(options: OpenAiEmbedderOptions, asked: number | undefined) {
    this.#options = options;
    this.#limits = limits.parse(options);
    this.#asked = asked;
  }

  async embed(texts: readonly string[]): Promise<readonly ArrayLike<number>[]> {
    const { pause = systemPause } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(texts);
      if ('vectors' in outcome) return outcome.vectors;
      if (outcome.waitMs === undefined || attempt >= this.#limits.retriesMax || this.#closing.signal.aborted) {
        throw outcome.error;
      }
      await pause(Math.max(outcome.waitMs, Math.min(FIRST_WAIT_MS * 2 ** attempt, WAIT_MS_MAX)));
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #attempt(texts: readonly string[]): Promise<Attempt> {
    let response: Response;
    let body: string;
    try {
      response = await this.#send(texts);
      body = await response.text();
    } catch (cause) {
      return { error: new Error(`no answer: ${reasonOf(cause)}`, { cause }), waitMs: 0 };
    }
    if (response.ok) return { vectors: vectorsOf(body, texts.length) };
    const error = new Error(`status ${response.status}: ${saidBy(body)}`);
    return { error, waitMs: passingStatuses.has(response.status) ? waitAskedFor(response) : undefined };
  }

  #send(texts: readonly string[]): Promise<Response> {
    const { model, baseUrl = 'https://api.openai.com/v1', apiKey, headers } = this.#options;
    const dimensions = this.#asked === undefined ? {} : { dimensions: this.#asked };
    return fetch(`${baseUrl.replace(/\/+$/, '')}/embeddings`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        ...headers,
      },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float', ...dimensions }),
      redirect: 'error',
      signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#limits.timeoutMs)]),
    });
  }
}

type Attempt =
  | { readonly vectors: readonly ArrayLike<number>[] }
  /** `waitMs`: how long at least, before it is tried again; undefined: not at all. */
  | { readonly error: Error; readonly waitMs: number | undefined };

function vectorsOf(body: string, count: number): readonly ArrayLike<number>[] {
  const { data } = reply.parse(JSON.parse(body));
  const vectors = new Map(data.map(({ index, embedding }) => [index, embedding]));
  return Array.from({ length: count }, (_, index) => {
    const vector = vectors.get(index);
    if (vector === undefined) throw new Error(`${data.length} vectors, none for text ${index}`);
    return vector;
  });
}

function floatsOf(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, position) => bytes.readFloatLE(position * 4));
}

/** Undefined when the server asks for more patience than a caller has. */
function waitAskedFor(response: Response): number | undefined {
  const asked = Number(response.headers.get('retry-after') ?? 0) * 1000;
  if (!(asked > 0)) return 0;
  return asked <= WAIT_MS_MAX ? asked : undefined;
}

/** Never the whole body: it may repeat what was sent. */
function saidBy(body: string): string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'no reason given';
  }
  const said = problem.safeParse(json);
  if (!said.success) return 'no reason given';
  const { error } = said.data;
  return (typeof error === 'string' ? error : error.message).slice(0, REASON_CHARS_MAX);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

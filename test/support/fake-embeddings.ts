/**
 * Models of embeddings on a port of its own, which speak the wire formats of OpenAI (`/v1/embeddings`) and of Bedrock's InvokeModel
 * (Titan, Cohere, Nova), over HTTP/1.1 and HTTP/2. A vector follows from its text (`fakeVector`), so answers can be compared.
 */
import { once } from 'node:events';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { createHttpServer } from '#server/gateway/http-server.js';

export interface EmbeddingsFault {
  readonly status: number;
  readonly retryAfterSeconds?: number;
}

export interface FakeEmbeddings {
  readonly url: string;
  readonly calls: { readonly path: string; readonly headers: Request['headers']; readonly body: unknown }[];
  /** One for each of the next calls. */
  readonly faults: EmbeddingsFault[];
  /** In place of the answers, as they would be. */
  alter: (answer: object) => unknown;
  /** While it is set, calls are answered when it resolves. */
  gate: Promise<void> | undefined;
  stop(): Promise<void>;
}

const openAiBody = z.object({
  input: z.union([z.string().transform((text) => [text]), z.array(z.string())]),
  model: z.string(),
  dimensions: z.number().optional(),
  encoding_format: z.string().optional(),
});
const titanBody = z.object({ inputText: z.string(), dimensions: z.number().default(1536) });
const cohereBody = z.object({ texts: z.array(z.string()), output_dimension: z.number().optional() });
const novaBody = z.object({
  singleEmbeddingParams: z.object({ embeddingDimension: z.number(), text: z.object({ value: z.string() }) }),
});

/** Of unit length to four places; another one for another text. */
export function fakeVector(text: string, dimension: number): number[] {
  const seed = [...text].reduce((sum, letter, at) => sum + letter.charCodeAt(0) * (at + 1), 1);
  const values = Array.from({ length: dimension }, (_, at) => Math.sin(seed * (at + 1)));
  const length = Math.hypot(...values);
  return values.map((value) => Math.fround(value / length));
}

export async function startFakeEmbeddings(): Promise<FakeEmbeddings> {
  const app = express();
  app.use(express.raw({ type: () => true, limit: '10mb' }));
  const answer =
    (make: (body: unknown, request: Request) => object) => async (request: Request, response: Response) => {
      const body: unknown = JSON.parse(String(request.body));
      fake.calls.push({ path: decodeURIComponent(request.path), headers: request.headers, body });
      await fake.gate;
      const fault = fake.faults.shift();
      if (fault === undefined) {
        response.json(fake.alter(make(body, request)));
        return;
      }
      if (fault.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(fault.retryAfterSeconds));
      response.setHeader('x-amzn-errortype', fault.status === 429 ? 'ThrottlingException' : 'ValidationException');
      response.status(fault.status).json({ error: { message: 'no vectors today' }, message: 'no vectors today' });
    };
  app.post('/v1/embeddings', answer(openAiAnswer));
  app.post('/model/:model/invoke', answer(bedrockAnswer));
  const server = createHttpServer(app, { connectionsMax: 100, receiveTimeoutMs: 30_000 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const fake: FakeEmbeddings = {
    url: `http://127.0.0.1:${port}`,
    calls: [],
    faults: [],
    alter: (body) => body,
    gate: undefined,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return fake;
}

/** Not in the order of the texts: the index says whose a vector is. */
function openAiAnswer(given: unknown): object {
  const { input, model, dimensions = 8, encoding_format: encoding } = openAiBody.parse(given);
  const data = input.map((text, index) => {
    const vector = fakeVector(text, dimensions);
    const embedding = encoding === 'float' ? vector : base64(vector);
    return { object: 'embedding', index, embedding };
  });
  return { object: 'list', data: data.reverse(), model, usage: { prompt_tokens: 1, total_tokens: 1 } };
}

export function base64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}

function bedrockAnswer(given: unknown, request: Request): object {
  const model = String(request.params.model);
  if (model.includes('titan')) {
    const { inputText, dimensions } = titanBody.parse(given);
    const embedding = fakeVector(inputText, dimensions);
    const byType = model.includes('v2') ? { embeddingsByType: { float: embedding } } : {};
    return { embedding, ...byType, inputTextTokenCount: 1 };
  }
  if (model.includes('cohere')) {
    const { texts, output_dimension: dimension } = cohereBody.parse(given);
    const vectors = texts.map((text) => fakeVector(text, dimension ?? 1024));
    if (dimension === undefined) return { id: '1', texts, embeddings: vectors, response_type: 'embeddings_floats' };
    return { id: '1', texts, embeddings: { float: vectors }, response_type: 'embeddings_by_type' };
  }
  const { embeddingDimension, text } = novaBody.parse(given).singleEmbeddingParams;
  return { embeddings: [{ embeddingType: 'TEXT', embedding: fakeVector(text.value, embeddingDimension) }] };
}

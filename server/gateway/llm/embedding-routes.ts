/**
 * OpenAI's embeddings and list of models. The packaged embedder answers to its own id and to `nearkey`; every other model is the
 * upstream's. Vectors travel as numbers, or as base64 of little-endian floats, which OpenAI's own client asks for.
 */

import type { Embedder, JsonValue } from '@nearkey/sdk';
import { listOf, numberOf, openAiChatDoor, openAiProblem, parseMembers, stringOf } from '@nearkey/sdk/llm';
import type { RequestHandler, Router } from 'express';
import { routePatternKey } from '../bind-route.js';
import { HttpReply } from './http-reply.js';
import { type HandledRoute, handledRoute } from './llm-door.js';
import { plainHeaders } from './llm-routes.js';
import { passOn } from './model-call.js';
import type { Principals } from './principals.js';
import { bodyWithin, readNoFurther } from './request-body.js';
import type { TenantQuotas } from './tenant-quotas.js';
import { type Upstream, UpstreamError } from './upstream.js';

const ownModel = 'nearkey';
/** Of one request; OpenAI's limit. */
const INPUTS_MAX = 2048;
const jsonType = { 'content-type': 'application/json' };

export interface EmbeddingRouteDeps {
  readonly embedder: Embedder;
  readonly upstream: Upstream;
  readonly principals: Principals;
  /** Undefined: nobody has one. */
  readonly quotas?: TenantQuotas | undefined;
  readonly bodyBytesMax: number;
}

export function embeddingRoute({
  embedder,
  upstream,
  principals,
  quotas,
  bodyBytesMax,
}: EmbeddingRouteDeps): HandledRoute {
  return handledRoute('/v1/embeddings', async ({ request, response, everyHeaders }) => {
    const reply = new HttpReply(response, everyHeaders);
    const send = (status: number, body: string): void => {
      reply.start(status, jsonType);
      reply.end(body);
    };
    const headers = plainHeaders(request.headers);
    const principal = principals.of(headers);
    if (principal === undefined) return send(401, openAiProblem(401, 'Expected an API key of this server'));
    const body = await bodyWithin(request, bodyBytesMax);
    if (body === undefined) {
      reply.start(413, jsonType);
      const problem = openAiProblem(413, `Expected at most ${bodyBytesMax} bytes`);
      return reply.endAfter(readNoFurther(request, response), problem);
    }
    const call = { path: request.url ?? '', headers, body };
    const asked = { door: openAiChatDoor, upstream, call, reply, tenant: principal.tenant };
    const exchange = quotas === undefined ? asked : await quotas.admitted(asked);
    if (exchange === undefined) return;
    const members = parseMembers(body.toString());
    if (members !== undefined && (members.model === ownModel || members.model === embedder.id)) {
      const { status, body: answer, tokens } = await embed(embedder, members);
      quotas?.spend(principal.tenant, tokens);
      return send(status, answer);
    }
    await passOn(exchange, {}, body, false);
  });
}

export function mountModelsRoute(router: Router, { embedder, upstream, principals }: EmbeddingRouteDeps): void {
  const models: RequestHandler = async (request, response) => {
    response.locals[routePatternKey] = '/v1/models';
    const reply = new HttpReply(response);
    const headers = plainHeaders(request.headers);
    const isKnown = principals.of(headers) !== undefined;
    reply.start(isKnown ? 200 : 401, jsonType);
    if (!isKnown) return reply.end(openAiProblem(401, 'Expected an API key of this server'));
    const own = { id: embedder.id, object: 'model', created: 0, owned_by: 'nearkey' };
    const theirs = await upstreamModels(upstream, request.originalUrl, headers);
    reply.end(JSON.stringify({ object: 'list', data: [...theirs, own] }));
  };
  router.get('/v1/models', models);
}

async function embed(
  embedder: Embedder,
  { input, encoding_format: encoding, dimensions, model }: { readonly [name: string]: JsonValue | undefined },
): Promise<{ readonly status: number; readonly body: string; readonly tokens: number }> {
  const refused = (message: string) => ({ status: 400, body: openAiProblem(400, message), tokens: 0 });
  const texts = typeof input === 'string' ? [input] : listOf(input).filter((text) => typeof text === 'string');
  if (texts.length === 0 || (typeof input !== 'string' && texts.length !== listOf(input).length)) {
    return refused('Expected input to be a text, or a list of texts');
  }
  if (texts.length > INPUTS_MAX) return refused(`Expected at most ${INPUTS_MAX} texts`);
  if (dimensions !== undefined && numberOf(dimensions) !== embedder.dimension) {
    return refused(`Expected dimensions to be ${embedder.dimension}`);
  }
  let vectors: Float32Array[];
  try {
    vectors = await embedder.embed(texts);
  } catch (error) {
    const isCaller = error instanceof Error && 'code' in error && error.code === 'invalid-request';
    return isCaller
      ? refused(error.message)
      : { status: 503, body: openAiProblem(503, 'The embedder failed'), tokens: 0 };
  }
  const data = vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: encoding === 'base64' ? base64(vector) : [...vector],
  }));
  const tokens = texts.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { status: 200, body: JSON.stringify({ object: 'list', data, model: stringOf(model), usage }), tokens };
}

function base64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

/** None when the upstream cannot be asked: the packaged embedder works all the same. */
async function upstreamModels(
  upstream: Upstream,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<readonly JsonValue[]> {
  try {
    const call = { method: 'GET' as const, path, headers, body: new Uint8Array(), isStream: false };
    const answer = await upstream.send(call, new AbortController().signal);
    const parts: Uint8Array[] = [];
    for await (const bytes of answer.body) parts.push(bytes);
    return answer.status === 200 ? listOf(parseMembers(Buffer.concat(parts).toString())?.data) : [];
  } catch (error) {
    if (error instanceof UpstreamError) return [];
    throw error;
  }
}

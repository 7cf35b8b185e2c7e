/**
 * The routes of Bedrock Runtime: everything below /model and /guardrail goes to Bedrock, and what is Converse or InvokeModel goes by the
 * cache. What the gateway itself says carries the headers AWS SDKs look for: the kind of an error, the id of a request.
 */
import { explainPrefix } from '@nearkey/sdk/contract';
import { bedrockConverseDoor, bedrockException, bedrockInvokeDoor, bedrockTarget } from '@nearkey/sdk/llm';
import type { BedrockCallers } from './bedrock-callers.js';
import type { ClientReply } from './client-reply.js';
import { HttpReply } from './http-reply.js';
import type { HandledRoute, LlmHandler } from './llm-door.js';
import { plainHeaders } from './llm-routes.js';
import type { LlmPipeline } from './pipeline.js';
import { bodyWithin, readNoFurther } from './request-body.js';
import type { Upstream } from './upstream.js';

export interface BedrockRouteDeps {
  readonly pipeline: LlmPipeline;
  readonly callers: BedrockCallers;
  readonly upstream: Upstream;
  readonly bodyBytesMax: number;
}

const prefixes = ['/model/', '/guardrail/'];
const explainedPrefix = `${explainPrefix}/model/`;

export function bedrockRoutes(deps: BedrockRouteDeps): HandledRoute[] {
  return [...prefixes, explainedPrefix].map((prefix) => ({
    pattern: `${prefix}*call`,
    matches: (path) => path.startsWith(prefix),
    handle: bedrockHandler(deps, prefix === explainedPrefix),
  }));
}

function bedrockHandler(
  { pipeline, callers, upstream, bodyBytesMax }: BedrockRouteDeps,
  isExplained: boolean,
): LlmHandler {
  return async ({ request, response, requestId, everyHeaders }) => {
    const { method = '', url: signedPath = '' } = request;
    const path = isExplained ? signedPath.slice(explainPrefix.length) : signedPath;
    const target = bedrockTarget(path);
    const door = target?.operation.startsWith('converse') ? bedrockConverseDoor : bedrockInvokeDoor;
    const isModelStream = target?.operation === 'invoke-with-response-stream';
    const reply = new BedrockReply(new HttpReply(response, everyHeaders), requestId, isModelStream);
    const refuse = (status: number, fault: string, message: string): void => {
      reply.start(status, { 'content-type': door.jsonType, 'x-amzn-errortype': fault });
      reply.end(JSON.stringify({ __type: fault, message }));
    };
    if (/\/invoke-with-bidirectional-stream(?:\?|$)/.test(path)) {
      refuse(400, 'ValidationException', 'Streams in both directions are not served here');
      return;
    }
    const headers = plainHeaders(request.headers);
    const reception = callers.receive({ method, target: signedPath, headers: request.headers }, headers);
    if (!reception.ok) {
      refuse(403, reception.fault, reception.message);
      return;
    }
    const body = await bodyWithin(request, bodyBytesMax);
    if (body === undefined) {
      const fault = 'ValidationException';
      const message = `Expected a body of at most ${bodyBytesMax} bytes`;
      reply.start(413, { 'content-type': door.jsonType, 'x-amzn-errortype': fault });
      await reply.endAfter(readNoFurther(request, response), JSON.stringify({ __type: fault, message }));
      return;
    }
    const admission = reception.admit(body);
    if (!admission.ok) {
      refuse(403, admission.fault, admission.message);
      return;
    }
    const { tenant } = admission.principal;
    const exchange = { door, upstream, call: { path, headers, body }, reply, tenant };
    await (isExplained ? pipeline.explain(exchange) : pipeline.answer(exchange));
  };
}

/** A reply with what AWS SDKs expect in the headers of every answer. */
class BedrockReply implements ClientReply {
  readonly #reply: HttpReply;
  readonly #requestId: string;
  readonly #isModelStream: boolean;

  constructor(reply: HttpReply, requestId: string, isModelStream: boolean) {
    this.#reply = reply;
    this.#requestId = requestId;
    this.#isModelStream = isModelStream;
  }

  get isOpen(): boolean {
    return this.#reply.isOpen;
  }

  get hasBegun(): boolean {
    return this.#reply.hasBegun;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#reply.start(status, {
      'x-amzn-requestid': this.#requestId,
      ...(status >= 400 ? { 'x-amzn-errortype': bedrockException(status) } : {}),
      ...(status < 400 && this.#isModelStream ? { 'x-amzn-bedrock-content-type': 'application/json' } : {}),
      ...headers,
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#reply.write(bytes);
  }

  end(whole?: Uint8Array | string): void {
    this.#reply.end(whole);
  }

  endAfter(rest: Promise<void>, whole: string): Promise<void> {
    return this.#reply.endAfter(rest, whole);
  }

  abort(): void {
    this.#reply.abort();
  }

  onGone(listener: () => void): void {
    this.#reply.onGone(listener);
  }
}

/**
 * Requests for models as spans of OpenTelemetry, through its API alone: whoever runs the process registers the provider. A request is
 * one active span named by the conventions for generative AI, with a child for the lookup and one for the call of the model; what
 * instruments HTTP nests below them. The API sees providers of its own minor version and of later ones, so package.json holds it at
 * the one that current SDKs register with.
 *
 * Invariants: nothing of a prompt or an answer is in a span. Where nothing records, nothing is built: the exchange goes on as it came. A
 * span that has ended is not written to: what is asked anew for a stored answer is below the request's span, and changes nothing about it.
 */

import type { CacheEvidence } from '@nearkey/sdk/llm';
import {
  type Attributes,
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { CallOutcome, Exchange } from './model-call.js';
import { type Upstream, type UpstreamCall, UpstreamError, type UpstreamReply } from './upstream.js';

/** Models are named by callers. */
const MODEL_CHARS_MAX = 80;

/** Names of the conventions for upstreams that are called otherwise here. */
const providerNames: ReadonlyMap<string, string> = new Map([['bedrock', 'aws.bedrock']]);

export class LlmTracing {
  readonly #tracer: Tracer = trace.getTracer('nearkey');

  /**
   * Works within a span, which ends with the work unless it has before.
   *
   * @param named the model; undefined where the request was not understood
   * @param work is given the exchange, with the span where it records
   */
  request(exchange: Exchange, named: string | undefined, work: (exchange: Exchange) => Promise<void>): Promise<void> {
    const model = named?.slice(0, MODEL_CHARS_MAX);
    const name = model === undefined ? 'chat' : `chat ${model}`;
    const parent = parentOf(exchange.call.headers);
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT }, parent);
    return context.with(trace.setSpan(parent, span), async () => {
      if (!span.isRecording()) return work(exchange);
      const { upstream } = exchange;
      span.setAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': providerNames.get(upstream.name) ?? upstream.name,
        ...(model === undefined ? {} : { 'gen_ai.request.model': model }),
      });
      try {
        await work({ ...exchange, span, upstream: new TracedUpstream(upstream, span, this.#tracer) });
      } catch (error) {
        noteFailure(span, errorType(error));
        throw error;
      } finally {
        endSpan(span);
      }
    });
  }

  /** Works within a child of a request's span. */
  lookup<T>(parent: Span | undefined, work: () => Promise<T>): Promise<T> {
    if (parent === undefined) return work();
    const below = trace.setSpan(context.active(), parent);
    const span = this.#tracer.startSpan('nearkey cache lookup', {}, below);
    return context.with(trace.setSpan(below, span), work).finally(() => span.end());
  }
}

/** What the cache did with a request. */
export function noteEvidence(span: Span | undefined, evidence: CacheEvidence): void {
  if (span?.isRecording() === true) span.setAttributes(evidenceAttributes(evidence));
}

/** What a call of the model used, where its answer says so. Of hits there is none: they used nothing. */
export function noteOutcome(span: Span | undefined, outcome: CallOutcome): void {
  if (outcome.outcome !== 'answer' || span?.isRecording() !== true) return;
  const { inputTokens, outputTokens } = outcome.answer.usage;
  if (inputTokens + outputTokens === 0) return;
  span.setAttributes({ 'gen_ai.usage.input_tokens': inputTokens, 'gen_ai.usage.output_tokens': outputTokens });
}

/** @param type a code or a status, never a text: those may quote the prompt */
export function noteFailure(span: Span | undefined, type: string): void {
  if (span?.isRecording() !== true) return;
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The answer has been passed on; what follows is not the request's. */
export function endSpan(span: Span | undefined): void {
  if (span?.isRecording() === true) span.end();
}

/** An upstream whose calls are spans below that of a request, which fails with them. */
class TracedUpstream implements Upstream {
  readonly name: string;
  readonly #upstream: Upstream;
  readonly #request: Span;
  readonly #tracer: Tracer;

  constructor(upstream: Upstream, request: Span, tracer: Tracer) {
    this.name = upstream.name;
    this.#upstream = upstream;
    this.#request = request;
    this.#tracer = tracer;
  }

  async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    const below = trace.setSpan(context.active(), this.#request);
    const span = this.#tracer.startSpan('nearkey model call', {}, below);
    try {
      const sent = () => this.#upstream.send(call, signal);
      const { status, headers, body } = await context.with(trace.setSpan(below, span), sent);
      span.setAttribute('http.response.status_code', status);
      if (status >= 400) this.#failed(span, String(status));
      return { status, headers, body: this.#passed(body, span) };
    } catch (error) {
      this.#failed(span, errorType(error));
      span.end();
      throw error;
    }
  }

  async *#passed(body: AsyncIterable<Uint8Array>, span: Span): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of body) yield bytes;
    } catch (error) {
      this.#failed(span, errorType(error));
      throw error;
    } finally {
      span.end();
    }
  }

  #failed(span: Span, type: string): void {
    noteFailure(span, type);
    noteFailure(this.#request, type);
  }
}

/** The span of whoever instruments the server, else that of the caller. */
function parentOf(headers: Readonly<Record<string, string>>): Context {
  const active = context.active();
  return trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active;
}

function evidenceAttributes(evidence: CacheEvidence): Attributes {
  const status = { 'nearkey.cache.status': evidence.status };
  if (evidence.status !== 'hit' && evidence.status !== 'shared') {
    return { ...status, 'nearkey.cache.reason': evidence.reason };
  }
  return { ...status, 'nearkey.cache.tier': evidence.tier, 'nearkey.cache.similarity': evidence.similarity };
}

/** As the conventions call an error of no known type. */
function errorType(error: unknown): string {
  return error instanceof UpstreamError ? error.code : '_OTHER';
}

import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { nobody } from '#server/gateway/llm/client-reply.js';
import type { Exchange } from '#server/gateway/llm/model-call.js';
import { endSpan, LlmTracing, noteEvidence, noteFailure, noteOutcome } from '#server/gateway/llm/tracing.js';
import { type Upstream, UpstreamError } from '#server/gateway/llm/upstream.js';
import { SpanRecorder } from '../../../support/span-recorder.js';
import { plainDoor } from './plain-door.js';

async function* bodyOf(parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

const answering =
  (status: number, parts: readonly (string | Error)[] = []): Upstream['send'] =>
  () =>
    Promise.resolve({ status, headers: {}, body: bodyOf(parts) });

function exchangeWith(send: Upstream['send'], headers: Readonly<Record<string, string>> = {}): Exchange {
  const call = { path: '/', headers, body: new Uint8Array() };
  return { door: plainDoor, upstream: { name: 'bedrock', send }, call, reply: nobody, tenant: undefined };
}

/** Asks the exchange's upstream and reads the answer to its end. */
async function askAll({ upstream }: Exchange): Promise<string> {
  const call = { method: 'POST' as const, path: '/', headers: {}, body: new Uint8Array(), isStream: false };
  const { body } = await upstream.send(call, new AbortController().signal);
  let text = '';
  for await (const bytes of body) text += Buffer.from(bytes).toString();
  return text;
}

test('without a provider the exchange goes on as it came', async () => {
  const tracing = new LlmTracing();
  const exchange = exchangeWith(answering(200));
  let worked: Exchange | undefined;
  await tracing.request(exchange, 'm', async (given) => {
    worked = given;
  });
  expect(worked).toBe(exchange);
  expect(await tracing.lookup(undefined, () => Promise.resolve(7))).toBe(7);
});

describe('with a provider', () => {
  let recorder: SpanRecorder;
  let tracing: LlmTracing;
  beforeEach(() => {
    recorder = new SpanRecorder().register();
    tracing = new LlmTracing();
  });
  afterEach(() => {
    recorder.takeBack();
    propagation.disable();
    for (const { isEnded, lateCalls } of recorder.spans) expect([isEnded, lateCalls]).toEqual([true, 0]);
  });

  test('a request is an active span by the conventions, which ends with the work', async () => {
    await tracing.request(exchangeWith(answering(200)), 'm'.repeat(100), async ({ span }) => {
      expect(trace.getActiveSpan()).toBe(span);
      expect(span?.isRecording()).toBe(true);
    });
    const model = 'm'.repeat(80);
    expect(recorder.spans).toMatchObject([
      { name: `chat ${model}`, kind: SpanKind.CLIENT, parentSpanId: undefined, isFailed: false },
    ]);
    expect(recorder.spans[0]?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'aws.bedrock',
      'gen_ai.request.model': model,
    });
  });

  test('the lookup and the call of the model are below it, and active while they work', async () => {
    const active: unknown[] = [];
    const sent: Upstream['send'] = (...args) => {
      active.push(trace.getActiveSpan());
      return answering(200, ['a', 'b'])(...args);
    };
    await tracing.request(exchangeWith(sent), undefined, async (traced) => {
      await tracing.lookup(traced.span, async () => active.push(trace.getActiveSpan()));
      expect(await askAll(traced)).toBe('ab');
    });
    const [request, lookup, call] = recorder.spans;
    const parentSpanId = request?.spanContext().spanId;
    expect(request).toMatchObject({ name: 'chat', isFailed: false });
    expect(lookup).toMatchObject({ name: 'nearkey cache lookup', parentSpanId });
    expect(call).toMatchObject({ name: 'nearkey model call', parentSpanId, isFailed: false });
    expect(call?.attributes).toEqual({ 'http.response.status_code': 200 });
    expect(active).toEqual([lookup, call]);
  });

  test.each<[string, Upstream['send'], string]>([
    ['that is refused', answering(429), '429'],
    ['that has no answer', () => Promise.reject(new UpstreamError('timeout', 'secret')), 'timeout'],
    ['that breaks off', answering(200, ['a', new UpstreamError('unreachable', 'secret')]), 'unreachable'],
    ['that fails otherwise', () => Promise.reject(new Error('secret')), '_OTHER'],
  ])('a call %s fails its span and that of the request, by its type', async (_how, send, type) => {
    await tracing.request(exchangeWith(send), 'm', async (traced) => {
      await askAll(traced).catch(() => undefined);
    });
    expect(recorder.spans.map(({ name, isFailed }) => [name, isFailed])).toEqual([
      ['chat m', true],
      ['nearkey model call', true],
    ]);
    for (const { attributes } of recorder.spans) {
      expect(attributes['error.type']).toBe(type);
      expect(JSON.stringify(attributes)).not.toContain('secret');
    }
  });

  test('work that fails fails the span, and is told', async () => {
    const failing = tracing.request(exchangeWith(answering(200)), 'm', () => Promise.reject(new Error('secret')));
    await expect(failing).rejects.toThrow('secret');
    expect(recorder.spans).toMatchObject([{ isFailed: true, attributes: { 'error.type': '_OTHER' } }]);
  });

  test('what is asked after the answer is below the request, and changes nothing about it', async () => {
    await tracing.request(exchangeWith(answering(500)), 'm', async (traced) => {
      const { span } = traced;
      noteEvidence(span, { status: 'shared', tier: 'semantic', similarity: 0.9 });
      endSpan(span);
      await askAll(traced);
      noteFailure(span, '500');
      noteEvidence(span, { status: 'miss', reason: 'no-candidate' });
    });
    const [request, call] = recorder.spans;
    expect([request?.isFailed, call?.isFailed]).toEqual([false, true]);
    expect(call?.parentSpanId).toBe(request?.spanContext().spanId);
    expect(request?.attributes).toMatchObject({
      'nearkey.cache.status': 'shared',
      'nearkey.cache.tier': 'semantic',
      'nearkey.cache.similarity': 0.9,
    });
    expect(request?.attributes).not.toHaveProperty('nearkey.cache.reason');
  });

  test('tokens are noted where an answer names them', async () => {
    const noted = async (inputTokens: number, outputTokens: number) => {
      const answer = { format: 'plain', text: 'a', body: '{}', usage: { inputTokens, outputTokens } };
      await tracing.request(exchangeWith(answering(200)), 'm', async ({ span }) =>
        noteOutcome(span, { outcome: 'answer', answer }),
      );
      return recorder.spans.at(-1)?.attributes;
    };
    const names = { 'gen_ai.usage.input_tokens': 3, 'gen_ai.usage.output_tokens': 5 };
    expect(await noted(3, 5)).toMatchObject(names);
    expect(await noted(0, 0)).not.toHaveProperty(['gen_ai.usage.input_tokens']);
  });

  test('the parent is the active span, else that of the caller', async () => {
    const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    propagation.setGlobalPropagator({
      extract: (within, carrier, { get }) =>
        get(carrier, 'traceparent') === undefined ? within : trace.setSpanContext(within, remote),
      inject: () => undefined,
      fields: () => [],
    });
    const ask = () => tracing.request(exchangeWith(answering(200), { traceparent: 'x' }), 'm', async () => undefined);
    await ask();
    const server = recorder.startSpan('server');
    await context.with(trace.setSpan(context.active(), server), ask);
    server.end();
    expect(recorder.spans.map(({ parentSpanId }) => parentSpanId)).toEqual([
      remote.spanId,
      undefined,
      server.spanContext().spanId,
    ]);
  });
});

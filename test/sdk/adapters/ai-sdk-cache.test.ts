import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAI as createOpenAI2 } from '@ai-sdk/openai2';
import { generateText, streamText, type ToolSet, tool, wrapLanguageModel } from 'ai';
import { generateText as generateText5, streamText as streamText5, wrapLanguageModel as wrapLanguageModel5 } from 'ai5';
import { z } from 'zod';
import { aiSdk5Cache, aiSdkCache } from '#sdk/adapters/ai-sdk-cache.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { type FakeModel, startFakeModel } from '../../support/fake-model.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const tools = z.custom<ToolSet>().parse({ get_weather: tool({ inputSchema: z.object({ city: z.string() }) }) });

let provider: FakeModel;
let cache: SemanticCache;
let nowMs: number;

beforeEach(async () => {
  provider = await startFakeModel();
  nowMs = 1_700_000_000_000;
  const { commander } = startInProcess().server;
  cache = new SemanticCache({
    cacheId: 'ai',
    commander,
    embedder: new WordEmbedder(),
    clock: { nowMs: () => nowMs },
    config: { minSimilarity: 0.85, defaultTtlMs: 10_000, graceMs: 60_000 },
  });
});
afterEach(() => provider.stop());

const address = () => ({ baseURL: `http://127.0.0.1:${provider.port}/v1`, apiKey: 'sk' });
const model = (namespace?: string) =>
  wrapLanguageModel({
    model: createOpenAI(address()).chat('gpt-4o'),
    middleware: aiSdkCache(namespace === undefined ? { cache } : { cache, namespace }),
  });

async function textOf(stream: AsyncIterable<string>): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

describe('middleware for version 6', () => {
  test('generates a text once, and answers a paraphrase alike', async () => {
    const first = await generateText({ model: model(), prompt: question });
    const second = await generateText({ model: model(), prompt: paraphrase });
    expect([second.text, second.finishReason, second.usage.totalTokens]).toEqual([
      first.text,
      first.finishReason,
      first.usage.totalTokens,
    ]);
    expect(second.providerMetadata?.nearkey).toMatchObject({ tier: 'semantic' });
    expect(second.response.timestamp).toEqual(first.response.timestamp);
    expect(provider.calls.length).toBe(1);
  });

  test('streams once, and replays a paraphrase in the same pieces', async () => {
    const first = await textOf(streamText({ model: model(), prompt: question }).textStream);
    const again = streamText({ model: model(), prompt: paraphrase });
    expect(await textOf(again.textStream)).toEqual(first);
    expect([await again.finishReason, (await again.usage).outputTokens]).toEqual(['stop', 22]);
    expect(provider.calls.length).toBe(1);
  });

  test('asks the model once for calls that come at once and ask the same, in these words or others', async () => {
    const shared = model();
    const prompts = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? question : paraphrase));
    const texts = await Promise.all(
      prompts.map(async (prompt) => (await generateText({ model: shared, prompt })).text),
    );
    expect([new Set(texts).size, provider.calls.length]).toEqual([1, 1]);
    const streams = await Promise.all(
      prompts.map(async (_, at) => {
        const prompt = at % 2 === 0 ? 'Which planets have rings?' : 'Please, which planets have rings?';
        return (await textOf(streamText({ model: shared, prompt }).textStream)).join('');
      }),
    );
    expect([new Set(streams).size, provider.calls.length]).toEqual([1, 2]);
  });

  test('waits for no stream that was left', async () => {
    const shared = model();
    const left = new AbortController();
    provider.streamGate = new Promise(() => undefined);
    const first = streamText({ model: shared, prompt: question, abortSignal: left.signal, onError: () => undefined });
    for await (const _piece of first.textStream) break;
    provider.streamGate = undefined;
    const second = textOf(streamText({ model: shared, prompt: question }).textStream);
    left.abort();
    expect((await second).join('')).toContain('reset my password');
  });

  test('says what a hit saved, and keeps apart whom the application tells apart', async () => {
    let tenant = 'one';
    const own = wrapLanguageModel({
      model: createOpenAI(address()).chat('gpt-4o'),
      middleware: aiSdkCache({ cache, callerOf: () => ({ tenant }), prices: { 'gpt-4o': [1000, 2000] } }),
    });
    await generateText({ model: own, prompt: question });
    const { providerMetadata } = await generateText({ model: own, prompt: question });
    expect(providerMetadata?.nearkey).toMatchObject({ status: 'hit', hitDollars: 0.055 });
    tenant = 'other';
    await generateText({ model: own, prompt: question });
    expect(provider.calls.length).toBe(2);
  });

  test('serves streams by what was generated, and the other way round, tool calls included', async () => {
    const generated = await generateText({ model: model(), prompt: question, tools });
    const streamed = streamText({ model: model(), prompt: question, tools });
    await streamed.consumeStream();
    expect(await streamed.toolCalls).toMatchObject(
      generated.toolCalls.map(({ toolName, input }) => ({ toolName, input })),
    );
    await textOf(streamText({ model: model(), prompt: 'Which planets have rings?' }).textStream);
    const whole = await generateText({ model: model(), prompt: 'Which planets have rings?' });
    expect(whole.text).toContain('which planets have rings');
    expect(provider.calls.length).toBe(2);
  });

  test('keeps namespaces, system prompts and settings apart', async () => {
    await generateText({ model: model(), prompt: question });
    await generateText({ model: model('other'), prompt: question });
    await generateText({ model: model(), prompt: question, system: 'Be brief.' });
    await generateText({ model: model(), prompt: question, temperature: 0.1 });
    await generateText({ model: model(), prompt: question, maxOutputTokens: 5 });
    expect(provider.calls.length).toBe(5);
  });

  test('asks anew for what is stale', async () => {
    await generateText({ model: model(), prompt: question });
    nowMs += 11_000;
    await generateText({ model: model(), prompt: question });
    await generateText({ model: model(), prompt: question });
    expect(provider.calls.length).toBe(2);
  });

  test('keeps nothing that was cut short', async () => {
    provider.fault = { isCutShort: true };
    await generateText({ model: model(), prompt: question });
    await textOf(streamText({ model: model(), prompt: question }).textStream);
    await generateText({ model: model(), prompt: question });
    expect(provider.calls.length).toBe(3);
  });

  test('goes on without a cache that is ill, and says so', async () => {
    const ill = new SemanticCache({
      cacheId: 'ai',
      commander: { call: () => Promise.reject(new Error('Connection is closed.')) },
      embedder: new WordEmbedder(),
    });
    const operations: string[] = [];
    const middleware = aiSdkCache({ cache: ill, onError: (_error, operation) => operations.push(operation) });
    const wrapped = wrapLanguageModel({ model: createOpenAI(address()).chat('gpt-4o'), middleware });
    expect((await generateText({ model: wrapped, prompt: question })).text).toContain('reset my password');
    expect(operations).toEqual(['lookup', 'store']);
  });
});

test('middleware for version 5 generates and streams once', async () => {
  const wrapped = wrapLanguageModel5({
    model: createOpenAI2(address()).chat('gpt-4o'),
    middleware: aiSdk5Cache({ cache }),
  });
  const first = await generateText5({ model: wrapped, prompt: question });
  const second = await generateText5({ model: wrapped, prompt: paraphrase });
  expect([second.text, second.finishReason, second.usage]).toEqual([first.text, first.finishReason, first.usage]);
  expect((await textOf(streamText5({ model: wrapped, prompt: paraphrase }).textStream)).join('')).toBe(first.text);
  expect(provider.calls.length).toBe(1);
});

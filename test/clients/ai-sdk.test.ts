/** Vercel's AI SDK, in both of its major versions, over its provider for OpenAI: the address changed and nothing else. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAI as createOpenAI2 } from '@ai-sdk/openai2';
import { generateText, streamText, type ToolSet, tool } from 'ai';
import { generateText as generateText5, streamText as streamText5, type ToolSet as ToolSet5, tool as tool5 } from 'ai5';
import { z } from 'zod';
import { all } from '../support/all.js';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const inputSchema = z.object({ city: z.string() });
/** A set of tools has a type that no object literal fits while optional members are exact. */
const tools = z.custom<ToolSet>().parse({ get_weather: tool({ inputSchema }) });
const tools5 = z.custom<ToolSet5>().parse({ get_weather: tool5({ inputSchema }) });
const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway();
});
afterEach(() => gateway.stop());

/** The parts of an answer that have no moment in them. */
function timeless(parts: readonly object[]): unknown {
  return JSON.parse(
    JSON.stringify(parts, (name, value: unknown) =>
      ['timestamp', 'headers', 'date'].includes(name) ? undefined : value,
    ),
  );
}

describe.each(['chat', 'responses'] as const)('version 6 over %s', (api) => {
  const model = () => createOpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-one' })[api]('gpt-5');

  test('generates a text once, and answers a paraphrase alike', async () => {
    const first = await generateText({ model: model(), prompt: question });
    const second = await generateText({ model: model(), prompt: paraphrase });
    expect(second.text).toBe(first.text);
    expect([second.finishReason, second.usage]).toEqual([first.finishReason, first.usage]);
    expect(second.response.headers).toMatchObject({ 'x-nearkey-cache': 'hit' });
    expect(gateway.model.calls.length).toBe(1);
  });

  test('streams a paraphrase in the same parts and order', async () => {
    const first = await all(streamText({ model: model(), prompt: question }).fullStream);
    const second = await all(streamText({ model: model(), prompt: paraphrase }).fullStream);
    expect(timeless(second.slice(2))).toEqual(timeless(first.slice(2)));
    expect(second.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(5);
    expect(gateway.model.calls.length).toBe(1);
  });

  test('keeps tool calls', async () => {
    const first = await generateText({ model: model(), prompt: question, tools });
    const second = await generateText({ model: model(), prompt: paraphrase, tools });
    expect(first.toolCalls[0]).toMatchObject({ toolName: 'get_weather', input: { city: 'Paris' } });
    expect(second.toolCalls).toEqual(first.toolCalls);
    expect(gateway.model.calls.length).toBe(1);
  });
});

describe('version 5', () => {
  const model = () => createOpenAI2({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-one' }).chat('gpt-5');

  test('generates a text once, and answers a paraphrase alike', async () => {
    const first = await generateText5({ model: model(), prompt: question });
    const second = await generateText5({ model: model(), prompt: paraphrase });
    expect([second.text, second.finishReason, second.usage]).toEqual([first.text, first.finishReason, first.usage]);
    expect(gateway.model.calls.length).toBe(1);
  });

  test('streams a paraphrase in the same parts and order, tool calls included', async () => {
    for (const more of [{}, { tools: tools5 }]) {
      const first = await all(streamText5({ model: model(), prompt: question, ...more }).fullStream);
      const second = await all(streamText5({ model: model(), prompt: paraphrase, ...more }).fullStream);
      expect(timeless(second.slice(2))).toEqual(timeless(first.slice(2)));
    }
    expect(gateway.model.calls.length).toBe(2);
  });
});

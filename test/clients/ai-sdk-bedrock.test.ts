/** Vercel's AI SDK, in both of its major versions, over its provider for Bedrock: the address changed and nothing else. */
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { createAmazonBedrock as createAmazonBedrock3 } from '@ai-sdk/amazon-bedrock3';
import { generateText, streamText, type ToolSet, tool } from 'ai';
import { generateText as generateText5, streamText as streamText5, type ToolSet as ToolSet5, tool as tool5 } from 'ai5';
import { z } from 'zod';
import { all } from '../support/all.js';
import { FakeBedrock, fakeCredentials } from '../support/fake-bedrock.js';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const inputSchema = z.object({ city: z.string() });
/** A set of tools has a type that no object literal fits while optional members are exact. */
const tools = z.custom<ToolSet>().parse({ get_weather: tool({ inputSchema }) });
const tools5 = z.custom<ToolSet5>().parse({ get_weather: tool5({ inputSchema }) });
const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const modelId = 'eu.anthropic.claude-sonnet-4-20250514-v1:0';
const account = { region: 'eu-central-1', accessKeyId: 'AKIDCALLER', secretAccessKey: 'of the caller' };

let fake: FakeBedrock;
let gateway: TestGateway;

beforeEach(async () => {
  fake = await new FakeBedrock().start();
  const bedrock = { region: 'eu-central-1', endpoint: fake.endpoint, credentials: fakeCredentials };
  gateway = await startTestGateway({ llm: { bedrock: { ...bedrock, callerSecrets: new Map() } } });
});

afterEach(async () => {
  await gateway.stop();
  await fake.stop();
});

/** The parts of an answer that have no moment, and no id made by the client, in them. */
function lasting(parts: readonly object[]): unknown {
  const passing = ['timestamp', 'headers', 'date', 'id'];
  return JSON.parse(JSON.stringify(parts, (name, value: unknown) => (passing.includes(name) ? undefined : value)));
}

describe('version 6', () => {
  const model = () => createAmazonBedrock({ ...account, baseURL: gateway.url })(modelId);

  test('generates a text once, and answers a paraphrase alike', async () => {
    const first = await generateText({ model: model(), prompt: question });
    const second = await generateText({ model: model(), prompt: paraphrase });
    expect(second.text).toBe(first.text);
    expect([second.finishReason, second.usage]).toEqual([first.finishReason, first.usage]);
    expect(second.response.headers).toMatchObject({ 'x-nearkey-cache': 'hit' });
    expect(fake.calls).toHaveLength(1);
  });

  test('streams a paraphrase in the same parts and order, tool calls included', async () => {
    for (const more of [{}, { tools }]) {
      const first = await all(streamText({ model: model(), prompt: question, ...more }).fullStream);
      const second = await all(streamText({ model: model(), prompt: paraphrase, ...more }).fullStream);
      expect(lasting(second.slice(2))).toEqual(lasting(first.slice(2)));
      expect(second.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(5);
    }
    expect(fake.calls).toHaveLength(2);
  });

  test('keeps tool calls', async () => {
    const first = await generateText({ model: model(), prompt: question, tools });
    const second = await generateText({ model: model(), prompt: paraphrase, tools });
    expect(first.toolCalls[0]).toMatchObject({ toolName: 'get_weather', input: { city: 'Paris' } });
    expect(second.toolCalls).toEqual(first.toolCalls);
    expect(fake.calls).toHaveLength(1);
  });
});

describe('version 5', () => {
  const model = () => createAmazonBedrock3({ ...account, baseURL: gateway.url })(modelId);

  test('generates a text once, and answers a paraphrase alike', async () => {
    const first = await generateText5({ model: model(), prompt: question });
    const second = await generateText5({ model: model(), prompt: paraphrase });
    expect([second.text, second.finishReason, second.usage]).toEqual([first.text, first.finishReason, first.usage]);
    expect(fake.calls).toHaveLength(1);
  });

  test('streams a paraphrase in the same parts and order, tool calls included', async () => {
    for (const more of [{}, { tools: tools5 }]) {
      const first = await all(streamText5({ model: model(), prompt: question, ...more }).fullStream);
      const second = await all(streamText5({ model: model(), prompt: paraphrase, ...more }).fullStream);
      expect(lasting(second.slice(2))).toEqual(lasting(first.slice(2)));
    }
    expect(fake.calls).toHaveLength(2);
  });
});

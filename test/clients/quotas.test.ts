/** What clients of providers make of a tenant whose quota is used up: the error they know as too many requests. */
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand, ThrottlingException } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const apiKey = 'k-acme';
let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startTestGateway({
    llm: {
      tenantKeys: [{ tenant: 'acme', key: apiKey }],
      tenantQuotas: [{ tenant: 'acme', requestsPerMinute: 1, tokensPerDay: 0 }],
    },
  });
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
  const { data } = await openai.embeddings.create({ model: 'nearkey', input: 'one' });
  expect(data.length).toBe(1);
});
afterEach(() => gateway.stop());

const messages = [{ role: 'user' as const, content: 'Why?' }];

test("OpenAI's, in chats, responses and embeddings", async () => {
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
  for (const refused of [
    openai.chat.completions.create({ model: 'gpt-5', messages }),
    openai.chat.completions.create({ model: 'gpt-5', messages, stream: true }),
    openai.responses.create({ model: 'gpt-5', input: 'Why?' }),
    openai.embeddings.create({ model: 'nearkey', input: 'one' }),
  ]) {
    const error: unknown = await refused.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof OpenAI.RateLimitError)) throw new Error('Expected to be refused');
    expect([error.status, error.code, error.type]).toEqual([429, 'rate_limit_exceeded', 'rate_limit_error']);
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test("Anthropic's", async () => {
  const anthropic = new Anthropic({ baseURL: gateway.url, apiKey, maxRetries: 0 });
  const refused = anthropic.messages.create({ model: 'claude-fake', max_tokens: 9, messages });
  await expect(refused).rejects.toThrow(Anthropic.RateLimitError);
  await expect(refused).rejects.toMatchObject({ error: { error: { type: 'rate_limit_error' } } });
});

test("the AWS SDK's of Bedrock", async () => {
  const client = new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: gateway.url,
    token: { token: apiKey },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  try {
    const asked = new ConverseCommand({ modelId: 'm', messages: [{ role: 'user', content: [{ text: 'Why?' }] }] });
    await expect(client.send(asked)).rejects.toThrow(ThrottlingException);
  } finally {
    client.destroy();
  }
});

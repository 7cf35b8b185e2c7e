/** The AWS SDK's client of Bedrock Runtime, over HTTP/2 as it comes and over HTTP/1.1, its endpoint changed and nothing else. */
import {
  BedrockRuntimeClient,
  type BedrockRuntimeClientConfig,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
  ModelStreamErrorException,
  ThrottlingException,
  ValidationException,
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { all } from '../support/all.js';
import { invokedWith, said } from '../support/bedrock-calls.js';
import { FakeBedrock, fakeCredentials, fakeToken } from '../support/fake-bedrock.js';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const modelId = 'eu.anthropic.claude-sonnet-4-20250514-v1:0';
const arn = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc123';

let fake: FakeBedrock;
let gateway: TestGateway;
const clients: BedrockRuntimeClient[] = [];

beforeEach(async () => {
  fake = await new FakeBedrock().start();
  const bedrock = { region: 'eu-central-1', endpoint: fake.endpoint, credentials: fakeCredentials };
  gateway = await startTestGateway({ llm: { bedrock: { ...bedrock, callerSecrets: new Map() }, retriesMax: 0 } });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await gateway.stop();
  await fake.stop();
});

function clientOf(config: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  const client = new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: gateway.url,
    credentials: { accessKeyId: 'AKIDCALLER', secretAccessKey: 'of the caller' },
    maxAttempts: 1,
    ...config,
  });
  clients.push(client);
  return client;
}

const asked = (text: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId,
  messages: [{ role: 'user', content: [{ text }] }],
  inferenceConfig: { maxTokens: 200, temperature: 0.2 },
  ...more,
});
const weather: ConverseCommandInput['toolConfig'] = {
  tools: [{ toolSpec: { name: 'get_weather', inputSchema: { json: { type: 'object', properties: {} } } } }],
};
const invoked = (text: string) => invokedWith(modelId, text);

/** The events of a model inside an answer of InvokeModelWithResponseStream. */
function inner(
  events: readonly { readonly chunk?: { readonly bytes?: Uint8Array | undefined } | undefined }[],
): unknown[] {
  return events.map(({ chunk }) => JSON.parse(Buffer.from(chunk?.bytes ?? []).toString()));
}

const handlers: readonly [string, () => BedrockRuntimeClientConfig][] = [
  ['HTTP/2', () => ({})],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler() })],
];

describe.each(handlers)('over %s', (_name, config) => {
  test('Converse asks the model once, and answers a paraphrase alike', async () => {
    const client = clientOf(config());
    const first = await client.send(new ConverseCommand(asked(question)));
    expect(first.output?.message?.content?.[0]?.text).toBe(`Answer 1 to: ${question}`);
    const second = await client.send(new ConverseCommand(asked(paraphrase)));
    expect(said(second)).toEqual(said(first));
    expect(second.usage).toMatchObject({ inputTokens: 11, outputTokens: 22, totalTokens: 33 });
    expect(second.$metadata.requestId).toBeDefined();
    expect(fake.calls).toHaveLength(1);
  });

  test('ConverseStream answers a paraphrase in the same events and order', async () => {
    const client = clientOf(config());
    const first = await all((await client.send(new ConverseStreamCommand(asked(question)))).stream);
    const second = await all((await client.send(new ConverseStreamCommand(asked(paraphrase)))).stream);
    expect(second).toEqual(first);
    expect(first.length).toBeGreaterThan(8);
    expect(first.at(-1)?.metadata?.usage?.outputTokens).toBe(22);
    expect(fake.calls).toHaveLength(1);
  });

  test('InvokeModel answers a paraphrase alike', async () => {
    const client = clientOf(config());
    const first = await client.send(new InvokeModelCommand(invoked(question)));
    const second = await client.send(new InvokeModelCommand(invoked(paraphrase)));
    expect(Buffer.from(second.body).toString()).toBe(Buffer.from(first.body).toString());
    expect(JSON.parse(Buffer.from(first.body).toString()).content[0].text).toContain(question);
    expect(fake.calls).toHaveLength(1);
  });

  test('InvokeModelWithResponseStream answers a paraphrase in the same events and order', async () => {
    const client = clientOf(config());
    const first = await client.send(new InvokeModelWithResponseStreamCommand(invoked(question)));
    const begun = inner(await all(first.body));
    const second = await client.send(new InvokeModelWithResponseStreamCommand(invoked(paraphrase)));
    expect(inner(await all(second.body))).toEqual(begun);
    expect([first.contentType, second.contentType]).toEqual(['application/json', 'application/json']);
    expect(begun.at(-1)).toMatchObject({ type: 'message_stop' });
    expect(fake.calls).toHaveLength(1);
  });

  test('an exception in a stream reaches the caller, and nothing is kept', async () => {
    const client = clientOf(config());
    fake.queue({ kind: 'exception', type: 'modelStreamErrorException' });
    const broken = await client.send(new ConverseStreamCommand(asked(question)));
    await expect(all(broken.stream)).rejects.toBeInstanceOf(ModelStreamErrorException);
    await all((await client.send(new ConverseStreamCommand(asked(question)))).stream);
    expect(fake.calls).toHaveLength(2);
  });

  test('a stream that is cut breaks off for the caller, and nothing is kept', async () => {
    const client = clientOf(config());
    fake.queue({ kind: 'cut', afterEvents: 3 });
    const broken = await client.send(new ConverseStreamCommand(asked(question)));
    const seen = await all(broken.stream).then(
      (events) => events.some((event) => event.messageStop !== undefined),
      () => false,
    );
    expect(seen).toBe(false);
    const whole = await all((await client.send(new ConverseStreamCommand(asked(question)))).stream);
    expect(whole.at(-1)?.metadata).toBeDefined();
    expect(fake.calls).toHaveLength(2);
  });

  test('errors of Bedrock are the errors of the client', async () => {
    const client = clientOf(config());
    fake.queue({ kind: 'refuse', status: 429, type: 'ThrottlingException' });
    await expect(client.send(new ConverseCommand(asked(question)))).rejects.toBeInstanceOf(ThrottlingException);
    fake.queue({ kind: 'refuse', status: 400, type: 'ValidationException' });
    const refused = client.send(new ConverseStreamCommand(asked(question)));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'ValidationException of the fake',
    });
    await expect(refused).rejects.toBeInstanceOf(ValidationException);
  });
});

describe('the client of Bedrock Runtime', () => {
  test('gets what was streamed in one piece, and what came in one piece as a stream; tool calls, too', async () => {
    const client = clientOf();
    for (const more of [{}, { toolConfig: weather }]) {
      const events = await all((await client.send(new ConverseStreamCommand(asked(question, more)))).stream);
      const whole = await client.send(new ConverseCommand(asked(question, more)));
      const text = events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
      expect(whole.output?.message?.content?.[0]?.text).toBe(text);
      expect(whole.usage?.outputTokens).toBe(22);
      const other = 'Which planets have rings?';
      const piece = await client.send(new ConverseCommand(asked(other, more)));
      const replayed = await all((await client.send(new ConverseStreamCommand(asked(other, more)))).stream);
      const spoken = replayed.map((event) => event.contentBlockDelta?.delta?.text ?? '').join('');
      expect(piece.output?.message?.content?.[0]?.text).toBe(spoken);
      if (more.toolConfig === undefined) continue;
      expect(whole.output?.message?.content?.[1]?.toolUse).toMatchObject({
        name: 'get_weather',
        input: { city: 'Paris' },
      });
      const input = replayed.map((event) => event.contentBlockDelta?.delta?.toolUse?.input ?? '').join('');
      expect(JSON.parse(input)).toEqual({ city: 'Paris', days: 2 });
      expect([whole.stopReason, replayed.at(-2)?.messageStop?.stopReason]).toEqual(['tool_use', 'tool_use']);
    }
    expect(fake.calls).toHaveLength(4);
  });

  test('has guardrails, metadata and profiles reach the model, and kept apart by what shapes an answer', async () => {
    const client = clientOf();
    const guardrailConfig = { guardrailIdentifier: 'gr-1', guardrailVersion: '1', trace: 'enabled' as const };
    const requestMetadata = { team: 'a' };
    await client.send(new ConverseCommand(asked(question, { modelId: arn, guardrailConfig, requestMetadata })));
    expect(fake.calls[0]).toMatchObject({ model: arn, body: { guardrailConfig, requestMetadata } });
    await client.send(
      new ConverseCommand(asked(question, { modelId: arn, guardrailConfig, requestMetadata: { team: 'b' } })),
    );
    expect(fake.calls).toHaveLength(1);
    await client.send(new ConverseCommand(asked(question, { modelId: arn })));
    await client.send(new ConverseCommand(asked(question)));
    await client.send(new ConverseCommand(asked(question, { system: [{ text: 'Be brief.' }] })));
    await client.send(new ConverseCommand(asked(question, { inferenceConfig: { maxTokens: 201, temperature: 0.2 } })));
    expect(fake.calls).toHaveLength(5);
  });

  test('keeps nothing that is not whole, or was filtered', async () => {
    const client = clientOf();
    for (const reason of ['max_tokens', 'guardrail_intervened', 'content_filtered']) {
      fake.queue({ kind: 'stop', reason });
      const output = await client.send(new ConverseCommand(asked(question)));
      expect(output.stopReason).toBe(reason);
    }
    await client.send(new ConverseCommand(asked(question)));
    expect(fake.calls).toHaveLength(4);
  });

  test('says in the metadata of a request what the cache is to do', async () => {
    const client = clientOf();
    const noStore = { requestMetadata: { 'nearkey-no-store': 'true' } };
    for (const _call of [1, 2]) await client.send(new ConverseCommand(asked(question, noStore)));
    expect(fake.calls).toHaveLength(2);
  });

  test('passes on a body of no known model, and a bearer token where the server has no keys', async () => {
    const client = clientOf();
    const embedding = {
      modelId: 'amazon.titan-embed-text-v2:0',
      body: JSON.stringify({ inputText: 'hello', dimensions: 2 }),
    };
    for (const _call of [1, 2]) {
      const { body } = await client.send(new InvokeModelCommand(embedding));
      expect(JSON.parse(Buffer.from(body).toString()).embedding).toEqual([0.6, 0.8]);
    }
    expect(fake.calls).toHaveLength(2);
    const bearing = clientOf({ token: { token: fakeToken }, authSchemePreference: ['httpBearerAuth'] });
    await bearing.send(new ConverseCommand(asked(question)));
    expect(fake.calls[2]?.headers.authorization).toBe(`Bearer ${fakeToken}`);
  });

  test('answers callers with different keys apart', async () => {
    await clientOf().send(new ConverseCommand(asked(question)));
    const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x' };
    await clientOf({ credentials: other }).send(new ConverseCommand(asked(question)));
    expect(fake.calls).toHaveLength(2);
  });

  test('many at once on one connection ask the model once', async () => {
    const client = clientOf();
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => client.send(new ConverseCommand(asked(question)))),
    );
    expect(new Set(answers.map((answer) => answer.output?.message?.content?.[0]?.text)).size).toBe(1);
    expect(fake.calls).toHaveLength(1);
  });
});

describe('a gateway with keys of its own', () => {
  test('asks for a bearer token, and does not hand it on', async () => {
    await gateway.stop();
    const bedrock = { region: 'eu-central-1', endpoint: fake.endpoint, credentials: fakeCredentials };
    const tenantKeys = [{ tenant: 'acme', key: 'key-of-acme' }];
    gateway = await startTestGateway({ llm: { bedrock: { ...bedrock, callerSecrets: new Map() }, tenantKeys } });
    await expect(clientOf().send(new ConverseCommand(asked(question)))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    const bearing = clientOf({ token: { token: 'key-of-acme' }, authSchemePreference: ['httpBearerAuth'] });
    await bearing.send(new ConverseCommand(asked(question)));
    expect(fake.calls).toHaveLength(1);
    expect(fake.calls[0]?.headers.authorization).toContain(fakeCredentials.accessKeyId);
  });
});

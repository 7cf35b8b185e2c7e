/** The AWS SDK's client of Bedrock Runtime with a cache in it, over a faked Bedrock. */
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
} from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { cacheBedrock } from '#sdk/adapters/bedrock-cache.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { all } from '../../support/all.js';
import { invokedWith, said } from '../../support/bedrock-calls.js';
import { FakeBedrock, fakeCredentials } from '../../support/fake-bedrock.js';
import { openTestStore, type TestStore } from '../../support/test-store.js';
import { WordEmbedder } from '../word-embedder.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const modelId = 'eu.anthropic.claude-sonnet-4-20250514-v1:0';

let fake: FakeBedrock;
let store: TestStore;
let cache: SemanticCache;
const clients: BedrockRuntimeClient[] = [];
const evidence: string[] = [];

beforeEach(async () => {
  fake = await new FakeBedrock().start();
  store = await openTestStore();
  const { commander } = store;
  const embedder = new WordEmbedder();
  cache = new SemanticCache({ cacheId: 'wrapped', commander, embedder, config: { minSimilarity: 0.85 } });
  evidence.length = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  store.close();
  await fake.stop();
});

function clientOf(config: BedrockRuntimeClientConfig = {}): BedrockRuntimeClient {
  const { endpoint } = fake;
  const own = { region: 'eu-central-1', endpoint, credentials: fakeCredentials, maxAttempts: 1 };
  const client = new BedrockRuntimeClient({ ...own, ...config });
  clients.push(client);
  return cacheBedrock(client, { cache, onEvidence: ({ status }) => evidence.push(status) });
}

const asked = (text: string, more: Partial<ConverseCommandInput> = {}): ConverseCommandInput => ({
  modelId,
  messages: [{ role: 'user', content: [{ text }] }],
  ...more,
});
const invoked = (text: string) => invokedWith(modelId, text);

const handlers: readonly [string, () => BedrockRuntimeClientConfig][] = [
  ['HTTP/2', () => ({})],
  ['HTTP/1.1', () => ({ requestHandler: new NodeHttpHandler() })],
];

describe.each(handlers)('over %s', (_name, config) => {
  test('Converse and ConverseStream ask the model once, and answer a paraphrase alike', async () => {
    const client = clientOf(config());
    const first = await client.send(new ConverseCommand(asked(question)));
    const second = await client.send(new ConverseCommand(asked(paraphrase)));
    expect(said(second)).toEqual(said(first));
    const other = 'Which planets have rings?';
    const events = await all((await client.send(new ConverseStreamCommand(asked(other)))).stream);
    expect(await all((await client.send(new ConverseStreamCommand(asked(other)))).stream)).toEqual(events);
    expect(events.at(-1)?.metadata?.usage?.outputTokens).toBe(22);
    expect(fake.calls).toHaveLength(2);
    expect(evidence).toEqual(['miss', 'hit', 'miss', 'hit']);
  });

  test('InvokeModel and its stream ask the model once, and answer a paraphrase alike', async () => {
    const client = clientOf(config());
    const first = await client.send(new InvokeModelCommand(invoked(question)));
    const second = await client.send(new InvokeModelCommand(invoked(paraphrase)));
    expect(second.body.transformToString()).toBe(first.body.transformToString());
    const other = invoked('Which planets have rings?');
    const streamed = await client.send(new InvokeModelWithResponseStreamCommand(other));
    const events = await all(streamed.body);
    const again = await client.send(new InvokeModelWithResponseStreamCommand(other));
    expect(await all(again.body)).toEqual(events);
    expect(again.contentType).toBe(streamed.contentType);
    expect(fake.calls).toHaveLength(2);
  });

  test('a stream that breaks off does so for the caller, and nothing is kept', async () => {
    const client = clientOf(config());
    fake.queue({ kind: 'exception', type: 'modelStreamErrorException' });
    const broken = await client.send(new ConverseStreamCommand(asked(question)));
    await expect(all(broken.stream)).rejects.toBeInstanceOf(ModelStreamErrorException);
    fake.queue({ kind: 'cut', afterEvents: 3 });
    const cut = await client.send(new ConverseStreamCommand(asked(question)));
    await all(cut.stream).catch(() => undefined);
    await all((await client.send(new ConverseStreamCommand(asked(question)))).stream);
    expect(fake.calls).toHaveLength(3);
    expect(evidence).toEqual(['miss', 'miss', 'miss']);
  });
});

test('calls that come at once and ask the same, in these words or others, ask the model once', async () => {
  const client = clientOf();
  const texts = Array.from({ length: 50 }, (_, at) => (at % 2 === 0 ? question : paraphrase));
  const answers = await Promise.all(
    texts.map(async (text) => JSON.stringify(said(await client.send(new ConverseCommand(asked(text)))))),
  );
  expect([new Set(answers).size, fake.calls.length]).toEqual([1, 1]);
  const streams = await Promise.all(
    texts.map(async (text) => {
      const { body } = await client.send(new InvokeModelWithResponseStreamCommand(invoked(text)));
      return JSON.stringify(await all(body));
    }),
  );
  expect([new Set(streams).size, fake.calls.length]).toEqual([1, 2]);
  expect(evidence.filter((status) => status === 'miss')).toHaveLength(2);
  expect(evidence).toContain('shared');
});

test('nobody waits for a call that was refused', async () => {
  const refusal = { kind: 'refuse', status: 400, type: 'ValidationException' } as const;
  fake.queue(refusal, refusal, refusal);
  const client = clientOf();
  const send = () => client.send(new ConverseCommand(asked(question)));
  const outcomes = await Promise.allSettled([send(), send(), send(), send()]);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('errors are the errors of the client, and are tried again as ever', async () => {
  fake.queue({ kind: 'refuse', status: 429, type: 'ThrottlingException' });
  await expect(clientOf().send(new ConverseCommand(asked(question)))).rejects.toBeInstanceOf(ThrottlingException);
  fake.queue({ kind: 'refuse', status: 503, type: 'ServiceUnavailableException' });
  const patient = clientOf({ maxAttempts: 2 });
  expect((await patient.send(new ConverseCommand(asked(question)))).output).toBeDefined();
});

test('callers say in requestMetadata what they want of the cache', async () => {
  const client = clientOf();
  const requestMetadata = { 'nearkey-no-store': 'true' };
  await client.send(new ConverseCommand(asked(question, { requestMetadata })));
  await client.send(new ConverseCommand(asked(question)));
  expect(evidence).toEqual(['bypass', 'miss']);
});

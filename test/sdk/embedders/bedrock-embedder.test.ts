import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { bedrockEmbedder } from '#sdk/embedders/bedrock-embedder.js';
import { type FakeEmbeddings, fakeVector, startFakeEmbeddings } from '../../support/fake-embeddings.js';

let fake: FakeEmbeddings;

beforeEach(async () => {
  fake = await startFakeEmbeddings();
});
afterEach(() => fake.stop());

function embedder(model: string, more: Partial<Parameters<typeof bedrockEmbedder>[0]> = {}) {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const clientConfig = { region: 'eu-central-1', endpoint: fake.url, credentials, maxAttempts: 2 };
  return bedrockEmbedder({ model, clientConfig, ...more });
}

test.each([
  ['amazon.titan-embed-text-v2:0', 1024],
  ['amazon.titan-embed-text-v1', 1536],
  ['cohere.embed-multilingual-v3', 1024],
  ['global.cohere.embed-v4:0', 1536],
  ['amazon.nova-2-multimodal-embeddings-v1:0', 1024],
])('has vectors of %s through the client of the AWS SDK', async (model, dimension) => {
  const made = embedder(model);
  expect(made.dimension).toBe(dimension);
  const texts = ['one', 'two', 'three'];
  const vectors = await made.embed(texts);
  expect(vectors).toEqual(texts.map((text) => Float32Array.from(fakeVector(text, dimension))));
  expect(new Set(fake.calls.map(({ path }) => path))).toEqual(new Set([`/model/${model}/invoke`]));
  expect(fake.calls[0]?.headers.authorization).toContain('AWS4-HMAC-SHA256 Credential=AKID/');
  await made.close();
});

test('asks for the dimension that is wanted, and refuses those a model cannot make', async () => {
  const made = embedder('amazon.titan-embed-text-v2:0', { dimension: 256 });
  expect((await made.embed(['one']))[0]).toHaveLength(256);
  expect(fake.calls[0]?.body).toEqual({
    inputText: 'one',
    dimensions: 256,
    normalize: true,
    embeddingTypes: ['float'],
  });
  expect(() => embedder('cohere.embed-english-v3', { dimension: 512 })).toThrow('makes 1024 dimensions, not 512');
  await made.close();
});

test('takes the family from whoever knows it, where a name does not say', async () => {
  const profile = 'arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/abc';
  expect(() => embedder(profile)).toThrow('name its family');
  expect(embedder(profile, { family: 'nova' }).id).toMatch(/^bedrock-arn-aws-bedrock-.*-[0-9a-f]{8}$/);
});

test('tries again what may pass, and says what does not', async () => {
  const made = embedder('cohere.embed-v4:0', { dimension: 256 });
  fake.faults.push({ status: 429 });
  expect(await made.embed(['one'])).toHaveLength(1);
  fake.faults.push({ status: 400 });
  await expect(made.embed(['one'])).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('no vectors today'),
  });
  await made.close();
  await expect(made.embed(['one'])).rejects.toMatchObject({ code: 'closed' });
});

test('refuses answers of another form', async () => {
  fake.alter = () => ({ vector: [1] });
  const made = embedder('amazon.titan-embed-text-v2:0');
  await expect(made.embed(['one'])).rejects.toMatchObject({ code: 'failed' });
  await made.close();
});

test('leaves a client that is the caller’s open', async () => {
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const client = new BedrockRuntimeClient({ region: 'eu-central-1', endpoint: fake.url, credentials });
  const first = embedder('cohere.embed-v4:0', { client });
  await first.embed(['one']);
  await first.close();
  const second = embedder('cohere.embed-v4:0', { client });
  expect(await second.embed(['two'])).toHaveLength(1);
  client.destroy();
});

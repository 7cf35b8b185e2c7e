import { OpenAI } from 'openai';
import { openAiEmbedder, probedDimension } from '#sdk/embedders/openai-embedder.js';
import { base64, type FakeEmbeddings, fakeVector, startFakeEmbeddings } from '../../support/fake-embeddings.js';

let fake: FakeEmbeddings;
const waits: number[] = [];
const pause = async (delayMs: number): Promise<void> => {
  waits.push(delayMs);
};

beforeEach(async () => {
  fake = await startFakeEmbeddings();
  waits.length = 0;
});
afterEach(() => fake.stop());

function embedder(options: Partial<Parameters<typeof openAiEmbedder>[0]> = {}) {
  return openAiEmbedder({ model: 'nomic-embed-text', dimension: 8, baseUrl: `${fake.url}/v1/`, pause, ...options });
}

function expected(text: string, dimension = 8): Float32Array {
  return Float32Array.from(fakeVector(text, dimension));
}

test('answers vectors in the order of the texts, in batches, with the key', async () => {
  const made = embedder({ apiKey: 'sk-1', batchTextsMax: 2, headers: { 'x-team': 'a' } });
  expect(made.id).toBe('openai-nomic-embed-text-8');
  expect(await made.embed(['one', 'two', 'three'])).toEqual(['one', 'two', 'three'].map((text) => expected(text)));
  expect(fake.calls.map(({ body }) => body)).toEqual([
    { model: 'nomic-embed-text', input: ['one', 'two'], encoding_format: 'float' },
    { model: 'nomic-embed-text', input: ['three'], encoding_format: 'float' },
  ]);
  expect(fake.calls[0]?.headers).toMatchObject({ authorization: 'Bearer sk-1', 'x-team': 'a' });
});

test('agrees with the client of OpenAI', async () => {
  const client = new OpenAI({ baseURL: `${fake.url}/v1`, apiKey: 'sk-1' });
  const { data } = await client.embeddings.create({ model: 'nomic-embed-text', input: 'one' });
  const [vector] = await embedder().embed(['one']);
  expect([...(vector ?? [])]).toEqual(data[0]?.embedding);
});

test('knows the models of OpenAI, and asks for as many dimensions as are wanted', async () => {
  const small = embedder({ model: 'text-embedding-3-small', dimension: 256 });
  expect(await small.embed(['one'])).toEqual([expected('one', 256)]);
  expect(fake.calls[0]?.body).toMatchObject({ dimensions: 256 });
  expect(embedder({ model: 'text-embedding-3-large', dimension: undefined }).dimension).toBe(3072);
  expect(() => embedder({ dimension: undefined })).toThrow('the dimension of nomic-embed-text is not known');
  expect(await probedDimension({ model: 'nomic-embed-text', baseUrl: `${fake.url}/v1` })).toBe(8);
});

test('reads vectors as base64', async () => {
  fake.alter = () => ({ data: [{ index: 0, embedding: base64(fakeVector('one', 8)) }] });
  expect(await embedder().embed(['one'])).toEqual([expected('one')]);
});

test('tries again what may pass, as the server asks or with waits that grow', async () => {
  fake.faults.push({ status: 503 }, { status: 429, retryAfterSeconds: 3 });
  expect(await embedder().embed(['one'])).toEqual([expected('one')]);
  expect(waits).toEqual([250, 3_000]);
});

test('tries again where there is no connection, and gives up in the end', async () => {
  await fake.stop();
  await expect(embedder().embed(['one'])).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('no answer'),
  });
  expect(waits).toEqual([250, 500]);
  fake = await startFakeEmbeddings();
});

test.each([
  ['a refusal', { status: 401 }],
  ['more patience than anyone has', { status: 429, retryAfterSeconds: 3_600 }],
])('does not try %s again', async (_, fault) => {
  fake.faults.push(fault);
  await expect(embedder().embed(['one'])).rejects.toMatchObject({
    code: 'failed',
    message: `embedder openai-nomic-embed-text-8 failed: status ${fault.status}: no vectors today`,
  });
  expect(fake.calls).toHaveLength(1);
});

test.each([
  ['no list', { data: 'none' }, 'failed'],
  ['too few', { data: [] }, 'failed'],
  ['another dimension', { data: [{ index: 0, embedding: [1, 2] }] }, 'invalid-output'],
])('refuses an answer with %s', async (_, answer, code) => {
  fake.alter = () => answer;
  await expect(embedder().embed(['one'])).rejects.toMatchObject({ code });
});

test('ends what is under way when it is closed', async () => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const slow = embedder({
    pause: () => {
      arrive();
      return new Promise(() => undefined);
    },
  });
  fake.faults.push({ status: 503 });
  void slow.embed(['one']).catch(() => undefined);
  await arrived;
  await slow.close();
  await expect(slow.embed(['two'])).rejects.toMatchObject({ code: 'closed' });
});

test('gives up when the time is over', async () => {
  fake.gate = new Promise(() => undefined);
  await expect(embedder({ timeoutMs: 1, retriesMax: 0 }).embed(['one'])).rejects.toMatchObject({ code: 'failed' });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '#server/config/config.js';
import { openEmbedder, packagedEmbedder } from '#server/embedder.js';
import { EmbeddedNearkeys } from '../support/embedded-nearkey.js';
import { type FakeEmbeddings, startFakeEmbeddings } from '../support/fake-embeddings.js';
import { modelDimension, writeTinyModel } from '../support/onnx-model.js';

let fake: FakeEmbeddings;
const nearkeys = new EmbeddedNearkeys();

beforeAll(async () => {
  fake = await startFakeEmbeddings();
});
afterAll(() => fake.stop());
afterEach(() => nearkeys.stop());

function configured(settings: Readonly<Record<string, string>>): Config {
  const config = new Config();
  for (const [name, text] of Object.entries(settings)) config.setText(name, text);
  return config;
}

test.each([
  [{}, { id: 'use-lite-en-1', dimension: 512 }],
  [{ 'embedder-threads': '2' }, { id: 'use-lite-en-1', dimension: 512 }],
  [{ embedder: 'openai' }, { id: 'openai-text-embedding-3-small-1536', dimension: 1536 }],
  [
    { embedder: 'bedrock', 'embedder-dimension': '256', 'embedder-region': 'eu-central-1' },
    { dimension: 256, id: expect.stringMatching(/^bedrock-amazon.titan-embed-text-v2-0-256-/) },
  ],
])('%j', async (settings, expected) => {
  const embedder = await openEmbedder(configured(settings));
  expect(embedder).toMatchObject(expected);
  await embedder.close();
});

test('a server of one’s own says how many dimensions it makes, and answers for the cache', async () => {
  const settings = {
    embedder: 'openai',
    'embedder-url': `${fake.url}/v1`,
    'embedder-model': 'own',
    'embedder-key': 'k',
  };
  const { httpPort } = await nearkeys.start(settings);
  expect(fake.calls.at(-1)).toMatchObject({ headers: { authorization: 'Bearer k' }, body: { model: 'own' } });
  const entries = `http://127.0.0.1:${httpPort}/v1/caches/c/entries`;
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ prompt: 'Who asks?', response: 'I do.' });
  expect((await fetch(entries, { method: 'POST', headers, body })).status).toBe(201);
  expect(fake.calls.at(-1)?.body).toMatchObject({ input: [expect.stringMatching(/who asks/i)] });
});

test('settings that do not fit are one clear line', async () => {
  await expect(nearkeys.start({ embedder: 'bedrock', 'embedder-model': 'other' })).rejects.toThrow(
    /^can't open the embedder: other does not say which model it is.* \(--embedder\)$/,
  );
  await expect(nearkeys.start({ embedder: 'onnx' })).rejects.toThrow(
    /^can't open the embedder: onnx needs the folder of a model: --model-path \(--embedder\)$/,
  );
});

test('a model of one’s own is read from its folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nearkey-onnx-'));
  await writeTinyModel(folder);
  const embedder = await openEmbedder(configured({ embedder: 'onnx', 'model-path': folder }));
  expect(embedder.id).toMatch(/^onnx-/);
  expect((await embedder.embed(['lost card']))[0]).toHaveLength(modelDimension);
  await embedder.close();
  await rm(folder, { recursive: true });
});

test('the packaged embedder answers by several threads as by one', async () => {
  const [one, two] = [packagedEmbedder(1), packagedEmbedder(2)];
  const texts = Array.from({ length: 24 }, (_, number) => `question number ${number}`);
  expect(await two.embed(texts)).toEqual(await one.embed(texts));
  await Promise.all([one.close(), two.close()]);
});

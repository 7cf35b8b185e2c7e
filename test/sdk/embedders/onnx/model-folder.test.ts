import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelId, readModelFolder } from '#sdk/embedders/onnx/model-folder.js';
import { writeTinyModel } from '../../../support/onnx-model.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nearkey-onnx-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('reads what is there, and takes the least of the limits', async () => {
  const files = {
    'config.json': { hidden_size: 4, max_position_embeddings: 128, pad_token_id: 1 },
    'tokenizer_config.json': { model_max_length: 1e30 },
    'sentence_bert_config.json': { max_seq_length: 256 },
  };
  await writeTinyModel(folder, { files });
  const read = await readModelFolder(folder);
  expect(read).toMatchObject({ dimension: 4, tokensMax: 128, padToken: 1, pooling: 'mean' });
  expect(await modelId(folder, read)).toMatch(/^onnx-nearkey-onnx-[a-z0-9-]+-[0-9a-f]{12}$/);
});

test('refuses a way of pooling it does not know, and a folder without a model', async () => {
  await writeTinyModel(folder, { files: { '1_Pooling/config.json': { pooling_mode_mean_tokens: false } } });
  await expect(readModelFolder(folder)).rejects.toThrow('only the mean of the tokens, or the first');
  await writeTinyModel(folder, { files: { '1_Pooling/config.json': {} } });
  await rm(join(folder, 'model.onnx'));
  await expect(readModelFolder(folder)).rejects.toThrow('holds no model.onnx and no onnx/model.onnx');
});

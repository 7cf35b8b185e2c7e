import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnxEmbedder } from '#sdk/embedders/onnx/onnx-embedder.js';
import {
  expectedVector,
  modelDimension,
  plainTable,
  type TinyModel,
  writeTinyModel,
} from '../../../support/onnx-model.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nearkey-onnx-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Opened, asked and closed. */
async function embedded(texts: readonly string[], model: TinyModel = {}): Promise<number[][]> {
  await writeTinyModel(folder, model);
  const embedder = await onnxEmbedder({ modelPath: folder });
  try {
    return (await embedder.embed(texts)).map((vector) => [...vector]);
  } finally {
    await embedder.close();
  }
}

function rows(...ids: readonly number[]): (readonly number[])[] {
  return ids.map((id) => plainTable[id] ?? []);
}

function near(expected: readonly number[]) {
  return expected.map((value) => expect.closeTo(value, 5));
}

test('makes a text’s vector of its words, whatever is beside it in a batch', async () => {
  const texts = ['My card', 'reset my Password', 'lost'];
  const expected = [rows(9, 7), rows(4, 9, 5, 6), rows(8)].map((row) => near(expectedVector(row)));
  expect(await embedded(texts)).toEqual(expected);
});

test('concurrent calls run through the model together', async () => {
  await writeTinyModel(folder);
  const embedder = await onnxEmbedder({ modelPath: folder, batchTextsMax: 8 });
  const texts = ['card', 'lost card', 'my', 'reset'];
  const together = await Promise.all(texts.map(async (text) => (await embedder.embed([text]))[0]));
  expect(together).toEqual(await embedder.embed(texts));
  await embedder.close();
});

test('takes the first token where the model says so', async () => {
  const table = plainTable.map((row, id) => (id === 2 ? [0, 3, 4, 0] : row));
  const files = { '1_Pooling/config.json': { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false } };
  expect(await embedded(['my card'], { table, files })).toEqual([near([0, 0.6, 0.8, 0])]);
});

test('reads no more tokens than the model can, and keeps the mark at the end', async () => {
  const table = plainTable.map((row, id) => (id === 3 ? [1, 0, 0, 0] : row));
  const files = { 'sentence_bert_config.json': { max_seq_length: 3 } };
  const [vector] = await embedded(['card lost reset'], { table, files });
  expect(vector).toEqual(near(expectedVector([plainTable[7] ?? [], [1, 0, 0, 0]])));
});

test('takes models of one input, and from the folder onnx', async () => {
  const model = { inputs: ['input_ids'], output: 'embeddings', modelFile: 'onnx/model.onnx' };
  expect(await embedded(['card'], model)).toEqual([near(expectedVector(rows(7)))]);
});

test('is another embedder when its model is another', async () => {
  await writeTinyModel(folder);
  const first = await onnxEmbedder({ modelPath: folder });
  await writeTinyModel(folder, { table: plainTable.map((row) => row.map((value) => value * 2)) });
  const second = await onnxEmbedder({ modelPath: folder });
  expect(first.dimension).toBe(modelDimension);
  expect(first.id).not.toBe(second.id);
  await first.close();
  await second.close();
});

test.each<[string, TinyModel, RegExp]>([
  ['asks for what is not known', { inputs: ['input_ids', 'pixel_values'] }, /asks for pixel_values/],
  ['makes vectors of another size', { files: { 'config.json': { hidden_size: 5 } } }, /no 1 x 3 x 5 floats/],
])('a model that %s fails with its reason', async (_, model, reason) => {
  await expect(embedded(['card'], model)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(reason),
  });
});

test('a folder without a model is said before a thread is started', async () => {
  await expect(onnxEmbedder({ modelPath: folder })).rejects.toMatchObject({ code: 'failed' });
  await writeTinyModel(folder);
  await writeFile(join(folder, 'config.json'), '{"hidden_size": 0}');
  await expect(onnxEmbedder({ modelPath: folder })).rejects.toThrow(/config\.json: .*hidden_size/s);
});

import { type ModelFiles, readModelFiles } from '#sdk/embedders/sentence-encoder/model-files.js';

let files: ModelFiles;
beforeAll(async () => {
  files = await readModelFiles();
});

test('reads the vocabulary, unscored pieces as zero', () => {
  expect(files.vocabulary).toHaveLength(8_000);
  expect(files.vocabulary[9]).toEqual(['▁the', expect.closeTo(-3.566, 3)]);
  expect(files.vocabulary[57]).toEqual([':', 0]);
});

test('finds a weight by name and shape, sides of one left out', () => {
  const table = files.tensor('module/Embeddings_en', 8_002, 256);
  expect(table).toHaveLength(8_002 * 256);
  expect(table.every(Number.isFinite)).toBe(true);
});

test('refuses an unknown name and another shape', () => {
  expect(() => files.tensor('module/Embeddings_de', 8_002, 256)).toThrow('module/Embeddings_de');
  expect(() => files.tensor('module/Embeddings_en', 256, 8_002)).toThrow('expected shape 256x8002, received 8002x256');
});

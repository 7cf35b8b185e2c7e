import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnnxEncoder } from '#sdk/embedders/onnx/onnx-encoder.js';
import { modelDimension, writeTinyModel } from '../../../support/onnx-model.js';

// Tensors want arrays of Node's own realm, which a test has not: vectors are tested through the thread.
test('loads a model, and says what one asks for that nobody gives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nearkey-onnx-'));
  await writeTinyModel(folder);
  expect((await OnnxEncoder.load(folder)).dimension).toBe(modelDimension);
  await writeTinyModel(folder, { inputs: ['input_ids', 'bbox'] });
  await expect(OnnxEncoder.load(folder)).rejects.toThrow('the model asks for bbox');
  await rm(folder, { recursive: true });
});

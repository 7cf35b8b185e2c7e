import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { modelDimension, writeTinyModel } from '../../../support/onnx-model.js';

const WORKER = new URL('../../../../../sdk/dist/embedders/onnx/onnx-embedder-worker.js', import.meta.url);

test('the thread answers a list of texts with their vectors end to end, and ends on anything else', async () => {
  const path = await mkdtemp(join(tmpdir(), 'nearkey-onnx-'));
  await writeTinyModel(path);
  const worker = new Worker(WORKER, { workerData: { path } });
  worker.postMessage(['lost card', 'my password']);
  const [vectors] = await once(worker, 'message');
  expect(vectors).toHaveLength(2 * modelDimension);
  worker.postMessage({ texts: 'none' });
  await expect(once(worker, 'message')).rejects.toBeDefined();
  await worker.terminate();
  await rm(path, { recursive: true });
});

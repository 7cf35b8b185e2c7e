import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const WORKER = new URL('../../../../sdk/dist/embedders/packaged-embedder-worker.js', import.meta.url);

test('the thread answers a list of texts with their vectors end to end', async () => {
  const worker = new Worker(WORKER);
  worker.postMessage(['first text', 'second text']);
  const [vectors] = await once(worker, 'message');
  expect(vectors).toHaveLength(2 * 512);
  await worker.terminate();
});

test('the thread ends on a message that is no list of texts', async () => {
  const worker = new Worker(WORKER);
  worker.postMessage({ texts: 'none' });
  await expect(once(worker, 'message')).rejects.toMatchObject({ message: 'expected a list of texts' });
  await worker.terminate();
});

test('without the addon it was told of, the thread does the arithmetic itself', async () => {
  const worker = new Worker(WORKER, { workerData: { arithmeticPath: '/nowhere/encoder.node' } });
  worker.postMessage(['a text']);
  const [vectors] = await once(worker, 'message');
  expect(vectors).toHaveLength(512);
  await worker.terminate();
});

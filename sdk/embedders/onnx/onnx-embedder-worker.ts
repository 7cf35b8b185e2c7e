/**
 * The thread of `onnxEmbedder`: loads the model of the folder it was given, then answers each message, a list of texts, with their vectors
 * end to end in one array. A failure to load or to encode ends the thread; its owner reports why.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { OnnxEncoder } from './onnx-encoder.js';

const port = parentPort;
if (port === null) throw new Error('onnx-embedder-worker runs as a worker thread only');

const { path } = z.object({ path: z.string() }).parse(workerData);
const encoder = await OnnxEncoder.load(path);
const listOfTexts = z.array(z.string());

port.on('message', (message: unknown) => {
  void encoder.encode(listOfTexts.parse(message)).then(
    (vectors) => port.postMessage(vectors, [vectors.buffer]),
    (error: unknown) => {
      // Thrown outside of the promise, it ends the thread and reaches its owner.
      process.nextTick(() => {
        throw error;
      });
    },
  );
});

/**
 * The thread of `PackagedEmbedder`: loads the encoder once, then answers each message, a list of texts, with their
 * vectors end to end in one array. A failure to load or to encode ends the thread; its owner reports why.
 *
 * `workerData.arithmeticPath` names an addon that does the arithmetic faster; without one that fits, it is done in WebAssembly.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { nativeArithmetics } from './sentence-encoder/native-arithmetic.js';
import { SENTENCE_DIMENSION, SentenceEncoder } from './sentence-encoder/sentence-encoder.js';

const port = parentPort;
if (port === null) throw new Error('packaged-embedder-worker runs as a worker thread only');

const settings = z.object({ arithmeticPath: z.string().optional() }).nullish().parse(workerData);
const path = settings?.arithmeticPath;
const encoder = await SentenceEncoder.load(path === undefined ? undefined : nativeArithmetics(path)[0]);

port.on('message', (message: unknown) => {
  if (!isListOfTexts(message)) throw new TypeError('expected a list of texts');
  const vectors = new Float32Array(message.length * SENTENCE_DIMENSION);
  encoder.encodeAll(message).forEach((vector, position) => {
    vectors.set(vector, position * SENTENCE_DIMENSION);
  });
  port.postMessage(vectors, [vectors.buffer]);
});

function isListOfTexts(message: unknown): message is readonly string[] {
  return Array.isArray(message) && message.every((text) => typeof text === 'string');
}

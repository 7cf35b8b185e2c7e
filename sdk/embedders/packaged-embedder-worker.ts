/**
 * The thread of `PackagedEmbedder`: loads the encoder once, then answers each message, a list of texts, with their
 * vectors end to end in one array. A failure to load or to encode ends the thread; its owner reports why.
 */
import { parentPort } from 'node:worker_threads';
import { SENTENCE_DIMENSION, SentenceEncoder } from './sentence-encoder/sentence-encoder.js';

const port = parentPort;
if (port === null) throw new Error('packaged-embedder-worker runs as a worker thread only');

const encoder = await SentenceEncoder.load();

port.on('message', (message: unknown) => {
  if (!isListOfTexts(message)) throw new TypeError('expected a list of texts');
  const vectors = new Float32Array(message.length * SENTENCE_DIMENSION);
  message.forEach((text, position) => {
    vectors.set(encoder.encode(text), position * SENTENCE_DIMENSION);
  });
  port.postMessage(vectors, [vectors.buffer]);
});

function isListOfTexts(message: unknown): message is readonly string[] {
  return Array.isArray(message) && message.every((text) => typeof text === 'string');
}

/**
 * The thread of `PackagedEmbedder`: loads the encoder once, then answers each message, a list of texts, with their
 * vectors end to end in one array. A failure to load or to encode ends the thread; its owner reports why.
 */
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { SENTENCE_DIMENSION, SentenceEncoder } from './sentence-encoder/sentence-encoder.js';

const textsSchema = z.array(z.string());

const port = parentPort;
if (port === null) throw new Error('packaged-embedder-worker runs as a worker thread only');

const encoder = await SentenceEncoder.load();

port.on('message', (message: unknown) => {
  const texts = textsSchema.parse(message);
  const vectors = new Float32Array(texts.length * SENTENCE_DIMENSION);
  texts.forEach((text, position) => {
    vectors.set(encoder.encode(text), position * SENTENCE_DIMENSION);
  });
  port.postMessage(vectors, [vectors.buffer]);
});

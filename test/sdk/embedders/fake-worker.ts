/** Stands in for the embedder's thread: a text tells it how to behave. */
import { parentPort } from 'node:worker_threads';

const DIMENSION = 512;

parentPort?.on('message', (texts: readonly string[]) => {
  if (texts.includes('crash')) throw new Error('told to crash');
  if (texts.includes('exit')) process.exit(7);
  if (texts.includes('silence')) return;
  const vectors = new Float32Array(texts.length * DIMENSION - (texts.includes('too few') ? 1 : 0));
  texts.forEach((text, position) => {
    vectors[position * DIMENSION] = text === 'not of unit length' ? 2 : 1;
  });
  parentPort?.postMessage(vectors);
});

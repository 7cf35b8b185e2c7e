/**
 * The embedder that comes with Nearkey: Universal Sentence Encoder lite (English, 512 dimensions), offline, in worker threads.
 */
import { WorkerEmbedder, type WorkerEmbedderOptions } from './worker-embedder.js';

export interface PackagedEmbedderOptions extends WorkerEmbedderOptions {
  /** The module the threads run. */
  readonly workerUrl?: URL;
  /** An addon that does the arithmetic several times as fast (`@nearkey/server` compiles one); the vectors are the same. */
  readonly arithmeticPath?: string | undefined;
}

export class PackagedEmbedder extends WorkerEmbedder {
  constructor(options: PackagedEmbedderOptions = {}) {
    const {
      workerUrl = new URL('./packaged-embedder-worker.js', import.meta.url),
      arithmeticPath,
      ...limits
    } = options;
    super({ id: 'use-lite-en-1', dimension: 512, workerUrl, workerData: { arithmeticPath } }, limits);
  }
}

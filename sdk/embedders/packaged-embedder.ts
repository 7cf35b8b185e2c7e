/**
 * The embedder that comes with Nearkey: Universal Sentence Encoder lite (English, 512 dimensions), offline, in a worker thread.
 */
import { WorkerEmbedder, type WorkerEmbedderOptions } from './worker-embedder.js';

export interface PackagedEmbedderOptions extends WorkerEmbedderOptions {
  /** The module the thread runs. */
  readonly workerUrl?: URL;
}

export class PackagedEmbedder extends WorkerEmbedder {
  constructor(options: PackagedEmbedderOptions = {}) {
    const { workerUrl = new URL('./packaged-embedder-worker.js', import.meta.url), ...limits } = options;
    super({ id: 'use-lite-en-1', dimension: 512, workerUrl }, limits);
  }
}

/**
 * The embedder that the settings ask for: the packaged one, or a model elsewhere.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  bedrockEmbedder,
  type Embedder,
  EmbedderError,
  onnxEmbedder,
  openAiEmbedder,
  PackagedEmbedder,
  probedDimension,
} from '@nearkey/sdk';
import type { Config } from './config/config.js';

/** What `install.mjs` has compiled, where it could. */
const arithmeticPath = fileURLToPath(new URL('../native/build/Release/encoder.node', import.meta.url));

/** One core is the event loop's; beyond four threads the memory that holds the weights is what all wait for. */
const THREADS_MAX_BY_DEFAULT = 4;

/** @throws EmbedderError when the settings do not fit the model, or a server that must say how many dimensions it makes does not answer */
export async function openEmbedder(config: Config): Promise<Embedder> {
  const kind = config.get('embedder');
  const model = config.get('embedder-model');
  const dimension = config.get('embedder-dimension') || undefined;
  const timeoutMs = config.get('embedder-timeout');
  const url = config.get('embedder-url') || undefined;
  if (kind === 'packaged') return packagedEmbedder(config.get('embedder-threads'));
  if (kind === 'onnx') {
    const modelPath = config.get('model-path');
    if (modelPath === '') throw new EmbedderError('invalid-request', 'onnx needs the folder of a model: --model-path');
    return onnxEmbedder({ modelPath });
  }
  if (kind === 'bedrock') {
    const region = config.get('embedder-region') || undefined;
    const clientConfig = {
      ...(region === undefined ? {} : { region }),
      ...(url === undefined ? {} : { endpoint: url }),
    };
    return bedrockEmbedder({ model: model || 'amazon.titan-embed-text-v2:0', dimension, timeoutMs, clientConfig });
  }
  const apiKey = config.get('embedder-key') || undefined;
  const options = {
    model: model || 'text-embedding-3-small',
    apiKey,
    timeoutMs,
    ...(url === undefined ? {} : { baseUrl: url }),
  };
  // Where the address is OpenAI's own, its models are known.
  const found = dimension ?? (url === undefined ? undefined : await probedDimension(options));
  return openAiEmbedder({ ...options, dimension: found });
}

/**
 * The packaged embedder as the server runs it.
 * @param threads 0: as many as the machine has cores to spare
 */
export function packagedEmbedder(threads: number): PackagedEmbedder {
  const toSpare = Math.min(Math.max(1, availableParallelism() - 1), THREADS_MAX_BY_DEFAULT);
  return new PackagedEmbedder({ arithmeticPath, threads: threads === 0 ? toSpare : threads });
}

/**
 * The embedder that the settings ask for: the packaged one, or a model elsewhere.
 */
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

/** @throws EmbedderError when the settings do not fit the model, or a server that must say how many dimensions it makes does not answer */
export async function openEmbedder(config: Config): Promise<Embedder> {
  const kind = config.get('embedder');
  const model = config.get('embedder-model');
  const dimension = config.get('embedder-dimension') || undefined;
  const timeoutMs = config.get('embedder-timeout');
  const url = config.get('embedder-url') || undefined;
  if (kind === 'packaged') return new PackagedEmbedder();
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

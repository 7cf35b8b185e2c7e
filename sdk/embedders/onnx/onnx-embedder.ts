/**
 * A sentence model of one's own from a folder, in ONNX form, run on this machine's processor by onnxruntime-node (an optional peer) in a
 * worker thread. Texts of concurrent calls run through the model together.
 */
import { type Embedder, EmbedderError } from '../embedder.js';
import { WorkerEmbedder, type WorkerEmbedderOptions } from '../worker-embedder.js';
import { modelId, readModelFolder } from './model-folder.js';

export interface OnnxEmbedderOptions extends WorkerEmbedderOptions {
  /** A folder as sentence models come in: `model.onnx`, `tokenizer.json`, `config.json`. */
  readonly modelPath: string;
  /** By default made of the folder's name and the model's contents. */
  readonly id?: string;
}

/** @throws EmbedderError `failed` when the folder holds no model, or what runs it is not installed */
export async function onnxEmbedder({ modelPath, id, ...limits }: OnnxEmbedderOptions): Promise<Embedder> {
  const folder = await readModelFolder(modelPath);
  await runtime();
  return new WorkerEmbedder(
    {
      id: id ?? (await modelId(modelPath, folder)),
      dimension: folder.dimension,
      workerUrl: new URL('./onnx-embedder-worker.js', import.meta.url),
      workerData: { path: modelPath },
    },
    limits,
  );
}

/** Looked for before a thread needs it. */
async function runtime(): Promise<void> {
  try {
    await Promise.all([import('onnxruntime-node'), import('@huggingface/tokenizers')]);
  } catch (cause) {
    const message = 'models in ONNX form need the packages onnxruntime-node and @huggingface/tokenizers';
    throw new EmbedderError('failed', message, { cause });
  }
}

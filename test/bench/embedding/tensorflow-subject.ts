/** The packaged weights run by TensorFlow.js, as their package runs them. */

import { readModelFiles } from '#sdk/embedders/sentence-encoder/model-files.js';
import { Tokenizer } from '#sdk/embedders/sentence-encoder/tokenizer.js';
import { openTensorFlowEncoder } from '../../support/tensorflow-encoder.js';

export interface EmbeddingSubject {
  readonly name: string;
  embed(text: string): Promise<void>;
  close(): Promise<void>;
}

export async function tensorFlowSubject(): Promise<EmbeddingSubject> {
  const tokenizer = new Tokenizer((await readModelFiles()).vocabulary);
  const vectorOf = await openTensorFlowEncoder();
  return {
    name: 'TensorFlow.js',
    embed: async (text) => {
      await vectorOf(tokenizer.encode(text));
    },
    close: () => Promise.resolve(),
  };
}

/**
 * The models of embeddings on Bedrock, a row each: which names they go by, what InvokeModel is sent for some texts and what it answers.
 *
 * Prompts that are stored and prompts that are looked up are the same kind of text, so each model is asked for vectors of one purpose:
 * those that tell queries from documents would move paraphrases apart.
 */
import { z } from 'zod';

export type BedrockEmbeddingFamily = 'titan-v2' | 'titan-v1' | 'cohere-v3' | 'cohere-v4' | 'nova';

export interface BedrockEmbeddingModel {
  /** The start of its models' ids, behind the prefix of a region. */
  readonly names: readonly string[];
  /** What it can make; the first where nobody asks. */
  readonly dimensions: readonly number[];
  /** In one call. */
  readonly textsMax: number;
  readonly textCharsMax: number;
  request(texts: readonly string[], dimension: number): object;
  /** The vectors in an answer, in the order of the texts. @throws ZodError */
  vectors(answer: unknown): readonly (readonly number[])[];
}

const vector = z.array(z.number());
const cohereAnswer = z.object({
  embeddings: z.union([z.array(vector), z.object({ float: z.array(vector) }).transform(({ float }) => float)]),
});
const titanV2Answer = z.union([
  z.object({ embedding: vector }).transform(({ embedding }) => embedding),
  z
    .object({ embeddingsByType: z.object({ float: vector }) })
    .transform(({ embeddingsByType }) => embeddingsByType.float),
]);
const novaAnswer = z.object({ embeddings: z.array(z.object({ embedding: vector })) });

const cohereRequest = (texts: readonly string[]) => ({ texts, input_type: 'clustering' });
const cohereVectors = (answer: unknown) => cohereAnswer.parse(answer).embeddings;

export const bedrockEmbeddingModels: Readonly<Record<BedrockEmbeddingFamily, BedrockEmbeddingModel>> = {
  'titan-v2': {
    names: ['amazon.titan-embed-text-v2'],
    dimensions: [1024, 512, 256],
    textsMax: 1,
    textCharsMax: 50_000,
    request: ([inputText], dimensions) => ({ inputText, dimensions, normalize: true, embeddingTypes: ['float'] }),
    vectors: (answer) => [titanV2Answer.parse(answer)],
  },
  'titan-v1': {
    names: ['amazon.titan-embed-text-v1', 'amazon.titan-embed-g1-text-02'],
    dimensions: [1536],
    textsMax: 1,
    textCharsMax: 50_000,
    request: ([inputText]) => ({ inputText }),
    vectors: (answer) => [z.object({ embedding: vector }).parse(answer).embedding],
  },
  'cohere-v3': {
    names: ['cohere.embed-english-v3', 'cohere.embed-multilingual-v3'],
    dimensions: [1024],
    textsMax: 96,
    textCharsMax: 2_048,
    request: (texts) => ({ ...cohereRequest(texts), truncate: 'END' }),
    vectors: cohereVectors,
  },
  'cohere-v4': {
    names: ['cohere.embed-v4'],
    dimensions: [1536, 1024, 512, 256],
    textsMax: 96,
    textCharsMax: 400_000,
    request: (texts, dimension) => ({
      ...cohereRequest(texts),
      truncate: 'RIGHT',
      output_dimension: dimension,
      embedding_types: ['float'],
    }),
    vectors: cohereVectors,
  },
  nova: {
    names: ['amazon.nova-2-multimodal-embeddings'],
    dimensions: [1024, 3072, 384, 256],
    textsMax: 1,
    textCharsMax: 50_000,
    request: ([value], embeddingDimension) => ({
      schemaVersion: 'nova-multimodal-embed-v1',
      taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: {
        embeddingPurpose: 'CLUSTERING',
        embeddingDimension,
        text: { truncationMode: 'END', value },
      },
    }),
    vectors: (answer) => novaAnswer.parse(answer).embeddings.map(({ embedding }) => embedding),
  },
};

const families: readonly BedrockEmbeddingFamily[] = ['titan-v2', 'titan-v1', 'cohere-v3', 'cohere-v4', 'nova'];

/** @param model an id, with the prefix of a region or as the end of an ARN. @returns undefined for other names, such as profiles of one's own */
export function bedrockEmbeddingFamily(model: string): BedrockEmbeddingFamily | undefined {
  const id = (model.split('/').at(-1) ?? '').replace(/^(us|us-gov|eu|apac|jp|au|global)\./, '');
  return families.find((family) => bedrockEmbeddingModels[family].names.some((name) => id.startsWith(name)));
}

import { bedrockEmbeddingFamily, bedrockEmbeddingModels } from '#sdk/embedders/bedrock-embedding-models.js';

test.each([
  ['amazon.titan-embed-text-v2:0', 'titan-v2'],
  ['amazon.titan-embed-g1-text-02', 'titan-v1'],
  ['us.cohere.embed-v4:0', 'cohere-v4'],
  ['cohere.embed-english-v3', 'cohere-v3'],
  ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0', 'nova'],
  ['anthropic.claude-3-haiku', undefined],
])('%s is %s', (model, family) => {
  expect(bedrockEmbeddingFamily(model)).toBe(family);
});

test('asks every model for vectors of one purpose', () => {
  const { 'cohere-v3': v3, 'cohere-v4': v4, nova } = bedrockEmbeddingModels;
  expect(v3.request(['a'], 1024)).toEqual({ texts: ['a'], input_type: 'clustering', truncate: 'END' });
  expect(v4.request(['a'], 256)).toMatchObject({ input_type: 'clustering', output_dimension: 256, truncate: 'RIGHT' });
  expect(nova.request(['a'], 256)).toMatchObject({
    taskType: 'SINGLE_EMBEDDING',
    singleEmbeddingParams: { embeddingPurpose: 'CLUSTERING', text: { value: 'a', truncationMode: 'END' } },
  });
});

test('reads Titan’s vectors where they are named by their type only', () => {
  expect(bedrockEmbeddingModels['titan-v2'].vectors({ embeddingsByType: { float: [1, 2] } })).toEqual([[1, 2]]);
});

import { PromptVectors } from '#sdk/semantic-cache/prompt-vectors.js';
import { WordEmbedder } from '../word-embedder.js';

describe('vectors of prompts', () => {
  test('are made once for prompts that come again', async () => {
    const embedder = new WordEmbedder();
    const vectors = new PromptVectors(embedder);
    await vectors.embedAhead(['one', 'two']);
    expect(await vectors.embed('two')).toEqual(await vectors.embed('two'));
    expect([embedder.embedded, embedder.calls, vectors.embedderId]).toEqual([['one', 'two'], 1, 'words-1']);
  });

  test('are not made of prompts that are longer than the embedder reads', async () => {
    const embedder = new WordEmbedder({ textCharsMax: 5 });
    const vectors = new PromptVectors(embedder);
    expect([vectors.isEmbeddable('short'), vectors.isEmbeddable('longer')]).toEqual([true, false]);
    await vectors.embedAhead(['longer']);
    expect(await vectors.embedIfPossible('longer')).toBeUndefined();
    expect(await vectors.embedIfPossible('short')).toHaveLength(embedder.dimension);
    expect(embedder.embedded).toEqual(['short']);
  });

  test('that are none, or not to be had, are the failure of the embedder', async () => {
    const failed = expect.objectContaining({ code: 'embedder-failed' });
    for (const made of [[new Float32Array(2)], []]) {
      const embedder = { id: 'e', dimension: 3, embed: async () => made, close: async () => undefined };
      await expect(new PromptVectors(embedder).embed('x')).rejects.toEqual(failed);
    }
    const ill = new WordEmbedder();
    ill.failure = new Error('ill');
    await expect(new PromptVectors(ill).embedAhead(['x'])).rejects.toEqual(failed);
  });
});

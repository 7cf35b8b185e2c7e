import { RecentEmbeddings } from '#sdk/semantic-cache/recent-embeddings.js';
import { WordEmbedder } from '../word-embedder.js';

describe('RecentEmbeddings', () => {
  test('embeds a text once, also when it is asked for twice at the same time', async () => {
    const embedder = new WordEmbedder();
    const recent = new RecentEmbeddings(embedder, 10);
    const [a, b] = await Promise.all([recent.embed('one'), recent.embed('one')]);
    expect(a).toBe(b);
    await recent.embed('one');
    expect(embedder.embedded).toEqual(['one']);
  });

  test('forgets the least recently used', async () => {
    const embedder = new WordEmbedder();
    const recent = new RecentEmbeddings(embedder, 2);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await recent.embed(text);
    expect(embedder.embedded).toEqual(['a', 'b', 'c', 'b']);
  });

  test('keeps nothing when told so', async () => {
    const embedder = new WordEmbedder();
    const recent = new RecentEmbeddings(embedder, 0);
    await recent.embed('a');
    await recent.embed('a');
    expect(embedder.embedded).toEqual(['a', 'a']);
  });

  test('does not remember a failure', async () => {
    const embedder = new WordEmbedder();
    const recent = new RecentEmbeddings(embedder, 10);
    embedder.failure = new Error('no model');
    await expect(recent.embed('a')).rejects.toMatchObject({ code: 'embedder-failed', cause: embedder.failure });
    embedder.failure = null;
    expect(await recent.embed('a')).toHaveLength(embedder.dimension);
  });

  test('refuses what is no embedding', async () => {
    const broken = { dimension: 3, embed: async () => [new Float32Array(2)] };
    await expect(new RecentEmbeddings(broken, 10).embed('a')).rejects.toMatchObject({ code: 'embedder-failed' });
    const silent = { dimension: 3, embed: async () => [] };
    await expect(new RecentEmbeddings(silent, 10).embed('a')).rejects.toMatchObject({ code: 'embedder-failed' });
  });
});

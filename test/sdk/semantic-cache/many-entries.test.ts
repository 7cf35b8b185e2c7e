import { inPages } from '#sdk/semantic-cache/many-entries.js';
import { freshCaches, summary } from './fresh-caches.js';

describe('many entries', () => {
  test('are taken page by page, each embedded before it is worked on, and stay in order', async () => {
    const steps: string[] = [];
    const results = await inPages(
      Array.from({ length: 130 }, (_, at) => at),
      async (page) => {
        steps.push(`embed ${page.length}`);
      },
      async (page) => {
        steps.push(`work ${page.length}`);
        return page.map((item) => item * 2);
      },
    );
    expect(results).toEqual(Array.from({ length: 130 }, (_, at) => at * 2));
    expect(steps).toEqual(['embed 64', 'work 64', 'embed 64', 'work 64', 'embed 2', 'work 2']);
  });

  test('cost one call of the embedder a page, and known ones none', async () => {
    const { open, embedder } = freshCaches();
    const cache = open();
    const prompts = Array.from({ length: 70 }, (_, at) => `question${at}`);
    const { entryIds } = await cache.storeMany(prompts.map((prompt) => ({ prompt, response: `re ${prompt}` })));
    expect([new Set(entryIds).size, embedder.calls]).toEqual([70, 2]);
    const results = await cache.lookupMany(prompts.map((prompt) => ({ prompt })));
    expect(results.map(summary)).toEqual(prompts.map((prompt) => ['exact', `re ${prompt}`]));
    expect(embedder.calls).toBe(2);
  });
});

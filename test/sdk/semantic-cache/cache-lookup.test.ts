import type { Commander } from '#sdk/commander.js';
import { outcomeOf } from '#sdk/semantic-cache/cache-lookup.js';
import { WordEmbedder } from '../word-embedder.js';
import { freshCaches, refund, refundAgain, summary } from './fresh-caches.js';

describe('a lookup', () => {
  test('asks only the tiers it is told to', async () => {
    const cache = freshCaches().open();
    await cache.store({ prompt: refund, response: 'x' });
    expect(summary(await cache.lookup({ prompt: refundAgain, tiers: ['exact'] }))).toBe('no-candidate');
    expect(summary(await cache.lookup({ prompt: refund, tiers: ['semantic'] }))).toEqual(['semantic', 'x']);
    expect(summary(await cache.lookup({ prompt: refund, tiers: ['exact'] }))).toEqual(['exact', 'x']);
  });

  test('finds a prompt that is too long for the embedder by an equal one only', async () => {
    const { open, embedder } = freshCaches(new WordEmbedder({ textCharsMax: 20 }));
    const cache = open();
    await cache.store({ prompt: 'short', response: 'y' });
    expect(summary(await cache.lookup({ prompt: refund }))).toBe('prompt-too-long');
    await cache.store({ prompt: refund, response: 'x', attributes: { language: 'en' } });
    expect(summary(await cache.lookup({ prompt: refund.toUpperCase() }))).toEqual(['exact', 'x']);
    expect(summary(await cache.lookup({ prompt: refund, tiers: ['semantic', 'exact'] }))).toEqual(['exact', 'x']);
    expect(summary(await cache.lookup({ prompt: refund, tiers: ['semantic'] }))).toBe('prompt-too-long');
    expect(summary(await cache.lookup({ prompt: refundAgain, minSimilarity: 0 }))).toBe('prompt-too-long');
    expect(embedder.embedded).toEqual(['short']);
    expect(await cache.invalidateWhere({ attributes: { language: 'en' } })).toBe(1);
    expect(summary(await cache.lookup({ prompt: refund }))).toBe('prompt-too-long');
  });

  test('filters by any attribute, and a lookup may name fewer than an entry carries', async () => {
    const cache = freshCaches().open();
    await cache.store({ prompt: refund, response: 'de', attributes: { language: 'de', tier: 'gold, "x" | {y}' } });
    await cache.store({ prompt: refund, response: 'en', attributes: { language: 'en' } });
    expect(await cache.entryCount()).toBe(2);
    for (const prompt of [refund, refundAgain]) {
      expect(await cache.lookup({ prompt, attributes: { language: 'de' } })).toMatchObject({
        entry: { response: 'de' },
      });
      expect(await cache.lookup({ prompt, attributes: { tier: 'gold, "x" | {y}' } })).toMatchObject({
        entry: { response: 'de', attributes: { language: 'de', tier: 'gold, "x" | {y}' } },
      });
      expect(await cache.lookup({ prompt, attributes: { language: 'en' } })).toMatchObject({
        entry: { response: 'en' },
      });
      for (const attributes of [{ language: 'fr' }, { language: 'DE' }, { language: 'en', tier: 'gold' }]) {
        expect(summary(await cache.lookup({ prompt, attributes }))).toBe('no-candidate');
      }
    }
    const exactOnly = { prompt: refund, attributes: { language: 'de' }, tiers: ['exact'] as const };
    expect(summary(await cache.lookup(exactOnly))).toEqual(['exact', 'de']);
    expect(summary(await cache.lookup({ ...exactOnly, tiers: ['exact', 'semantic'] }))).toEqual(['exact', 'de']);
  });

  test('reads again what its index names, and takes the next when it is gone', async () => {
    const { open, commander, embedder } = freshCaches();
    const { script, forget } = forgetful(commander);
    const cache = open({ commander: script });
    const { entryId } = await cache.store({ prompt: refund, response: 'near' });
    await cache.store({ prompt: `${refund} today`, response: 'farther' });
    forget(entryId);
    expect(summary(await cache.lookup({ prompt: refundAgain, minSimilarity: 0.5 }))).toEqual(['semantic', 'farther']);
    expect(embedder.calls).toBe(3);
  });

  test('is written down by its outcome', async () => {
    const cache = freshCaches().open();
    const { entryId } = await cache.store({ prompt: refund, response: 'x' });
    expect(outcomeOf(await cache.lookup({ prompt: refund }))).toEqual({
      ...{ status: 'hit', tier: 'exact', entryId, similarity: 1 },
    });
    expect(outcomeOf(await cache.lookup({ prompt: 'other' }))).toEqual({
      ...{ status: 'miss', reason: 'below-min-similarity' },
    });
  });
});

/** A store in which one entry vanishes between search and read. */
function forgetful(commander: Commander) {
  let gone = 'nothing';
  const script: Commander = {
    call: async (command, ...args) =>
      command === 'HMGET' && String(args[0]).endsWith(gone)
        ? args.slice(1).map(() => null)
        : commander.call(command, ...args),
  };
  return {
    script,
    forget: (entryId: string) => {
      gone = entryId;
    },
  };
}

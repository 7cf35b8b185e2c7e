import { freshCaches, refund, refundAgain, summary } from './fresh-caches.js';

describe('an answer that is stored', () => {
  test('replaces the one of the same prompt, and its TTL', async () => {
    const { open, ttlMsOf } = freshCaches();
    const cache = open();
    const first = await cache.store({ prompt: refund, response: 'old', ttlMs: 60_000 });
    const second = await cache.store({ prompt: refund.toUpperCase(), response: 'new' });
    expect(second).toEqual(first);
    expect(await cache.entryCount()).toBe(1);
    expect(summary(await cache.lookup({ prompt: refund }))).toEqual(['exact', 'new']);
    expect(await ttlMsOf(cache, first.entryId)).toBe(-1);
  });

  test('expires after its own TTL, or the default, or never', async () => {
    const { open, ttlMsOf, clock } = freshCaches();
    const cache = open({ config: { minSimilarity: 0.85, defaultTtlMs: 5_000 } });
    const lifeOf = async (ttlMs: number | null | undefined): Promise<unknown> =>
      ttlMsOf(cache, (await cache.store({ prompt: refund, response: 'x', ttlMs })).entryId);
    expect([await lifeOf(60_000), await lifeOf(null), await lifeOf(undefined)]).toEqual([60_000, -1, 5_000]);
    clock.advance(4_999);
    expect(summary(await cache.lookup({ prompt: refund }))).toEqual(['exact', 'x']);
    clock.advance(1);
    expect(summary(await cache.lookup({ prompt: refund }))).toBe('no-candidate');
    expect(summary(await cache.lookup({ prompt: refundAgain }))).toBe('no-candidate');
  });

  test('counts once it is there, and what leaves for it is counted, too', async () => {
    const cache = freshCaches().open({ config: { minSimilarity: 0.85, entriesMax: 1 } });
    await cache.store({ prompt: 'first', response: 'x', hitDollars: 1 });
    await cache.store({ prompt: 'second', response: 'x', hitDollars: 2 });
    expect(await cache.statistics()).toMatchObject({ stores: 2, evicted: 1, errors: 0 });
    expect(summary(await cache.lookup({ prompt: 'second' }))).toEqual(['exact', 'x']);
  });
});

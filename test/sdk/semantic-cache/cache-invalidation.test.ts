import { freshCaches, refund, refundAgain, summary } from './fresh-caches.js';

describe('invalidation', () => {
  test('deletes by id, by attributes, by scope, and everything', async () => {
    const cache = freshCaches().open();
    const { entryId } = await cache.store({ prompt: refund, response: 'x' });
    expect(await cache.invalidate(entryId)).toBe(true);
    expect(await cache.invalidate(entryId)).toBe(false);
    expect(summary(await cache.lookup({ prompt: refundAgain }))).toBe('no-candidate');

    const words = Array.from({ length: 1100 }, (_, index) => `word${index}`);
    await Promise.all(
      words.map((word, index) =>
        cache.store({ prompt: word, response: word, attributes: { parity: index % 2 === 0 ? 'even' : 'odd' } }),
      ),
    );
    await cache.store({ prompt: refund, response: 'x', scope: { namespace: 'acme' }, attributes: { parity: 'even' } });
    expect(await cache.invalidateWhere({ scope: { namespace: 'acme' }, attributes: { parity: 'odd' } })).toBe(0);
    expect(await cache.invalidateWhere({ scope: { namespace: 'acme' } })).toBe(1);
    expect(await cache.invalidateWhere({ attributes: { parity: 'even' } })).toBe(550);
    expect(await cache.entryCount()).toBe(550);
    expect(await cache.flush()).toBe(550);
    expect(await cache.entryCount()).toBe(0);
    expect((await cache.statistics()).invalidated).toBe(1102);
  });

  test('deletes more matching entries than one page holds', async () => {
    const cache = freshCaches().open();
    const words = Array.from({ length: 1001 }, (_, index) => `word${index}`);
    await Promise.all(words.map((prompt) => cache.store({ prompt, response: 'x', attributes: { all: 'yes' } })));
    expect(await cache.invalidateWhere({ attributes: { all: 'yes' } })).toBe(1001);
    expect(await cache.entryCount()).toBe(0);
  });

  test('counts in a dry run what it would delete, and deletes nothing', async () => {
    const cache = freshCaches().open();
    const { entryId } = await cache.store({ prompt: refund, response: 'x', scope: { model: 'm' } });
    const dryRun = { dryRun: true };
    expect(await cache.invalidate(entryId, dryRun)).toBe(true);
    expect(await cache.invalidateWhere({ model: 'm' }, dryRun)).toBe(1);
    expect(await cache.invalidateWhere({ model: 'other' }, dryRun)).toBe(0);
    expect(await cache.flush(dryRun)).toBe(1);
    expect([await cache.entryCount(), (await cache.statistics()).invalidated]).toEqual([1, 0]);
  });

  test('asks for a filter that names something, and a moment that is one', async () => {
    const cache = freshCaches().open();
    const storedBeforeMs = 1.5;
    for (const filter of [{}, { attributes: {} }, { model: 'm', storedBeforeMs }]) {
      await expect(cache.invalidateWhere(filter)).rejects.toMatchObject({ code: 'invalid-request' });
    }
    expect((await cache.statistics()).errors).toBe(0);
  });
});

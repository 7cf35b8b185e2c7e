import { SemanticCache, type SemanticCacheConfig } from '#sdk/semantic-cache/semantic-cache.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

const prompt = 'how do i get a refund for my order';
const paraphrase = 'how do i get the refund for my order';
const model = (name: string, namespace?: string) => ({ model: name, namespace });

function setUp(config: SemanticCacheConfig, random = (): number => 0.5) {
  const { server, clock } = startInProcess();
  const { commander } = server;
  const embedder = new WordEmbedder();
  const options = { cacheId: 'fresh', commander, embedder, clock, random, guard: null };
  const cache = new SemanticCache({ ...options, config: { minSimilarity: 0.85, ...config } });
  const lifeOf = async (entryId: string) => commander.call('PTTL', `nearkey:cache:{fresh}:entry:${entryId}`);
  return { cache, clock, commander, lifeOf };
}

describe('a TTL', () => {
  test('is shortened by chance, by no more than its jitter', async () => {
    for (const [chance, expected] of [
      [0, 100_000],
      [0.5, 90_000],
      [1, 80_000],
    ] as const) {
      const { cache, lifeOf } = setUp({ ttlJitter: 0.2 }, () => chance);
      const { entryId } = await cache.store({ prompt, response: 'x', ttlMs: 100_000 });
      expect(await lifeOf(entryId)).toBe(expected);
      const { entryId: kept } = await cache.store({ prompt: 'another question', response: 'x' });
      expect(await lifeOf(kept)).toBe(-1);
    }
  });

  test('that slides begins anew with every hit, in both tiers', async () => {
    const { cache, clock, lifeOf } = setUp({ slidingTtl: true, defaultTtlMs: 10_000 });
    const { entryId } = await cache.store({ prompt, response: 'x' });
    for (const asked of [prompt, paraphrase, prompt]) {
      clock.advance(9_000);
      expect(await cache.lookup({ prompt: asked })).toMatchObject({ outcome: 'hit' });
      expect(await lifeOf(entryId)).toBe(10_000);
    }
    clock.advance(10_001);
    expect(await cache.lookup({ prompt })).toMatchObject({ outcome: 'miss' });
  });

  test('that is fixed ends whether there were hits or not', async () => {
    const { cache, clock } = setUp({ defaultTtlMs: 10_000 });
    await cache.store({ prompt, response: 'x' });
    clock.advance(9_000);
    expect(await cache.lookup({ prompt })).toMatchObject({ outcome: 'hit' });
    clock.advance(1_001);
    expect(await cache.lookup({ prompt })).toMatchObject({ outcome: 'miss' });
  });
});

describe('a grace', () => {
  test('serves an answer after its time as stale, and then no more', async () => {
    const { cache, clock } = setUp({ defaultTtlMs: 10_000, graceMs: 5_000 });
    await cache.store({ prompt, response: 'x' });
    clock.advance(9_999);
    expect(await cache.lookup({ prompt })).not.toHaveProperty('isStale');
    clock.advance(1);
    for (const asked of [prompt, paraphrase]) {
      expect(await cache.lookup({ prompt: asked })).toMatchObject({ outcome: 'hit', isStale: true });
    }
    await cache.store({ prompt, response: 'y' });
    expect(await cache.lookup({ prompt })).not.toHaveProperty('isStale');
    clock.advance(15_001);
    expect(await cache.lookup({ prompt })).toMatchObject({ outcome: 'miss' });
  });

  test('does not make stale what is kept for ever', async () => {
    const { cache, clock } = setUp({ graceMs: 5_000 });
    await cache.store({ prompt, response: 'x' });
    clock.advance(1_000_000_000);
    expect(await cache.lookup({ prompt })).not.toHaveProperty('isStale');
  });

  test('and other settings are checked', () => {
    for (const config of [{ ttlJitter: 0.6 }, { graceMs: -1 }, { graceMs: 1, slidingTtl: true }]) {
      expect(() => setUp(config)).toThrow(expect.objectContaining({ code: 'invalid-configuration' }));
    }
  });
});

describe('invalidation', () => {
  async function filled() {
    const all = setUp({});
    const { cache, clock } = all;
    await cache.store({ prompt: 'one', response: 'x', scope: model('gpt-5', 'acme'), attributes: { doc: '7' } });
    await cache.store({ prompt: 'two', response: 'x', scope: model('gpt-5', 'other') });
    clock.advance(1_000);
    await cache.store({ prompt: 'three', response: 'x', scope: model('gpt-5-mini', 'acme') });
    await cache.store({ prompt: 'one', response: 'x', scope: model('gpt-5', 'acme') });
    return { ...all, nowMs: clock.nowMs() };
  }

  test('is by model, namespace, attribute and moment, and by all of them at once', async () => {
    const { cache, nowMs } = await filled();
    const count = (filter: object) => cache.invalidateWhere(filter, { dryRun: true });
    expect(await count({ model: 'gpt-5' })).toBe(3);
    expect(await count({ namespace: 'acme' })).toBe(3);
    expect(await count({ storedBeforeMs: nowMs })).toBe(2);
    expect(await count({ model: 'gpt-5', storedBeforeMs: nowMs, namespace: 'acme' })).toBe(1);
    expect(await count({ attributes: { doc: '7' } })).toBe(1);
    expect(await count({ attributes: { model: 'gpt-5' } })).toBe(0);
    await expect(count({})).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(count({ storedBeforeMs: 0.5 })).rejects.toMatchObject({ code: 'invalid-request' });
    expect(await cache.invalidateWhere({ model: 'gpt-5', storedBeforeMs: nowMs })).toBe(2);
    expect(await cache.entryCount()).toBe(2);
  });

  test('that is a dry run deletes nothing', async () => {
    const { cache } = await filled();
    const { entryId } = await cache.store({ prompt: 'four', response: 'x' });
    expect(await cache.invalidate(entryId, { dryRun: true })).toBe(true);
    expect(await cache.invalidate('0'.repeat(32), { dryRun: true })).toBe(false);
    expect(await cache.flush({ dryRun: true })).toBe(5);
    expect(await cache.entryCount()).toBe(5);
    expect((await cache.statistics()).invalidated).toBe(0);
    expect(await cache.flush()).toBe(5);
  });
});

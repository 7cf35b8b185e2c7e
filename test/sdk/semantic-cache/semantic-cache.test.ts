import type { Commander } from '#sdk/commander.js';
import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { similarityOf } from '#sdk/semantic-cache/hit-decider.js';
import { type LookupResult, SemanticCache, type SemanticCacheOptions } from '#sdk/semantic-cache/semantic-cache.js';
import { guard as trapGuard } from '#sdk/semantic-cache/trap-guard.js';
import { type NearkeyStore, openNearkeyStore } from '../nearkey-store.js';
import { ScriptedCommander } from '../scripted-commander.js';
import { WordEmbedder } from '../word-embedder.js';

const clock = { nowMs: () => 1_700_000_000_000 };
const refund = 'how do i get a refund for my order';
/** Nine words, eight of them shared with `refund`. */
const refundAgain = 'how do i get the refund for my order';

/** The two spellings of the question are 0.889 similar in the word embedder's space. */
const config = { minSimilarity: 0.85 };

describe('SemanticCache on a server', () => {
  let store: NearkeyStore;
  let commander: Commander;
  let embedder: WordEmbedder;
  let cacheCount = 0;

  beforeAll(async () => {
    store = await openNearkeyStore();
    commander = store.commander;
  });
  beforeEach(() => {
    embedder = new WordEmbedder();
  });
  afterAll(() => store.stop());

  /** A cache that no other test uses, without the guard: similarity alone decides. */
  function freshCache(options: Partial<SemanticCacheOptions> = {}): SemanticCache {
    cacheCount += 1;
    return new SemanticCache({
      cacheId: `test-${cacheCount}`,
      commander,
      embedder,
      clock,
      guard: null,
      config,
      ...options,
    });
  }

  const summary = (result: LookupResult): unknown =>
    result.outcome === 'hit' ? [result.tier, result.entry.response] : result.reason;

  test('answers an equal prompt from the exact tier without embedding it', async () => {
    const cache = freshCache();
    const { entryId } = await cache.store({ prompt: 'How do I pay?', response: 'By card.' });
    const embeddedCount = embedder.embedded.length;
    expect(await cache.lookup({ prompt: '  how do I\npay? ' })).toEqual({
      outcome: 'hit',
      tier: 'exact',
      similarity: 1,
      entry: {
        id: entryId,
        prompt: 'How do I pay?',
        response: 'By card.',
        attributes: {},
        createdAtMs: clock.nowMs(),
        embedderId: 'words-1',
      },
      hitId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(embedder.embedded).toHaveLength(embeddedCount);
  });

  test('answers a similar prompt from the semantic tier, with its similarity', async () => {
    const cache = freshCache();
    await cache.store({ prompt: refund, response: 'Like this.' });
    const result = await cache.lookup({ prompt: refundAgain });
    expect(summary(result)).toEqual(['semantic', 'Like this.']);
    expect(result.outcome === 'hit' && result.similarity).toBeCloseTo(8 / 9, 3);
  });

  test('misses below the least similarity and says how near the nearest was', async () => {
    const cache = freshCache();
    const { entryId } = await cache.store({ prompt: refund, response: 'x' });
    expect(await cache.lookup({ prompt: refundAgain, minSimilarity: 0.95 })).toEqual({
      outcome: 'miss',
      reason: 'below-min-similarity',
      nearest: { entryId, similarity: expect.closeTo(8 / 9, 3) },
    });
    expect(summary(await cache.lookup({ prompt: 'quite another matter', minSimilarity: 0 }))).toEqual([
      'semantic',
      'x',
    ]);
  });

  test('lets no lookup go below the floor', async () => {
    const cache = freshCache({ config: { similarityFloor: 0.9, minSimilarity: 0.95 } });
    await cache.store({ prompt: refund, response: 'x' });
    expect(summary(await cache.lookup({ prompt: refundAgain, minSimilarity: 0 }))).toBe('below-min-similarity');
  });

  test('refuses what the guard refuses, and names the rule', async () => {
    const cache = freshCache({ guard: trapGuard });
    await cache.store({ prompt: 'what was the revenue of the firm in the year 2023', response: '2023' });
    expect(await cache.lookup({ prompt: 'what was the revenue of the firm in the year 2024' })).toMatchObject({
      outcome: 'miss',
      reason: 'refused-by-guard',
      nearest: { refusedBy: 'number', similarity: expect.closeTo(16 / 17, 3) },
    });
    expect((await cache.statistics()).refusedByRule).toEqual({ number: 1 });
  });

  test('explains what it would decide, with its grounds, and changes nothing', async () => {
    const cache = freshCache({ guard: trapGuard, config: { maxErrorRate: 0.02 } });
    const scope = { namespace: 'acme', model: 'm-1' };
    const { entryId } = await cache.store({ prompt: refund, response: 'x', scope });
    await cache.store({ prompt: 'how do i get a refund for my order of 2023', response: 'y', scope });
    const before = [await cache.statistics(), cache.budget, await commander.call('DBSIZE')];
    expect(await cache.explain({ prompt: refundAgain, scope })).toMatchObject({
      scope: { namespace: 'acme', model: 'm-1' },
      prompt: refundAgain,
      embedderId: 'words-1',
      maxErrorRate: 0.02,
      minSimilarity: null,
      boundary: null,
      candidates: [
        { entryId, similarity: expect.closeTo(8 / 9, 3), guard: 'passed', probability: expect.any(Number) },
        { guard: 'refused', refusedBy: 'number', probability: expect.any(Number) },
      ],
      features: { similarity: expect.closeTo(8 / 9, 3) },
      outcome: { status: 'miss', reason: 'below-min-similarity' },
    });
    expect((await cache.explain({ prompt: refund, scope })).outcome).toMatchObject({ status: 'hit', tier: 'exact' });
    expect((await cache.explain({ prompt: refund })).outcome).toEqual({ status: 'miss', reason: 'no-candidate' });
    expect([await cache.statistics(), cache.budget, await commander.call('DBSIZE')]).toEqual(before);
    // No question was left open: the fresh answer teaches nothing.
    await cache.store({ prompt: refundAgain, response: 'x', scope });
    expect(cache.budget?.labels).toBe(0);
  });

  test('keeps a trail of what it decided: who was answered by which entry and why, without the words', async () => {
    const cache = freshCache({ config: { minSimilarity: 0.85, trailLength: 1000 } });
    const scope = { namespace: 'acme', model: 'm-1', systemPrompt: 'be brief' };
    const { entryId } = await cache.store({ prompt: refund, response: 'x', scope });
    const hits = [await cache.lookup({ prompt: refundAgain, scope }), await cache.lookup({ prompt: refund, scope })];
    await cache.lookup({ prompt: refund });
    const { entries } = await cache.trail({ count: 10, order: 'oldest-first' });
    expect(entries.map(({ record }) => record)).toMatchObject([
      {
        kind: 'lookup',
        lookupId: hits[0]?.outcome === 'hit' && hits[0].hitId,
        atMs: clock.nowMs(),
        decision: {
          scope: { namespace: 'acme', model: 'm-1' },
          outcome: { status: 'hit', tier: 'semantic', entryId, similarity: expect.closeTo(8 / 9, 3) },
          candidates: [{ entryId, guard: 'passed' }],
        },
      },
      {
        lookupId: hits[1]?.outcome === 'hit' && hits[1].hitId,
        decision: { outcome: { status: 'hit', tier: 'exact', entryId } },
      },
      { decision: { outcome: { status: 'miss', reason: 'no-candidate' } } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/refund|brief/);
    const open = freshCache({ config: { trailLength: 1000, trailPrompts: true } });
    await open.lookup({ prompt: refund });
    await open.saveLearned();
    expect((await open.trail({ count: 10, order: 'newest-first' })).entries[0]?.record).toMatchObject({
      decision: { prompt: refund },
    });
  });

  test('learns under an error budget: what fresh answers confirm is served, what they contradict is not', async () => {
    const cache = freshCache({ config: { auditRate: 0, maxErrorRate: 0.05 } });
    expect(cache.budget).toMatchObject({ isLearned: false, labels: 0 });
    /** Questions of one topic share an answer and eight words of nine; those of another share six. */
    const ask = async (topic: number, wording: number): Promise<LookupResult> => {
      const prompt = `tell me all about the topic t${topic} please w${wording}`;
      const result = await cache.lookup({ prompt });
      if (result.outcome === 'miss') await cache.store({ prompt, response: `answer ${topic}` });
      return result;
    };
    for (let wording = 0; wording < 12; wording++) {
      for (let topic = 0; topic < 12; topic++) await ask(topic, wording);
    }
    expect(cache.budget).toMatchObject({ isLearned: true });
    const results = await Promise.all(Array.from({ length: 12 }, (_, topic) => ask(topic, 99)));
    for (const [topic, result] of results.entries()) {
      expect(summary(result)).toEqual(['semantic', `answer ${topic}`]);
      if (result.outcome === 'hit') expect(result.probability).toBeGreaterThan(0.9);
    }
    expect(summary(await ask(500, 99))).toBe('beyond-error-budget');
    const { judgedRight, judgedWrong } = await cache.statistics();
    expect(judgedRight).toBeGreaterThan(50);
    expect(judgedWrong).toBeGreaterThan(5);
  });

  test('goes on from what it had learned when it is opened again', async () => {
    const options = { cacheId: 'learned', config: { auditRate: 0, maxErrorRate: 0.05 } };
    const cache = freshCache(options);
    for (let wording = 0; wording < 12; wording++) {
      for (let topic = 0; topic < 12; topic++) {
        const prompt = `tell me all about the topic t${topic} please w${wording}`;
        const { outcome } = await cache.lookup({ prompt });
        if (outcome === 'miss') await cache.store({ prompt, response: `answer ${topic}` });
      }
    }
    await cache.saveLearned();
    const again = freshCache(options);
    expect(again.budget).toMatchObject({ isLearned: false });
    const prompt = 'tell me all about the topic t3 please w99';
    expect(summary(await again.lookup({ prompt }))).toEqual(['semantic', 'answer 3']);
    expect(again.budget).toMatchObject({ isLearned: true, labels: cache.budget?.labels });
    const other = freshCache({ ...options, embedder: new WordEmbedder({ id: 'words-3' }) });
    await other.lookup({ prompt });
    expect(other.budget).toMatchObject({ isLearned: false, labels: 0 });
  });

  test('under an error budget a caller can only ask for more certainty', async () => {
    const cache = freshCache({ config: { auditRate: 0 } });
    await cache.store({ prompt: refund, response: 'x' });
    const near = 'how do i get a refund for my order of shoes and socks please today now soon or later';
    expect(summary(await cache.lookup({ prompt: refundAgain, minSimilarity: 0.5 }))).toBe('below-min-similarity');
    expect(summary(await cache.lookup({ prompt: near, minSimilarity: 0 }))).toBe('below-min-similarity');
    await expect(cache.lookup({ prompt: refund, maxErrorRate: 2 })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('serves nothing farther away than a question the guard told apart', async () => {
    const cache = freshCache({
      guard: (cachedPrompt) => (cachedPrompt === refund ? { ok: false, rule: 'number' } : { ok: true }),
    });
    const { entryId } = await cache.store({ prompt: refund, response: 'near' });
    await cache.store({ prompt: `${refund} today`, response: 'farther' });
    expect(await cache.lookup({ prompt: refundAgain, minSimilarity: 0.5 })).toMatchObject({
      outcome: 'miss',
      reason: 'refused-by-guard',
      nearest: { entryId, refusedBy: 'number' },
    });
    expect((await cache.statistics()).refusedByRule).toEqual({ number: 1 });
  });

  test('never answers across scopes', async () => {
    const cache = freshCache();
    await cache.store({ prompt: refund, response: 'acme', scope: { namespace: 'acme', model: 'm' } });
    for (const scope of [undefined, { namespace: 'acme' }, { namespace: 'other', model: 'm' }, { model: 'm' }]) {
      expect(summary(await cache.lookup({ prompt: refund, scope }))).toBe('no-candidate');
      expect(summary(await cache.lookup({ prompt: refundAgain, scope, minSimilarity: 0 }))).toBe('no-candidate');
    }
    const result = await cache.lookup({ prompt: refundAgain, scope: { namespace: 'acme', model: 'm' } });
    expect(result).toMatchObject({ outcome: 'hit', entry: { response: 'acme', model: 'm' } });
  });

  test('keeps caches apart, also in a flush', async () => {
    const [a, b] = [freshCache(), freshCache()];
    await a.store({ prompt: refund, response: 'a' });
    await b.store({ prompt: refund, response: 'b' });
    await a.flush();
    expect(summary(await a.lookup({ prompt: refund }))).toBe('no-candidate');
    expect(summary(await b.lookup({ prompt: refundAgain }))).toEqual(['semantic', 'b']);
  });

  test('keeps the vectors of two embedders apart while exact answers survive', async () => {
    const cache = freshCache();
    await cache.store({ prompt: refund, response: 'x' });
    const newer = new WordEmbedder({ id: 'words-2' });
    const successor = new SemanticCache({
      cacheId: cache.cacheId,
      commander,
      embedder: newer,
      clock,
      guard: null,
      config,
    });
    expect(summary(await successor.lookup({ prompt: refundAgain, minSimilarity: 0 }))).toBe('no-candidate');
    expect(summary(await successor.lookup({ prompt: refund }))).toEqual(['exact', 'x']);
    await successor.store({ prompt: refund, response: 'y' });
    expect(summary(await successor.lookup({ prompt: refundAgain }))).toEqual(['semantic', 'y']);
    expect(summary(await cache.lookup({ prompt: refundAgain }))).toEqual(['semantic', 'y']);
  });

  test('builds its index again after someone emptied the server', async () => {
    const cache = freshCache();
    await cache.store({ prompt: refund, response: 'x' });
    await commander.call('FT.DROPINDEX', cacheKeys(cache.cacheId, embedder).index);
    await cache.lookup({ prompt: refundAgain });
    await cache.store({ prompt: 'another question entirely', response: 'y' });
    expect(summary(await cache.lookup({ prompt: 'another question entirely now', minSimilarity: 0.8 }))).toEqual([
      'semantic',
      'y',
    ]);
    expect((await cache.statistics()).errors).toBe(0);
  });

  test('can be opened by many at the same time', async () => {
    const opened = Array.from({ length: 5 }, () => new SemanticCache({ cacheId: 'race', commander, embedder, clock }));
    await Promise.all(opened.map((cache, index) => cache.store({ prompt: `question ${index}`, response: 'x' })));
    expect(await opened[0]?.entryCount()).toBe(5);
  });

  test('counts what it does', async () => {
    const cache = freshCache();
    await cache.lookup({ prompt: refund });
    await cache.store({ prompt: refund, response: 'x' });
    await cache.lookup({ prompt: refund });
    await cache.lookup({ prompt: refundAgain });
    embedder.failure = new Error('ill');
    await expect(cache.lookup({ prompt: 'something new' })).rejects.toMatchObject({ code: 'embedder-failed' });
    expect(await cache.statistics()).toEqual({
      exactHits: 1,
      semanticHits: 1,
      misses: 1,
      stores: 1,
      audits: 0,
      judgedRight: 0,
      judgedWrong: 0,
      invalidated: 0,
      shadowRight: 0,
      shadowWrong: 0,
      votesUp: 0,
      votesDown: 0,
      quarantined: 0,
      breaches: 0,
      evicted: 0,
      refusedByRule: {},
      errors: 1,
    });
  });

  test('embeds a prompt once for a miss and the store that follows', async () => {
    const cache = freshCache();
    await cache.lookup({ prompt: refund });
    await cache.store({ prompt: refund, response: 'x' });
    expect(embedder.embedded).toEqual([refund]);
  });

  test('still answers exactly when the embedder is ill', async () => {
    const cache = freshCache();
    await cache.store({ prompt: refund, response: 'x' });
    embedder.failure = new Error('ill');
    expect(summary(await cache.lookup({ prompt: refund }))).toEqual(['exact', 'x']);
  });
});

describe('SemanticCache without a store', () => {
  const unreachable = new ScriptedCommander(() => new Error('Connection is closed.'));
  const open = (config = {}): SemanticCache =>
    new SemanticCache({ cacheId: 'c', commander: unreachable, embedder: new WordEmbedder(), config });

  test('gives every operation the same error', async () => {
    const cache = open();
    const operations = [
      cache.lookup({ prompt: 'x' }),
      cache.store({ prompt: 'x', response: 'y' }),
      cache.invalidate('0'.repeat(32)),
      cache.invalidateWhere({ attributes: { a: 'b' } }),
      cache.flush(),
      cache.statistics(),
      cache.entryCount(),
    ];
    for (const operation of operations) await expect(operation).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  test('refuses an answer that is too long, a bad id, and a filter that names nothing', async () => {
    const cache = open({ responseCharsMax: 3 });
    await expect(cache.store({ prompt: 'x', response: 'four' })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(cache.invalidate('x')).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(cache.invalidateWhere({})).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(cache.invalidateWhere({ attributes: {} })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  test('refuses what is no embedding', async () => {
    const commander = new ScriptedCommander((command) => (command === 'FT.CREATE' ? 'OK' : 1));
    for (const vectors of [[new Float32Array(2)], []]) {
      const embedder = { id: 'e', dimension: 3, embed: async () => vectors, close: async () => undefined };
      const cache = new SemanticCache({ cacheId: 'c', commander, embedder });
      await expect(cache.store({ prompt: 'x', response: 'y' })).rejects.toMatchObject({ code: 'embedder-failed' });
    }
  });

  test('never serves a candidate whose distance is no number', async () => {
    const commander = new ScriptedCommander((command) => {
      if (command === 'FT.CREATE') return 'OK';
      if (command === 'HMGET') return [null, null, null, null, null, null];
      const fields = ['prompt', 'x', 'exact', 'f'.repeat(32), 'distance', 'nan'];
      return command === 'FT.SEARCH' ? [1, `nearkey:cache:{c}:entry:${'a'.repeat(32)}`, fields] : 1;
    });
    const cache = new SemanticCache({ cacheId: 'c', commander, embedder: new WordEmbedder(), guard: null });
    expect(await cache.lookup({ prompt: 'x', minSimilarity: 0 })).toMatchObject({ reason: 'below-min-similarity' });
  });
});

test('similarity is cut to 0..1', () => {
  expect([-0.001, 0, 0.25, 1, 1.7].map(similarityOf)).toEqual([1, 1, 0.75, 0, 0]);
});

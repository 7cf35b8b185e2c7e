import { ttlMsMax } from '#sdk/semantic-cache/cache-entry.js';
import { exportedEntry, exportedFrom } from '#sdk/semantic-cache/cache-transfer.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

const paraphrase = { prompt: 'how do i get the refund for my order', scope: { model: 'gpt-5', namespace: 'acme' } };

function openCache() {
  const { server, clock } = startInProcess();
  const { commander } = server;
  const embedder = new WordEmbedder();
  const open = (cacheId: string) =>
    new SemanticCache({ cacheId, commander, embedder, clock, guard: null, config: { minSimilarity: 0.85 } });
  return { open, clock, commander, embedder };
}

async function exported(cache: SemanticCache) {
  const entries = [];
  for await (const entry of cache.exportEntries()) entries.push(exportedEntry.parse(JSON.parse(JSON.stringify(entry))));
  return entries.sort((a, b) => (a.exact < b.exact ? -1 : 1));
}

describe('entries on their way', () => {
  test('come back as they were: found in both tiers, by their attributes, for the rest of their time', async () => {
    const { open, clock, commander } = openCache();
    const from = open('from');
    const scope = { model: 'gpt-5', namespace: 'acme' };
    const prompt = 'how do i get a refund for my order';
    await from.store({ prompt, response: 'Like this: "ü" \n', scope, attributes: { doc: '7' }, ttlMs: 60_000 });
    await from.store({ prompt: 'another one', response: '{"a":1}' });
    clock.advance(10_000);
    const entries = await exported(from);
    expect(entries.length).toBe(2);

    const to = open('to');
    expect(await to.importEntries(entries)).toBe(2);
    expect(await exported(to)).toEqual(entries);
    const found = await to.lookup({ ...paraphrase, attributes: { doc: '7' } });
    expect(found).toMatchObject({ outcome: 'hit', tier: 'semantic', entry: { response: 'Like this: "ü" \n' } });
    expect(await to.lookup({ prompt, scope, attributes: { doc: '7' } })).toMatchObject({ tier: 'exact' });
    expect(await to.lookup({ prompt, scope: { model: 'gpt-5' } })).toMatchObject({ outcome: 'miss' });
    expect(await to.invalidateWhere({ model: 'gpt-5', namespace: 'acme' }, { dryRun: true })).toBe(1);
    const keys = await commander.call('KEYS', 'nearkey:cache:{to}:entry:*');
    const lives = await Promise.all(
      (Array.isArray(keys) ? keys : []).map((key) => commander.call('PTTL', String(key))),
    );
    expect(lives.map(Number).sort((a, b) => a - b)).toEqual([-1, 50_000]);
    expect(await to.importEntries(entries)).toBe(2);
    expect(await to.entryCount()).toBe(2);
  });

  test('last no longer than an entry can', () => {
    const whole = ['p', 'r', '{}', '7', null, '', 'a'.repeat(32), 'b'.repeat(32), 'g', ''];
    expect(exportedFrom(whole, 2 * ttlMsMax)).toMatchObject({ ttlMs: 2 * ttlMsMax });
    const entry = { ...exportedFrom(whole, -1), ttlMs: 2 * ttlMsMax + 1 };
    expect(exportedEntry.safeParse(entry).error?.issues.map(({ path }) => path)).toEqual([['ttlMs']]);
  });

  test('are none when they are no entries', () => {
    expect(
      exportedFrom(
        Array.from({ length: 10 }, () => null),
        -2,
      ),
    ).toBeUndefined();
    expect(exportedFrom('x', -1)).toBeUndefined();
    const whole = ['p', 'r', '{}', '7', null, '', 'a'.repeat(32), 'b'.repeat(32), 'g', ''];
    expect(exportedFrom(whole, -1)).toMatchObject({ v: 1, prompt: 'p', createdAtMs: 7 });
    for (const [at, value] of [
      [2, '{'],
      [6, 'no digest'],
      [9, 'x) | @scope:{y}'],
    ] as const) {
      expect(exportedFrom(whole.with(at, value), -1)).toBeUndefined();
    }
  });
});

describe('many at once', () => {
  const prompts = Array.from({ length: 150 }, (_, i) => `question number ${i} of many`);

  test('are stored and found in their order, with one call of the embedder for many of them', async () => {
    const { open, embedder } = openCache();
    const cache = open('many');
    const { entryIds } = await cache.storeMany(prompts.map((prompt) => ({ prompt, response: prompt })));
    expect([entryIds.length, new Set(entryIds).size, embedder.calls]).toEqual([150, 150, 3]);
    const asked = prompts.map((prompt) => ({ prompt }));
    const found = await cache.lookupMany([...asked, { prompt: 'nothing like it' }]);
    expect(found.slice(0, 150).map((one) => (one.outcome === 'hit' ? one.entry.response : one.reason))).toEqual(
      prompts,
    );
    expect(found.at(-1)).toMatchObject({ outcome: 'miss' });
    // What is found exactly needs no vector.
    expect(embedder.calls).toBe(4);
    expect(await cache.lookupMany([])).toEqual([]);
  });

  test('fail as one of them would', async () => {
    const { open, embedder } = openCache();
    const cache = open('many');
    await expect(cache.storeMany([{ prompt: ' ', response: 'x' }])).rejects.toMatchObject({ code: 'invalid-request' });
    embedder.failure = new Error('killed');
    await expect(cache.storeMany([{ prompt: 'one', response: 'x' }])).rejects.toMatchObject({
      code: 'embedder-failed',
    });
  });
});

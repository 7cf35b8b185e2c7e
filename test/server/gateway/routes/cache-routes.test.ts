/**
 * The cache's routes, three ways: validation without a store, behaviour on a server, and the real client of the LangCache API.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { LangCache } from '@redis-ai/langcache';
import request from 'supertest';
import { decisionRecord } from '#sdk/semantic-cache/decision-record.js';
import { parseTrailRecord } from '#sdk/semantic-cache/decision-trail.js';
import { type NearkeyStore, openNearkeyStore } from '../../../sdk/nearkey-store.js';
import { ScriptedCommander } from '../../../sdk/scripted-commander.js';
import { gatewayApp } from '../gateway-app.js';

const refund = 'how do i get a refund for my order';
const refundAgain = 'how do i get the refund for my order';
const noEntry = [null, null, null, null, null, null];
const unknownId = '0'.repeat(32);

describe('validation', () => {
  const { app } = gatewayApp(new ScriptedCommander(() => new Error('the store must not be asked')));
  const entries = '/v1/caches/c/entries';

  test.each([
    ['post', `${entries}/search`, 'prompt', {}],
    ['post', `${entries}/search`, 'prompt', { prompt: '' }],
    ['post', `${entries}/search`, 'prompt', { prompt: 'x'.repeat(2_049) }],
    ['post', `${entries}/search`, 'similarityThreshold', { prompt: 'x', similarityThreshold: 85 }],
    ['post', `${entries}/search`, 'similarityThreshold', { prompt: 'x', similarityThreshold: '0.8' }],
    ['post', `${entries}/search`, 'searchStrategies', { prompt: 'x', searchStrategies: [] }],
    ['post', `${entries}/search`, 'searchStrategies.0', { prompt: 'x', searchStrategies: ['fuzzy'] }],
    ['post', `${entries}/search`, 'attributes.a', { prompt: 'x', attributes: { a: 1 } }],
    ['post', `${entries}/search`, 'attributes.a b', { prompt: 'x', attributes: { 'a b': 'c' } }],
    ['post', entries, 'response', { prompt: 'x' }],
    ['post', entries, 'response', { prompt: 'x', response: 'y'.repeat(32_769) }],
    ['post', entries, 'ttlMillis', { prompt: 'x', response: 'y', ttlMillis: 0 }],
    ['post', entries, 'ttlMillis', { prompt: 'x', response: 'y', ttlMillis: 1.5 }],
    ['delete', entries, 'attributes', {}],
    ['delete', `${entries}/not-an-id`, 'entryId', {}],
    ['get', '/v1/caches/a%7Bb%7D/stats', 'cacheId', undefined],
    ['get', '/v1/caches/c/trail?count=0', 'count', undefined],
    ['get', '/v1/caches/c/trail?after=x', 'after', undefined],
    ['get', '/v1/caches/a%7Bb%7D/trail.jsonl', 'cacheId', undefined],
    ['post', '/v1/caches/a%2Fb/flush', 'cacheId', undefined],
  ] as const)('%s %s is refused for its %s (case %#)', async (method, path, field, body) => {
    const response = await request(app)[method](path).send(body);
    expect([response.status, response.body.type]).toEqual([400, '/errors/invalid-data']);
    expect(response.body.fields.map((error: { field: string }) => error.field)).toContain(field);
  });

  test('a prompt of white space only is refused by the cache itself', async () => {
    const response = await request(app).post(`${entries}/search`).send({ prompt: '   ' });
    expect([response.status, response.body.type]).toEqual([400, '/errors/invalid-data']);
  });
});

test.each([
  ['Connection is closed.', 424, '/errors/database/resource-database-unavailable'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 424, '/errors/database/out-of-memory'],
  ['NOAUTH Authentication required.', 500, '/errors/cache/authentication'],
  ['ERR something', 500, '/errors/cache/unexpected-error'],
])('a store that says "%s" is %i %s', async (message, status, type) => {
  const { app } = gatewayApp(new ScriptedCommander(() => new Error(message)));
  const response = await request(app).post('/v1/caches/c/entries').send({ prompt: 'x', response: 'y' });
  expect([response.status, response.body.type]).toEqual([status, type]);
});

test('an embedder that is ill is a problem of its own, and counted', async () => {
  const commander = new ScriptedCommander((command) => (command === 'FT.CREATE' ? 'OK' : noEntry));
  const { app, embedder } = gatewayApp(commander);
  embedder.failure = new Error('no model');
  const response = await request(app).post('/v1/caches/c/entries/search').send({ prompt: 'x' });
  expect([response.status, response.body.type]).toEqual([500, '/errors/embeddings/unexpected-error']);
  const { text } = await request(app).get('/metrics');
  expect(text).toContain('nearkey_cache_errors_total{operation="lookup",code="embedder-failed"} 1');
});

describe('on a server', () => {
  let store: NearkeyStore;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    store = await openNearkeyStore();
    server = gatewayApp(store.commander, { trailLength: 1_000 }).app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
    origin = `http://127.0.0.1:${address.port}`;
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await store.stop();
  });

  test('a cache comes into being on its first use and tells what it did', async () => {
    const api = request(origin);
    const empty = await api.get('/v1/caches/fresh/stats');
    expect(empty.body).toMatchObject({ cacheId: 'fresh', entries: 0, hitRate: null });
    expect((await api.get('/v1/caches/fresh/health')).body).toEqual({ ok: true });
    await api.post('/v1/caches/fresh/entries/search').send({ prompt: refund });
    const stored = await api.post('/v1/caches/fresh/entries').send({ prompt: refund, response: 'Like this.' });
    expect([stored.status, stored.body.entryId]).toEqual([201, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    const found = await api.post('/v1/caches/fresh/entries/search').send({ prompt: refundAgain });
    expect(found.body).toEqual({
      data: [
        {
          id: stored.body.entryId,
          prompt: refund,
          response: 'Like this.',
          attributes: {},
          similarity: expect.closeTo(8 / 9, 3),
          searchStrategy: 'semantic',
          hitId: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ],
    });
    expect((await api.get('/v1/caches/fresh/stats')).body).toEqual({
      cacheId: 'fresh',
      entries: 1,
      hits: { exact: 0, semantic: 1 },
      misses: 1,
      hitRate: 0.5,
      stores: 1,
      audits: 0,
      judged: { right: 0, wrong: 0 },
      invalidated: 0,
      truth: {
        shadow: { right: 0, wrong: 0 },
        wrongHitShare: { low: 0, high: 1 },
        votes: { up: 0, down: 0 },
        quarantined: 0,
        breaches: 0,
        isTightened: false,
      },
      evicted: 0,
      refusedByRule: {},
      errors: 0,
    });
  });

  test('counts what conditions select, and deletes it only when told to', async () => {
    const api = request(origin);
    for (const [prompt, doc] of [
      ['first question', '7'],
      ['second question', '8'],
    ] as const) {
      await api.post('/v1/caches/dry/entries').send({ prompt, response: 'x', attributes: { doc } });
    }
    const path = '/v1/caches/dry/invalidate';
    const dry = await api.post(path).send({ attributes: { doc: '7' } });
    expect([dry.status, dry.body]).toEqual([200, { entriesCount: 1, isDeleted: false }]);
    expect((await api.get('/v1/caches/dry/stats')).body.entries).toBe(2);
    expect((await api.post(path).send({ storedBeforeMillis: 1, dryRun: false })).body.entriesCount).toBe(0);
    const wet = await api.post(path).send({ attributes: { doc: '7' }, dryRun: false });
    expect(wet.body).toEqual({ entriesCount: 1, isDeleted: true });
    expect((await api.get('/v1/caches/dry/stats')).body.entries).toBe(1);
    expect((await api.post(path).send({})).status).toBe(400);
  });

  test('explains a search that it does not do, in the form of its contract', async () => {
    const api = request(origin);
    await api.post('/v1/caches/explained/entries').send({ prompt: refund, response: 'x', attributes: { lang: 'en' } });
    const explained = await api.post('/v1/caches/explained/explain').send({ prompt: refundAgain });
    expect(decisionRecord.parse(explained.body)).toEqual(explained.body);
    expect(explained.body).toMatchObject({
      minSimilarity: 0.85,
      maxErrorRate: null,
      candidates: [{ guard: 'passed', similarity: expect.closeTo(8 / 9, 3) }],
      outcome: { status: 'hit', tier: 'semantic' },
    });
    const strict = { prompt: refundAgain, similarityThreshold: 0.95, searchStrategies: ['semantic'] };
    expect((await api.post('/v1/caches/explained/explain').send(strict)).body).toMatchObject({
      tiers: ['semantic'],
      outcome: { status: 'miss', reason: 'below-min-similarity' },
    });
    const german = { prompt: refund, attributes: { lang: 'de' } };
    expect((await api.post('/v1/caches/explained/explain').send(german)).body.candidates).toEqual([]);
    expect((await api.get('/v1/caches/explained/stats')).body).toMatchObject({ misses: 0, hitRate: null });
  });

  test('shows its trail page by page, and gives it away as lines of JSON', async () => {
    const api = request(origin);
    await api.post('/v1/caches/traced/entries').send({ prompt: refund, response: 'x' });
    for (const prompt of [refund, refundAgain, 'another matter', refund]) {
      await api.post('/v1/caches/traced/entries/search').send({ prompt });
    }
    const first = await api.get('/v1/caches/traced/trail?count=3');
    const outcomes = first.body.records.map(
      (each: { record: { decision: { outcome: object } } }) => each.record.decision.outcome,
    );
    expect(outcomes).toMatchObject([
      { status: 'hit', tier: 'exact' },
      { status: 'miss', reason: 'below-min-similarity' },
      { status: 'hit', tier: 'semantic' },
    ]);
    const second = await api.get(`/v1/caches/traced/trail?count=3&after=${first.body.next}`);
    expect([second.body.records.length, second.body.next]).toEqual([1, null]);
    const lines = await api.get('/v1/caches/traced/trail.jsonl').buffer(true);
    expect([lines.status, lines.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const records = lines.text.trim().split('\n').map(parseTrailRecord);
    expect(records.map((record) => record?.kind)).toEqual(['lookup', 'lookup', 'lookup', 'lookup']);
    expect((await api.get('/v1/caches/untraced/trail')).body).toEqual({ records: [], next: null });
    expect((await api.get('/v1/caches/untraced/trail.jsonl')).status).toBe(200);
  });

  test('takes votes by hit and by entry, once each, and takes an entry out that is found wrong', async () => {
    const api = request(origin);
    const search = async (prompt: string) =>
      (await api.post('/v1/caches/voted/entries/search').send({ prompt })).body.data[0];
    const vote = (body: object) => api.post('/v1/caches/voted/feedback').send(body);
    await api.post('/v1/caches/voted/entries').send({ prompt: refund, response: 'wrong' });
    const { hitId, id: entryId } = await search(refundAgain);
    expect((await vote({ hitId, vote: 'down' })).body).toEqual({ outcome: 'counted', isQuarantined: false });
    expect((await vote({ hitId, vote: 'down' })).body).toEqual({ outcome: 'repeated', isQuarantined: false });
    await search(refund);
    expect((await vote({ entryId, vote: 'down' })).body).toEqual({ outcome: 'counted', isQuarantined: true });
    expect(await search(refund)).toBeUndefined();
    expect(await search(refundAgain)).toBeUndefined();
    expect((await vote({ hitId: unknownId, vote: 'up' })).status).toBe(404);
    expect((await vote({ vote: 'up' })).status).toBe(400);
    expect((await api.get('/v1/caches/voted/stats')).body.truth).toMatchObject({
      votes: { up: 0, down: 2 },
      quarantined: 1,
    });
    for (let i = 0; i < 60; i++) await vote({ hitId: unknownId, vote: 'up' });
    expect((await vote({ hitId: unknownId, vote: 'up' })).status).toBe(429);
  });

  test('a flush without a body and a delete without attributes empty a cache', async () => {
    const api = request(origin);
    const fill = () => api.post('/v1/caches/full/entries').send({ prompt: refund, response: 'x' });
    const search = async () => (await api.post('/v1/caches/full/entries/search').send({ prompt: refund })).body.data;
    await fill();
    expect((await api.post('/v1/caches/full/flush')).status).toBe(204);
    expect(await search()).toEqual([]);
    await fill();
    const deleted = await api.delete('/v1/caches/full/entries').send({ attributes: {} });
    expect([deleted.status, deleted.body]).toEqual([200, { deletedEntriesCount: 1 }]);
    expect(await search()).toEqual([]);
  });

  test('the server itself answers the client of LangCache, with its own embedder', async () => {
    const serverURL = `http://127.0.0.1:${store.httpPort}`;
    const client = new LangCache({ serverURL, cacheId: 'help-desk', apiKey: 'any' });
    const { entryId } = await client.set({ prompt: 'How do I reset my password?', response: 'Use the link.' });
    const paraphrase = await client.search({ prompt: 'How can I reset my password?' });
    expect(paraphrase.data).toMatchObject([{ id: entryId, response: 'Use the link.', searchStrategy: 'semantic' }]);
    expect((await client.search({ prompt: 'How do I NOT reset my password?' })).data).toEqual([]);
    expect((await client.search({ prompt: 'Where is my parcel?' })).data).toEqual([]);
    await client.flush();
    expect((await client.search({ prompt: 'How do I reset my password?' })).data).toEqual([]);
  });

  test('the server itself answers a prompt longer than its embedder reads when it is equal to one that is stored', async () => {
    const api = request(`http://127.0.0.1:${store.httpPort}`);
    const long = 'How do I reset my password? '.repeat(400);
    const search = async (prompt: string): Promise<unknown> => {
      const { status, body } = await api.post('/v1/caches/long/entries/search').send({ prompt });
      return [status, body.data?.map(({ response }: { response: string }) => response)];
    };
    expect(await search(long)).toEqual([200, []]);
    const stored = await api.post('/v1/caches/long/entries').send({ prompt: long, response: 'Use the link.' });
    expect([stored.status, await search(long), await search(`${long} Today.`)]).toEqual([
      201,
      [200, ['Use the link.']],
      [200, []],
    ]);
  });

  describe('the client of LangCache', () => {
    const langCache = (cacheId: string, apiKey = 'any'): LangCache =>
      new LangCache({ serverURL: origin, cacheId, apiKey });

    test('stores, finds exactly and by meaning, and deletes by id', async () => {
      const client = langCache('langcache');
      const { entryId } = await client.set({ prompt: refund, response: 'Like this.', ttlMillis: 60_000 });
      const exact = await client.search({ prompt: refund.toUpperCase(), searchStrategies: ['exact'] });
      expect(exact.data).toEqual([
        { id: entryId, prompt: refund, response: 'Like this.', attributes: {}, similarity: 1, searchStrategy: 'exact' },
      ]);
      const similar = await client.search({
        prompt: refundAgain,
        similarityThreshold: 0.8,
        searchStrategies: ['semantic'],
      });
      expect(similar.data).toMatchObject([{ id: entryId, searchStrategy: 'semantic' }]);
      expect((await client.search({ prompt: refundAgain, similarityThreshold: 0.95 })).data).toEqual([]);
      await client.deleteById(entryId);
      await client.deleteById(unknownId);
      expect((await client.search({ prompt: refund })).data).toEqual([]);
    });

    test('filters and deletes by attributes', async () => {
      const client = langCache('langcache-attributes');
      await client.set({ prompt: refund, response: 'de', attributes: { language: 'de', user: '1' } });
      await client.set({ prompt: refund, response: 'en', attributes: { language: 'en', user: '1' } });
      const found = await client.search({ prompt: refundAgain, attributes: { language: 'en' } });
      expect(found.data).toMatchObject([{ response: 'en', attributes: { language: 'en', user: '1' } }]);
      expect(await client.deleteQuery({ attributes: { language: 'de', user: '1' } })).toEqual({
        deletedEntriesCount: 1,
      });
      expect(await client.deleteQuery({ attributes: { language: 'de', user: '1' } })).toEqual({
        deletedEntriesCount: 0,
      });
      expect((await client.search({ prompt: refund, attributes: { user: '1' } })).data).toHaveLength(1);
      await client.flush();
      expect((await client.search({ prompt: refund })).data).toEqual([]);
    });

    test('reads our problems as its own errors', async () => {
      await expect(langCache('langcache').search({ prompt: '' })).rejects.toMatchObject({
        name: 'BadRequestErrorResponseContent',
        type: '/errors/invalid-data',
      });
    });
  });
});

test('the client of LangCache authenticates with the key', async () => {
  const { app } = gatewayApp(new ScriptedCommander((command) => (command === 'FT.CREATE' ? 'OK' : 1)), {
    apiKey: 'secret',
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const serverURL = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  try {
    const stranger = new LangCache({ serverURL, cacheId: 'c', apiKey: 'wrong' });
    await expect(stranger.flush()).rejects.toMatchObject({ name: 'AuthenticationErrorResponseContent' });
    const friend = new LangCache({ serverURL, cacheId: 'c', apiKey: 'secret' });
    await expect(friend.deleteById(unknownId)).resolves.toBeUndefined();
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

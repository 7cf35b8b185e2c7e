import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { type ExpressCacheOptions, semanticCache } from '#sdk/adapters/express-cache.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { type NearkeyStore, openNearkeyStore } from '../nearkey-store.js';
import { ScriptedCommander } from '../scripted-commander.js';
import { WordEmbedder } from '../word-embedder.js';

const refund = 'how do i get a refund for my order';
const refundAgain = 'how do i get the refund for my order';

type Options = ExpressCacheOptions<express.Request>;

/** A route that counts how often it really ran. */
function appOver(cache: SemanticCache, options: Partial<Options> = {}, route?: RequestHandler) {
  let runs = 0;
  const app = express();
  const middleware = semanticCache<express.Request>({
    cache,
    promptOf: (req) => (typeof req.body?.question === 'string' ? req.body.question : undefined),
    scopeOf: (req) => ({ namespace: req.get('x-tenant') }),
    ...options,
  });
  app.use(express.json());
  app.post('/ask', middleware, (req, res, next) => {
    runs += 1;
    if (route === undefined) res.status(201).json({ answer: runs });
    else route(req, res, next);
  });
  const ask = (question: unknown, headers: Record<string, string> = {}) =>
    request(app).post('/ask').set(headers).send({ question });
  return { app, ask };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** The two spellings of the question are 0.889 similar in the word embedder's space. */
const config = { minSimilarity: 0.85 };

describe('semanticCache on a server', () => {
  let store: NearkeyStore;
  let cacheCount = 0;

  beforeAll(async () => {
    store = await openNearkeyStore();
  });
  afterAll(() => store.stop());

  function freshCache(): SemanticCache {
    cacheCount += 1;
    const embedder = new WordEmbedder();
    return new SemanticCache({
      cacheId: `express-${cacheCount}`,
      commander: store.commander,
      embedder,
      guard: null,
      config,
    });
  }

  const stored = (cache: SemanticCache, count: number): Promise<void> =>
    until(async () => (await cache.statistics()).stores === count);

  test('replays status and body to an equal and to a similar question', async () => {
    const cache = freshCache();
    const { ask } = appOver(cache);
    const first = await ask(refund);
    expect([first.status, first.body]).toEqual([201, { answer: 1 }]);
    expect(first.headers).toMatchObject({ 'x-nearkey-cache': 'miss', 'x-nearkey-cache-reason': 'no-candidate' });
    await stored(cache, 1);

    const exact = await ask(refund);
    expect([exact.status, exact.body]).toEqual([201, { answer: 1 }]);
    expect(exact.headers).toMatchObject({
      'x-nearkey-cache': 'hit',
      'x-nearkey-cache-tier': 'exact',
      'x-nearkey-similarity': '1.0000',
    });

    const similar = await ask(refundAgain);
    expect(similar.body).toEqual({ answer: 1 });
    expect(similar.headers).toMatchObject({
      'x-nearkey-cache-tier': 'semantic',
      'x-nearkey-similarity': '0.8889',
      'x-nearkey-entry-id': exact.headers['x-nearkey-entry-id'],
    });
  });

  test('keeps tenants and attributes apart', async () => {
    const cache = freshCache();
    const { ask } = appOver(cache, { attributesOf: (req) => ({ language: req.get('accept-language') ?? 'en' }) });
    await ask(refund, { 'x-tenant': 'a', 'accept-language': 'de' });
    await stored(cache, 1);
    expect((await ask(refund, { 'x-tenant': 'b', 'accept-language': 'de' })).headers['x-nearkey-cache']).toBe('miss');
    expect((await ask(refund, { 'x-tenant': 'a', 'accept-language': 'fr' })).headers['x-nearkey-cache']).toBe('miss');
    expect((await ask(refund, { 'x-tenant': 'a', 'accept-language': 'de' })).headers['x-nearkey-cache']).toBe('hit');
  });

  test.each<[string, RequestHandler]>([
    ['a failure', (_req, res) => void res.status(500).json({ error: 'x' })],
    ['a redirect', (_req, res) => void res.status(302).json({})],
    ['a cookie', (_req, res) => void res.cookie('session', 'x').json({ answer: 1 })],
    ['what must not be stored', (_req, res) => void res.set('cache-control', 'private').json({ answer: 1 })],
    ['a text', (_req, res) => void res.send('answer')],
    [
      'a stream',
      (_req, res) => {
        res.write('{');
        res.end('}');
      },
    ],
  ])('does not store %s', async (_name, route) => {
    const cache = freshCache();
    const { ask } = appOver(cache, {}, route);
    await ask(refund).redirects(0);
    expect((await ask(refund).redirects(0)).headers['x-nearkey-cache']).toBe('miss');
    expect((await cache.statistics()).stores).toBe(0);
  });

  test('follows cache-control of the caller', async () => {
    const cache = freshCache();
    const { ask } = appOver(cache);
    const noStore = await ask(refund, { 'cache-control': 'no-store' });
    expect(noStore.headers).toMatchObject({ 'x-nearkey-cache': 'bypass', 'x-nearkey-cache-reason': 'no-store' });
    expect((await cache.statistics()).stores).toBe(0);
    await ask(refund);
    await stored(cache, 1);
    const noCache = await ask(refund, { 'cache-control': 'max-age=0, no-cache' });
    expect(noCache.headers).toMatchObject({ 'x-nearkey-cache': 'bypass', 'x-nearkey-cache-reason': 'no-cache' });
    await stored(cache, 2);
    expect((await ask(refund)).body).toEqual(noCache.body);
  });

  test('asks anew for what is stale', async () => {
    let nowMs = 1_700_000_000_000;
    const cache = new SemanticCache({
      cacheId: 'express-stale',
      commander: store.commander,
      embedder: new WordEmbedder(),
      clock: { nowMs: () => nowMs },
      config: { ...config, graceMs: 60_000 },
    });
    const { ask } = appOver(cache, { ttlMs: 10_000 });
    await ask(refund);
    await stored(cache, 1);
    nowMs += 11_000;
    const again = await ask(refund);
    expect([again.body, again.headers['x-nearkey-cache-reason']]).toEqual([{ answer: 2 }, 'stale']);
  });

  test('passes a request without a prompt through', async () => {
    const { ask } = appOver(freshCache());
    const response = await ask(17);
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'x-nearkey-cache': 'bypass', 'x-nearkey-cache-reason': 'no-prompt' });
  });
});

describe('semanticCache without a store', () => {
  const commander = new ScriptedCommander(() => new Error('Connection is closed.'));
  const cache = new SemanticCache({ cacheId: 'c', commander, embedder: new WordEmbedder() });

  test('runs the route, says so, and tells the hook', async () => {
    const heard: unknown[] = [];
    const { ask } = appOver(cache, { onError: (error, operation) => heard.push([operation, error]) });
    const response = await ask(refund);
    expect([response.status, response.body]).toEqual([201, { answer: 1 }]);
    expect(response.headers).toMatchObject({ 'x-nearkey-cache': 'bypass', 'x-nearkey-cache-reason': 'error' });
    expect(heard).toEqual([['lookup', expect.objectContaining({ code: 'store-unavailable' })]]);
  });

  test('bypasses the cache when the scope cannot be told', async () => {
    const scopeOf = () => {
      throw new Error('no tenant');
    };
    const { ask } = appOver(cache, { scopeOf });
    expect((await ask(refund)).headers).toMatchObject({
      'x-nearkey-cache': 'bypass',
      'x-nearkey-cache-reason': 'error',
    });
  });
});

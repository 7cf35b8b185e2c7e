import { cacheRoutes } from '#sdk/contract/cache-routes.js';

const routes = cacheRoutes({ promptCharsMax: 10, responseCharsMax: 20 });
const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe('the routes', () => {
  test('are those of LangCache, and more', () => {
    expect(Object.values(routes).map(({ method, path, success }) => `${method} ${path} ${success.status}`)).toEqual([
      'post /v1/caches/{cacheId}/entries/search 200',
      'post /v1/caches/{cacheId}/entries 201',
      'delete /v1/caches/{cacheId}/entries/{entryId} 204',
      'delete /v1/caches/{cacheId}/entries 200',
      'post /v1/caches/{cacheId}/invalidate 200',
      'post /v1/caches/{cacheId}/flush 204',
      'post /v1/caches/{cacheId}/entries/search/batch 200',
      'post /v1/caches/{cacheId}/entries/batch 201',
      'get /v1/caches/{cacheId}/entries.jsonl 200',
      'post /v1/caches/{cacheId}/import 200',
      'post /v1/caches/{cacheId}/explain 200',
      'get /v1/caches/{cacheId}/trail 200',
      'get /v1/caches/{cacheId}/trail.jsonl 200',
      'post /v1/caches/{cacheId}/feedback 200',
      'get /v1/caches/{cacheId}/health 200',
      'get /v1/caches/{cacheId}/stats 200',
      'get /v1/caches/{cacheId}/savings 200',
    ]);
  });

  test('have names of their own', () => {
    const names = Object.values(routes).map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
  });

  test('take what LangCache clients send', () => {
    expect(accepts(routes.search.body, { prompt: 'x' })).toBe(true);
    expect(
      accepts(routes.search.body, { prompt: 'x', similarityThreshold: 0, searchStrategies: ['semantic', 'exact'] }),
    ).toBe(true);
    expect(accepts(routes.set.body, { prompt: 'x', response: '', attributes: {}, ttlMillis: 31_556_952_000 })).toBe(
      true,
    );
    expect(accepts(routes.deleteQuery.body, { attributes: {} })).toBe(true);
    expect(accepts(routes.search.params, { cacheId: 'f'.repeat(32) })).toBe(true);
  });

  test('hold to the limits they are built for', () => {
    expect(accepts(routes.search.body, { prompt: 'x'.repeat(10) })).toBe(true);
    expect(accepts(routes.search.body, { prompt: 'x'.repeat(11) })).toBe(false);
    expect(accepts(routes.set.body, { prompt: 'x', response: 'y'.repeat(21) })).toBe(false);
    const attributes = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 'x']));
    expect(accepts(routes.set.body, { prompt: 'x', response: 'y', attributes })).toBe(false);
  });

  test('answer every field a LangCache client demands', () => {
    const entry = {
      id: 'f'.repeat(32),
      prompt: 'p',
      response: 'r',
      attributes: {},
      similarity: 1,
      searchStrategy: 'exact',
      hitId: '1'.repeat(32),
    };
    expect(accepts(routes.search.success.body, { data: [entry] })).toBe(true);
    for (const field of Object.keys(entry)) {
      expect(accepts(routes.search.success.body, { data: [{ ...entry, [field]: undefined }] })).toBe(false);
    }
  });
});

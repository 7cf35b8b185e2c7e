import { ttlMsMax } from '@nearkey/sdk';
import { readControl } from '#sdk/llm/cache-control.js';

const read = (headers: Record<string, string>, body?: unknown) => readControl(headers, body);

describe('readControl', () => {
  test('asks for nothing by itself', () => {
    expect(read({ 'content-type': 'application/json', 'user-agent': 'x' })).toEqual({
      bypass: undefined,
      isRefresh: false,
      maxAgeMs: undefined,
      ttlMs: undefined,
      minSimilarity: undefined,
      maxErrorRate: undefined,
      tiers: undefined,
      namespace: undefined,
      attributes: {},
      harmfulTools: [],
    });
  });

  test.each([
    [{ 'cache-control': 'no-store' }],
    [{ 'x-nearkey-cache-control': 'max-age=1, No-Store' }],
    [{ 'x-vsr-cache-control': 'bypass' }],
    [{ 'cf-aig-skip-cache': 'true' }],
    [{ 'helicone-cache-enabled': 'false' }],
    [{ 'x-bf-cache-no-store': '1' }],
  ])('bypasses for %j', (headers) => {
    expect(read(Object.fromEntries(Object.entries(headers))).bypass).toBe('no-store');
  });

  test.each([[{ 'cache-control': 'no-cache' }], [{ 'x-portkey-cache-force-refresh': 'true' }]])(
    'asks anew for %j',
    (headers) => {
      expect(read(Object.fromEntries(Object.entries(headers))).isRefresh).toBe(true);
    },
  );

  test('reads times in seconds and in other units, the shortest of several', () => {
    expect(read({ 'cf-aig-cache-ttl': '90' }).ttlMs).toBe(90_000);
    expect(read({ 'x-bf-cache-ttl': '5m' }).ttlMs).toBe(300_000);
    expect(read({ 'cf-aig-cache-ttl': '90', 'x-nearkey-cache-control': 'ttl=1h' }).ttlMs).toBe(90_000);
    expect(read({ 'cache-control': 'max-age=60, s-maxage=30' }).maxAgeMs).toBe(30_000);
    expect(read({ 'x-bf-cache-ttl': '999999d' }).ttlMs).toBe(ttlMsMax);
  });

  test('takes the strictest similarity', () => {
    expect(read({ 'x-nearkey-cache-min-similarity': '0.9', 'x-bf-cache-threshold': '0.95' }).minSimilarity).toBe(0.95);
    expect(read({ 'x-nearkey-cache-max-error-rate': '0.001' }).maxErrorRate).toBe(0.001);
    expect(read({ 'x-bf-cache-type': 'direct' }).tiers).toEqual(['exact']);
    expect(read({ 'x-nearkey-cache-control': 'exact' }).tiers).toEqual(['exact']);
  });

  test('keeps answers apart by keys and attributes', () => {
    expect(read({ 'x-nearkey-attribute-team': 'a', 'helicone-cache-seed': '7' }).attributes).toEqual({
      team: 'a',
      'cache-key': '7',
    });
    expect(read({ 'x-portkey-cache-namespace': 'shop' }).namespace).toBe('shop');
    expect(read({ 'x-nearkey-harmful-tools': 'quote, ask' }).harmfulTools).toEqual(['quote', 'ask']);
  });

  test.each([
    [{ 'x-nearkey-cache-namespace': 'a b' }],
    [{ 'x-nearkey-cache-namespace': 'a', 'x-portkey-cache-namespace': 'b' }],
    [{ 'x-nearkey-cache-min-similarity': 'high' }],
    [{ 'x-nearkey-cache-max-error-rate': '' }],
    [{ 'cache-control': 'max-age=soon' }],
  ])('bypasses what it cannot read: %j', (headers) => {
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(read(given).bypass).toBe('invalid-control');
  });

  test('reads the control of LiteLLM in the body', () => {
    const control = read({}, { ttl: 60, 's-maxage': 30, 'no-cache': true, namespace: 'shop', other: 1 });
    expect(control).toMatchObject({ ttlMs: 60_000, maxAgeMs: 30_000, isRefresh: true, namespace: 'shop' });
    expect(read({}, { 'no-store': true }).bypass).toBe('no-store');
    expect(read({}, 'no-store').bypass).toBeUndefined();
    expect(read({}, { constructor: 'x', toString: 'y' }).bypass).toBeUndefined();
  });
});

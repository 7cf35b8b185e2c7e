import { CacheError, type LookupResult } from '@nearkey/sdk';
import { Registry } from 'prom-client';
import { GatewayMetrics } from '#server/gateway/gateway-metrics.js';

const entry = { id: 'a', prompt: 'p', response: 'r', attributes: {}, createdAtMs: 0, embedderId: 'e' };

async function scrapeAfter(act: (metrics: GatewayMetrics) => Promise<unknown>): Promise<string> {
  const registry = new Registry();
  await act(new GatewayMetrics(registry));
  return registry.metrics();
}

const lookup = (result: LookupResult) => (metrics: GatewayMetrics) => metrics.lookup(async () => result);

describe('GatewayMetrics', () => {
  test('counts hits by tier and shows both tiers from the start', async () => {
    const text = await scrapeAfter(lookup({ outcome: 'hit', tier: 'semantic', similarity: 0.9, entry, hitId: 'h' }));
    expect(text).toContain('nearkey_cache_hits_total{tier="semantic"} 1');
    expect(text).toContain('nearkey_cache_hits_total{tier="exact"} 0');
    expect(text).toContain('nearkey_cache_lookup_duration_seconds_count{tier="semantic"} 1');
  });

  test('counts what says whether answers are right, and shows the interval of what is wrong', async () => {
    const text = await scrapeAfter(async (metrics) => {
      for (let i = 0; i < 9; i++) metrics.truth('shadowRight');
      metrics.truth('shadowWrong');
      metrics.truth('breaches');
    });
    expect(text).toContain('nearkey_cache_truth_total{event="breaches"} 1');
    expect(text).toContain('nearkey_cache_truth_total{event="quarantined"} 0');
    expect(text).toMatch(/nearkey_cache_wrong_hit_share\{bound="low"\} 0\.017/);
    expect(text).toMatch(/nearkey_cache_wrong_hit_share\{bound="high"\} 0\.411/);
  });

  test('counts misses by reason and refusals by rule', async () => {
    const nearest = { entryId: 'a', similarity: 0.9, refusedBy: 'number' };
    const text = await scrapeAfter(lookup({ outcome: 'miss', reason: 'refused-by-guard', nearest }));
    expect(text).toContain('nearkey_cache_misses_total{reason="refused-by-guard"} 1');
    expect(text).toContain('nearkey_cache_refused_total{rule="number"} 1');
    expect(text).toContain('nearkey_cache_lookup_duration_seconds_count{tier="miss"} 1');
  });

  test('counts failures by code, but not the mistakes of callers', async () => {
    const failing = (code: 'store-failed' | 'invalid-request') => async (metrics: GatewayMetrics) => {
      const error = new CacheError(code, 'x');
      await expect(metrics.store(() => Promise.reject(error))).rejects.toBe(error);
    };
    expect(await scrapeAfter(failing('store-failed'))).toContain(
      'nearkey_cache_errors_total{operation="store",code="store-failed"} 1',
    );
    const text = await scrapeAfter(failing('invalid-request'));
    expect(text).not.toContain('nearkey_cache_errors_total{');
    expect(text).toContain('nearkey_cache_stores_total 0');
  });

  test('records the time of failed lookups apart', async () => {
    const text = await scrapeAfter((metrics) =>
      metrics.lookup(() => Promise.reject(new Error('x'))).catch(() => undefined),
    );
    expect(text).toContain('nearkey_cache_lookup_duration_seconds_count{tier="error"} 1');
    expect(text).toContain('nearkey_cache_errors_total{operation="lookup",code="unexpected"} 1');
  });
});

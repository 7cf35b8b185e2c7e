import { Registry } from 'prom-client';
import { ModelPrices } from '#sdk/llm/model-prices.js';
import { LlmMetrics } from '#server/gateway/llm/llm-metrics.js';

async function values(registry: Registry, name: string): Promise<unknown[]> {
  const metric = await registry.getSingleMetric(name)?.get();
  return (metric?.values ?? []).map(({ labels, value }) => [labels, value]);
}

test('counts requests, answers and saved tokens, and gives callers no endless labels', async () => {
  const registry = new Registry();
  const metrics = new LlmMetrics(registry, new ModelPrices({ 'model-7': [1, 2] }));
  metrics.request('openai-chat', { status: 'shared', tier: 'semantic', similarity: 0.9 });
  metrics.request('openai-chat', { status: 'bypass', reason: 'media' });
  metrics.asked('openai-chat', { outcome: 'nothing', reason: 'failed' });
  metrics.refused('*', 'tokens');
  metrics.uncounted('acme');
  expect(await values(registry, 'nearkey_llm_quota_refusals_total')).toEqual([[{ quota: '*', limit: 'tokens' }, 1]]);
  expect(await values(registry, 'nearkey_llm_quota_uncounted_total')).toEqual([[{ quota: 'acme' }, 1]]);
  for (let i = 0; i < 250; i++) metrics.saved('llm', `model-${i}`, { inputTokens: 1, outputTokens: 2 }, 500);
  metrics.saved('llm', 'x'.repeat(100), { inputTokens: 1, outputTokens: 2 }, 500);
  expect(metrics.saved('another', 'model-7', { inputTokens: 1, outputTokens: 2 }, 0)).toBe(5e-6);
  expect(await values(registry, 'nearkey_llm_requests_total')).toEqual([
    [{ format: 'openai-chat', cache: 'shared', reason: 'semantic' }, 1],
    [{ format: 'openai-chat', cache: 'bypass', reason: 'media' }, 1],
  ]);
  expect(await values(registry, 'nearkey_llm_answers_total')).toEqual([
    [{ format: 'openai-chat', outcome: 'failed' }, 1],
  ]);
  const saved = await values(registry, 'nearkey_llm_saved_tokens_total');
  expect(saved.length).toBe(402);
  expect(saved).toContainEqual([{ namespace: 'other', model: 'other', kind: 'output' }, 104]);
  const seconds = await values(registry, 'nearkey_llm_saved_seconds_total');
  expect(seconds).toContainEqual([{ namespace: 'other', model: 'other' }, 25.5]);
  const dollars = await values(registry, 'nearkey_llm_saved_dollars_total');
  expect(dollars).toContainEqual([{ namespace: 'llm', model: 'model-7' }, 5e-6]);
  expect(dollars).toContainEqual([{ namespace: 'llm', model: 'model-8' }, 0]);
});

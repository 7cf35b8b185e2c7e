import { Registry } from 'prom-client';
import { Freshness } from '#sdk/features/freshness.js';
import { FeatureAgeMetric } from '#server/gateway/feature-age-metric.js';

test('ages are told as Prometheus has histograms, by group', async () => {
  const registry = new Registry();
  const freshness = new Freshness();
  const metric = new FeatureAgeMetric(registry, freshness);
  expect(await registry.metrics()).toContain('# TYPE nearkey_feature_age_seconds histogram');
  for (const ageMs of [50, 2_000]) freshness.served('Orders', ageMs);
  const text = await registry.metrics();
  for (const line of [
    'nearkey_feature_age_seconds_bucket{le="0.1",group="Orders"} 1',
    'nearkey_feature_age_seconds_bucket{le="5",group="Orders"} 2',
    'nearkey_feature_age_seconds_bucket{le="+Inf",group="Orders"} 2',
    'nearkey_feature_age_seconds_sum{group="Orders"} 2.05',
    'nearkey_feature_age_seconds_count{group="Orders"} 2',
  ]) {
    expect(text).toContain(line);
  }
  for (let group = 0; group < 500; group++) freshness.served(`g${group}`, 1);
  const { values } = await metric.get();
  expect(values.filter(({ metricName }) => metricName?.endsWith('_count'))).toHaveLength(200);
});

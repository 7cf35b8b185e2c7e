/**
 * The HTTP application over a Commander of the test's choice, with everything else at rest: a fixed clock, a log that is
 * kept, ids that count.
 */
import type { Commander } from '@nearkey/sdk';
import { Registry } from 'prom-client';
import { FeatureStore } from '#sdk/features/mod.js';
import { createHttpApp, type HttpAppConfig } from '#server/gateway/http-app.js';
import { WordEmbedder } from '../../sdk/word-embedder.js';

export const gatewayConfig: HttpAppConfig = {
  bodyBytesMax: 65_536,
  requestTimeoutMs: 5_000,
  promptCharsMax: 2_048,
  responseCharsMax: 32_768,
  maxErrorRate: 0.01,
  minSimilarity: 0.85,
  similarityFloor: 0,
};

export function gatewayApp(commander: Commander, config: Partial<HttpAppConfig> = {}) {
  const embedder = new WordEmbedder();
  const registry = new Registry();
  const errors: object[] = [];
  const clock = { nowMs: () => 1_700_000_000_000 };
  let requestCount = 0;
  const app = createHttpApp({
    commander,
    embedder,
    features: new FeatureStore({ commander, clock }),
    clock,
    logger: { error: (fields) => errors.push(fields), debug: () => undefined },
    metrics: registry,
    config: { ...gatewayConfig, ...config },
    version: '1.2.3',
    newRequestId: () => {
      requestCount += 1;
      return `request-${requestCount}`;
    },
  });
  return { app, embedder, registry, errors };
}

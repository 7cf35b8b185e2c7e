/**
 * The HTTP application over a Commander of the test's choice, with everything else at rest: a fixed clock, a log that is
 * kept, ids that count.
 */
import { type Commander, defaultCacheabilityRules } from '@nearkey/sdk';
import { Registry } from 'prom-client';
import { FeatureStore } from '#sdk/features/mod.js';
import { systemScheduler } from '#server/base/scheduler.js';
import { createHttpApp, type HttpAppConfig } from '#server/gateway/http-app.js';
import { WordEmbedder } from '../../sdk/word-embedder.js';

export const gatewayConfig: HttpAppConfig = {
  featureKeys: { secrets: new Map(), apiKeys: new Map(), grants: new Map() },
  bodyBytesMax: 65_536,
  requestTimeoutMs: 5_000,
  promptCharsMax: 2_048,
  responseCharsMax: 32_768,
  maxErrorRate: 0.01,
  minSimilarity: 0.85,
  llm: {
    openAi: { baseUrl: 'http://127.0.0.1:9/v1', key: undefined },
    anthropic: { baseUrl: 'http://127.0.0.1:9', key: undefined },
    bedrock: { region: 'eu-central-1', endpoint: 'http://127.0.0.1:9', callerSecrets: new Map() },
    tenantKeys: [],
    tenantQuotas: [],
    prices: {},
    cacheId: 'llm',
    shadowRate: 0,
    shadowCallsPerHour: 100,
    minSimilarity: 0.85,
    rules: defaultCacheabilityRules,
    ttlMs: undefined,
    cacheTimeoutMs: 60_000,
    answerBytesMax: 65_536,
    timeoutMs: 60_000,
    retriesMax: 0,
    waitMs: 60_000,
    collectMs: 1_000,
    replayIntervalMs: 0,
  },
};

export function gatewayApp(commander: Commander, config: Partial<HttpAppConfig> = {}) {
  const embedder = new WordEmbedder();
  const registry = new Registry();
  const errors: object[] = [];
  let nowMs = 1_700_000_000_000;
  const clock = { nowMs: () => nowMs };
  /** Of the gateway alone: a store has its own time. */
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  let requestCount = 0;
  const { app, listener, saveLearned } = createHttpApp({
    commander,
    embedder,
    features: new FeatureStore({ commander, clock }),
    clock,
    timer: systemScheduler,
    random: () => 0.5,
    logger: { error: (fields) => errors.push(fields), debug: () => undefined },
    metrics: registry,
    config: { ...gatewayConfig, ...config },
    version: '1.2.3',
    newRequestId: () => {
      requestCount += 1;
      return `request-${requestCount}`;
    },
  });
  return { app, listener, advance, saveLearned, embedder, registry, errors };
}

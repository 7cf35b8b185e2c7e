/**
 * The gateway to models, put together: which wire formats are served where, and who answers for them.
 */

import type { CacheabilityRules, Clock, Commander, Embedder, RandomSource, SemanticCache } from '@nearkey/sdk';
import { anthropicMessagesDoor, ModelPrices, openAiChatDoor, openAiResponsesDoor, type Price } from '@nearkey/sdk/llm';
import type { Router } from 'express';
import type { Registry } from 'prom-client';
import type { Door } from '../doors.js';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { GatewayLogger } from '../http-error.js';
import { BedrockCallers } from './bedrock-callers.js';
import { bedrockRoutes } from './bedrock-routes.js';
import { BedrockUpstream } from './bedrock-upstream.js';
import { CacheSide } from './cache-side.js';
import { embeddingRoute, mountModelsRoute } from './embedding-routes.js';
import { llmFeedbackRoute } from './feedback-route.js';
import { HttpUpstream } from './http-upstream.js';
import { llmDoor } from './llm-door.js';
import { LlmMetrics } from './llm-metrics.js';
import { llmRoutes } from './llm-routes.js';
import type { Timer } from './model-call.js';
import { LlmPipeline, type PipelineConfig } from './pipeline.js';
import { Principals, type TenantKey } from './principals.js';
import { RestingUpstream } from './resting-upstream.js';
import { ShadowAsker, type ShadowConfig } from './shadow-asker.js';
import { type TenantQuota, TenantQuotas } from './tenant-quotas.js';

export interface ProviderConfig {
  readonly baseUrl: string;
  /** The server's own; undefined passes the caller's on. */
  readonly key: string | undefined;
}

export interface BedrockConfig {
  /** By default where the AWS SDK finds it, as its credentials. */
  readonly region: string | undefined;
  /** In place of the region's own. */
  readonly endpoint: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Secrets callers sign with, by their access key ids. */
  readonly callerSecrets: ReadonlyMap<string, string>;
}

export interface LlmGatewayConfig extends PipelineConfig, ShadowConfig {
  readonly openAi: ProviderConfig;
  readonly anthropic: ProviderConfig;
  readonly bedrock: BedrockConfig;
  readonly tenantKeys: readonly TenantKey[];
  readonly tenantQuotas: readonly TenantQuota[];
  readonly rules: CacheabilityRules;
  /** In place of list prices, by models: see model-prices.ts. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly timeoutMs: number;
  readonly retriesMax: number;
  readonly cacheTimeoutMs: number;
  readonly ttlMs: number | undefined;
}

export interface LlmGatewayDeps {
  /** Where quotas are counted. */
  readonly commander: Commander;
  readonly cacheOf: (cacheId: string) => SemanticCache;
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: RandomSource;
  readonly logger: GatewayLogger;
  readonly registry: Registry;
  readonly metrics: GatewayMetrics;
  readonly bodyBytesMax: number;
  /** Of the server; callers who send it are one tenant. */
  readonly apiKey: string | undefined;
  readonly config: LlmGatewayConfig;
}

/** The tenant of callers who send the server's own key. */
const ownTenant = 'default';

/** @returns what need not come to Express: all but the list of models, which is mounted on it */
export function mountLlmGateway(router: Router, deps: LlmGatewayDeps): Door {
  const { clock, timer, random, logger, metrics, config, bodyBytesMax, embedder } = deps;
  const { apiKey } = deps;
  const ownKeys = apiKey === undefined ? [] : [{ tenant: ownTenant, key: apiKey }];
  const principals = new Principals([...ownKeys, ...config.tenantKeys]);
  const { timeoutMs, cacheTimeoutMs, retriesMax, ttlMs } = config;
  const prices = new ModelPrices(config.prices);
  const cacheSide = new CacheSide({ prices, metrics, logger, clock, timer, random, timeoutMs: cacheTimeoutMs, ttlMs });
  const llmMetrics = new LlmMetrics(deps.registry, prices);
  const shadow = new ShadowAsker({ config, clock, timer, random, metrics: llmMetrics, logger });
  const { cacheOf } = deps;
  const quotas = quotasOf(deps, llmMetrics);
  const pipeline = new LlmPipeline({
    ...{ cacheOf, cacheSide, metrics: llmMetrics, shadow, quotas },
    logger,
    clock,
    timer,
    config,
  });
  // Keys of this server are nobody else's business.
  const withheld = principals.hasKeys ? {} : undefined;
  const upstream = (
    name: string,
    pathPrefix: string,
    baseUrl: string,
    own: Readonly<Record<string, string>> | undefined,
  ) =>
    new HttpUpstream({
      ...{ name, pathPrefix, timeoutMs, retriesMax, clock, timer, random },
      baseUrl: baseUrl.replace(/\/+$/, ''),
      credentials: own ?? withheld,
    });
  const { openAi, anthropic } = config;
  const openAiKey = openAi.key === undefined ? undefined : { authorization: `Bearer ${openAi.key}` };
  const anthropicKey = anthropic.key === undefined ? undefined : { 'x-api-key': anthropic.key };
  const openAiUpstream = upstream('openai', '/v1', openAi.baseUrl, openAiKey);
  const anthropicUpstream = upstream('anthropic', '', anthropic.baseUrl, anthropicKey);
  const chats = llmRoutes({
    pipeline,
    principals,
    bodyBytesMax,
    routes: [
      { path: '/v1/chat/completions', door: openAiChatDoor, upstream: openAiUpstream },
      { path: '/v1/responses', door: openAiResponsesDoor, upstream: openAiUpstream },
      { path: '/v1/messages', door: anthropicMessagesDoor, upstream: anthropicUpstream },
    ],
  });
  const { callerSecrets, ...bedrock } = config.bedrock;
  const callers = new BedrockCallers({ principals, secrets: callerSecrets, clock });
  const asked = new BedrockUpstream({ ...bedrock, passesBearer: callers.isOpen, timeoutMs, retriesMax });
  const bedrockUpstream = new RestingUpstream(asked, clock);
  const models = bedrockRoutes({ pipeline, callers, upstream: bedrockUpstream, bodyBytesMax });
  const embeddings = { embedder, upstream: openAiUpstream, principals, quotas, bodyBytesMax };
  mountModelsRoute(router, embeddings);
  const feedback = llmFeedbackRoute({ cacheOf, cacheId: config.cacheId, principals });
  return llmDoor([...chats, ...models, embeddingRoute(embeddings), feedback]);
}

/** None where none is set: a request costs the store nothing then. */
function quotasOf({ commander, clock, timer, logger, config }: LlmGatewayDeps, metrics: LlmMetrics) {
  const { tenantQuotas: quotas, cacheTimeoutMs: timeoutMs } = config;
  if (quotas.length === 0) return undefined;
  return new TenantQuotas({ commander, quotas, clock, timer, timeoutMs, metrics, logger });
}

/**
 * The HTTP side as an Express application that nobody listens on yet: tests call it directly, `createHttpServer` gives it a
 * server with time limits. It reaches data only through the Commander and the SDK.
 *
 * Order of a request: id, log and time; the feature store, which refuses in its own words; the open routes; pages of other origins
 * are refused; the routes to models, which know their callers by keys of their own; the API key; the body within its limit; the
 * route, validated by its contract; otherwise a problem in JSON. Over HTTP/1.1 doors stand ahead of all that but the first.
 */
import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import {
  answerTextJudge,
  type Clock,
  type Commander,
  type CounterName,
  type Embedder,
  embeddingJudge,
  type RandomSource,
  wordJudge,
} from '@nearkey/sdk';
import { cacheRoutes, explainRoutes, feedbackRoute } from '@nearkey/sdk/contract';
import type { FeastHashes, FeatureStore } from '@nearkey/sdk/features';
import express, { type Express, type RequestHandler, type Response } from 'express';
import type { Registry } from 'prom-client';
import { featureDoor } from '../features/feature-door.js';
import { refuseForeignPages, requireApiKey } from './authentication.js';
import { routePatternKey } from './bind-route.js';
import { CachePool } from './cache-pool.js';
import { aheadOf, doorInside } from './doors.js';
import { FeatureAgeMetric } from './feature-age-metric.js';
import { type FeatureKeys, featureCallers } from './feature-callers.js';
import { GatewayMetrics } from './gateway-metrics.js';
import { errorHandler, type GatewayLogger, HttpProblem } from './http-error.js';
import { type LlmGatewayConfig, mountLlmGateway } from './llm/llm-gateway.js';
import type { Timer } from './llm/model-call.js';
import { openApiDocument } from './openapi.js';
import { mountCacheRoutes } from './routes/cache-routes.js';
import { consoleRoute } from './routes/console-route.js';
import { healthRoute, metricsRoute, openApiRoute } from './routes/operation-routes.js';
import { Visits, visitHeaders } from './visits.js';

export interface HttpAppConfig {
  /** Callers must send it as a bearer token; undefined lets everyone in. */
  readonly apiKey?: string | undefined;
  readonly featureKeys: FeatureKeys;
  readonly bodyBytesMax: number;
  /** How long a route may work before it is answered for. */
  readonly requestTimeoutMs: number;
  readonly promptCharsMax: number;
  readonly responseCharsMax: number;
  /** Wrong answers over all lookups that a cache accepts. */
  readonly maxErrorRate: number;
  /** Takes the place of the error budget: least cosine similarity of a semantic hit when the caller names none. */
  readonly minSimilarity: number | undefined;
  /** Records of decisions that a cache keeps, about; undefined keeps none. */
  readonly trailLength?: number | undefined;
  readonly trailPrompts?: boolean | undefined;
  /** Limits of each cache: the entry whose bytes save least leaves. Undefined: none. */
  readonly entriesMax?: number | undefined;
  readonly bytesMax?: number | undefined;
  /** How long an answer is served after its time, while it is asked anew. */
  readonly graceMs?: number | undefined;
  /** Compare answers by embeddings of them, and not by their words alone. */
  readonly judgesByMeaning?: boolean | undefined;
  readonly llm: LlmGatewayConfig;
}

export interface HttpAppDeps {
  readonly commander: Commander;
  readonly embedder: Embedder;
  readonly features: FeatureStore;
  /** What Feast's own online store has written; undefined where its registry is not known. */
  readonly feast?: FeastHashes | undefined;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: RandomSource;
  readonly logger: GatewayLogger;
  /** The gateway registers its metrics here and serves all that the registry holds. */
  readonly metrics: Registry;
  readonly config: HttpAppConfig;
  readonly version: string;
  /** Names requests that come without an id. */
  readonly newRequestId?: () => string;
}

export interface HttpApp {
  readonly app: Express;
  /** The application with its doors ahead of it, for HTTP/1.1. */
  readonly listener: RequestListener;
  /** Writes down what the caches have learned last. Never rejects. */
  saveLearned(): Promise<void>;
}

const requestIdKey = 'requestId';

export function createHttpApp(deps: HttpAppDeps): HttpApp {
  const { commander, embedder, clock, logger, config, version } = deps;
  const metrics = new GatewayMetrics(deps.metrics);
  const routes = cacheRoutes(config);
  const judge = answerTextJudge(config.judgesByMeaning === true ? embeddingJudge(embedder) : wordJudge);
  const onTruth = (event: CounterName): void => metrics.truth(event);
  const pool = new CachePool({ commander, embedder, clock, config, judge, onTruth });
  const cacheOf = (cacheId: string) => pool.get(cacheId);
  const needsApiKey = config.apiKey !== undefined;

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  const visits = new Visits({ logger, metrics, newRequestId: deps.newRequestId ?? randomUUID });
  const features = featureDoor({
    store: deps.features,
    feast: deps.feast,
    clock,
    failed: (error) => logger.error({ error }, 'a request to the feature store failed'),
    authorize: featureCallers({ ...config.featureKeys, apiKey: config.apiKey, clock }),
  });
  new FeatureAgeMetric(deps.metrics, deps.features.freshness);
  app.use(visited(visits), doorInside(features, requestIdOf));
  app.get('/healthz', named('/healthz'), healthRoute(commander, version));
  const document = openApiDocument({
    version,
    routes: [...Object.values(routes), ...explainRoutes, feedbackRoute],
    needsApiKey,
  });
  app.get('/openapi.json', named('/openapi.json'), openApiRoute(document));
  const { minSimilarity, promptCharsMax } = config;
  const page = { version, embedderId: embedder.id, minSimilarity, promptCharsMax, needsApiKey };
  app.get('/', named('/'), consoleRoute(page));
  app.use(refuseForeignPages);
  const { timer, random } = deps;
  const { apiKey, bodyBytesMax, llm } = config;
  const shared = { commander, embedder, clock, timer, random, logger, metrics, cacheOf };
  const models = mountLlmGateway(app, { ...shared, registry: deps.metrics, apiKey, bodyBytesMax, config: llm });
  app.use(doorInside(models, requestIdOf));
  app.use(requireApiKey(config.apiKey));
  app.get('/metrics', named('/metrics'), metricsRoute(deps.metrics));
  app.use(express.json({ limit: config.bodyBytesMax, strict: true }));
  const timeoutMs = config.requestTimeoutMs;
  mountCacheRoutes(app, { routes, metrics, timeoutMs, cacheOf });
  app.use((request, _response, next) => {
    next(new HttpProblem('notFound', `There is no ${request.method} ${request.path}`));
  });
  app.use(errorHandler(logger, requestIdOf));
  return { app, listener: aheadOf(app, [features, models], visits), saveLearned: () => pool.saveLearned() };
}

function requestIdOf({ locals }: Pick<Response, 'locals'>): string {
  return String(locals[requestIdKey]);
}

function visited(visits: Visits): RequestHandler {
  return (request, response, next) => {
    const { locals } = response;
    const requestId = visits.begin(request, response, () => String(locals[routePatternKey] ?? 'none'));
    locals[requestIdKey] = requestId;
    const headers = visitHeaders(requestId);
    for (let at = 0; at < headers.length; at += 2) response.setHeader(headers[at] ?? '', headers[at + 1] ?? '');
    next();
  };
}

function named(pattern: string): RequestHandler {
  return (_request, response, next) => {
    response.locals[routePatternKey] = pattern;
    next();
  };
}

/**
 * From settings to a running product: RESP port, HTTP gateway on the in-process Commander, packaged embedder. What can go
 * wrong for reasons outside the program (a busy port, a missing directory) is a `StartError` with one clear line.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { type Commander, PROMPT_CHARS_MAX, RESPONSE_CHARS_MAX, systemRandom as systemChance } from '@nearkey/sdk';
import { FeastHashes, type FeastRegistry, FeatureStore, parseFeastRegistry } from '@nearkey/sdk/features';
import { type Logger as Pino, pino } from 'pino';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { systemClock } from './base/clock.js';
import { loggedError } from './base/logged-error.js';
import type { Logger } from './base/logger.js';
import { systemRandom } from './base/random.js';
import { systemScheduler } from './base/scheduler.js';
import { firstAddress } from './config/bind-addresses.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { type FeatureGrant, featureGrants } from './config/feature-grants.js';
import { modelPrices } from './config/model-prices.js';
import { shownStoreUrl } from './config/store-url.js';
import { tenantKeys } from './config/tenant-keys.js';
import { tenantQuotas } from './config/tenant-quotas.js';
import { createServer, ListenError, type NearkeyServer } from './create-server.js';
import { openEmbedder } from './embedder.js';
import { transformLanguage } from './features/transform-language.js';
import type { FeatureKeys } from './gateway/feature-callers.js';
import { createHttpApp } from './gateway/http-app.js';
import { createHttpServer } from './gateway/http-server.js';
import type { LlmGatewayConfig } from './gateway/llm/llm-gateway.js';
import { openRemoteStore, type RemoteStore } from './remote-store.js';

/** How long clients may take to read their last replies when the server stops. */
const DRAIN_MS = 5000;
const HTTP_REQUEST_TIMEOUT_MS = 30_000;
const HTTP_CONNECTIONS_MAX = 10_000;

/** Something outside the program is in the way; the message is for the person who started it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export interface RunningNearkey {
  readonly host: string;
  readonly port: number;
  /** 0 when the gateway is off. */
  readonly httpPort: number;
  readonly server: NearkeyServer;
  /** Lets replies leave, ends everything. */
  stop(): Promise<void>;
}

const packageSchema = z.object({ version: z.string() });

/** The version in package.json. */
export function packageVersion(): string {
  const path = new URL('../package.json', import.meta.url);
  return packageSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).version;
}

/**
 * Starts everything the settings ask for.
 * @throws StartError when a port or the directory cannot be had
 */
export async function startNearkey(config: Config): Promise<RunningNearkey> {
  enterDirectory(config.get('dir'));
  const registry = readFeastRegistry(config.get('feast-registry'));
  const log = createLog(config);
  const version = packageVersion();
  const server = createServer({
    config,
    clock: systemClock,
    random: systemRandom(),
    logger: serverLogger(log),
    version,
    runId: randomBytes(20).toString('hex'),
  });
  const host = firstAddress(config.get('bind'));
  const port = await server.listen().catch((error: unknown) => {
    if (error instanceof ListenError) throw listenFailure(error.cause, error.setting, error.where);
    throw error instanceof ConfigError ? error : new StartError(`can't listen: ${systemCode(error) ?? String(error)}`);
  });
  const http = config.get('http') ? await startHttp({ config, server, log, version, registry }) : undefined;
  return {
    host,
    port,
    httpPort: http?.port ?? 0,
    server,
    async stop() {
      await Promise.all([server.close(DRAIN_MS), http?.stop()]);
    },
  };
}

interface RunningHttp {
  readonly port: number;
  stop(): Promise<void>;
}

interface HttpParts {
  readonly config: Config;
  readonly server: NearkeyServer;
  readonly log: Pino;
  readonly version: string;
  readonly registry: FeastRegistry | undefined;
}

async function startHttp({ config, server, log, version, registry }: HttpParts): Promise<RunningHttp> {
  const store = await openStore(config, log).catch(async (error: unknown) => {
    await server.close(0);
    throw error;
  });
  const embedder = await openEmbedder(config).catch(async (error: unknown) => {
    store?.close();
    await server.close(0);
    throw new StartError(
      `can't open the embedder: ${error instanceof Error ? error.message : String(error)} (--embedder)`,
    );
  });
  const apiKey = config.get('http-api-key');
  const commander = store?.commander ?? server.commander;
  const features = openFeatures(commander, log);
  const { app, listener, saveLearned } = createHttpApp({
    commander,
    embedder,
    features,
    feast: registry && new FeastHashes(commander, registry),
    clock: systemClock,
    timer: systemScheduler,
    random: systemChance,
    logger: log,
    metrics: new Registry(),
    version,
    config: {
      apiKey: apiKey === '' ? undefined : apiKey,
      featureKeys: featureKeys(config),
      bodyBytesMax: config.get('http-body-bytes'),
      requestTimeoutMs: HTTP_REQUEST_TIMEOUT_MS,
      promptCharsMax: PROMPT_CHARS_MAX,
      responseCharsMax: RESPONSE_CHARS_MAX,
      maxErrorRate: config.get('cache-max-error-rate'),
      minSimilarity: config.get('cache-min-similarity') || undefined,
      trailLength: config.get('cache-trail-length'),
      trailPrompts: config.get('cache-trail-prompts'),
      entriesMax: config.get('cache-max-entries') || undefined,
      bytesMax: config.get('cache-max-bytes') || undefined,
      graceMs: config.get('llm-cache-grace') * 1000,
      judgesByMeaning: config.get('cache-judge') === 'meaning',
      llm: llmConfig(config),
    },
  });
  const limits = { connectionsMax: HTTP_CONNECTIONS_MAX, receiveTimeoutMs: HTTP_REQUEST_TIMEOUT_MS };
  const http = createHttpServer(app, limits, listener);
  const host = firstAddress(config.get('bind'));
  try {
    server.facilities.httpPort = await listenHttp(http, host, config.get('http-port'));
  } catch (error) {
    store?.close();
    await Promise.all([server.close(0), embedder.close()]);
    throw listenFailure(error, 'http-port', `${host}:${config.get('http-port')}`);
  }
  return {
    port: server.facilities.httpPort,
    async stop() {
      http.close();
      http.closeIdleConnections();
      const deadline = setTimeout(() => http.closeAllConnections(), DRAIN_MS);
      if (http.listening) await once(http, 'close');
      clearTimeout(deadline);
      await saveLearned();
      store?.close();
      await embedder.close();
    },
  };
}

/** What a process that has ended left of deleted groups goes while requests are answered. */
function openFeatures(commander: Commander, log: Pino): FeatureStore {
  const onSweepError = (error: unknown): void => {
    log.error({ error }, 'what is left of deleted feature groups cannot be removed; the next deletion tries again');
  };
  const store = new FeatureStore({
    commander,
    clock: systemClock,
    giveWay,
    onSweepError,
    language: transformLanguage,
  });
  void store.sweep();
  return store;
}

/** @throws StartError */
function readFeastRegistry(path: string): FeastRegistry | undefined {
  if (path === '') return undefined;
  try {
    return parseFeastRegistry(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = systemCode(error) ?? (error instanceof Error ? error.message : String(error));
    throw new StartError(`can't read the registry '${path}': ${why} (--feast-registry)`);
  }
}

/** Undefined where the data lives in this process. */
async function openStore(config: Config, log: Pino): Promise<RemoteStore | undefined> {
  const url = config.get('store');
  if (url === '') return undefined;
  try {
    return await openRemoteStore({ url, isCluster: config.get('store-cluster'), logger: serverLogger(log) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartError(`can't reach the store at ${shownStoreUrl(url)}: ${why} (--store)`);
  }
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => systemScheduler.soon(resolve));
}

function featureKeys(config: Config): FeatureKeys {
  const keys = (lines: string) => new Map(tenantKeys(lines).map(({ tenant, key }) => [tenant, key]));
  const grants = new Map<string, FeatureGrant[]>();
  for (const grant of featureGrants(config.get('feature-grant'))) {
    grants.set(grant.caller, [...(grants.get(grant.caller) ?? []), grant]);
  }
  return { secrets: keys(config.get('feature-key')), apiKeys: keys(config.get('feature-api-key')), grants };
}

function llmConfig(config: Config): LlmGatewayConfig {
  const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
  return {
    openAi: { baseUrl: config.get('llm-openai-url'), key: config.get('llm-openai-key') || undefined },
    anthropic: { baseUrl: config.get('llm-anthropic-url'), key: config.get('llm-anthropic-key') || undefined },
    bedrock: {
      region: config.get('llm-bedrock-region') || undefined,
      endpoint: config.get('llm-bedrock-url') || undefined,
      callerSecrets: new Map(tenantKeys(config.get('llm-bedrock-caller-key')).map(({ tenant, key }) => [tenant, key])),
    },
    tenantKeys: tenantKeys(config.get('llm-tenant-key')),
    tenantQuotas: tenantQuotas(config.get('llm-tenant-quota')),
    prices: modelPrices(config.get('llm-price')),
    cacheId: config.get('llm-cache'),
    sharing: { cacheIds: words(config.get('llm-shared-caches')), isTwoWriters: config.get('llm-two-writers') },
    shadowRate: config.get('llm-shadow-rate'),
    shadowCallsPerHour: config.get('llm-shadow-calls'),
    minSimilarity: config.get('cache-min-similarity'),
    rules: {
      temperatureMax: config.get('llm-max-temperature'),
      areMediaAllowed: config.get('llm-cache-media'),
      harmlessTools: words(config.get('llm-harmless-tools')),
      harmfulTools: words(config.get('llm-harmful-tools')),
    },
    ttlMs: config.get('llm-cache-ttl') * 1000 || undefined,
    cacheTimeoutMs: config.get('llm-cache-timeout'),
    answerBytesMax: config.get('llm-answer-bytes'),
    timeoutMs: config.get('llm-timeout'),
    retriesMax: config.get('llm-retries'),
    waitMs: config.get('llm-wait'),
    collectMs: config.get('llm-collect'),
    replayIntervalMs: config.get('llm-replay-interval'),
  };
}

async function listenHttp(http: Server, host: string, port: number): Promise<number> {
  http.listen({ host, port });
  await once(http, 'listening');
  const address = http.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function enterDirectory(path: string): void {
  try {
    process.chdir(path);
  } catch (error) {
    const code = systemCode(error);
    const why = code === 'ENOENT' ? 'no such directory' : (code ?? String(error));
    throw new StartError(`can't change to directory '${path}': ${why}`);
  }
}

function listenFailure(error: unknown, option: string, where: string): StartError {
  const code = systemCode(error);
  if (code === 'EADDRINUSE') {
    return new StartError(`${where} is already in use; choose another with --${option} (0 takes any free port)`);
  }
  if (code === 'EADDRNOTAVAIL')
    return new StartError(`can't listen on ${where}: this machine has no such address (--bind)`);
  // For a path, Node says EACCES when its folder is missing, too.
  if (code === 'EACCES') {
    const why = option === 'unixsocket' ? 'no permission, or no such folder' : 'no permission';
    return new StartError(`can't listen on ${where}: ${why} (--${option})`);
  }
  return new StartError(`can't listen on ${where} (--${option}): ${code ?? String(error)}`);
}

function systemCode(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}

const LOG_LEVELS: Readonly<Record<string, string>> = {
  debug: 'debug',
  verbose: 'debug',
  notice: 'info',
  warning: 'warn',
  nothing: 'silent',
};

/** Log lines are JSON on standard error; standard output is for the person who started the server. */
function createLog(config: Config): Pino {
  const options = {
    level: LOG_LEVELS[config.get('loglevel')] ?? 'info',
    serializers: { error: (error: unknown) => loggedError(error) },
  };
  const log = pino(options, pino.destination({ fd: 2, sync: true }));
  config.onChange((name) => {
    if (name === 'loglevel') log.level = LOG_LEVELS[config.get('loglevel')] ?? 'info';
  });
  return log;
}

function serverLogger(log: Pino): Logger {
  return {
    notice: (message) => log.info(message),
    warning: (message) => log.warn(message),
    error: (message, failure) => log.error({ error: failure }, message),
  };
}

/**
 * The gateway to models on a port, over a store of the test's and a fake provider: what a client of a provider sees when its
 * address is changed and nothing else.
 */
import { once } from 'node:events';
import type { Commander } from '@nearkey/sdk';
import type { HttpAppConfig } from '#server/gateway/http-app.js';
import { createHttpServer } from '#server/gateway/http-server.js';
import type { LlmGatewayConfig } from '#server/gateway/llm/llm-gateway.js';
import { gatewayApp, gatewayConfig } from '../server/gateway/gateway-app.js';
import { type FakeModel, startFakeModel } from './fake-model.js';
import { openTestStore } from './test-store.js';

export interface TestGateway {
  /** Without a slash at its end, and without `/v1`. */
  readonly url: string;
  readonly model: FakeModel;
  /** Where the gateway's data is. */
  readonly store: Commander;
  readonly embedder: ReturnType<typeof gatewayApp>['embedder'];
  /** How many requests have arrived, bodies included. */
  readonly received: () => number;
  /** Resolves when what was to be stored is stored. */
  readonly idle: () => Promise<void>;
  /** What the gateway logged as failures. */
  readonly errors: object[];
  /** Moves the gateway's clock; the store's stands still. */
  advance(ms: number): void;
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

export interface TestGatewayOptions {
  readonly llm?: Partial<LlmGatewayConfig>;
  readonly http?: Partial<HttpAppConfig>;
  /** In place of the store's own commander. */
  readonly commander?: (own: Commander) => Commander;
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const model = await startFakeModel();
  const { commander: own, idle, close } = await openTestStore();
  const provider = `http://127.0.0.1:${model.port}`;
  const llm: LlmGatewayConfig = {
    ...gatewayConfig.llm,
    openAi: { baseUrl: `${provider}/v1`, key: undefined },
    anthropic: { baseUrl: provider, key: undefined },
    ...options.llm,
  };
  const { app, listener, advance, embedder, errors, registry } = gatewayApp(options.commander?.(own) ?? own, {
    ...options.http,
    llm,
  });
  const server = createHttpServer(app, { connectionsMax: 1_000, receiveTimeoutMs: 30_000 }, (request, response) => {
    // Over a store elsewhere an answer leaves before it is stored: the next request comes when it is.
    if (process.env.NEARKEY_TEST_STORE === undefined) listener(request, response);
    else void idle().then(() => listener(request, response));
  });
  let received = 0;
  server.on('request', (request) => {
    request.once('end', () => {
      received++;
    });
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    model,
    store: own,
    embedder,
    received: () => received,
    idle,
    errors,
    advance,
    async metric(name, labels = {}) {
      const metric = await registry.getSingleMetric(name)?.get();
      const matching = metric?.values.filter(({ labels: of }) =>
        Object.entries(labels).every(([label, value]) => Reflect.get(of, label) === value),
      );
      return (matching ?? []).reduce((sum, { value }) => sum + value, 0);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await Promise.all([once(server, 'close'), model.stop()]);
      close();
    },
  };
}

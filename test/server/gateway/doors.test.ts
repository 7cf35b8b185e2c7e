import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { Registry } from 'prom-client';
import { aheadOf, type Door, doorInside } from '#server/gateway/doors.js';
import { GatewayMetrics } from '#server/gateway/gateway-metrics.js';
import { Visits } from '#server/gateway/visits.js';

const door: Door = ({ url = '' }) =>
  url.startsWith('/mine/')
    ? {
        pattern: '/mine/{what}',
        answer: async (response, requestId, headers) => {
          response.writeHead(200, [...headers, 'x-from', `door ${requestId}`]);
          response.end();
        },
      }
    : undefined;

let server: Server | undefined;
afterEach(() => server?.close());

async function ask(listener: Parameters<typeof createServer>[1], path: string): Promise<Response> {
  server = createServer(listener ?? (() => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${path}`, {
    headers: { connection: 'close' },
  });
}

function parts() {
  const registry = new Registry();
  const logger = { error: () => undefined, debug: () => undefined };
  const visits = new Visits({ logger, metrics: new GatewayMetrics(registry), newRequestId: () => 'r1' });
  const app = express();
  const patterns: unknown[] = [];
  app.use((_request, response, next) => {
    response.once('finish', () => patterns.push(response.locals.routePattern));
    next();
  });
  return { app, visits, registry, patterns };
}

test('ahead of the application a door answers what is its own, named and counted', async () => {
  const { app, visits, registry, patterns } = parts();
  const response = await ask(aheadOf(app, [door], visits), '/mine/1');
  expect(response.headers.get('x-from')).toBe('door r1');
  expect(response.headers.get('x-request-id')).toBe('r1');
  expect(await registry.metrics()).toContain('route="/mine/{what}",status="200"');
  expect(patterns).toEqual([]);
});

test('what no door takes is for the application', async () => {
  const { app, visits } = parts();
  app.use((_request, response) => {
    response.set('x-from', 'application').end();
  });
  expect((await ask(aheadOf(app, [door, () => undefined], visits), '/other')).headers.get('x-from')).toBe(
    'application',
  );
});

test('inside the application it takes the same, and leaves the rest to what comes next', async () => {
  const { app, patterns } = parts();
  app.use(doorInside(door, () => 'r2'));
  app.use((_request, response) => {
    response.set('x-from', 'application').end();
  });
  expect((await ask(app, '/mine/1')).headers.get('x-from')).toBe('door r2');
  expect((await ask(app, '/other')).headers.get('x-from')).toBe('application');
  expect(patterns).toEqual(['/mine/{what}', undefined]);
});

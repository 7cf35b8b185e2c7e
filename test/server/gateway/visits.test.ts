import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Registry } from 'prom-client';
import { GatewayMetrics } from '#server/gateway/gateway-metrics.js';
import { Visits, visitHeaders } from '#server/gateway/visits.js';

function visits() {
  const registry = new Registry();
  const lines: object[] = [];
  const logger = { error: () => undefined, debug: (fields: object) => lines.push(fields) };
  const deps = { logger, metrics: new GatewayMetrics(registry), newRequestId: () => 'made-up' };
  return { visits: new Visits(deps), lines, registry };
}

function request(headers: Record<string, string> = {}) {
  const incoming = new IncomingMessage(new Socket());
  Object.assign(incoming, { method: 'GET', headers });
  return { incoming, response: new ServerResponse(incoming) };
}

test.each([
  [{}, 'made-up'],
  [{ 'x-request-id': 'a.b:c-1_2' }, 'a.b:c-1_2'],
  [{ 'x-request-id': 'no plain id' }, 'made-up'],
  [{ 'x-request-id': 'x'.repeat(129) }, 'made-up'],
])('a request with %j is called %s', (headers, name) => {
  const { incoming, response } = request(headers);
  expect(visits().visits.begin(incoming, response, () => '/x')).toBe(name);
});

test('what was broken off is counted and logged as such, by the route as it is known at the end', async () => {
  const { visits: observed, lines, registry } = visits();
  const { incoming, response } = request();
  let route = 'none';
  observed.begin(incoming, response, () => route);
  route = '/found';
  response.emit('close');
  expect(lines).toEqual([
    { requestId: 'made-up', method: 'GET', route: '/found', status: 'aborted', seconds: expect.any(Number) },
  ]);
  expect(await registry.metrics()).toContain('route="/found",status="aborted"');
});

test('every answer names its request', () => {
  expect(visitHeaders('r1')).toEqual(['x-request-id', 'r1', 'x-content-type-options', 'nosniff']);
});

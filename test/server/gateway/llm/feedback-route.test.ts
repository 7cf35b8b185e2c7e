import { startTestGateway, type TestGateway } from '../../../support/llm-gateway.js';

let gateway: TestGateway;
const keys = [
  { tenant: 'acme', key: 'k-acme' },
  { tenant: 'other', key: 'k-other' },
];
beforeEach(async () => {
  gateway = await startTestGateway({ llm: { tenantKeys: keys } });
});
afterEach(() => gateway.stop());

async function post(path: string, body: object, key = 'k-acme'): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

async function hitId(): Promise<string> {
  const question = { model: 'gpt-5', messages: [{ role: 'user', content: 'What is the capital of France?' }] };
  await (await post('/v1/chat/completions', question)).text();
  const hit = await post('/v1/chat/completions', question);
  await hit.text();
  return hit.headers.get('x-nearkey-cache-hit') ?? '';
}

test('a caller votes once on an answer from the cache, and nobody else does', async () => {
  const id = await hitId();
  expect((await post('/v1/feedback', { hitId: id, vote: 'up' }, 'k-other')).status).toBe(404);
  const counted = await post('/v1/feedback', { hitId: id, vote: 'up' });
  expect([counted.status, await counted.json()]).toEqual([200, { outcome: 'counted', isQuarantined: false }]);
  expect(await (await post('/v1/feedback', { hitId: id, vote: 'down' })).json()).toMatchObject({ outcome: 'repeated' });
  expect(await gateway.metric('nearkey_cache_truth_total', { event: 'votesUp' })).toBe(1);
});

test('what cannot be counted is a problem', async () => {
  expect((await post('/v1/feedback', { hitId: 'x', vote: 'up' })).status).toBe(400);
  expect((await post('/v1/feedback', { hitId: '0'.repeat(32), vote: 'sideways' })).status).toBe(400);
  expect((await post('/v1/feedback', { hitId: '0'.repeat(32), vote: 'up' })).status).toBe(404);
  expect((await post('/v1/feedback', { hitId: '0'.repeat(32), vote: 'up' }, 'nobody')).status).toBe(401);
  const long = await post('/v1/feedback', { hitId: '0'.repeat(32), vote: 'x'.repeat(5_000) });
  expect([long.status, long.headers.get('connection')]).toEqual([400, 'close']);
});

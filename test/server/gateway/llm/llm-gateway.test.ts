import { startTestGateway } from '../../../support/llm-gateway.js';

const body = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hello there' }] });

test('sends the keys of the server to its providers, and the keys of tenants to nobody', async () => {
  const gateway = await startTestGateway({ llm: { tenantKeys: [{ tenant: 'acme', key: 'key-a' }] } });
  try {
    const headers = { authorization: 'Bearer key-a', 'x-api-key': 'key-a' };
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      expect((await fetch(gateway.url + path, { method: 'POST', body, headers })).status).toBe(200);
    }
    expect(
      gateway.model.calls.map((call) => [call.path, call.headers.authorization, call.headers['x-api-key']]),
    ).toEqual([
      ['/v1/chat/completions', undefined, undefined],
      ['/v1/messages', undefined, undefined],
    ]);
  } finally {
    await gateway.stop();
  }
});

test('passes keys of callers on where it has none of its own', async () => {
  const gateway = await startTestGateway();
  try {
    const headers = { authorization: 'Bearer sk-mine' };
    await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body, headers });
    expect(gateway.model.calls[0]?.headers.authorization).toBe('Bearer sk-mine');
  } finally {
    await gateway.stop();
  }
});

import request from 'supertest';
import { type Script, ScriptedCommander } from '../../../sdk/scripted-commander.js';
import { gatewayApp } from '../gateway-app.js';

const pong: Script = (command) => (command === 'PING' ? 'PONG' : new Error('ERR not scripted'));

describe('/healthz', () => {
  test('is 200 while the store answers', async () => {
    const response = await request(gatewayApp(new ScriptedCommander(pong)).app).get('/healthz');
    expect([response.status, response.body]).toEqual([200, { status: 'ok', version: '1.2.3', store: 'ok' }]);
  });

  test('is 503 when it does not', async () => {
    const ill = new ScriptedCommander(() => new Error('Connection is closed.'));
    const response = await request(gatewayApp(ill).app).get('/healthz');
    expect([response.status, response.body.status]).toEqual([503, 'unavailable']);
  });
});

describe('/metrics', () => {
  test('shows requests by route pattern, never by path', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong));
    await request(app).get('/healthz');
    await request(app).get('/v1/caches/secret-cache/stats');
    await request(app).get('/wp-login.php');
    const { text, headers } = await request(app).get('/metrics');
    expect(headers['content-type']).toContain('text/plain');
    const count = (labels: string) => `nearkey_http_request_duration_seconds_count{${labels}} 1`;
    expect(text).toContain(count('method="GET",route="/healthz",status="200"'));
    expect(text).toContain(count('method="GET",route="/v1/caches/{cacheId}/stats",status="500"'));
    expect(text).toContain(count('method="GET",route="none",status="404"'));
    expect(text).not.toMatch(/secret-cache|wp-login/);
  });
});

test('/openapi.json is the description of the routes with the limits of this server', async () => {
  const { body } = await request(gatewayApp(new ScriptedCommander(pong)).app).get('/openapi.json');
  const { schema } = body.paths['/v1/caches/{cacheId}/entries'].post.requestBody.content['application/json'];
  expect(schema.properties.prompt.maxLength).toBe(2_048);
  expect(body.info.version).toBe('1.2.3');
});

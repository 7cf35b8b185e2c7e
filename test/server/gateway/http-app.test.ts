import request from 'supertest';
import { type Script, ScriptedCommander } from '../../sdk/scripted-commander.js';
import { gatewayApp } from './gateway-app.js';

const pong: Script = (command) => (command === 'PING' ? 'PONG' : new Error('ERR not scripted'));
const entries = '/v1/caches/help-desk/entries';

describe('the HTTP application', () => {
  test('answers an unknown route with a problem', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong));
    const response = await request(app).get('/v2/nothing?x=1');
    expect(response.status).toBe(404);
    expect(response.type).toBe('application/json');
    expect(response.body).toEqual({
      title: 'Resource not found',
      status: 404,
      type: '/errors/resource/not-found',
      detail: 'There is no GET /v2/nothing',
      instance: 'request-1',
    });
    expect((await request(app).put(entries)).status).toBe(404);
  });

  test('answers malformed JSON, and a body that is no JSON, with 400', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong));
    const malformed = await request(app).post(entries).type('json').send('{"prompt": ');
    expect([malformed.status, malformed.body.type]).toEqual([400, '/errors/invalid-data']);
    expect(malformed.body.detail).toBe('The body of the request is not valid JSON');
    for (const body of ['"text"', '17', 'null']) {
      expect((await request(app).post(entries).type('json').send(body)).status).toBe(400);
    }
    for (const unread of [request(app).post(entries).type('form').send('{"prompt":"x"}'), request(app).post(entries)]) {
      const { status, body } = await unread;
      expect([status, body.detail]).toEqual([400, expect.stringContaining('content-type: application/json')]);
    }
  });

  test('answers a body above the limit with 413', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong), { bodyBytesMax: 1_000 });
    const response = await request(app)
      .post(entries)
      .send({ prompt: 'x', response: 'y'.repeat(1_000) });
    expect([response.status, response.body.type]).toEqual([413, '/errors/payload-too-large']);
  });

  test('answers a path it cannot decode with 400', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong));
    const response = await request(app).get('/v1/caches/%E0%A4%A/stats');
    expect([response.status, response.body.type]).toEqual([400, '/errors/invalid-data']);
  });

  test('names every request, by the id of the caller when that is a plain one', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong));
    expect((await request(app).get('/healthz')).headers['x-request-id']).toBe('request-1');
    expect((await request(app).get('/healthz').set('x-request-id', 'mine-7')).headers['x-request-id']).toBe('mine-7');
    const hostile = await request(app).get('/healthz').set('x-request-id', '<script>');
    expect(hostile.headers['x-request-id']).toBe('request-2');
  });

  test('says nothing about what it runs on', async () => {
    const { headers } = await request(gatewayApp(new ScriptedCommander(pong)).app).get('/healthz');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('with an API key lets only /, /healthz and /openapi.json be seen without it', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong), { apiKey: 'secret' });
    for (const path of ['/', '/healthz', '/openapi.json']) expect((await request(app).get(path)).status).toBe(200);
    for (const path of ['/metrics', '/v1/caches/a/stats', '/nothing']) {
      const response = await request(app).get(path);
      expect([response.status, response.body.type]).toEqual([401, '/errors/authentication-failed']);
    }
    expect((await request(app).get('/metrics').auth('secret', { type: 'bearer' })).status).toBe(200);
  });

  test('does not read a body before the key is checked', async () => {
    const { app } = gatewayApp(new ScriptedCommander(pong), { apiKey: 'secret', bodyBytesMax: 10 });
    expect(
      (
        await request(app)
          .post(entries)
          .send({ prompt: 'x'.repeat(100) })
      ).status,
    ).toBe(401);
  });

  test('answers for a route that takes too long', async () => {
    const { app } = gatewayApp({ call: () => new Promise(() => undefined) }, { requestTimeoutMs: 20 });
    const response = await request(app).post(`${entries}/search`).send({ prompt: 'x' });
    expect([response.status, response.body.type]).toEqual([500, '/errors/unexpected-error']);
    expect(response.body.detail).toContain('20 ms');
  });

  test('logs failures by id and type, without the prompt', async () => {
    const { app, errors } = gatewayApp(new ScriptedCommander(() => new Error('Connection is closed.')));
    await request(app).post(`${entries}/search`).send({ prompt: 'my secret illness' });
    expect(errors).toEqual([
      expect.objectContaining({ requestId: 'request-1', type: '/errors/database/resource-database-unavailable' }),
    ]);
    expect(JSON.stringify(errors)).not.toContain('illness');
  });
});

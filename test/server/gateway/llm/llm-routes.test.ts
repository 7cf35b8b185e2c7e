import request from 'supertest';
import { plainHeaders } from '#server/gateway/llm/llm-routes.js';
import { ScriptedCommander } from '../../../sdk/scripted-commander.js';
import { gatewayApp } from '../gateway-app.js';

const ill = () => new ScriptedCommander(() => new Error('ERR not scripted'));
const asked = ['/v1/chat/completions', '/v1/responses', '/v1/messages'];
const paths = [...asked, '/v1/embeddings', ...asked.map((path) => `/explain${path}`)];

describe('routes to models', () => {
  test.each(paths)('%s asks for a key of this server, where there are some', async (path) => {
    const { app } = gatewayApp(ill(), { apiKey: 'secret' });
    const refused = await request(app).post(path).send({ model: 'nearkey', input: 'x' });
    expect([refused.status, refused.body.error.message]).toEqual([401, expect.stringContaining('API key')]);
    expect((await request(app).post(path).auth('other', { type: 'bearer' }).send({})).status).toBe(401);
  });

  test.each(paths)('%s refuses a body above the limit in the words of its format', async (path) => {
    const { app } = gatewayApp(ill(), { bodyBytesMax: 100 });
    const refused = await request(app)
      .post(path)
      .send({ model: 'x'.repeat(200) });
    expect([refused.status, refused.body.error.message]).toEqual([413, expect.stringContaining('100 bytes')]);
  });

  test('let the key of the server, and those of tenants, embed', async () => {
    const { app } = gatewayApp(ill(), { apiKey: 'secret' });
    const embedded = await request(app)
      .post('/v1/embeddings')
      .auth('secret', { type: 'bearer' })
      .send({ model: 'nearkey', input: 'x' });
    expect([embedded.status, embedded.body.data.length]).toEqual([200, 1]);
  });

  test('are closed to pages of other origins', async () => {
    const { app } = gatewayApp(ill());
    expect((await request(app).post('/v1/messages').set('sec-fetch-site', 'cross-site').send({})).status).toBe(403);
  });
});

describe('reading a request', () => {
  test('joins headers that were sent twice, and leaves out those of HTTP/2 itself', () => {
    expect(plainHeaders({ ':path': '/x', accept: 'a', 'set-cookie': ['b', 'c'] })).toEqual({
      accept: 'a',
      'set-cookie': 'b, c',
    });
  });
});

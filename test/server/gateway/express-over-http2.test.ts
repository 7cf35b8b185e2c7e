import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import express, { type Express } from 'express';
import { expressOverHttp2 } from '#server/gateway/express-over-http2.js';
import { type Http2Answer, Http2Caller } from '../../support/http2-caller.js';

async function call(app: Express, headers: Record<string, string>, body?: string): Promise<Http2Answer> {
  const server = createServer(expressOverHttp2(app));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    return await new Http2Caller(session).call(headers, body);
  } finally {
    session.destroy();
    server.close();
  }
}

describe('expressOverHttp2', () => {
  test('routes, reads bodies without a length, and answers with the methods of Express', async () => {
    const app = express();
    app.use(express.json());
    app.post('/things/:name', (request, response) => {
      response.status(202).type('text/plain').append('x-name', request.params.name);
      response.send(
        `${request.ip !== undefined} ${request.get('content-type')} ${request.body.a} ${request.app === app}`,
      );
    });
    const headers = { ':method': 'POST', ':path': '/things/a%2Fb?q=1', 'content-type': 'application/json' };
    const answer = await call(app, headers, '{"a":"ä"}');
    expect([answer.status, answer.headers['x-name']]).toEqual([202, 'a/b']);
    expect(answer.text).toMatch(/^(true|false) application\/json ä true$/);
  });

  test('has no body where there is none', async () => {
    const app = express();
    app.use(express.json());
    app.get('/', (request, response) => void response.json({ body: request.body ?? null, host: request.host }));
    const answer = await call(app, { ':path': '/', 'content-type': 'application/json' });
    expect(JSON.parse(answer.text)).toEqual({ body: null, host: expect.stringContaining('127.0.0.1:') });
  });

  test('answers what no route and no handler does', async () => {
    const app = express();
    app.set('env', 'test');
    app.get('/fails', () => {
      throw new Error('no');
    });
    expect((await call(app, { ':path': '/none' })).status).toBe(404);
    expect((await call(app, { ':path': '/fails' })).status).toBe(500);
  });

  test('says that an answer is finished when it is', async () => {
    const app = express();
    const finished = new Promise((resolve) => {
      app.get('/', (_request, response) => {
        response.once('close', () => resolve(response.writableFinished));
        response.end('all of it');
      });
    });
    await call(app, { ':path': '/' });
    expect(await finished).toBe(true);
  });

  test('lets a client see that an answer broke off', async () => {
    const app = express();
    app.get('/', (_request, response) => {
      response.write('half of', () => response.destroy());
    });
    await expect(call(app, { ':path': '/' })).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  });

  test('leaves an application as it was for HTTP/1.1', () => {
    const app = express();
    const before = Object.getPrototypeOf(app.request);
    expressOverHttp2(app);
    expect(Object.getPrototypeOf(app.request)).toBe(before);
  });
});

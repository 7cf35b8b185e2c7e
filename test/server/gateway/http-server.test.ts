import { once } from 'node:events';
import type { Server } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import express, { type Express } from 'express';
import { createHttpServer } from '#server/gateway/http-server.js';
import { Http2Caller } from '../../support/http2-caller.js';

const limits = { connectionsMax: 10, receiveTimeoutMs: 30_000 };
const running: Server[] = [];
const sessions: ClientHttp2Session[] = [];

async function listening(app: Express, more: Partial<typeof limits> = {}): Promise<{ server: Server; port: number }> {
  const server = createHttpServer(app, { ...limits, ...more });
  running.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

function http2(port: number): Http2Caller {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  sessions.push(session);
  return new Http2Caller(session);
}

afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
    if (server.listening) await once(server, 'close');
  }
});

function echoApp(): Express {
  const app = express();
  app.use(express.json());
  app.post('/echo', (request, response) => {
    response
      .status(201)
      .set('x-version', request.httpVersion)
      .json({ host: request.get('host'), body: request.body });
  });
  return app;
}

/** What a socket receives until it closes. */
async function received(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  return text;
}

describe('createHttpServer', () => {
  test('ends a connection whose request does not arrive', async () => {
    const { port } = await listening(echoApp(), { receiveTimeoutMs: 200 });
    expect(await received(port, ['POST / HTTP/1.1\r\nhost: x\r\ncontent-le'])).toContain('408 Request Timeout');
  });

  test('ends a connection that does not say which protocol it speaks', async () => {
    const { port } = await listening(echoApp(), { receiveTimeoutMs: 200 });
    expect(await received(port, [])).toBe('');
    expect(await received(port, ['PR'])).toBe('');
  });

  test('has a limit on connections and headers', () => {
    const server = createHttpServer(express(), { connectionsMax: 7, receiveTimeoutMs: 30_000 });
    expect([server.maxConnections, server.maxHeadersCount]).toEqual([7, 100]);
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
  });

  test('speaks HTTP/1.1 and HTTP/2 on one port, with one application', async () => {
    const { port } = await listening(echoApp());
    const host = `127.0.0.1:${port}`;
    const headers = { 'content-type': 'application/json' };
    const overHttp1 = await fetch(`http://${host}/echo`, { method: 'POST', headers, body: '{"a":1}' });
    expect([overHttp1.status, overHttp1.headers.get('x-version')]).toEqual([201, '1.1']);
    expect(await overHttp1.json()).toEqual({ host, body: { a: 1 } });

    const overHttp2 = await http2(port).call({ ':method': 'POST', ':path': '/echo', ...headers }, '{"a":1}');
    expect([overHttp2.status, overHttp2.headers['x-version']]).toEqual([201, '2.0']);
    expect(JSON.parse(overHttp2.text)).toEqual({ host, body: { a: 1 } });
  });

  test('tells the protocols apart when their first bytes come one by one', async () => {
    const { port } = await listening(echoApp());
    const request = 'PRoPFIND /none HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    expect(await received(port, [...'PR', request.slice(2)])).toContain('HTTP/1.1 4');
    const session = await received(port, [...'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'no frame of HTTP/2 at all']);
    expect(session).not.toContain('HTTP/1.1');
    // A SETTINGS frame of the server comes first: length, then type 4.
    expect(session.charCodeAt(3)).toBe(4);
  });

  test('ends a stream of HTTP/2 whose body does not arrive', async () => {
    // The connection itself, too, has only so long to say which protocol it speaks.
    const { port } = await listening(echoApp(), { receiveTimeoutMs: 2_000 });
    const caller = http2(port);
    const stream = caller.session.request({ ':method': 'POST', ':path': '/echo', 'content-type': 'application/json' });
    stream.on('error', () => undefined);
    stream.write('{');
    await once(stream, 'close');
    expect(caller.session.closed).toBe(false);
  });

  test('waits for a reader over HTTP/2, and loses nothing', async () => {
    const app = express();
    let waits = 0;
    const line = 'x'.repeat(65_535);
    app.get('/long', async (_request, response) => {
      for (let count = 0; count < 64; count += 1) {
        if (!response.write(`${line}\n`)) {
          waits += 1;
          await once(response, 'drain');
        }
      }
      response.end();
    });
    const { port } = await listening(app);
    const answer = await http2(port).call({ ':path': '/long' });
    expect(answer.text.split('\n').filter((text) => text === line)).toHaveLength(64);
    expect(waits).toBeGreaterThan(0);
  });

  test('tells the application that a client of HTTP/2 is gone', async () => {
    const app = express();
    const gone = new Promise((resolve) => {
      app.get('/endless', (_request, response) => {
        response.once('close', () => resolve(response.writableFinished));
        response.write('begun');
      });
    });
    const { port } = await listening(app);
    const stream = http2(port).session.request({ ':path': '/endless' });
    stream.on('error', () => undefined);
    await once(stream, 'data');
    stream.close();
    expect(await gone).toBe(false);
  });

  test('lets open streams end when it closes', async () => {
    const app = express();
    let finish: () => void = () => undefined;
    app.get('/slow', (_request, response) => {
      response.write('one ');
      finish = () => response.end('two');
    });
    const { server, port } = await listening(app);
    const caller = http2(port);
    const begun = caller.session.request({ ':path': '/slow' });
    begun.setEncoding('utf8');
    let text = '';
    begun.on('data', (chunk) => {
      text += chunk;
    });
    await once(begun, 'data');
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    finish();
    await once(begun, 'end');
    expect(text).toBe('one two');
    await closed;
  });

  test('ends every connection when it is told to', async () => {
    const app = express();
    app.get('/endless', (_request, response) => void response.write('begun'));
    const { server, port } = await listening(app);
    const caller = http2(port);
    const stream = caller.session.request({ ':path': '/endless' });
    stream.on('error', () => undefined);
    await once(stream, 'data');
    server.close();
    server.closeAllConnections();
    await Promise.all([once(stream, 'close'), once(server, 'close')]);
  });
});

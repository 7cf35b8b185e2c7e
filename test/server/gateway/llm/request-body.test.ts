import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { bodyWithin, type PlainRequest, readNoFurther } from '#server/gateway/llm/request-body.js';
import { Http2Caller } from '../../../support/http2-caller.js';
import { startTestGateway } from '../../../support/llm-gateway.js';

function requestOf(stream: PassThrough): PlainRequest {
  return Object.assign(stream, { headers: {} });
}

describe('the body of a request', () => {
  test('is read to its end, up to the limit', async () => {
    const whole = requestOf(new PassThrough());
    const body = bodyWithin(whole, 6);
    whole.push('one');
    whole.push('two');
    whole.push(null);
    expect((await body)?.toString()).toBe('onetwo');
    const empty = requestOf(new PassThrough());
    empty.push(null);
    expect((await bodyWithin(empty, 6))?.length).toBe(0);
  });

  test('that is too long is none, before it ends', async () => {
    const long = requestOf(new PassThrough());
    long.push('onetwo');
    expect(await bodyWithin(long, 5)).toBeUndefined();
    expect(long.destroyed).toBe(false);
  });

  test('that breaks off is an error', async () => {
    const broken = requestOf(new PassThrough());
    const body = bodyWithin(broken, 5);
    broken.push('one');
    broken.destroy();
    await expect(body).rejects.toThrow('before its body did');
  });
});

test('of a request whose rest nobody reads the connection ends, or with HTTP/2 its stream', () => {
  const headers: string[] = [];
  const listeners: (() => void)[] = [];
  let closed = 0;
  const response = {
    setHeader: (name: string, value: string) => headers.push(`${name}: ${value}`),
    once: (_event: 'finish', listener: () => void) => listeners.push(listener),
  };
  void readNoFurther(requestOf(new PassThrough()), response);
  expect([headers, listeners.length]).toEqual([['connection: close'], 0]);
  const overHttp2 = Object.assign(new PassThrough(), {
    headers: {},
    stream: {
      close: () => {
        closed++;
      },
    },
  });
  void readNoFurther(overHttp2, response);
  for (const listener of listeners) listener();
  expect([headers.length, closed]).toEqual([1, 1]);
});

describe('a body that is too long', () => {
  const paths = ['/v1/chat/completions', '/v1/embeddings', '/v1/messages', '/model/m/converse'];

  test.each(paths)('is answered to %s with 413, and the connection ends', async (path) => {
    const gateway = await startTestGateway({ http: { bodyBytesMax: 100 } });
    const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1' });
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    // The sender announces more than it sends: the answer does not wait for it.
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n${'x'.repeat(200)}`);
    await once(socket, 'close');
    expect(text).toContain('HTTP/1.1 413');
    expect(text.toLowerCase()).toContain('connection: close');
    await gateway.stop();
  });

  test.each(paths)('is answered to %s with 413, which a caller who sends all of it reads', async (path) => {
    const gateway = await startTestGateway({ http: { bodyBytesMax: 100 } });
    for (let calls = 0; calls < 10; calls++) {
      const answered = await fetch(gateway.url + path, { method: 'POST', body: Buffer.alloc(4_000_000, 'x') });
      expect([answered.status, await answered.text()]).toEqual([413, expect.stringContaining('100 bytes')]);
    }
    await gateway.stop();
  });

  test.each(paths)('is answered to %s over HTTP/2, where the session goes on', async (path) => {
    const gateway = await startTestGateway({ http: { bodyBytesMax: 100 } });
    const session = connectHttp2(gateway.url);
    const caller = new Http2Caller(session);
    const long = await caller.call({ ':method': 'POST', ':path': path }, 'x'.repeat(200_000));
    expect(long.status).toBe(413);
    const models = await caller.call({ ':method': 'GET', ':path': '/v1/models' });
    expect(models.status).toBe(200);
    session.destroy();
    await gateway.stop();
  });
});

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { protocolOf, ReplayedSocket } from '#server/gateway/http2-preface.js';

describe('protocolOf', () => {
  test.each([
    ['', 'unknown'],
    ['P', 'unknown'],
    ['PR', 'unknown'],
    ['PRI', 'unknown'],
    ['PRI ', 'http2'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'http2'],
    ['PO', 'http1'],
    ['PROPFIND / HTTP/1.1', 'http1'],
    ['GET / HTTP/1.1', 'http1'],
    ['\x16\x03\x01', 'http1'],
  ])('of %j is %s', (first, expected) => {
    expect(protocolOf(Buffer.from(first))).toBe(expected);
  });
});

/** Two ends of a connection: the one that was connected to, and the one that connected. */
async function connected(): Promise<{ inner: Socket; outer: Socket; close(): void }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const outer = connect({ host: '127.0.0.1', port });
  return { inner: await accepted, outer, close: () => server.close() };
}

/** Until its end, and without ending the other direction. */
async function textOf(stream: Readable): Promise<string> {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  await once(stream, 'end');
  return text;
}

describe('ReplayedSocket', () => {
  test('says first what was read before, then what comes; and writes', async () => {
    const { inner, outer, close } = await connected();
    const replayed = new ReplayedSocket(inner, Buffer.from('first '));
    outer.end('second');
    const text = textOf(replayed);
    expect(await text).toBe('first second');
    const answer = textOf(outer);
    replayed.end('answer');
    expect(await answer).toBe('answer');
    close();
  });

  test('pauses a socket that nobody reads from', async () => {
    const { inner, outer, close } = await connected();
    const replayed = new ReplayedSocket(inner, Buffer.from('x'));
    const sent = 4_000_000;
    outer.end(Buffer.alloc(sent));
    await once(inner, 'pause');
    let bytes = -1;
    for await (const chunk of replayed) bytes += chunk.length;
    expect(bytes).toBe(sent);
    replayed.destroy();
    close();
  });

  test('ends with its socket, and its socket with it', async () => {
    const first = await connected();
    const replayed = new ReplayedSocket(first.inner, Buffer.from('x'));
    first.inner.destroy();
    await once(replayed, 'close');
    first.outer.destroy();
    first.close();

    const second = await connected();
    new ReplayedSocket(second.inner, Buffer.from('x')).destroy();
    second.outer.resume();
    await once(second.outer, 'close');
    second.close();
  });

  test('passes on the failure of its socket', async () => {
    const { inner, outer, close } = await connected();
    const replayed = new ReplayedSocket(inner, Buffer.from('x'));
    inner.destroy(new Error('reset'));
    const [error] = await once(replayed, 'error');
    expect(error).toMatchObject({ message: 'reset' });
    outer.destroy();
    close();
  });
});

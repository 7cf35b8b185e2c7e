import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import { HttpReply } from '#server/gateway/llm/http-reply.js';

/** Answers one request by a reply. */
async function answered(answer: (reply: HttpReply, response: ServerResponse) => unknown) {
  const server = createServer((_request, response) => void answer(new HttpReply(response), response));
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('HttpReply', () => {
  test('sends a body in one piece with its length', async () => {
    const { status, headers, text } = await answered((reply) => {
      reply.start(201, { 'x-a': 'b' });
      expect(reply.hasBegun).toBe(false);
      reply.end('whölе');
      expect(reply.isOpen).toBe(false);
    });
    expect([status, headers.get('x-a'), headers.get('content-length'), text]).toEqual([201, 'b', '7', 'whölе']);
  });

  test('sends a body at once that ends later', async () => {
    const seen: string[] = [];
    const server = createServer((_request, response) => {
      const reply = new HttpReply(response);
      reply.start(413, {});
      const rest = new Promise<void>((resolve) => {
        endRest = resolve;
      });
      void reply.endAfter(rest, 'why').then(() => seen.push('ended'));
    });
    let endRest = (): void => undefined;
    server.listen({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    // Its length is known: it is whole before it has ended.
    seen.push(await response.text());
    endRest();
    await new Promise((resolve) => setImmediate(resolve));
    expect([response.status, seen]).toEqual([413, ['why', 'ended']]);
    server.closeAllConnections();
    server.close();
  });

  test('sends pieces, and waits while nobody reads', async () => {
    const { text } = await answered(async (reply) => {
      reply.start(200, {});
      for (let i = 0; i < 64; i++) await reply.write(Buffer.alloc(65_536, 'x'));
      expect(reply.hasBegun).toBe(true);
      reply.end();
    });
    expect(text.length).toBe(64 * 65_536);
  });

  test('breaks off so that it is seen', async () => {
    const broken = answered(async (reply) => {
      reply.start(200, {});
      await reply.write(Buffer.from('half'));
      reply.abort();
    });
    await expect(broken).rejects.toThrow();
  });

  test('says when the caller has gone, and writes no more', async () => {
    const server = createServer();
    server.listen({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    const address = server.address();
    const request = get({ port: typeof address === 'object' && address !== null ? address.port : 0 });
    request.on('error', () => undefined);
    const [, response]: ServerResponse[] = await once(server, 'request');
    if (response === undefined) throw new Error('no response');
    const reply = new HttpReply(response);
    const gone = new Promise<void>((resolve) => reply.onGone(resolve));
    request.destroy();
    await gone;
    await reply.write(Buffer.from('late'));
    reply.end();
    expect(reply.isOpen).toBe(false);
    server.close();
  });
});

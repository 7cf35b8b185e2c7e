import { once } from 'node:events';
import { connect } from 'node:net';
import { createHttpServer } from '#server/gateway/http-server.js';

describe('createHttpServer', () => {
  test('ends a connection whose request does not arrive', async () => {
    const server = createHttpServer((_request, response) => response.end('ok'), {
      connectionsMax: 10,
      receiveTimeoutMs: 200,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const socket = connect({
      host: '127.0.0.1',
      port: typeof address === 'object' && address !== null ? address.port : 0,
    });
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-le');
    await once(socket, 'close');
    expect(received).toContain('408 Request Timeout');
    server.close();
    await once(server, 'close');
  });

  test('has a limit on connections and headers', () => {
    const server = createHttpServer(() => undefined, { connectionsMax: 7, receiveTimeoutMs: 30_000 });
    expect([server.maxConnections, server.maxHeadersCount]).toEqual([7, 100]);
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
  });
});

/**
 * A TCP proxy that lets a caller alter what the server behind it answers: how a test proves that it would notice.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface AlteringProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** `alter` sees each chunk of the server's answers and returns what the client gets instead. */
export async function startAlteringProxy(serverPort: number, alter: (chunk: Buffer) => Buffer): Promise<AlteringProxy> {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.end();
      });
    }
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => client.write(alter(chunk)));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP address');
  return {
    port: address.port,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        proxy.close(() => resolve());
      }),
  };
}

import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NetTransport } from '#server/net/net-transport.js';
import type { RequestBatch, TransportConnection, TransportHandler } from '#server/net/transport.js';

const FLOOD_COMMANDS = 200_000;
const ping = '*1\r\n$4\r\nPING\r\n';
const listenOptions = {
  host: '127.0.0.1',
  port: 0,
  backlog: 16,
  keepAliveSeconds: 0,
  limits: { bulkBytesMax: 2 ** 20, queryBufferBytesMax: 2 ** 20 },
};

/** Remembers whose batches came, in order, and how many commands each brought. */
class RecordingHandler implements TransportHandler {
  readonly connections: TransportConnection[] = [];
  readonly batches: { connection: number; commands: number }[] = [];
  onBatch: () => void = () => undefined;

  opened(connection: TransportConnection): boolean {
    this.connections.push(connection);
    return true;
  }

  batch({ words, length }: RequestBatch): void {
    const connection = words[0] ?? 0;
    let commands = 0;
    for (let at = 0; at < length; at += 2 + (words[at + 1] ?? 0) * 2) commands++;
    this.batches.push({ connection, commands });
    this.onBatch();
  }

  commandsOf(connection: number): number {
    return this.batches.reduce((sum, batch) => sum + (batch.connection === connection ? batch.commands : 0), 0);
  }

  protocolError(): void {
    throw new Error('what was sent is no RESP');
  }

  sent(): void {
    // Nothing is sent.
  }

  received(): void {
    // Bytes are not what these tests count.
  }

  drained(): void {
    // Nothing is sent.
  }

  closed(): void {
    // The tests end with the connections.
  }
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await nextTurn();
}

describe('the transport on node:net', () => {
  const transport = new NetTransport();
  const handler = new RecordingHandler();
  const sockets: Socket[] = [];

  async function open(): Promise<{ socket: Socket; connection: TransportConnection }> {
    const socket = connect({ port: portOf, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    const before = handler.connections.length;
    await until(() => handler.connections.length > before);
    const connection = handler.connections[before];
    if (connection === undefined) throw new Error('the transport announced no connection');
    return { socket, connection };
  }

  let portOf = 0;
  beforeAll(async () => {
    portOf = await transport.listen(listenOptions, handler);
  });

  afterEach(() => {
    handler.onBatch = () => undefined;
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await transport.close(1000);
  });

  test('a peer that keeps its socket full is read at most twice a turn', async () => {
    const { socket, connection } = await open();
    let readsInTurn = 0;
    let readsInTurnMax = 0;
    handler.onBatch = () => {
      readsInTurn++;
    };
    socket.write(ping.repeat(FLOOD_COMMANDS));
    await until(() => {
      readsInTurnMax = Math.max(readsInTurnMax, readsInTurn);
      readsInTurn = 0;
      return handler.commandsOf(connection.id) === FLOOD_COMMANDS;
    });
    expect(readsInTurnMax).toBeLessThanOrEqual(2);
  });

  test('a connection paused while others have their turn stays paused', async () => {
    const { socket, connection } = await open();
    handler.onBatch = () => connection.pause();
    socket.write(ping.repeat(FLOOD_COMMANDS));
    await until(() => handler.commandsOf(connection.id) > 0);
    const held = handler.commandsOf(connection.id);
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    expect(handler.commandsOf(connection.id)).toBe(held);
    handler.onBatch = () => undefined;
    connection.resume();
    await until(() => handler.commandsOf(connection.id) === FLOOD_COMMANDS);
  });
});

/** What is special about the native transport: rounds of many connections, large requests and replies, orders between rounds. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NativeTransport } from '#server/net/native-transport.js';
import type { RequestBatch, TransportConnection, TransportHandler } from '#server/net/transport.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { nativeAddon } from '../../support/native-addon.js';
import { encodeCommand, RawConnection } from '../../support/raw-connection.js';

const megabyte = 1024 * 1024;

/** Answers each command with its last argument; remembers which connections each batch held. */
class EchoHandler implements TransportHandler {
  readonly connections = new Map<number, TransportConnection>();
  readonly batches: { bytes: number; commands: number; connections: Set<number> }[] = [];
  onCommand: ((connection: TransportConnection, argument: Buffer) => void) | undefined;

  opened(connection: TransportConnection): boolean {
    this.connections.set(connection.id, connection);
    return true;
  }

  batch({ buffer, words, length }: RequestBatch): void {
    const batch = { bytes: buffer.length, commands: 0, connections: new Set<number>() };
    this.batches.push(batch);
    for (let at = 0; at < length; at += 2 + (words[at + 1] ?? 0) * 2) {
      const id = words[at] ?? 0;
      const last = at + (words[at + 1] ?? 0) * 2;
      const start = words[last] ?? 0;
      batch.commands++;
      batch.connections.add(id);
      const connection = this.connections.get(id);
      if (connection === undefined) throw new Error(`a frame of nobody: ${id}`);
      const argument = buffer.subarray(start, start + (words[last + 1] ?? 0));
      if (this.onCommand === undefined) echo(connection, argument);
      else this.onCommand(connection, argument);
    }
  }

  protocolError(connection: TransportConnection): void {
    connection.close('replies');
  }

  drained(): void {
    // Nobody waits for it.
  }

  sent(buffer: Buffer): void {
    // Whoever reads on would see it.
    buffer.fill(0);
  }

  received(): void {
    // Nobody counts them.
  }

  closed(connection: TransportConnection): void {
    this.connections.delete(connection.id);
  }
}

function echo(connection: TransportConnection, bytes: Uint8Array): void {
  const reply = Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
  connection.send(reply, 0, reply.length);
}

describe.each([1, 2])('the native transport, io-threads %i', (ioThreads) => {
  const transport = new NativeTransport(nativeAddon(), ioThreads);
  const handler = new EchoHandler();
  let port = 0;
  let peers: RawConnection[] = [];

  beforeAll(async () => {
    const limits = { bulkBytesMax: 64 * megabyte, queryBufferBytesMax: 64 * megabyte };
    port = await transport.listen({ host: '127.0.0.1', port: 0, backlog: 511, keepAliveSeconds: 0, limits }, handler);
  });

  afterEach(async () => {
    for (const peer of peers) peer.close();
    peers = [];
    handler.onCommand = undefined;
    handler.batches.length = 0;
    while (handler.connections.size > 0) await nextTurn();
  });

  afterAll(() => transport.close(0));

  async function connect(): Promise<RawConnection> {
    const before = handler.connections.size;
    const peer = await RawConnection.open({ port });
    peers.push(peer);
    while (handler.connections.size === before) await nextTurn();
    return peer;
  }

  test('hands over what many connections sent in one batch', async () => {
    const many = [];
    for (let i = 0; i < 20; i++) many.push(await connect());
    for (const [i, peer] of many.entries()) peer.send(encodeCommand(['ECHO', String(i)]));
    for (const [i, peer] of many.entries()) {
      expect(String(await peer.reply())).toBe(`$${String(i).length}\r\n${i}\r\n`);
    }
    expect(Math.max(...handler.batches.map(({ connections }) => connections.size))).toBeGreaterThan(1);
  });

  test('gives every connection its turn: none fills more than a read of a batch', async () => {
    const [greedy, modest] = [await connect(), await connect()];
    greedy.send(Buffer.concat(Array.from({ length: 200_000 }, () => encodeCommand(['ECHO', 'x']))));
    modest.send(encodeCommand(['ECHO', 'mine']));
    expect(String(await modest.reply())).toBe('$4\r\nmine\r\n');
    await greedy.repliesOf(200_000);
    expect(Math.max(...handler.batches.map(({ commands }) => commands))).toBeLessThan(6_000);
  });

  test('hands over large requests where they were gathered', async () => {
    const peer = await connect();
    const large = Buffer.alloc(3 * megabyte, 'large');
    expect((await peer.call('ECHO', large)).subarray(10, -2).equals(large)).toBe(true);
    expect(handler.batches.some(({ bytes }) => bytes > 3 * megabyte)).toBe(true);
    expect(handler.connections.values().next().value?.heldBytes).toBe(0);
  });

  test('takes arguments of every size in pieces of every size, in order', async () => {
    const random = new SeededRandom(5);
    const sizes = [0, 1, 100, 5_000, 16_000, 17_000, 40_000, 66_000, 150_000, 700_000];
    const texts = Array.from({ length: 300 }, (_, i) => Buffer.alloc(random.below(random.pick(sizes) + 1), `${i}.`));
    const some = await Promise.all([0, 1, 2].map(() => connect()));
    const stream = Buffer.concat(texts.map((text) => encodeCommand(['ECHO', text])));
    const seen = Promise.all(
      some.map(async (peer) => {
        for (const text of texts) {
          const reply = await peer.reply();
          expect(reply.equals(Buffer.concat([Buffer.from(`$${text.length}\r\n`), text, Buffer.from('\r\n')]))).toBe(
            true,
          );
        }
      }),
    );
    for (const peer of some) {
      for (let start = 0; start < stream.length; ) {
        const end = start + random.between(1, random.pick([50, 3_000, 70_000, 2_000_000]));
        peer.send(stream.subarray(start, end));
        start = end;
        if (random.chance(0.2)) await nextTurn();
      }
    }
    await seen;
  });

  test('keeps the order of short and long replies, whoever reads them late', async () => {
    const peer = await connect();
    const [connection] = handler.connections.values();
    if (connection === undefined) throw new Error('nobody has connected');
    peer.socket.pause();
    const random = new SeededRandom(6);
    const texts = Array.from({ length: 200 }, (_, i) => Buffer.alloc(random.pick([1, 500, 40_000, 300_000]), `${i}.`));
    for (const text of texts) {
      const reply = Buffer.concat([Buffer.from(`$${text.length}\r\n`), text, Buffer.from('\r\n')]);
      const taken = connection.send(reply, 0, reply.length);
      if (taken) reply.fill(0);
    }
    peer.socket.resume();
    for (const text of texts) expect((await peer.reply()).subarray(-2 - text.length, -2).equals(text)).toBe(true);
    while (connection.unsentBytes > 0) await nextTurn();
  });

  test('sends to others in the middle of a batch, and between batches', async () => {
    const [asking, listening] = [await connect(), await connect()];
    const [asked, listener] = handler.connections.values();
    handler.onCommand = (connection, argument) => {
      if (listener !== undefined) echo(listener, argument);
      echo(connection, argument);
    };
    asking.send(encodeCommand(['ECHO', 'news']));
    expect([String(await asking.reply()), String(await listening.reply())]).toEqual([
      '$4\r\nnews\r\n',
      '$4\r\nnews\r\n',
    ]);
    if (listener !== undefined) echo(listener, Buffer.from('later'));
    if (asked !== undefined) echo(asked, Buffer.from('too'));
    expect([String(await listening.reply()), String(await asking.reply())]).toEqual([
      '$5\r\nlater\r\n',
      '$3\r\ntoo\r\n',
    ]);
  });

  test('carries out more orders than the list holds', async () => {
    const peer = await connect();
    handler.onCommand = (connection, argument) => {
      for (let i = 0; i < 20_000; i++) echo(connection, argument);
    };
    peer.send(encodeCommand(['ECHO', 'again']));
    const replies = await peer.repliesOf(20_000);
    expect(replies.every((reply) => reply.equals(Buffer.from('$5\r\nagain\r\n')))).toBe(true);
  });
});

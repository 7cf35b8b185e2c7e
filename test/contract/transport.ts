/** What every Transport promises its handler, on real connections. `make` gives one that does not listen yet. */
import { ByteSlice } from '#server/base/byte-slice.js';
import type { Transport, TransportConnection, TransportHandler } from '#server/net/transport.js';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';

const megabyte = 1024 * 1024;
const waitMs = 60_000;

/** Writes down what it is told, and answers every command with its last argument unless it is told otherwise. */
class RecordingHandler implements TransportHandler {
  readonly events: string[] = [];
  readonly commands: string[][] = [];
  readonly connections: TransportConnection[] = [];
  readonly sentBuffers: Buffer[] = [];
  receivedBytes = 0;
  accepts = true;
  onCommand = (connection: TransportConnection, argv: readonly ByteSlice[]): void => {
    answer(connection, argv.at(-1)?.copy() ?? Buffer.alloc(0));
  };

  opened(connection: TransportConnection): boolean {
    this.events.push('opened');
    this.connections.push(connection);
    if (!this.accepts) connection.send(Buffer.from('-ERR full\r\n'), 0, 11);
    return this.accepts;
  }

  batch({ buffer, words, length }: { buffer: Buffer; words: Int32Array; length: number }): void {
    for (let at = 0; at < length; at += 2 + (words[at + 1] ?? 0) * 2) {
      const connection = this.connections.find(({ id }) => id === words[at]);
      if (connection === undefined) throw new Error(`a frame of nobody: ${words[at]}`);
      const argv = Array.from({ length: words[at + 1] ?? 0 }, (_, i) => {
        const start = words[at + 2 + i * 2] ?? 0;
        return new ByteSlice(buffer, start, start + (words[at + 3 + i * 2] ?? 0));
      });
      this.commands.push(argv.map((argument) => argument.latin1()));
      this.onCommand(connection, argv);
    }
  }

  protocolError(connection: TransportConnection, detail: string): void {
    this.events.push(`protocol error: ${detail}`);
    connection.close('replies');
  }

  drained(): void {
    this.events.push('drained');
  }

  sent(buffer: Buffer): void {
    this.sentBuffers.push(buffer);
  }

  received(bytes: number): void {
    this.receivedBytes += bytes;
  }

  closed(): void {
    this.events.push('closed');
  }

  get connection(): TransportConnection {
    const last = this.connections.at(-1);
    if (last === undefined) throw new Error('nobody has connected');
    return last;
  }
}

function answer(connection: TransportConnection, bytes: Buffer): void {
  const reply = Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
  connection.send(reply, 0, reply.length);
}

/** Resolves when something that the other side brings about has come about. */
async function until(isReached: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + waitMs;
  while (!isReached()) {
    if (Date.now() > deadlineMs) throw new Error(`${what} did not come within ${waitMs} ms`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export function transportContract(name: string, make: () => Transport): void {
  describe(`the transport ${name}`, () => {
    const limits = { bulkBytesMax: 64 * megabyte, queryBufferBytesMax: 64 * megabyte };
    const options = { host: '127.0.0.1', port: 0, backlog: 511, keepAliveSeconds: 300, limits };
    let transport: Transport;
    let handler: RecordingHandler;
    let port: number;
    let peers: RawConnection[];

    beforeEach(async () => {
      transport = make();
      handler = new RecordingHandler();
      peers = [];
      port = await transport.listen(options, handler);
    });

    afterEach(async () => {
      for (const peer of peers) peer.close();
      await transport.close(0);
    });

    async function connect(): Promise<RawConnection> {
      const before = handler.connections.length;
      const peer = await RawConnection.open({ port, timeoutMs: waitMs });
      peers.push(peer);
      await until(() => handler.connections.length > before, 'the connection');
      return peer;
    }

    const lastReplies = async (peer: RawConnection, count: number): Promise<string[]> =>
      (await peer.repliesOf(count)).map((reply) => reply.toString('latin1'));

    describeRequests();
    describeReplies();
    describeHalfClosed();
    describeEnds();

    function describeRequests(): void {
      test('hands over every command of a pipeline, in order, with its connection', async () => {
        const [a, b] = [await connect(), await connect()];
        a.send(Buffer.concat(Array.from({ length: 1000 }, (_, i) => encodeCommand(['A', String(i)]))));
        b.send(encodeCommand(['B', 'x']));
        expect(await lastReplies(a, 1000)).toEqual(
          Array.from({ length: 1000 }, (_, i) => `$${String(i).length}\r\n${i}\r\n`),
        );
        expect(await lastReplies(b, 1)).toEqual(['$1\r\nx\r\n']);
        expect(handler.commands.filter(([command]) => command === 'A').map(([, i]) => i)).toEqual(
          Array.from({ length: 1000 }, (_, i) => String(i)),
        );
      });

      test('hands over a command when its last byte has come', async () => {
        const peer = await connect();
        const bytes = encodeCommand(['ECHO', Buffer.from([0, 13, 10, 255])]);
        for (const byte of bytes.subarray(0, -1)) peer.send(Buffer.of(byte));
        await until(() => handler.receivedBytes === bytes.length - 1, 'all but one byte');
        expect([handler.commands, handler.connection.heldBytes]).toEqual([[], bytes.length - 1]);
        peer.send(bytes.subarray(-1));
        expect(await lastReplies(peer, 1)).toEqual(['$4\r\n\0\r\n\xff\r\n']);
        expect(handler.connection.heldBytes).toBe(0);
      });

      test('carries large arguments', async () => {
        const peer = await connect();
        const large = Buffer.alloc(5 * megabyte, 'large');
        expect((await peer.call('ECHO', large)).subarray(10, -2).equals(large)).toBe(true);
      });

      test('reads nothing while it is paused, and everything after', async () => {
        const peer = await connect();
        handler.onCommand = (connection, argv) => {
          answer(connection, argv.at(-1)?.copy() ?? Buffer.alloc(0));
          if (handler.commands.length === 1) connection.pause();
        };
        await peer.call('ECHO', 'first');
        peer.send(encodeCommand(['ECHO', 'second']));
        const other = await connect();
        await other.call('ECHO', 'other');
        expect(handler.commands.map(([, text]) => text)).toEqual(['first', 'other']);
        handler.connections[0]?.resume();
        expect(await lastReplies(peer, 1)).toEqual(['$6\r\nsecond\r\n']);
      });

      test('tells what breaks the protocol, after the commands before it', async () => {
        const peer = await connect();
        peer.send('*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n');
        expect((await peer.closed()).toString()).toBe('$4\r\nPING\r\n');
        expect(handler.commands).toEqual([['PING']]);
        expect(handler.events).toContain('protocol error: invalid multibulk length');
      });

      test('follows limits that change while the connection is open', async () => {
        const peer = await connect();
        await peer.call('ECHO', 'x');
        transport.setLimits({ ...limits, bulkBytesMax: 3 });
        peer.send(encodeCommand(['ECHO', 'x']));
        await peer.closed();
        expect(handler.events).toContain('protocol error: invalid bulk length');
      });

      test('lets a client that has not authenticated send little', async () => {
        const peer = await connect();
        handler.connection.setAuthenticated(false);
        await peer.call('A', 'small');
        peer.send('*1\r\n$16385\r\n');
        await peer.closed();
        expect(handler.events).toContain('protocol error: unauthenticated bulk length');
      });
    }

    function describeReplies(): void {
      test('sends what a promise brings behind what the batch sent, and once', async () => {
        const peer = await connect();
        handler.onCommand = (connection, argv) => {
          answer(connection, argv[1]?.copy() ?? Buffer.alloc(0));
          void Promise.resolve().then(() => answer(connection, Buffer.from('later')));
        };
        peer.send(Buffer.concat([encodeCommand(['ECHO', 'a']), encodeCommand(['ECHO', 'b'])]));
        expect(await lastReplies(peer, 4)).toEqual(
          ['a', 'b', 'later', 'later'].map((text) => `$${text.length}\r\n${text}\r\n`),
        );
        peer.send(encodeCommand(['ECHO', 'c']));
        expect(await lastReplies(peer, 2)).toEqual(['$1\r\nc\r\n', '$5\r\nlater\r\n']);
      });

      test('sends replies in order, tells what is unsent, and when it is sent', async () => {
        const peer = await connect();
        const { connection } = handler;
        peer.socket.pause();
        const chunk = Buffer.alloc(megabyte, 'r');
        for (let i = 0; i < 20; i++) answer(connection, chunk);
        expect(connection.unsentBytes).toBeGreaterThan(megabyte);
        expect(handler.events).not.toContain('drained');
        peer.socket.resume();
        expect((await peer.repliesOf(20)).every((reply) => reply.length === 10 + megabyte + 2)).toBe(true);
        await until(() => handler.events.includes('drained'), 'word that all is sent');
        expect(connection.unsentBytes).toBe(0);
      });

      test('keeps what it could not send yet: the caller lends the buffer, until it is sent', async () => {
        const peer = await connect();
        const { connection } = handler;
        peer.socket.pause();
        const first = Buffer.from(`$${10 * megabyte}\r\n${'a'.repeat(10 * megabyte)}\r\n`);
        expect(connection.send(first, 0, first.length)).toBe(false);
        answer(connection, Buffer.from('b'));
        const other = await connect();
        await other.call('ECHO', 'meanwhile');
        expect(handler.sentBuffers.includes(first)).toBe(false);
        peer.socket.resume();
        const [a, b] = await peer.repliesOf(2);
        expect([a?.equals(first), b?.toString()]).toEqual([true, '$1\r\nb\r\n']);
        await until(() => handler.sentBuffers.includes(first), 'word that the buffer is free');
        await other.call('ECHO', 'later');
        expect(handler.sentBuffers.filter((buffer) => buffer === first)).toHaveLength(1);
      });

      test('gives back what it will never send: the peer is gone', async () => {
        const peer = await connect();
        const { connection } = handler;
        peer.socket.pause();
        const [first, second] = ['a', 'b'].map((text) => Buffer.alloc(10 * megabyte, text));
        if (first === undefined || second === undefined) throw new Error('there are two');
        expect(connection.send(first, 0, first.length)).toBe(false);
        expect(connection.send(second, 0, second.length)).toBe(false);
        peer.reset();
        await until(() => handler.events.includes('closed'), 'the end');
        await until(() => handler.sentBuffers.length >= 2, 'both buffers');
        expect(new Set(handler.sentBuffers)).toEqual(new Set([first, second]));
      });

      test('knows both ends by address', async () => {
        await connect();
        expect(handler.connection.localAddress).toBe(`127.0.0.1:${port}`);
        expect(handler.connection.address).toMatch(/^127\.0\.0\.1:\d+$/);
        expect(handler.connection.address).not.toBe(handler.connection.localAddress);
      });
    }

    function describeHalfClosed(): void {
      test('answers a peer that has half-closed, and then ends', async () => {
        const peer = await connect();
        peer.send(encodeCommand(['ECHO', 'last']));
        peer.socket.end();
        expect((await peer.closed()).toString()).toBe('$4\r\nlast\r\n');
        await until(() => handler.events.includes('closed'), 'the end');
      });

      test('reads all that a peer has sent who ended while it was paused, and then ends', async () => {
        const parts = Array.from({ length: 40 }, (_, i) => String(i).padStart(10_000, '.'));
        handler.onCommand = (connection, argv) => {
          answer(connection, argv.at(-1)?.copy() ?? Buffer.alloc(0));
          if (handler.commands.length === 1) connection.pause();
        };
        const peer = await connect();
        await peer.call('ECHO', 'first');
        peer.send(Buffer.concat(parts.map((part) => encodeCommand(['ECHO', part]))));
        peer.socket.end();
        await (await connect()).call('ECHO', 'other');
        handler.connections[0]?.resume();
        expect((await peer.closed()).toString()).toBe(parts.map((part) => `$10000\r\n${part}\r\n`).join(''));
        await until(() => handler.events.includes('closed'), 'the end');
      });

      test('answers a peer that has half-closed while a reply is awaited, and then ends', async () => {
        let answerNow = (): void => undefined;
        handler.onCommand = (connection) => {
          connection.hold();
          answerNow = () => {
            answer(connection, Buffer.from('late'));
            connection.resume();
          };
        };
        const peer = await connect();
        peer.send(encodeCommand(['LATER']));
        peer.socket.end();
        await until(() => handler.commands.length === 1, 'the command');
        // Whoever comes now comes after the end of the first.
        handler.onCommand = (connection) => answer(connection, Buffer.from('now'));
        await (await connect()).call('ECHO');
        answerNow();
        expect((await peer.closed()).toString()).toBe('$4\r\nlate\r\n');
        await until(() => handler.events.includes('closed'), 'the end');
      });
    }

    function describeEnds(): void {
      test('refuses a peer, which still hears why', async () => {
        handler.accepts = false;
        const peer = await connect();
        expect((await peer.closed()).toString()).toBe('-ERR full\r\n');
        await until(() => handler.events.includes('closed'), 'the end');
        expect(handler.commands).toEqual([]);
      });

      test('says once that a peer is gone, however it went', async () => {
        for (const leave of [(peer: RawConnection) => peer.close(), (peer: RawConnection) => peer.reset()]) {
          const peer = await connect();
          const before = handler.events.filter((event) => event === 'closed').length;
          leave(peer);
          await until(() => handler.events.filter((event) => event === 'closed').length > before, 'the end');
        }
        const last = await connect();
        await last.call('ECHO', 'on');
        expect(handler.events.filter((event) => event === 'closed')).toHaveLength(2);
      });

      test('closes now, or when the replies have left', async () => {
        const patient = await connect();
        answer(handler.connection, Buffer.alloc(5 * megabyte, 'r'));
        handler.connection.close('replies');
        expect((await patient.closed()).length).toBe(5 * megabyte + 12);
        const cut = await connect();
        handler.connection.close('now');
        expect((await cut.closed()).length).toBe(0);
      });

      test('sends nothing to who is gone, and does not mind', async () => {
        const peer = await connect();
        const { connection } = handler;
        peer.reset();
        await until(() => handler.events.includes('closed'), 'the end');
        expect(() => answer(connection, Buffer.from('late'))).not.toThrow();
        expect(() => connection.close('replies')).not.toThrow();
      });

      test('cannot have a port that is taken, and says so by code', async () => {
        const second = make();
        await expect(second.listen({ ...options, port }, handler)).rejects.toMatchObject({ code: 'EADDRINUSE' });
        await second.close(0);
      });

      test('closes: accepts nobody, and ends who stays too long', async () => {
        const peer = await connect();
        await transport.close(0);
        expect(peer.isClosed || (await peer.closed()).length === 0).toBe(true);
        await expect(RawConnection.open({ port })).rejects.toThrow();
        await transport.close(0);
      });
    }
  });
}

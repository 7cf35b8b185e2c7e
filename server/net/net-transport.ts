/**
 * The transport on Node's `net` and `tls`: one decoder a connection, one batch a read, one write a batch.
 *
 * A peer that half-closes still gets its replies. A peer that resets is gone without a word. The kernel's backpressure
 * is passed on: `send` tells whether bytes left, `drained` when the rest has.
 *
 * A peer that keeps its socket full is read twice a turn of the event loop: left alone, libuv reads 32 buffers in a row
 * from it, thousands of commands for which everyone else would wait.
 */
import { createServer, type Server, type ServerOpts, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions, type Server as TlsServer } from 'node:tls';
import { type DecoderLimits, FrameList, RequestDecoder } from '../protocol/request-decoder.js';
import type { ListenOptions, Transport, TransportConnection, TransportHandler } from './transport.js';

/** What libuv reads at once: a read that is as long has left more behind. */
const READ_BYTES_MAX = 64 * 1024;

export class NetTransport implements Transport {
  readonly name = 'net';
  #server: Server | undefined;
  #tlsServer: TlsServer | undefined;
  #tls: TlsOptions | undefined;
  #nextId: number;
  /** Shared by all connections: a batch is executed before the next is read. */
  readonly #frames = new FrameList();
  readonly #sockets = new Set<Socket>();
  /** One object for all connections, so that a change reaches those that are open. */
  readonly #limits = { bulkBytesMax: 0, queryBufferBytesMax: 0 };

  /** @param firstId of its connections */
  constructor(firstId = 1) {
    this.#nextId = firstId;
  }

  /** Speaks TLS; call it before `listen`. */
  useTls(options: TlsOptions): void {
    this.#tls = options;
  }

  /** Uses another certificate for connections to come. @throws what OpenSSL thinks of it */
  renewTls(options: TlsOptions): void {
    this.#tlsServer?.setSecureContext(options);
  }

  setLimits(limits: DecoderLimits): void {
    Object.assign(this.#limits, limits);
  }

  listen(options: ListenOptions, handler: TransportHandler): Promise<number> {
    this.setLimits(options.limits);
    const keepAlive = options.keepAliveSeconds > 0;
    const server = this.#createServer(
      { noDelay: true, keepAlive, keepAliveInitialDelay: options.keepAliveSeconds * 1000, allowHalfOpen: true },
      (socket) => this.#accept(socket, handler, options.path),
    );
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      const { host, port, path, backlog } = options;
      server.listen(path === undefined ? { host, port, backlog } : { path, backlog }, () => {
        server.removeListener('error', reject);
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  }

  close(drainMs: number): Promise<void> {
    const server = this.#server;
    if (server === undefined || !server.listening) return Promise.resolve();
    return new Promise((resolve) => {
      const deadline = setTimeout(() => {
        for (const socket of this.#sockets) socket.destroy();
      }, drainMs);
      server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  #createServer(options: ServerOpts, accept: (socket: Socket) => void): Server {
    if (this.#tls === undefined) return createServer(options, accept);
    const tls = this.#tls;
    this.#tlsServer = createTlsServer({ ...options, ...tls }, (socket) => {
      if (isImpostor(socket, tls)) socket.destroy();
      else accept(socket);
    });
    return this.#tlsServer;
  }

  #accept(socket: Socket, handler: TransportHandler, path: string | undefined): void {
    const connection = new NetConnection(this.#nextId++, socket, new RequestDecoder(this.#limits), path, handler);
    socket.on('error', () => socket.destroy());
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      handler.closed(connection);
    });
    if (!handler.opened(connection)) {
      connection.close('replies');
      return;
    }
    socket.on('data', (chunk) => this.#read(connection, chunk, handler));
    socket.on('drain', () => handler.drained(connection));
    socket.on('end', () => connection.peerEnded());
  }

  #read(connection: NetConnection, chunk: Buffer, handler: TransportHandler): void {
    if (connection.closing) return;
    handler.received(chunk.length);
    if (chunk.length >= READ_BYTES_MAX) connection.rest();
    const frames = this.#frames;
    frames.clear();
    const { decoder } = connection;
    const buffer = decoder.feed(chunk, frames, connection.id);
    if (frames.length > 0) handler.batch({ buffer, words: frames.words, length: frames.length });
    if (decoder.error !== undefined && !connection.closing) handler.protocolError(connection, decoder.error);
  }
}

/** Where certificates of clients are optional, one that is shown must be good all the same. */
function isImpostor(socket: TLSSocket, { requestCert, rejectUnauthorized }: TlsOptions): boolean {
  if (requestCert !== true || rejectUnauthorized === true || socket.authorized) return false;
  return Object.keys(socket.getPeerCertificate()).length > 0;
}

class NetConnection implements TransportConnection {
  readonly address: string;
  readonly localAddress: string;
  closing = false;
  #paused = false;
  #held = false;
  /** The peer ended its side during a hold. */
  #ended = false;
  /** Others are having their turn. */
  #resting = false;

  constructor(
    readonly id: number,
    private readonly socket: Socket,
    readonly decoder: RequestDecoder,
    path: string | undefined,
    private readonly handler: TransportHandler,
  ) {
    this.address = `${path ?? socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    this.localAddress = `${path ?? socket.localAddress ?? '?'}:${socket.localPort ?? 0}`;
  }

  send(buffer: Buffer, start: number, end: number): boolean {
    if (this.socket.destroyed || this.socket.writableEnded) return true;
    let isKept = false;
    this.socket.write(buffer.subarray(start, end), () => {
      if (isKept) this.handler.sent(buffer);
    });
    isKept = this.socket.writableLength > 0;
    return !isKept;
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  get heldBytes(): number {
    return this.decoder.heldBytes;
  }

  pause(): void {
    this.#paused = true;
    this.socket.pause();
  }

  /** Reading goes on. */
  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    if (this.#paused && !this.#resting) this.socket.resume();
    this.#paused = false;
    if (this.#ended) this.close('replies');
  }

  peerEnded(): void {
    if (this.#held) this.#ended = true;
    else this.close('replies');
  }

  /** Reads nothing more until other connections have been looked at. */
  rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    this.socket.pause();
    setImmediate(() => {
      this.#resting = false;
      if (!this.#paused) this.socket.resume();
    });
  }

  setAuthenticated(authenticated: boolean): void {
    this.decoder.unauthenticated = !authenticated;
  }

  close(after: 'now' | 'replies'): void {
    this.closing = true;
    if (after === 'now') this.socket.destroy();
    else this.socket.end(() => this.socket.destroy());
  }
}

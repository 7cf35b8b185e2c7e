/**
 * The HTTP listener around the application: HTTP/1.1 and HTTP/2 with prior knowledge on one port, told apart by a connection's
 * first bytes, with a limit on everything a client can make it wait for or keep.
 *
 * HTTP/2 without TLS is what the AWS SDK speaks to Bedrock Runtime: a server of HTTP/1.1 alone fails every call of it. The class
 * stays a server of Node, so whoever listens, counts or closes connections need not know that there are two protocols.
 */
import { type RequestListener, Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { expressOverHttp2 } from './express-over-http2.js';
import { protocolOf, ReplayedSocket } from './http2-preface.js';

/** A client that has not sent its headers by then is not going to. */
const headersTimeoutMs = 10_000;
/** Longer than the idle time-outs of the usual load balancers, so that they close first. */
const keepAliveTimeoutMs = 65_000;
const headersMax = 100;
/** Of one HTTP/2 connection; SDKs open further ones. */
const concurrentStreamsMax = 250;
/** A query of the feature store names up to 2,500 features, each of up to 64 characters. */
const headerBytesMax = 262_144;

export interface HttpServerLimits {
  readonly connectionsMax: number;
  /** For one whole request to arrive. */
  readonly receiveTimeoutMs: number;
}

/** @param listener answers HTTP/1.1; what comes over HTTP/2 goes to the application */
export function createHttpServer(app: Express, limits: HttpServerLimits, listener: RequestListener = app): Server {
  return new TwoProtocolServer(app, limits, listener);
}

class TwoProtocolServer extends Server {
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #http2: Http2Server;

  constructor(app: Express, limits: HttpServerLimits, listener: RequestListener) {
    const headersTimeout = Math.min(headersTimeoutMs, limits.receiveTimeoutMs);
    super(
      {
        headersTimeout,
        requestTimeout: limits.receiveTimeoutMs,
        keepAliveTimeout: keepAliveTimeoutMs,
        maxHeaderSize: headerBytesMax,
        connectionsCheckingInterval: 1_000,
      },
      listener,
    );
    this.maxHeadersCount = headersMax;
    this.maxConnections = limits.connectionsMax;
    this.#http2 = this.#createHttp2(app, limits.receiveTimeoutMs);
    const serveHttp1 = this.listeners('connection');
    this.removeAllListeners('connection');
    this.on('connection', (socket: Socket) => {
      greet(socket, headersTimeout, (protocol, first) => {
        if (protocol === 'http2') {
          this.#http2.emit('connection', new ReplayedSocket(socket, first));
          return;
        }
        socket.unshift(first);
        for (const serve of serveHttp1) Reflect.apply(serve, this, [socket]);
      });
    });
  }

  /** Streams that are open may end; a session that has none is closed at once. */
  override closeIdleConnections(): void {
    super.closeIdleConnections();
    for (const session of this.#sessions) session.close();
  }

  override closeAllConnections(): void {
    super.closeAllConnections();
    for (const session of this.#sessions) session.destroy();
  }

  #createHttp2(app: Express, receiveTimeoutMs: number): Http2Server {
    const settings = { maxConcurrentStreams: concurrentStreamsMax, maxHeaderListSize: headerBytesMax };
    const http2 = createHttp2Server({ maxHeaderListPairs: headersMax, settings });
    const serve = expressOverHttp2(app);
    http2.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.setTimeout(keepAliveTimeoutMs, () => session.close());
    });
    // What a client does wrong ends its own session or stream, which is all there is to say about it.
    http2.on('sessionError', () => undefined);
    http2.on('request', (request, response) => {
      const deadline = setTimeout(() => request.stream.close(), receiveTimeoutMs);
      request.once('end', () => clearTimeout(deadline));
      request.stream.once('close', () => clearTimeout(deadline));
      serve(request, response);
    });
    return http2;
  }
}

/** Waits until the protocol is known; a connection that does not say enough in time is ended. */
function greet(socket: Socket, timeoutMs: number, next: (protocol: 'http1' | 'http2', first: Buffer) => void): void {
  const chunks: Buffer[] = [];
  const drop = () => socket.destroy();
  const read = () => {
    const chunk: unknown = socket.read();
    if (!Buffer.isBuffer(chunk)) return;
    chunks.push(chunk);
    const first = Buffer.concat(chunks);
    const protocol = protocolOf(first);
    if (protocol === 'unknown') return;
    socket.setTimeout(0);
    socket.off('timeout', drop).off('error', drop).off('end', drop).off('readable', read);
    next(protocol, first);
  };
  socket.setTimeout(timeoutMs);
  socket.on('timeout', drop).on('error', drop).on('end', drop).on('readable', read);
}

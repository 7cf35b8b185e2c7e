/**
 * A Node HTTP server around the application, with a limit on everything a client can make it wait for or keep.
 */
import { createServer, type RequestListener, type Server } from 'node:http';

/** A client that has not sent its headers by then is not going to. */
const headersTimeoutMs = 10_000;
/** Longer than the idle time-outs of the usual load balancers, so that they close first. */
const keepAliveTimeoutMs = 65_000;
const headersMax = 100;
const headerBytesMax = 16_384;

export interface HttpServerLimits {
  readonly connectionsMax: number;
  /** For one whole request to arrive. */
  readonly receiveTimeoutMs: number;
}

export function createHttpServer(app: RequestListener, limits: HttpServerLimits): Server {
  const server = createServer(
    {
      headersTimeout: Math.min(headersTimeoutMs, limits.receiveTimeoutMs),
      requestTimeout: limits.receiveTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      maxHeaderSize: headerBytesMax,
      connectionsCheckingInterval: 1_000,
    },
    app,
  );
  server.maxHeadersCount = headersMax;
  server.maxConnections = limits.connectionsMax;
  return server;
}

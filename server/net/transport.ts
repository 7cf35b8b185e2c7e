/**
 * The seam between bytes on the wire and commands: batches of framed arguments in, batches of reply bytes out.
 *
 * A transport owns sockets, reading, framing and writing. It calls its handler with everything one wake-up brought, as
 * views over one buffer; the handler executes and hands back reply bytes by connection. Two implement it: native-transport.ts
 * and, on Node's `net`, net-transport.ts. Both pass test/contract/transport.ts.
 *
 * Frames of a batch: `connection id, argc, (offset, length) x argc`, one after another. They and the buffer are valid
 * during `batch` only; a handler that cannot run a command yet copies it. Commands of one connection come in the order
 * it sent them.
 */
import type { DecoderLimits } from '../protocol/request-decoder.js';

export interface RequestBatch {
  readonly buffer: Buffer;
  readonly words: Int32Array;
  /** Used words of `words`. */
  readonly length: number;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly backlog: number;
  /** A unix socket, in place of host and port; Node's transport only. */
  readonly path?: string;
  /** TCP keep-alive period in seconds; 0 for none. */
  readonly keepAliveSeconds: number;
  /** Until `setLimits` says otherwise. */
  readonly limits: DecoderLimits;
}

/** What the handler may do with a connection. */
export interface TransportConnection {
  readonly id: number;
  readonly address: string;
  readonly localAddress: string;
  /**
   * Sends reply bytes in order.
   * @returns whether the bytes have been taken; otherwise the transport keeps the buffer and the caller must not reuse it before
   *   the handler is told that it was `sent`
   */
  send(buffer: Buffer, start: number, end: number): boolean;
  /** Bytes accepted by `send` and not yet taken by the kernel. */
  readonly unsentBytes: number;
  /** Bytes held of an unfinished command. */
  readonly heldBytes: number;
  /** Stops reading; the peer feels it through TCP. */
  pause(): void;
  /**
   * A reply is still to come: a peer that ends its side meanwhile is not closed before `resume`. Reading goes on, and costs
   * less than a pause.
   */
  hold(): void;
  /** Ends a pause and a hold. */
  resume(): void;
  /** Narrower limits until the client has authenticated. */
  setAuthenticated(authenticated: boolean): void;
  /** Ends the connection: at once, or when everything accepted by `send` has left. */
  close(after: 'now' | 'replies'): void;
}

export interface TransportHandler {
  /** A peer connected. @returns false to refuse it; bytes sent before that still go out */
  opened(connection: TransportConnection): boolean;
  batch(batch: RequestBatch): void;
  /** The peer broke the protocol; nothing more will come. `detail` is Redis's text without its prefix. */
  protocolError(connection: TransportConnection, detail: string): void;
  /** Unsent bytes fell to none, after `send` had kept some or while the connection was paused. */
  drained(connection: TransportConnection): void;
  /** A buffer that `send` kept is done with: its bytes have left, or never will. Told once for each time it was kept. */
  sent(buffer: Buffer): void;
  /** Bytes read from the wire. */
  received(bytes: number): void;
  closed(connection: TransportConnection): void;
}

export interface Transport {
  readonly name: string;
  /** @returns the port it listens on. @throws the system's error, with its `code` (EADDRINUSE ...) */
  listen(options: ListenOptions, handler: TransportHandler): Promise<number>;
  /** What connections may send from now on, those that are open, too. */
  setLimits(limits: DecoderLimits): void;
  /** Accepts no more connections and waits for open ones to end; after `drainMs` they are ended. */
  close(drainMs: number): Promise<void>;
}

/**
 * The first bytes of a connection: whether they begin HTTP/2 with prior knowledge (RFC 9113, 3.4), and how they are given back.
 *
 * A socket of Node takes bytes back (`unshift`), and its HTTP/1.1 server reads them again; its HTTP/2 server reads from the
 * handle beneath and would miss them. For that one there is a stream around the socket, which says them first.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** No method of HTTP/1.1 begins with these. */
const tellingBytes = 4;

/** `unknown`: too few bytes to tell. */
export function protocolOf(first: Uint8Array): 'http1' | 'http2' | 'unknown' {
  const beginning = first.subarray(0, tellingBytes);
  if (preface.compare(beginning, 0, beginning.length, 0, beginning.length) !== 0) return 'http1';
  return first.length < tellingBytes ? 'unknown' : 'http2';
}

/** A socket, with bytes that were read from it before. Pauses it when they are not read, and ends with it. */
export class ReplayedSocket extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, first: Buffer) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.push(first);
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
    this.on('error', () => socket.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

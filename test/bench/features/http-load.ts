/**
 * A load of HTTP/1.1 on so many connections: each sends a request, waits for the whole answer and sends the next. Answers must have a
 * length, as those of both servers have, so that reading them costs next to nothing and what is measured is the server.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface HttpRequestBytes {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

export interface LoadReport {
  readonly requestsPerSecond: number;
  /** Ascending. */
  readonly latenciesMs: readonly number[];
}

export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests of a second on all connections; undefined for as many as there is time for. */
  readonly perSecond?: number;
  readonly next: (count: number) => HttpRequestBytes;
}

const endOfHead = Buffer.from('\r\n\r\n');

export async function runLoad(load: Load): Promise<LoadReport> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1_000;
  let sent = 0;
  const worker = async (place: number): Promise<void> => {
    const connection = await HttpConnection.open(load.port);
    for (let turn = 0; ; turn++) {
      if (load.perSecond !== undefined) {
        const dueAt = startedAt + ((turn * load.connections + place) * 1_000) / load.perSecond;
        const waitMs = dueAt - performance.now();
        if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
      const at = performance.now();
      if (at >= endsAt) break;
      await connection.send(load.next(sent++));
      latenciesMs.push(performance.now() - at);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: load.connections }, (_, place) => worker(place)));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { requestsPerSecond: latenciesMs.length / seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((body: Buffer) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new HttpConnection(socket);
  }

  /** @returns the body of the answer, which must be 200 */
  send({ method, path, body = '' }: HttpRequestBytes): Promise<Buffer> {
    const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n`;
    this.#socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    return new Promise((resolve) => {
      this.#answered = resolve;
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(endOfHead);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1]);
    if (!head.startsWith('HTTP/1.1 200') || Number.isNaN(length)) {
      throw new Error(`the server answered: ${this.#received.toString('utf8').slice(0, 500)}`);
    }
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.subarray(end + 4, end + 4 + length);
    this.#received = Buffer.alloc(0);
    this.#answered?.(body);
  }
}

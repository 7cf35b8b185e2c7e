/**
 * A TCP client that knows no command: it sends bytes and hands out the raw bytes of each reply, in order. Tests compare
 * those bytes, so nothing here may decode, normalise or retry. Waiting is bounded: a reply that does not come is an
 * error that names the bytes which did.
 */
import { connect, type Socket } from 'node:net';
import { ReplySplitter } from './reply-splitter.js';

/** Far above what a busy machine takes, below what a test has. */
const defaultTimeoutMs = 60_000;

export interface RawConnectionOptions {
  readonly port: number;
  readonly host?: string;
  readonly timeoutMs?: number;
}

/** A command as RESP sends it: an array of bulk strings. Text is sent as UTF-8. */
export function encodeCommand(args: readonly (string | Uint8Array)[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = typeof arg === 'string' ? Buffer.from(arg) : arg;
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

export class RawConnection {
  readonly socket: Socket;
  readonly #timeoutMs: number;
  readonly #splitter = new ReplySplitter();
  readonly #replies: Buffer[] = [];
  #nextReply = 0;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket, timeoutMs: number) {
    this.socket = socket;
    this.#timeoutMs = timeoutMs;
    socket.on('data', (chunk) => {
      try {
        for (const reply of this.#splitter.feed(chunk)) this.#replies.push(reply);
      } catch (error) {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
        socket.destroy();
      }
      this.#wake?.();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
  }

  static async open(options: RawConnectionOptions): Promise<RawConnection> {
    const socket = connect({ port: options.port, host: options.host ?? '127.0.0.1', noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawConnection(socket, options.timeoutMs ?? defaultTimeoutMs);
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(bytes);
  }

  /** The raw bytes of the next reply; rejects when the connection ends or the time is over before it is complete. */
  async reply(): Promise<Buffer> {
    await this.#until(() => this.#nextReply < this.#replies.length, 'a reply');
    const reply = this.#replies[this.#nextReply];
    if (reply === undefined) throw this.#failure ?? new Error('there is no reply');
    this.#nextReply += 1;
    if (this.#nextReply === this.#replies.length) {
      this.#replies.length = 0;
      this.#nextReply = 0;
    }
    return reply;
  }

  async repliesOf(count: number): Promise<Buffer[]> {
    const replies: Buffer[] = [];
    while (replies.length < count) replies.push(await this.reply());
    return replies;
  }

  /** Sends one command and answers its one reply. */
  call(...args: readonly (string | Uint8Array)[]): Promise<Buffer> {
    this.send(encodeCommand(args));
    return this.reply();
  }

  /** Resolves when the connection is closed, with the bytes and replies that nobody has asked for. */
  async closed(): Promise<Buffer> {
    await this.#until(() => this.#failure !== null, 'the end of the connection', false);
    return Buffer.concat([...this.#replies.slice(this.#nextReply), this.#splitter.rest()]);
  }

  get isClosed(): boolean {
    return this.#failure !== null;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Ends the connection by RST instead of FIN, as a crashing client does; unless the server has ended it already. */
  reset(): void {
    // Node never lets go of a socket that is reset while its own end is under way, and hangs when the process ends.
    if (this.socket.readyState === 'open') this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  async #until(isReached: () => boolean, awaited: string, failWhenClosed = true): Promise<void> {
    const deadlineMs = Date.now() + this.#timeoutMs;
    while (!isReached()) {
      if (failWhenClosed && this.#failure !== null) throw this.#failure;
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) {
        const rest = JSON.stringify(this.#splitter.rest().toString('latin1').slice(0, 200));
        throw new Error(`${awaited} did not come within ${this.#timeoutMs} ms; received so far: ${rest}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}

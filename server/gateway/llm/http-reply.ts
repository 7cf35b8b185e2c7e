/**
 * A `ClientReply` over a response of Node's HTTP server, or of its HTTP/2 server in the same shape.
 */
import type { Writable } from 'node:stream';
import type { ClientReply } from './client-reply.js';

/** What both kinds of response have. */
export interface HttpResponse extends Writable {
  statusCode: number;
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
}

export class HttpReply implements ClientReply {
  readonly #response: HttpResponse;
  #isGone = false;

  constructor(response: HttpResponse) {
    this.#response = response;
    response.once('close', () => {
      this.#isGone = true;
    });
    // What fails while a reply is written fails because the caller is gone: 'close' follows.
    response.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.#isGone && !this.#response.writableEnded;
  }

  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.#response.setHeader(name, value);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const response = this.#response;
    if (!this.isOpen || response.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }

  end(whole?: Uint8Array | string): void {
    if (!this.isOpen) return;
    if (whole === undefined) {
      this.#response.end();
      return;
    }
    this.#response.setHeader('content-length', String(Buffer.byteLength(whole)));
    // A text leaves in one piece with the headers.
    this.#response.end(whole);
  }

  abort(): void {
    this.#response.destroy();
  }

  onGone(listener: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) listener();
    });
  }
}

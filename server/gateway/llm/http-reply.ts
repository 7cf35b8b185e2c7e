/**
 * A `ClientReply` over a response of Node's HTTP server, or of its HTTP/2 server in the same shape. Status and headers leave together
 * with the first bytes.
 */
import type { Writable } from 'node:stream';
import type { ClientReply } from './client-reply.js';

/** What both kinds of response have. */
export interface HttpResponse extends Writable {
  readonly headersSent: boolean;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: { [name: string]: string }): unknown;
}

export class HttpReply implements ClientReply {
  readonly #response: HttpResponse;
  readonly #everyHeaders: Readonly<Record<string, string>>;
  #status = 200;
  #headers: Readonly<Record<string, string>> = {};
  #isGone = false;

  /** @param everyHeaders names and values in turn of what is sent with every answer */
  constructor(response: HttpResponse, everyHeaders: readonly string[] = []) {
    this.#response = response;
    this.#everyHeaders = pairsOf(everyHeaders);
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
    this.#status = status;
    this.#headers = headers;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const response = this.#response;
    if (!this.isOpen) return;
    if (!this.hasBegun) this.#begin({});
    if (response.write(bytes)) return;
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
      if (!this.hasBegun) this.#begin({});
      this.#response.end();
      return;
    }
    this.#begin({ 'content-length': String(Buffer.byteLength(whole)) });
    // A text leaves in one piece with the headers.
    this.#response.end(whole);
  }

  /** Sends the body of an answer at once, and ends the answer when there is no more to wait for. */
  async endAfter(rest: Promise<void>, whole: string): Promise<void> {
    if (!this.isOpen) return;
    this.#begin({ 'content-length': String(Buffer.byteLength(whole)) });
    this.#response.write(whole);
    await rest;
    this.#response.end();
  }

  abort(): void {
    this.#response.destroy();
  }

  onGone(listener: () => void): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) listener();
    });
  }

  #begin(more: Readonly<Record<string, string>>): void {
    this.#response.writeHead(this.#status, { ...this.#everyHeaders, ...this.#headers, ...more });
  }
}

function pairsOf(namesAndValues: readonly string[]): { [name: string]: string } {
  const pairs: { [name: string]: string } = {};
  for (let at = 0; at < namesAndValues.length; at += 2) pairs[namesAndValues[at] ?? ''] = namesAndValues[at + 1] ?? '';
  return pairs;
}

/** The body of a request for a model as the bytes it was sent as, and what becomes of a request whose body is too long. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { bodyBytes } from '../../base/body-bytes.js';

/** A request of HTTP/1.1 or HTTP/2, as Node's servers have it and Express hands it on. */
export interface PlainRequest extends Readable {
  readonly method?: string | undefined;
  /** With its query, not decoded. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Of HTTP/2. */
  readonly stream?: { close(): void } | undefined;
  /** Of HTTP/1.1: told once nothing has come for so long. */
  setTimeout?(idleMs: number, listener: () => void): unknown;
}

/** How much more is read of a body that was refused, and how long it may pause, until its sender has read why. */
const REST_BYTES_MAX = 67_108_864;
const REST_IDLE_MS = 500;

/** What `readNoFurther` needs of a response. */
interface EndingResponse {
  setHeader(name: string, value: string): unknown;
  once(event: 'finish', listener: () => void): unknown;
}

/**
 * Undefined when there is more than the limit; what comes after that is forgotten.
 * @throws Error when the request breaks off
 */
export async function bodyWithin(request: PlainRequest, bytesMax: number): Promise<Buffer | undefined> {
  const body = await bodyBytes(request, bytesMax);
  if (body === 'broken off') throw new Error('the request ended before its body did');
  return body === 'too long' ? undefined : body;
}

/**
 * Nobody wants the rest of a request: over HTTP/1.1 its connection ends after the answer, over HTTP/2 its stream does.
 *
 * A connection that ends while its sender still sends takes the answer with it, so the rest is read and forgotten first, within limits.
 * @returns when the answer may end
 */
export function readNoFurther(request: PlainRequest, response: EndingResponse): Promise<void> {
  const { stream } = request;
  if (stream !== undefined) {
    response.once('finish', () => stream.close());
    return Promise.resolve();
  }
  response.setHeader('connection', 'close');
  return new Promise((resolve) => {
    let length = 0;
    const done = (): void => resolve();
    request.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > REST_BYTES_MAX) done();
    });
    for (const end of ['end', 'close', 'error']) request.once(end, done);
    request.setTimeout?.(REST_IDLE_MS, done);
  });
}

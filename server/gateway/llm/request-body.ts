/**
 * The body of a request for a model as the bytes it was sent as, and what becomes of a request whose body is too long.
 *
 * Read by events, not by iteration: an iteration that is left ends the connection, and with it the answer that says why.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A request of HTTP/1.1 or HTTP/2, as Node's servers have it and Express hands it on. */
export interface PlainRequest extends Readable {
  readonly method?: string | undefined;
  /** With its query, not decoded. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Of HTTP/2. */
  readonly stream?: { close(): void } | undefined;
}

/** What `readNoFurther` needs of a response. */
interface EndingResponse {
  setHeader(name: string, value: string): unknown;
  once(event: 'finish', listener: () => void): unknown;
}

/**
 * Undefined when there is more than the limit; what comes after that is forgotten.
 * @throws Error when the request breaks off
 */
export function bodyWithin(request: PlainRequest, bytesMax: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    let isOver = false;
    request.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length <= bytesMax) parts.push(bytes);
      else resolve(undefined);
    });
    request.on('end', () => {
      isOver = true;
      const [only] = parts;
      resolve(parts.length === 1 ? only : Buffer.concat(parts));
    });
    request.on('error', reject);
    request.on('close', () => {
      if (!isOver) reject(new Error('the request ended before its body did'));
    });
  });
}

/** Nobody wants the rest of a request: over HTTP/1.1 its connection ends with the answer, over HTTP/2 its stream does. */
export function readNoFurther({ stream }: PlainRequest, response: EndingResponse): void {
  if (stream === undefined) response.setHeader('connection', 'close');
  else response.once('finish', () => stream.close());
}

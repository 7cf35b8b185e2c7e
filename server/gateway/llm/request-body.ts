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
export async function bodyWithin(request: PlainRequest, bytesMax: number): Promise<Buffer | undefined> {
  const body = await bodyBytes(request, bytesMax);
  if (body === 'broken off') throw new Error('the request ended before its body did');
  return body === 'too long' ? undefined : body;
}

/** Nobody wants the rest of a request: over HTTP/1.1 its connection ends with the answer, over HTTP/2 its stream does. */
export function readNoFurther({ stream }: PlainRequest, response: EndingResponse): void {
  if (stream === undefined) response.setHeader('connection', 'close');
  else response.once('finish', () => stream.close());
}

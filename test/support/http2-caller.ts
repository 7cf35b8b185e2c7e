/**
 * Whole requests over one HTTP/2 session, for tests.
 */
import type { ClientHttp2Session, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

export interface Http2Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export class Http2Caller {
  readonly session: ClientHttp2Session;

  constructor(session: ClientHttp2Session) {
    this.session = session;
  }

  call(headers: OutgoingHttpHeaders, body?: string | Uint8Array): Promise<Http2Answer> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request(headers);
      const chunks: Buffer[] = [];
      let received: IncomingHttpHeaders = {};
      stream.on('response', (answered) => {
        received = answered;
      });
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: Number(received[':status']), headers: received, bytes, text: bytes.toString() });
      });
      stream.end(body);
    });
  }
}

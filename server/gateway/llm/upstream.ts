/**
 * Where models are asked: one request, one answer, whatever lies between. An answer with any status is an answer; what is no
 * answer at all is an `UpstreamError`, before the answer begins or from its body.
 */

export interface UpstreamCall {
  readonly method: 'GET' | 'POST';
  /** With its query, not decoded. */
  readonly path: string;
  /** The caller's, by lower-case names. The upstream decides which of them go on, and whose credentials do. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly isStream: boolean;
}

export interface UpstreamReply {
  readonly status: number;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Rejects when the answer breaks off. Who does not read to the end lets go by ending the iteration. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Upstream {
  readonly name: string;
  /** @throws UpstreamError when there is no answer */
  send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply>;
}

export type UpstreamErrorCode =
  /** No connection, or one that broke off. */
  | 'unreachable'
  /** The time allowed is over. */
  | 'timeout'
  /** Too many failures in a row: it is not asked for a while. */
  | 'circuit-open'
  /** Whoever asked does not want to know any more. */
  | 'aborted';

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;

  constructor(code: UpstreamErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

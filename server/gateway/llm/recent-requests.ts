/**
 * What requests of late were read into, by every byte that matters: a request that is asked again, which is what an exact hit is, is not
 * parsed, validated and hashed again.
 *
 * What is kept for a key follows from the key alone, so it never goes stale. Headers that change from call to call and that no door and no
 * control reads are left out of the key; any header that is not known to be such is in it. Bounded in texts, not only in number.
 */
import type { IncomingCall } from '@nearkey/sdk/llm';

/** Longer requests seldom come twice, and cost more to keep than to read. */
const REQUEST_CHARS_MAX = 16_384;
const REQUESTS_MAX = 2048;
/** Of all that are kept, some four times what they take as bytes. */
const CHARS_MAX = 4 * 1024 * 1024;

/** Of one connection, one call or one attempt; who asks is in the key as the tenant. */
const headersOfOneCall: ReadonlySet<string> = new Set([
  ...['authorization', 'x-api-key', 'api-key', 'connection', 'keep-alive', 'content-length', 'host', 'date'],
  ...['x-request-id', 'traceparent', 'tracestate', 'baggage', 'x-stainless-retry-count', 'x-stainless-timeout'],
  ...['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256', 'amz-sdk-invocation-id', 'amz-sdk-request'],
  ...['x-amzn-trace-id', 'idempotency-key', 'user-agent', 'transfer-encoding', 'accept-encoding'],
]);

/** Undefined for a request that is not worth keeping. */
export function requestKey(format: string, tenant: string | undefined, call: IncomingCall): string | undefined {
  if (call.body.byteLength > REQUEST_CHARS_MAX) return undefined;
  const { buffer, byteOffset, byteLength } = call.body;
  let key = `${format} ${tenant ?? ''}\n${call.path}\n`;
  for (const name in call.headers) {
    if (!headersOfOneCall.has(name)) key += `${name}:${call.headers[name]}\n`;
  }
  // The body comes last and in one-byte characters: no two requests have one key.
  return `${key}\n${Buffer.from(buffer, byteOffset, byteLength).toString('latin1')}`;
}

export class RecentRequests<Reading> {
  /** The oldest first: it makes room. What is still asked for is read once more and is the youngest. */
  readonly #readings = new Map<string, Reading>();
  #chars = 0;

  get size(): number {
    return this.#readings.size;
  }

  get(key: string): Reading | undefined {
    return this.#readings.get(key);
  }

  keep(key: string, reading: Reading): void {
    if (key.length > REQUEST_CHARS_MAX) return;
    if (!this.#readings.has(key)) this.#chars += key.length;
    this.#readings.set(key, reading);
    for (const oldest of this.#readings.keys()) {
      if (this.#readings.size <= REQUESTS_MAX && this.#chars <= CHARS_MAX) return;
      this.#readings.delete(oldest);
      this.#chars -= oldest.length;
    }
  }
}

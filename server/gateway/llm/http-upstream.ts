/**
 * Models behind an HTTP address: OpenAI, Anthropic, and whatever speaks like them (Ollama, vLLM).
 *
 * A call that fails before it is answered is tried again, and so is one whose answer says that the fault is passing; waits grow, and
 * a `retry-after` is kept to. What has begun to answer is never tried again. After too many failures in a row nothing is asked
 * for a while. The time limit is for the start of an answer and for each of its pieces, not for the whole of a long answer.
 */
import type { Clock, RandomSource } from '@nearkey/sdk';
import type { Timer } from './model-call.js';
import { UpstreamBreaker } from './resting-upstream.js';
import { type Upstream, type UpstreamCall, UpstreamError, type UpstreamReply } from './upstream.js';

const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 8_000;
/** A provider that asks for more patience than this is answered to the caller instead, who may have more. */
const RETRY_AFTER_MS_MAX = 20_000;

export interface HttpUpstreamOptions {
  readonly name: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The start of the caller's path that the address stands for. */
  readonly pathPrefix: string;
  /** The server's own; they take the place of the caller's. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  readonly timeoutMs: number;
  readonly retriesMax: number;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: RandomSource;
}

/** The caller's headers that end here: of one connection, of his credentials with the server, and what is for the gateway. */
const headersNotSent: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade'],
  ...['expect', 'proxy-authorization', 'proxy-connection', 'accept-encoding', 'cookie', 'cache-control'],
]);
const prefixesNotSent = ['x-nearkey-', 'cf-aig-', 'helicone-', 'x-portkey-', 'x-bf-', 'x-vsr-', 'sec-fetch-'];
const credentialHeaders = ['authorization', 'x-api-key', 'api-key'];

/** The provider is busy, or something between here and there is. */
const passingStatuses: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504, 529]);

export class HttpUpstream implements Upstream {
  readonly name: string;
  readonly #options: HttpUpstreamOptions;
  readonly #breaker: UpstreamBreaker;

  constructor(options: HttpUpstreamOptions) {
    this.name = options.name;
    this.#options = options;
    this.#breaker = new UpstreamBreaker(options.name, options.clock);
  }

  async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    for (let retries = 0; ; retries++) {
      this.#breaker.check();
      const attempt = await this.#attempt(call, signal);
      this.#breaker.note(attempt, signal);
      const waitMs = retries < this.#options.retriesMax && !signal.aborted ? this.#waitMs(attempt, retries) : undefined;
      if (waitMs === undefined) {
        if (attempt instanceof UpstreamError) throw attempt;
        return attempt;
      }
      if (!(attempt instanceof UpstreamError)) await letGo(attempt);
      await this.#pause(waitMs, signal);
    }
  }

  async #attempt(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply | UpstreamError> {
    const watch = new Watch(this.#options, signal);
    try {
      const { baseUrl, pathPrefix } = this.#options;
      const path = call.path.startsWith(pathPrefix) ? call.path.slice(pathPrefix.length) : call.path;
      const body = call.method === 'GET' ? {} : { body: Buffer.from(call.body) };
      const response = await fetch(baseUrl + path, {
        method: call.method,
        headers: this.#headers(call.headers),
        redirect: 'manual',
        signal: watch.signal,
        ...body,
      });
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: watched(response.body, watch) };
    } catch (error) {
      watch.end();
      return watch.translated(error);
    }
  }

  #headers(sent: Readonly<Record<string, string>>): { [name: string]: string } {
    const { credentials } = this.#options;
    const headers: { [name: string]: string } = {};
    for (const [name, value] of Object.entries(sent)) {
      if (headersNotSent.has(name) || prefixesNotSent.some((prefix) => name.startsWith(prefix))) continue;
      if (credentials === undefined || !credentialHeaders.includes(name)) headers[name] = value;
    }
    return { ...headers, ...credentials, 'accept-encoding': 'identity' };
  }

  /** Undefined: it is not tried again. */
  #waitMs(attempt: UpstreamReply | UpstreamError, retries: number): number | undefined {
    const growing = Math.min(FIRST_WAIT_MS * 2 ** retries, WAIT_MS_MAX) * (1 - 0.25 * this.#options.random());
    if (attempt instanceof UpstreamError) return attempt.code === 'unreachable' ? growing : undefined;
    if (!passingStatuses.has(attempt.status)) return undefined;
    const asked = Number(attempt.headers['retry-after']) * 1000;
    if (!(asked > 0)) return growing;
    return asked <= RETRY_AFTER_MS_MAX ? asked : undefined;
  }

  #pause(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = this.#options.timer.after(waitMs, resolve);
      signal.addEventListener(
        'abort',
        () => {
          takeBack();
          resolve();
        },
        { once: true },
      );
    });
  }
}

/** Ends a call when the caller wants no more, or when nothing has come for too long. */
class Watch {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal;
  readonly #options: HttpUpstreamOptions;
  readonly #callerGone = (): void => this.#abort.abort();
  #takeBack = (): void => undefined;
  #isLate = false;

  constructor(options: HttpUpstreamOptions, caller: AbortSignal) {
    this.#options = options;
    this.#caller = caller;
    if (caller.aborted) this.#abort.abort();
    caller.addEventListener('abort', this.#callerGone);
    this.begin();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on the next piece is waited for. */
  begin(): void {
    this.#takeBack();
    this.#takeBack = this.#options.timer.after(this.#options.timeoutMs, () => {
      this.#isLate = true;
      this.#abort.abort();
    });
  }

  /** Nothing is waited for. */
  rest(): void {
    this.#takeBack();
  }

  end(): void {
    this.#takeBack();
    this.#caller.removeEventListener('abort', this.#callerGone);
  }

  /** @param error what fetch, or the body, rejected with */
  translated(error: unknown): UpstreamError {
    const { name, timeoutMs } = this.#options;
    if (this.#isLate) return new UpstreamError('timeout', `${name} sent nothing for ${timeoutMs} ms`, { cause: error });
    if (this.#caller.aborted) return new UpstreamError('aborted', 'The caller has gone', { cause: error });
    return new UpstreamError('unreachable', `${name} cannot be reached, or broke off`, { cause: error });
  }
}

async function* watched(body: AsyncIterable<Uint8Array> | null, watch: Watch): AsyncGenerator<Uint8Array> {
  try {
    watch.begin();
    for await (const bytes of body ?? []) {
      watch.rest();
      yield bytes;
      watch.begin();
    }
  } catch (error) {
    throw watch.translated(error);
  } finally {
    watch.end();
  }
}

/** An answer nobody reads holds its connection: it is read, it is short. */
async function letGo({ body }: UpstreamReply): Promise<void> {
  try {
    for await (const _bytes of body);
  } catch {
    // It is gone already.
  }
}

/**
 * An upstream that is left alone for a while after too many failures in a row, whatever is behind it: who asks then is told at once.
 */
import type { Clock } from '@nearkey/sdk';
import { CircuitBreaker } from './circuit-breaker.js';
import { type Upstream, type UpstreamCall, UpstreamError, type UpstreamReply } from './upstream.js';

const FAILURES_MAX = 10;
const REST_MS = 5_000;
/** The provider is down, or something between here and there is. */
const downStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** Of one provider, over all its calls. */
export class UpstreamBreaker {
  readonly #name: string;
  readonly #breaker: CircuitBreaker;

  constructor(name: string, clock: Clock) {
    this.#name = name;
    this.#breaker = new CircuitBreaker({ failuresMax: FAILURES_MAX, restMs: REST_MS, clock });
  }

  /** @throws UpstreamError `circuit-open` when nothing is to be asked now */
  check(): void {
    if (!this.#breaker.allows()) throw new UpstreamError('circuit-open', `${this.#name} has failed too often`);
  }

  /** A caller who went away says nothing about the provider. */
  note(attempt: UpstreamReply | UpstreamError, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (attempt instanceof UpstreamError || downStatuses.has(attempt.status)) this.#breaker.failed();
    else this.#breaker.succeeded();
  }
}

/** For an upstream that tries again by itself: each call of it counts once. */
export class RestingUpstream implements Upstream {
  readonly name: string;
  readonly #upstream: Upstream;
  readonly #breaker: UpstreamBreaker;

  constructor(upstream: Upstream, clock: Clock) {
    this.name = upstream.name;
    this.#upstream = upstream;
    this.#breaker = new UpstreamBreaker(upstream.name, clock);
  }

  async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    this.#breaker.check();
    try {
      const reply = await this.#upstream.send(call, signal);
      this.#breaker.note(reply, signal);
      return reply;
    } catch (error) {
      if (error instanceof UpstreamError) this.#breaker.note(error, signal);
      throw error;
    }
  }
}

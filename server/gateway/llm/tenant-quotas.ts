/**
 * How much tenants may ask: requests a minute, and tokens a day. Counted in the store, in one script a request, so that all gateways over
 * one store count together; both windows begin with the first request, or the first tokens, after the last one ended.
 *
 * Every request counts, also one that is answered from the cache. Tokens are those that models counted in what they answered this
 * tenant, kept or not: an answer from the cache, or one that another request waited for, took none. They are known when an answer is over, so a
 * tenant is refused once the day's tokens are used up, and the last answers may go beyond.
 *
 * A store that is ill refuses nobody: requests are let in, counted as such, and after several failures the store is left alone for a while.
 */
import type { Clock, Commander } from '@nearkey/sdk';
import { fixedWindows, type RateWindow, type WindowsLimiter, type WindowsVerdict } from '@nearkey/sdk/patterns';
import type { GatewayLogger } from '../http-error.js';
import { tenantOfSigner } from './bedrock-callers.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { inTime } from './in-time.js';
import type { LlmMetrics } from './llm-metrics.js';
import { MeteredUpstream } from './metered-upstream.js';
import type { Exchange, Timer } from './model-call.js';

export interface TenantQuota {
  /** A tenant, an access key id that callers of Bedrock sign with, or `*`: each tenant that is not named. */
  readonly tenant: string;
  /** 0: as many as they like. */
  readonly requestsPerMinute: number;
  readonly tokensPerDay: number;
}

export interface TenantQuotasOptions {
  readonly commander: Commander;
  readonly quotas: readonly TenantQuota[];
  readonly clock: Clock;
  readonly timer: Timer;
  /** How long the store is waited for. */
  readonly timeoutMs: number;
  readonly metrics: LlmMetrics;
  readonly logger: GatewayLogger;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const FAILURES_MAX = 5;
const REST_MS = 5_000;
const keyPrefix = 'nearkey:quota:';
const everyOther = '*';

interface Limits {
  readonly quota: TenantQuota;
  readonly limiter: WindowsLimiter;
  /** What a request costs before it is answered. */
  readonly costs: Readonly<Record<string, number>>;
}

export class TenantQuotas {
  readonly #options: TenantQuotasOptions;
  readonly #breaker: CircuitBreaker;
  readonly #limits = new Map<string, Limits>();
  readonly #others: Limits | undefined;

  constructor(options: TenantQuotasOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker({ failuresMax: FAILURES_MAX, restMs: REST_MS, clock: options.clock });
    for (const quota of options.quotas) {
      const limits = limitsOf(quota, options.commander);
      this.#limits.set(quota.tenant, limits);
      this.#limits.set(tenantOfSigner(quota.tenant), limits);
    }
    this.#others = this.#limits.get(everyOther);
  }

  /** Counts a request. @returns the exchange to go on with; undefined: the caller has been refused */
  async admitted(exchange: Exchange): Promise<Exchange | undefined> {
    const { tenant, door, reply, upstream } = exchange;
    const limits = this.#limitsFor(tenant);
    if (limits === undefined) return exchange;
    const { requestsPerMinute, tokensPerDay } = limits.quota;
    if (requestsPerMinute > 0 || tokensPerDay > 0) {
      const verdict = await this.#taken(limits, tenant, limits.costs);
      if (verdict !== undefined && !verdict.isAllowed) {
        this.#options.metrics.refused(limits.quota.tenant, verdict.refusedBy ?? '');
        const retryAfter = String(Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)));
        reply.start(429, { 'content-type': door.jsonType, 'retry-after': retryAfter });
        reply.end(door.problem(429, `${refusals[verdict.refusedBy ?? '']}; ask again in ${retryAfter} s`));
        return undefined;
      }
    }
    if (tokensPerDay === 0) return exchange;
    const spent = (tokens: number): void => this.spend(tenant, tokens);
    return { ...exchange, isMetered: true, upstream: new MeteredUpstream({ upstream, door, spent }) };
  }

  /** Tokens that were used for this tenant. Nobody waits for it to be written down. */
  spend(tenant: string | undefined, tokens: number): void {
    const limits = this.#limitsFor(tenant);
    if (limits === undefined || limits.quota.tokensPerDay === 0 || tokens === 0) return;
    void this.#taken(limits, tenant, { tokens });
  }

  #limitsFor(tenant: string | undefined): Limits | undefined {
    return (tenant === undefined ? undefined : this.#limits.get(tenant)) ?? this.#others;
  }

  /** Undefined when the store cannot say. Never rejects. */
  async #taken(
    { limiter, quota }: Limits,
    tenant: string | undefined,
    costs: Limits['costs'],
  ): Promise<WindowsVerdict | undefined> {
    const { timer, timeoutMs, metrics, logger } = this.#options;
    if (this.#breaker.allows()) {
      try {
        const subject = tenant === undefined ? 'nobody' : `tenant:${tenant}`;
        const verdict = await inTime(timer, timeoutMs, limiter.take(subject, costs));
        this.#breaker.succeeded();
        return verdict;
      } catch (error) {
        this.#breaker.failed();
        logger.error({ error, quota: quota.tenant }, 'a quota cannot be counted; the request goes on without it');
      }
    }
    metrics.uncounted(quota.tenant);
    return undefined;
  }
}

const refusals: Readonly<Record<string, string>> = {
  requests: 'This tenant has sent as many requests as it may in a minute',
  tokens: 'This tenant has used as many tokens as it may in a day',
};

function limitsOf(quota: TenantQuota, commander: Commander): Limits {
  const { requestsPerMinute, tokensPerDay } = quota;
  const all: readonly (RateWindow & { readonly cost: number })[] = [
    { name: 'requests', callsMax: requestsPerMinute, windowMs: MINUTE_MS, cost: 1 },
    { name: 'tokens', callsMax: tokensPerDay, windowMs: DAY_MS, cost: 0 },
  ];
  const windows = all.filter(({ callsMax }) => callsMax > 0);
  const costs = Object.fromEntries(windows.map(({ name, cost }) => [name, cost]));
  return { quota, limiter: fixedWindows({ commander, prefix: keyPrefix, windows }), costs };
}

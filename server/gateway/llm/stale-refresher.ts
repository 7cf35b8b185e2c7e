/**
 * Asks the model again for questions that were answered by a stale answer, after they were answered: the next who asks gets the fresh one.
 * Nobody waits for it, and nobody is told.
 *
 * Bounded: each question once at a time, so many at once; what is beyond is not asked, and counted. Whatever fails, the stale answer
 * stays, and the next who is served it has the model asked again.
 */
import type { Clock, LookupRequest, PreparedQuestion, SemanticCache } from '@nearkey/sdk';
import type { CacheControl, ParsedCall } from '@nearkey/sdk/llm';
import type { GatewayLogger } from '../http-error.js';
import type { CacheSide } from './cache-side.js';
import { nobody } from './client-reply.js';
import type { LlmMetrics } from './llm-metrics.js';
import { askModel, type CallLimits, type Exchange, type NotKept, type Timer } from './model-call.js';

const AT_ONCE_MAX = 16;

export interface StaleRefresherOptions {
  readonly limits: CallLimits;
  readonly timer: Timer;
  readonly clock: Clock;
  readonly cacheSide: Pick<CacheSide, 'store'>;
  readonly metrics: Pick<LlmMetrics, 'refreshed'>;
  readonly logger: GatewayLogger;
}

/** What the stale answer was an answer to. */
export interface StaleQuestion {
  readonly exchange: Exchange;
  readonly cache: SemanticCache;
  readonly parsed: ParsedCall;
  readonly control: CacheControl;
  readonly request: LookupRequest;
  readonly identity: PreparedQuestion;
}

export type RefreshOutcome = 'kept' | 'busy' | NotKept;

export class StaleRefresher {
  readonly #options: StaleRefresherOptions;
  /** Questions that are being asked. */
  readonly #asking = new Set<string>();

  constructor(options: StaleRefresherOptions) {
    this.#options = options;
  }

  /** A stale answer was sent. */
  consider(stale: StaleQuestion): void {
    const question = `${stale.identity.exact} ${stale.cache.cacheId} ${stale.request.principal ?? ''}`;
    if (this.#asking.has(question)) return;
    const { metrics } = this.#options;
    const { format } = stale.exchange.door;
    if (this.#asking.size >= AT_ONCE_MAX) {
      metrics.refreshed(format, 'busy');
      return;
    }
    this.#asking.add(question);
    void this.#ask(stale).then((outcome) => {
      this.#asking.delete(question);
      metrics.refreshed(format, outcome);
    });
  }

  /** Never rejects. */
  async #ask({ exchange, cache, parsed, control, request }: StaleQuestion): Promise<RefreshOutcome> {
    const { limits, timer, clock, cacheSide, logger } = this.#options;
    try {
      const alone = { ...exchange, reply: nobody };
      const outcome = await askModel({ exchange: alone, parsed, evidence: {}, limits, timer, clock });
      if (outcome.outcome !== 'answer') return outcome.reason;
      await cacheSide.store(cache, request, control, outcome.answer);
      return 'kept';
    } catch (error) {
      logger.error({ error }, 'a stale answer could not be refreshed');
      return 'failed';
    }
  }
}

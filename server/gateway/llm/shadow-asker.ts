/**
 * Asks the model a share of the questions that were answered from the cache, after they were answered: what it says now tells whether the
 * stored answer was right (`SemanticCache.review`). Nobody waits for it, and nobody is told.
 *
 * The request is the caller's own, with the caller's credentials where the gateway has none. Bounded: so many at once, so many an hour; what is
 * beyond is not asked, and counted.
 */
import { type Clock, encodeAnswer, type RandomSource, type SemanticCache } from '@nearkey/sdk';
import type { ParsedCall } from '@nearkey/sdk/llm';
import type { GatewayLogger } from '../http-error.js';
import type { ClientReply } from './client-reply.js';
import type { LlmMetrics } from './llm-metrics.js';
import { askModel, type CallLimits, type Exchange, type Timer } from './model-call.js';

const AT_ONCE_MAX = 4;
const HOUR_MS = 3_600_000;

export interface ShadowConfig {
  /** Share of semantic hits, 0..1. */
  readonly shadowRate: number;
  readonly shadowCallsPerHour: number;
}

export interface ShadowAskerOptions {
  readonly config: ShadowConfig & CallLimits;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: RandomSource;
  readonly metrics: LlmMetrics;
  readonly logger: GatewayLogger;
}

export type ShadowOutcome = 'right' | 'wrong' | 'unknown' | 'gone' | 'failed' | 'busy' | 'over-budget';

export class ShadowAsker {
  readonly #options: ShadowAskerOptions;
  #running = 0;
  #hour = 0;
  #calls = 0;

  constructor(options: ShadowAskerOptions) {
    this.#options = options;
  }

  /** A semantic hit was sent: by chance, it is asked anew. */
  consider(cache: SemanticCache, hitId: string, exchange: Exchange, parsed: ParsedCall): void {
    const { config, random, metrics } = this.#options;
    if (config.shadowRate === 0 || random() >= config.shadowRate) return;
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      metrics.shadow(refusal);
      return;
    }
    this.#running++;
    this.#calls++;
    void this.#ask(cache, hitId, exchange, parsed).then((outcome) => {
      this.#running--;
      metrics.shadow(outcome);
    });
  }

  #refusal(): 'busy' | 'over-budget' | undefined {
    const { config, clock } = this.#options;
    const hour = Math.floor(clock.nowMs() / HOUR_MS);
    if (hour !== this.#hour) this.#calls = 0;
    this.#hour = hour;
    if (this.#calls >= config.shadowCallsPerHour) return 'over-budget';
    return this.#running >= AT_ONCE_MAX ? 'busy' : undefined;
  }

  async #ask(cache: SemanticCache, hitId: string, exchange: Exchange, parsed: ParsedCall): Promise<ShadowOutcome> {
    const { config: limits, timer, logger } = this.#options;
    try {
      const asked = { ...exchange, reply: new UnheardReply() };
      const outcome = await askModel({ exchange: asked, parsed, evidence: {}, limits, timer });
      if (outcome.outcome !== 'answer') return 'failed';
      const verdict = await cache.review(hitId, encodeAnswer(outcome.answer));
      return verdict === undefined ? 'gone' : shadowOutcomes[verdict];
    } catch (error) {
      logger.error({ error }, 'a shadow question failed');
      return 'failed';
    }
  }
}

const shadowOutcomes = { same: 'right', different: 'wrong', unknown: 'unknown' } as const;

/** Where an answer goes that nobody asked for. */
class UnheardReply implements ClientReply {
  isOpen = true;
  hasBegun = false;

  start(): void {
    this.hasBegun = true;
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  end(): void {
    this.isOpen = false;
  }

  abort(): void {
    this.isOpen = false;
  }

  onGone(): void {
    // Nobody is there to go.
  }
}

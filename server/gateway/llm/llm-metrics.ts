/**
 * What the gateway to models counts: what became of requests, what became of answers, and what was saved.
 */

import type { TokenUsage } from '@nearkey/sdk';
import type { CacheEvidence, ModelPrices } from '@nearkey/sdk/llm';
import { Counter, type Registry } from 'prom-client';
import type { CallOutcome } from './model-call.js';
import type { ShadowOutcome } from './shadow-asker.js';
import type { RefreshOutcome } from './stale-refresher.js';

/** Models of caches that have numbers of their own: their names come from callers, and there is no end of names. */
const SAVERS_MAX = 200;
const MODEL_CHARS_MAX = 80;

export class LlmMetrics {
  readonly #requests: Counter<'format' | 'cache' | 'reason'>;
  readonly #answers: Counter<'format' | 'outcome'>;
  readonly #refreshes: Counter<'format' | 'outcome'>;
  readonly #savedTokens: Counter<'namespace' | 'model' | 'kind'>;
  readonly #savedDollars: Counter<'namespace' | 'model'>;
  readonly #savedSeconds: Counter<'namespace' | 'model'>;
  readonly #shadows: Counter<'outcome'>;
  readonly #refusals: Counter<'quota' | 'limit'>;
  readonly #uncounted: Counter<'quota'>;
  readonly #prices: ModelPrices;
  readonly #savers = new Set<string>();

  constructor(registry: Registry, prices: ModelPrices) {
    this.#prices = prices;
    const registers = [registry];
    this.#requests = new Counter({
      name: 'nearkey_llm_requests_total',
      help: 'Requests for models, by wire format, what the cache did with them, and why or in which tier.',
      labelNames: ['format', 'cache', 'reason'],
      registers,
    });
    this.#answers = new Counter({
      name: 'nearkey_llm_answers_total',
      help: 'Calls of models whose answer was to be kept: kept, or why not.',
      labelNames: ['format', 'outcome'],
      registers,
    });
    this.#refreshes = new Counter({
      name: 'nearkey_llm_refreshes_total',
      help: 'Calls of models for questions that were answered by a stale answer: kept, or why not.',
      labelNames: ['format', 'outcome'],
      registers,
    });
    this.#savedTokens = new Counter({
      name: 'nearkey_llm_saved_tokens_total',
      help: 'Tokens of answers that came from the cache, as the provider counted them the first time.',
      labelNames: ['namespace', 'model', 'kind'],
      registers,
    });
    this.#savedSeconds = new Counter({
      name: 'nearkey_llm_saved_seconds_total',
      help: 'What models took for these answers the first time, less what the cache took.',
      labelNames: ['namespace', 'model'],
      registers,
    });
    this.#shadows = new Counter({
      name: 'nearkey_llm_shadow_questions_total',
      help: 'Hits that were to be asked anew: what the fresh answer said of the stored one, or why there is none.',
      labelNames: ['outcome'],
      registers,
    });
    this.#refusals = new Counter({
      name: 'nearkey_llm_quota_refusals_total',
      help: 'Requests that were refused, by the tenant of llm-tenant-quota (* for all that it does not name) and what was used up.',
      labelNames: ['quota', 'limit'],
      registers,
    });
    this.#uncounted = new Counter({
      name: 'nearkey_llm_quota_uncounted_total',
      help: 'Requests that were let in, and tokens of answers that were not counted, because the store did not answer.',
      labelNames: ['quota'],
      registers,
    });
    this.#savedDollars = new Counter({
      name: 'nearkey_llm_saved_dollars_total',
      help: 'What these tokens would have cost at list prices, or at those of llm-price.',
      labelNames: ['namespace', 'model'],
      registers,
    });
  }

  shadow(outcome: ShadowOutcome): void {
    this.#shadows.inc({ outcome });
  }

  /** @param quota the tenant that the settings name, of which there is an end */
  refused(quota: string, limit: string): void {
    this.#refusals.inc({ quota, limit });
  }

  uncounted(quota: string): void {
    this.#uncounted.inc({ quota });
  }

  request(format: string, evidence: CacheEvidence): void {
    const reason = evidence.status === 'hit' || evidence.status === 'shared' ? evidence.tier : evidence.reason;
    this.#requests.inc({ format, cache: evidence.status, reason });
  }

  asked(format: string, outcome: CallOutcome): void {
    this.#answers.inc({ format, outcome: outcome.outcome === 'answer' ? 'kept' : outcome.reason });
  }

  refreshed(format: string, outcome: RefreshOutcome): void {
    this.#refreshes.inc({ format, outcome });
  }

  /** @param namespace the cache that the answer came from. @returns the dollars */
  saved(namespace: string, model: string, usage: TokenUsage, latencyMs: number): number {
    const labels = this.#saverLabels(namespace, model);
    this.#savedTokens.inc({ ...labels, kind: 'input' }, usage.inputTokens);
    this.#savedTokens.inc({ ...labels, kind: 'output' }, usage.outputTokens);
    this.#savedSeconds.inc(labels, latencyMs / 1000);
    const dollars = this.#prices.cost(model, usage);
    this.#savedDollars.inc(labels, dollars);
    return dollars;
  }

  #saverLabels(namespace: string, model: string): { readonly namespace: string; readonly model: string } {
    const saver = `${namespace} ${model}`;
    const isNew = !this.#savers.has(saver);
    if (model.length > MODEL_CHARS_MAX || (isNew && this.#savers.size >= SAVERS_MAX)) {
      return { namespace: 'other', model: 'other' };
    }
    this.#savers.add(saver);
    return { namespace, model };
  }
}

/**
 * The cache as the pipeline sees it: it has an answer, or it has none and says why, and it never fails. A store that is down, an
 * embedder that is gone, an index that was dropped, memory that is full: each is "none", counted, and the model is asked. A
 * cache that does not answer in time is not waited for, and after several such failures it is left alone for a while.
 */

import {
  CacheError,
  type CacheErrorCode,
  type Clock,
  decodeAnswer,
  encodeAnswer,
  type LookupRequest,
  type LookupResult,
  type PreparedQuestion,
  type RandomSource,
  type SemanticCache,
  type StoredAnswer,
} from '@nearkey/sdk';
import type { CacheControl, CacheEvidence, ModelPrices } from '@nearkey/sdk/llm';
import type { GatewayMetrics } from '../gateway-metrics.js';
import type { GatewayLogger } from '../http-error.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { inTime, OutOfTime } from './in-time.js';
import type { Timer } from './model-call.js';

/** Failures in a row after which the cache rests, and how long. */
const FAILURES_MAX = 5;
const REST_MS = 5_000;
/** Entries stored at one time do not expire at one time. */
const TTL_JITTER = 0.1;
/** Answers that are kept as read, and how long one of them may be: 32 MB at most. */
const DECODED_MAX = 1024;
const DECODED_CHARS_MAX = 16_384;

export interface CacheSideOptions {
  readonly metrics: GatewayMetrics;
  readonly logger: GatewayLogger;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: RandomSource;
  /** How long a lookup is waited for. */
  readonly timeoutMs: number;
  /** For answers whose caller names no time; undefined keeps them. */
  readonly ttlMs: number | undefined;
  /** What a hit saves; without, every model costs alike. */
  readonly prices?: ModelPrices | undefined;
}

export interface Found {
  readonly evidence: CacheEvidence;
  /** Undefined: the model is to be asked. */
  readonly answer: StoredAnswer | undefined;
}

/** Codes that say that the cache is ill, and not that a request was unfit. */
const illnesses: ReadonlySet<CacheErrorCode | 'timeout'> = new Set<CacheErrorCode | 'timeout'>([
  'store-unavailable',
  'embedder-failed',
  'embedder-busy',
  'timeout',
]);

export class CacheSide {
  readonly #options: CacheSideOptions;
  readonly #breaker: CircuitBreaker;
  readonly #decoded = new DecodedAnswers();

  constructor(options: CacheSideOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker({ failuresMax: FAILURES_MAX, restMs: REST_MS, clock: options.clock });
  }

  /** @param format of the answers the caller understands */
  async lookup(
    cache: SemanticCache,
    request: LookupRequest,
    control: CacheControl,
    format: string,
    identity?: PreparedQuestion,
  ): Promise<Found> {
    if (control.isRefresh) return none({ status: 'miss', reason: 'refresh' });
    if (!this.#breaker.allows()) return none({ status: 'bypass', reason: 'cache-rests' });
    const { metrics, timer, timeoutMs } = this.#options;
    let result: LookupResult;
    try {
      result = await inTime(
        timer,
        timeoutMs,
        metrics.lookup(() => cache.lookup(request, identity)),
      );
    } catch (error) {
      return none({ status: 'error', reason: this.#failed('lookup', error) });
    }
    this.#breaker.succeeded();
    if (result.outcome === 'miss') return none({ status: 'miss', reason: result.reason, nearest: result.nearest });
    const { entry, tier, similarity, probability, hitId, isStale = false } = result;
    const ageMs = this.#options.clock.nowMs() - entry.createdAtMs;
    if (control.maxAgeMs !== undefined && ageMs > control.maxAgeMs) return none({ status: 'miss', reason: 'too-old' });
    const answer = this.#decoded.of(entry.id, entry.response);
    if (answer?.format !== format) return none({ status: 'miss', reason: 'unreadable' });
    return {
      answer,
      evidence: { status: 'hit', tier, similarity, probability, entryId: entry.id, hitId, ageMs, isStale },
    };
  }

  /** Resolves when the answer is stored, or will not be. */
  async store(
    cache: SemanticCache,
    request: LookupRequest,
    control: CacheControl,
    answer: StoredAnswer,
  ): Promise<void> {
    const { metrics, random, prices, timer, timeoutMs } = this.#options;
    const ttlMs = control.ttlMs ?? this.#options.ttlMs;
    const jittered = ttlMs === undefined ? undefined : Math.max(1, Math.round(ttlMs * (1 - TTL_JITTER * random())));
    const { prompt, scope, principal } = request;
    const response = encodeAnswer(answer);
    // What a model of no price costs is unknown, and not nothing.
    const hitDollars = prices?.cost(scope?.model ?? '', answer.usage) || undefined;
    try {
      await inTime(
        timer,
        timeoutMs,
        metrics.store(() => cache.store({ prompt, scope, principal, response, ttlMs: jittered, hitDollars })),
      );
    } catch (error) {
      this.#failed('store', error);
    }
  }

  #failed(operation: string, error: unknown): string {
    const code = codeOf(error);
    if (illnesses.has(code)) this.#breaker.failed();
    this.#options.logger.error({ operation, code, error }, 'the cache failed; the request goes on without it');
    return code;
  }
}

/** Answers that were read of late: of an entry whose text is the same, the answer is the same object. */
class DecodedAnswers {
  readonly #answers = new Map<string, { readonly text: string; readonly answer: StoredAnswer | undefined }>();

  of(entryId: string, text: string): StoredAnswer | undefined {
    const known = this.#answers.get(entryId);
    if (known?.text === text) return known.answer;
    const answer = decodeAnswer(text);
    if (text.length > DECODED_CHARS_MAX) return answer;
    this.#answers.delete(entryId);
    this.#answers.set(entryId, { text, answer });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > DECODED_MAX && oldest !== undefined) this.#answers.delete(oldest);
    return answer;
  }
}

function codeOf(error: unknown): CacheErrorCode | 'timeout' {
  if (error instanceof OutOfTime) return 'timeout';
  return CacheError.isInstance(error) ? error.code : 'store-failed';
}

function none(evidence: CacheEvidence): Found {
  return { evidence, answer: undefined };
}

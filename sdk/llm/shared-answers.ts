/**
 * What a wrapper of a client asks before it asks the model: the cache, and the calls that are under way. The same order as in the gateway:
 * the equal question under way, the exact tier, the semantic tier, a paraphrase under way; else the caller's own call, for which others wait.
 *
 * Never fails: whatever is wrong with the cache, there is no answer and the model is asked; `onError` hears of it. An answer whose time is
 * over is none, whatever grace the cache gives it: the model is asked, and its answer is kept in its place.
 *
 * Invariant: who is told to ask gets an `OpenCall` and ends it, by `keep` or by `leave`; who does neither is waited for in vain for `waitMs`.
 */
import { type Clock, systemClock } from '../clock.js';
import { CacheError } from '../errors.js';
import type { LookupRequest, PreparedQuestion, SemanticCache } from '../semantic-cache/semantic-cache.js';
import { idleTimer, systemTimer, type Timer } from '../timer.js';
import type { CacheEvidence, ServedEvidence } from './evidence.js';
import type { Flight } from './flights.js';
import { ModelPrices, type Price } from './model-prices.js';
import { type AskedQuestion, type JoinedCall, SharedCalls } from './shared-calls.js';
import { decodeAnswer, encodeAnswer, type StoredAnswer } from './stored-answer.js';

/** As `llm-wait` of the server. */
const WAIT_MS = 60_000;

/** On whose behalf a call is made. */
export interface LlmCaller {
  /** Whoever may share answers; before `namespace`. */
  readonly tenant?: string | undefined;
  /** Of those who share answers under the two-writers rule. */
  readonly principal?: string | undefined;
}

/** What every wrapper of a client takes. */
export interface SharedAnswersOptions {
  readonly cache: SemanticCache;
  /** Whoever may share answers, for example a tenant. */
  readonly namespace?: string;
  /** Asked for each call, where it is made: what an AsyncLocalStorage holds there is at hand. */
  readonly callerOf?: () => LlmCaller;
  readonly ttlMs?: number | null;
  readonly minSimilarity?: number;
  readonly maxErrorRate?: number;
  /** Dollars for a million tokens in and out by models, in place of list prices or beside them. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** How long a call waits for the answer to one like it that is under way; 0: it does not. */
  readonly waitMs?: number;
  readonly onError?: (error: unknown, operation: 'lookup' | 'store') => void;
  readonly clock?: Clock;
  readonly timer?: Timer;
}

/** How answers are written down. */
export interface AnswerCodec {
  encode(answer: StoredAnswer): string;
  decode(text: string): StoredAnswer | undefined;
}

export interface AskedAnswer {
  readonly request: LookupRequest;
  /** Of the answers the caller understands. */
  readonly format: string;
  readonly model: string;
  readonly isRefresh?: boolean;
  readonly maxAgeMs?: number | undefined;
  readonly ttlMs?: number | null | undefined;
}

export type FoundAnswer =
  | { readonly evidence: ServedEvidence; readonly answer: StoredAnswer }
  /** The model is to be asked. */
  | { readonly evidence: CacheEvidence; readonly answer: undefined; readonly call: OpenCall | undefined };

const storedAnswers: AnswerCodec = { encode: encodeAnswer, decode: decodeAnswer };

export class SharedAnswers {
  readonly #options: SharedAnswersOptions;
  readonly #codec: AnswerCodec;
  readonly #calls: SharedCalls | undefined;
  readonly #clock: Clock;
  readonly #prices: ModelPrices;

  constructor(options: SharedAnswersOptions, codec = storedAnswers) {
    const { waitMs = WAIT_MS, clock = systemClock, timer } = options;
    this.#options = options;
    this.#codec = codec;
    const timers = timer === undefined ? { timer: systemTimer, idleTimer } : { timer };
    this.#calls = waitMs > 0 ? new SharedCalls({ waitMs, ...timers }) : undefined;
    this.#clock = clock;
    this.#prices = new ModelPrices(options.prices);
  }

  /** On whose behalf the call is made that is being made. */
  caller(): LlmCaller {
    const { namespace, callerOf } = this.#options;
    const { tenant = namespace, principal } = callerOf?.() ?? {};
    return { tenant, principal };
  }

  /**
   * @param signal of a caller who may want no answer any more, however long others take
   * @throws the signal's reason, and nothing else
   */
  async find(asked: AskedAnswer, signal?: AbortSignal | null): Promise<FoundAnswer> {
    const finding = this.#find(asked);
    if (!signal) return finding;
    let letGo = (): void => undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      letGo = () => reject(signal.reason);
    });
    if (signal.aborted) letGo();
    signal.addEventListener('abort', letGo, { once: true });
    try {
      return await Promise.race([aborted, finding]);
    } catch (error) {
      // Found too late: nobody asks.
      void finding.then((found) => (found.answer === undefined ? found.call?.leave() : undefined));
      throw error;
    } finally {
      signal.removeEventListener('abort', letGo);
    }
  }

  async #find(given: AskedAnswer): Promise<FoundAnswer> {
    const { cache, minSimilarity, maxErrorRate } = this.#options;
    const request = {
      ...given.request,
      minSimilarity: strictest(Math.max, given.request.minSimilarity, minSimilarity),
      maxErrorRate: strictest(Math.min, given.request.maxErrorRate, maxErrorRate),
    };
    const asked = { ...given, request };
    let identity: PreparedQuestion;
    try {
      identity = cache.identify(request);
    } catch (error) {
      this.#options.onError?.(error, 'lookup');
      return { evidence: { status: 'bypass', reason: 'beyond-limits' }, answer: undefined, call: undefined };
    }
    const beganAtMs = this.#clock.nowMs();
    if (asked.isRefresh === true) {
      return this.#toAsk(asked, { status: 'miss', reason: 'refresh' }, undefined, beganAtMs);
    }
    const question = this.#calls?.question(cache, request, identity);
    const underWay = question === undefined ? undefined : this.#calls?.same(question);
    const early = underWay === undefined ? undefined : await this.#shared(asked, underWay, beganAtMs);
    if (early !== undefined) return early;
    const found = await this.#lookup(asked, identity, beganAtMs);
    if (found.answer !== undefined) return found;
    return this.#joinedOrLed(asked, found.evidence, question, beganAtMs);
  }

  /** A call nobody waits for, whose answer may be kept. */
  open(asked: AskedAnswer): OpenCall {
    return this.#openCall(asked, undefined, this.#clock.nowMs());
  }

  async #lookup(asked: AskedAnswer, identity: PreparedQuestion, beganAtMs: number): Promise<Looked> {
    const { cache, onError } = this.#options;
    const none = (evidence: CacheEvidence): Looked => ({ evidence, answer: undefined });
    try {
      const result = await cache.lookup(asked.request, identity);
      if (result.outcome === 'miss') return none({ status: 'miss', reason: result.reason, nearest: result.nearest });
      if (result.isStale) return none({ status: 'miss', reason: 'stale' });
      const { entry, tier, similarity, probability, hitId } = result;
      const ageMs = cache.ageMsOf(entry);
      if (asked.maxAgeMs !== undefined && ageMs > asked.maxAgeMs) return none({ status: 'miss', reason: 'too-old' });
      const answer = this.#codec.decode(entry.response);
      if (answer?.format !== asked.format) return none({ status: 'miss', reason: 'unreadable' });
      const hitDollars = this.#countSaving(asked, answer, beganAtMs);
      const evidence = { status: 'hit' as const, tier, similarity, probability, entryId: entry.id, hitId, ageMs };
      return { evidence: { ...evidence, hitDollars }, answer };
    } catch (error) {
      onError?.(error, 'lookup');
      return none({ status: 'error', reason: CacheError.isInstance(error) ? error.code : 'store-failed' });
    }
  }

  async #joinedOrLed(
    asked: AskedAnswer,
    evidence: CacheEvidence,
    question: AskedQuestion | undefined,
    beganAtMs: number,
  ): Promise<FoundAnswer> {
    if (this.#calls === undefined || question === undefined) {
      return this.#toAsk(asked, evidence, undefined, beganAtMs);
    }
    let shared: FoundAnswer | undefined;
    const turn = await this.#calls.joinOrLead(question, async (joined) => {
      shared = await this.#shared(asked, joined, beganAtMs);
      return shared !== undefined;
    });
    return shared ?? this.#toAsk(asked, evidence, turn.outcome === 'lead' ? turn.flight : undefined, beganAtMs);
  }

  /** Undefined when the call that is waited for has no answer in the caller's form. */
  async #shared(
    asked: AskedAnswer,
    { flight, evidence }: JoinedCall,
    beganAtMs: number,
  ): Promise<FoundAnswer | undefined> {
    const landing = await this.#calls?.landing(flight);
    if (landing?.outcome !== 'answer' || landing.answer.format !== asked.format) return undefined;
    const { answer } = landing;
    return { evidence: { ...evidence, hitDollars: this.#countSaving(asked, answer, beganAtMs) }, answer };
  }

  #toAsk(
    asked: AskedAnswer,
    evidence: CacheEvidence,
    flight: Flight | undefined,
    beganAtMs: number,
  ): FoundAnswer & { readonly answer: undefined } {
    return { evidence, answer: undefined, call: this.#openCall(asked, flight, beganAtMs) };
  }

  /** @returns the dollars; undefined where the model has no price */
  #countSaving({ model }: AskedAnswer, { usage, tookMs = 0 }: StoredAnswer, beganAtMs: number): number | undefined {
    const dollars = this.#prices.cost(model, usage);
    const latencyMs = Math.max(0, tookMs - (this.#clock.nowMs() - beganAtMs));
    this.#options.cache.countSaving({ model, ...usage, dollars, latencyMs });
    return dollars || undefined;
  }

  #openCall(asked: AskedAnswer, flight: Flight | undefined, beganAtMs: number): OpenCall {
    const calls = this.#calls;
    return new OpenCall({
      tookMs: () => Math.max(0, this.#clock.nowMs() - beganAtMs),
      store: (answer) => this.#store(asked, answer),
      ...(flight === undefined || calls === undefined ? {} : { shared: { flight, calls } }),
    });
  }

  async #store({ request, model, ttlMs }: AskedAnswer, answer: StoredAnswer): Promise<void> {
    const { cache, onError } = this.#options;
    try {
      const { prompt, scope, principal } = request;
      // What a model of no price costs is unknown, and not nothing.
      const hitDollars = this.#prices.cost(model, answer.usage) || undefined;
      const response = this.#codec.encode(answer);
      await cache.store({ prompt, scope, principal, response, hitDollars, ttlMs: ttlMs ?? this.#options.ttlMs });
    } catch (error) {
      onError?.(error, 'store');
    }
  }
}

type Looked = Extract<FoundAnswer, { answer: StoredAnswer }> | { evidence: CacheEvidence; answer: undefined };

interface OpenCallParts {
  readonly tookMs: () => number;
  readonly store: (answer: StoredAnswer) => Promise<void>;
  readonly shared?: { readonly flight: Flight; readonly calls: SharedCalls };
}

/** A call of the model that is under way. It ends once: what comes after that changes nothing. */
export class OpenCall {
  readonly #parts: OpenCallParts;
  #isOver = false;

  constructor(parts: OpenCallParts) {
    this.#parts = parts;
  }

  /** The whole answer of the model: those who wait get it, and it is stored. Never rejects. */
  async keep(given: StoredAnswer): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const { store, shared, tookMs } = this.#parts;
    const answer = { ...given, tookMs: tookMs() };
    shared?.flight.land({ outcome: 'answer', answer });
    await store(answer);
    shared?.calls.stored(shared.flight);
  }

  /** There is no answer, or none that is worth keeping. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { shared } = this.#parts;
    shared?.calls.failed(shared.flight, { outcome: 'nothing' });
  }
}

function strictest(
  of: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : of(a, b);
}

/**
 * What happens to a request for a model, whatever its wire format:
 *
 *   does its tenant have some of its quota left? -> read it -> may it be answered from the cache? -> is the same question under way? -> exact tier -> semantic tier -> is the same, or a
 *   paraphrase, under way? then wait for its answer -> ask the model, pass the answer on as it comes -> keep it, when it is whole
 *
 * The cache only ever takes work away. Whatever it, or a flight that was waited for, fails at, the request goes to the model as it
 * would have without; and what is kept is only what a door calls a whole and successful answer.
 */

import {
  type CacheabilityRules,
  CacheError,
  type Clock,
  cacheability,
  type LlmRequest,
  type LookupRequest,
  llmScope,
  type PreparedQuestion,
  type SemanticCache,
  type StoredAnswer,
} from '@nearkey/sdk';
import type { Explanation } from '@nearkey/sdk/contract';
import {
  type AskedQuestion,
  type BypassReason,
  type CacheControl,
  type CacheEvidence,
  evidenceHeaders,
  type Flight,
  type FrontDoor,
  type JoinedCall,
  type ParsedCall,
  readControl,
  type ServedEvidence,
  SharedCalls,
} from '@nearkey/sdk/llm';
import type { GatewayLogger } from '../http-error.js';
import type { CacheSide } from './cache-side.js';
import type { LlmMetrics } from './llm-metrics.js';
import { askModel, type CallLimits, type Exchange, passOn, type Timer } from './model-call.js';
import { RecentRequests, requestKey } from './recent-requests.js';
import type { ShadowAsker } from './shadow-asker.js';
import { StaleRefresher } from './stale-refresher.js';
import type { TenantQuotas } from './tenant-quotas.js';
import { endSpan, LlmTracing, noteEvidence, noteFailure, noteOutcome } from './tracing.js';

/** Length of a replay that is kept with the request it was sent for. */
const REPLAY_KEPT_MAX = 16_384;

export interface PipelineConfig extends CallLimits {
  /** The cache of requests that name none. */
  readonly cacheId: string;
  /** No caller can ask for less; 0 where the error budget decides. */
  readonly minSimilarity: number;
  /** How long a request waits for the answer to another. */
  readonly waitMs: number;
  /** Between the events of a stream that is replayed; 0 sends them at once. */
  readonly replayIntervalMs: number;
  readonly rules: CacheabilityRules;
  /** Undefined: every answer is its tenant's. */
  readonly sharing?: Sharing | undefined;
}

export interface Sharing {
  /** Caches whose answers all tenants share. */
  readonly cacheIds: readonly string[];
  /** An answer in them is served to others once a second tenant was given the same. */
  readonly isTwoWriters: boolean;
}

export interface PipelineOptions {
  readonly cacheOf: (cacheId: string) => SemanticCache;
  readonly cacheSide: CacheSide;
  readonly metrics: LlmMetrics;
  readonly shadow: ShadowAsker;
  /** Undefined: nobody has one. */
  readonly quotas?: TenantQuotas | undefined;
  readonly logger: GatewayLogger;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly config: PipelineConfig;
}

/** A request that may be answered from the cache. */
interface Asked {
  readonly exchange: Exchange;
  readonly reading: Extract<Reading, { outcome: 'ask' }>;
  readonly cache: SemanticCache;
  readonly question: AskedQuestion;
  readonly beganAtMs: number;
}

/** What follows from the bytes of a request alone: equal requests have equal readings. */
type Reading =
  | {
      readonly outcome: 'ask';
      readonly parsed: ParsedCall;
      readonly control: CacheControl;
      readonly request: LookupRequest;
      readonly identity: PreparedQuestion;
      /** The answer it was last replayed, as it was sent. */
      replayed: { readonly answer: StoredAnswer; readonly whole: Uint8Array | string } | undefined;
    }
  | { readonly outcome: 'bypass'; readonly reason: BypassReason; readonly parsed: ParsedCall | undefined };

export class LlmPipeline {
  readonly #options: PipelineOptions;
  readonly #calls: SharedCalls;
  readonly #recent = new RecentRequests<Reading>();
  readonly #refresher: StaleRefresher;
  readonly #tracing = new LlmTracing();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#calls = new SharedCalls({ waitMs: options.config.waitMs, timer: options.timer });
    this.#refresher = new StaleRefresher({ ...options, limits: options.config });
  }

  /** Answers the caller, whatever happens. */
  async answer(asked: Exchange): Promise<void> {
    const { quotas } = this.#options;
    const exchange = quotas === undefined ? asked : await quotas.admitted(asked);
    if (exchange === undefined) return;
    try {
      const reading = this.#read(exchange);
      await this.#tracing.request(exchange, reading.parsed?.question.model, (traced) =>
        reading.outcome === 'bypass'
          ? this.#bypass(traced, reading.reason, reading.parsed)
          : this.#ask(this.#asked(traced, reading)),
      );
    } catch (error) {
      this.#options.logger.error({ error }, 'a request for a model failed');
      if (exchange.reply.isOpen) exchange.reply.abort();
    }
  }

  /** Answers the caller with what `answer` would do; does none of it. */
  async explain(exchange: Exchange): Promise<void> {
    const { door, reply } = exchange;
    try {
      const explanation = JSON.stringify(await this.#explanation(exchange));
      reply.start(200, { 'content-type': 'application/json' });
      reply.end(explanation);
    } catch (error) {
      this.#options.logger.error({ error }, 'a request for a model cannot be explained');
      reply.start(424, { 'content-type': door.jsonType });
      reply.end(door.problem(424, 'The cache cannot say what it would do: it does not answer'));
    }
  }

  async #explanation(exchange: Exchange): Promise<Explanation> {
    const reading = this.#read(exchange);
    if (reading.outcome === 'bypass') return { status: 'bypass', reason: reading.reason };
    const { control, request, identity } = reading;
    if (control.isRefresh) return { status: 'bypass', reason: 'refresh' };
    const asked = this.#asked(exchange, reading);
    const { cache } = asked;
    const isUnderWay = this.#calls.same(asked.question) !== undefined;
    return {
      status: 'looked-up',
      cacheId: cache.cacheId,
      isUnderWay,
      decision: await cache.explain(request, identity),
    };
  }

  #asked(exchange: Exchange, reading: Asked['reading']): Asked {
    const cache = this.#options.cacheOf(reading.control.namespace ?? this.#options.config.cacheId);
    const question = this.#calls.question(cache, reading.request, reading.identity);
    return { exchange, reading, cache, question, beganAtMs: this.#options.clock.nowMs() };
  }

  #read(exchange: Exchange): Reading {
    const { door, tenant, call } = exchange;
    const key = requestKey(door.format, tenant, call);
    const known = key === undefined ? undefined : this.#recent.get(key);
    if (known !== undefined) return known;
    const reading = this.#readAnew(exchange);
    if (key !== undefined && reading.outcome === 'ask') this.#recent.keep(key, reading);
    return reading;
  }

  #readAnew(exchange: Exchange): Reading {
    const { call, tenant } = exchange;
    const parsed = this.#parsed(exchange);
    if (parsed === undefined) return { outcome: 'bypass', reason: 'not-understood', parsed };
    const control = readControl(call.headers, parsed.body.cache);
    const { rules, sharing } = this.#options.config;
    const cacheId = control.namespace ?? this.#options.config.cacheId;
    const isShared = sharing?.cacheIds.includes(cacheId) === true;
    const owner = isShared ? undefined : tenant;
    const principal = isShared && sharing.isTwoWriters ? (tenant ?? '') : undefined;
    const llm: LlmRequest = { ...parsed.question, tenant: owner, attributes: control.attributes };
    const harmfulTools = [...rules.harmfulTools, ...control.harmfulTools];
    const reason = control.bypass ?? cacheability(llm, { ...rules, harmfulTools });
    if (reason !== undefined) return { outcome: 'bypass', reason, parsed };
    const cache = this.#options.cacheOf(cacheId);
    const { maxErrorRate, tiers } = control;
    const minSimilarity = Math.max(control.minSimilarity ?? 0, this.#options.config.minSimilarity) || undefined;
    try {
      const request: LookupRequest = { ...llmScope(llm), principal, minSimilarity, maxErrorRate, tiers };
      const identity = cache.identify(request);
      return { outcome: 'ask', parsed, control, request, identity, replayed: undefined };
    } catch (error) {
      if (!CacheError.isInstance(error)) throw error;
      return { outcome: 'bypass', reason: 'beyond-limits', parsed };
    }
  }

  /** A door that stumbles over a request has not understood it. */
  #parsed({ door, call }: Exchange): ParsedCall | undefined {
    try {
      return door.parse(call);
    } catch (error) {
      this.#options.logger.error({ error, format: door.format }, 'a request cannot be read');
      return undefined;
    }
  }

  async #bypass(exchange: Exchange, reason: BypassReason, parsed: ParsedCall | undefined): Promise<void> {
    const evidence = this.#noted(exchange, { status: 'bypass', reason });
    if (exchange.isMetered === true && parsed !== undefined) {
      const { config: limits, timer } = this.#options;
      noteOutcome(exchange.span, await askModel({ exchange, parsed, evidence, limits, timer }));
      return;
    }
    const body = parsed?.passedBody ?? exchange.call.body;
    await passOn(exchange, evidence, body, parsed?.question.delivery.isStream ?? false);
  }

  async #ask(asked: Asked): Promise<void> {
    const { exchange, reading, cache } = asked;
    const { control, request, identity } = reading;
    const underWay = control.isRefresh ? undefined : this.#calls.same(asked.question);
    if (underWay !== undefined && (await this.#waited(asked, underWay))) return;
    const { cacheSide } = this.#options;
    const found = await this.#tracing.lookup(exchange.span, () =>
      cacheSide.lookup(cache, request, control, exchange.door.format, identity),
    );
    const { evidence, answer } = found;
    if (evidence.status === 'hit' && answer !== undefined && (await this.#replay(asked, answer, evidence))) {
      endSpan(exchange.span);
      if (evidence.isStale === true) this.#refresher.consider({ ...reading, exchange, cache });
      else if (evidence.tier === 'semantic')
        this.#options.shadow.consider(cache, evidence.hitId, exchange, asked.reading.parsed);
      return;
    }
    if (control.isRefresh) {
      await this.#lead(asked, undefined, evidence);
      return;
    }
    const turn = await this.#calls.joinOrLead(asked.question, (joined) => this.#waited(asked, joined));
    if (turn.outcome === 'lead') await this.#lead(asked, turn.flight, evidence);
  }

  async #lead(asked: Asked, flight: Flight | undefined, miss: CacheEvidence): Promise<void> {
    const { exchange, cache } = asked;
    const { parsed, control, request } = asked.reading;
    const { config, timer, clock, metrics, cacheSide } = this.#options;
    const evidence = this.#noted(exchange, miss);
    const outcome = await askModel({ exchange, parsed, evidence, limits: config, timer, clock });
    metrics.asked(exchange.door.format, outcome);
    noteOutcome(exchange.span, outcome);
    endSpan(exchange.span);
    if (outcome.outcome === 'answer') {
      flight?.land(outcome);
      await cacheSide.store(cache, request, control, outcome.answer);
      if (flight !== undefined) this.#calls.stored(flight);
    } else if (flight !== undefined) {
      this.#calls.failed(flight, outcome);
    }
  }

  /** @returns whether the caller was answered */
  async #waited(asked: Asked, { flight, evidence }: JoinedCall): Promise<boolean> {
    const landing = await this.#calls.landing(flight);
    const { exchange } = asked;
    const { reply } = exchange;
    if (!reply.isOpen) return true;
    if (landing.outcome === 'answer') return this.#replay(asked, landing.answer, evidence);
    if (landing.outcome !== 'refusal' || evidence.tier !== 'exact') return false;
    noteFailure(exchange.span, String(landing.status));
    reply.start(landing.status, { 'content-type': landing.contentType, ...this.#noted(exchange, evidence) });
    reply.end(landing.body);
    return true;
  }

  /** @returns false when the answer cannot be sent in this caller's form */
  async #replay(asked: Asked, answer: StoredAnswer, found: ServedEvidence): Promise<boolean> {
    const { exchange, reading } = asked;
    const { door, reply } = exchange;
    const { parsed, replayed } = reading;
    const { isStream } = parsed.question.delivery;
    let parts: readonly (Uint8Array | string)[];
    try {
      parts = replayed?.answer === answer ? [replayed.whole] : this.#parts(door, parsed, answer);
    } catch (error) {
      this.#options.logger.error({ error }, 'a stored answer cannot be replayed');
      return false;
    }
    const hitDollars = this.#countSaving(asked, answer);
    const evidence = this.#noted(exchange, { ...found, hitDollars });
    reply.start(200, { 'content-type': isStream ? door.streamType : door.jsonType, ...evidence });
    const [only = ''] = parts;
    if (parts.length > 1) {
      await this.#sendPaced(exchange, parts);
      return true;
    }
    if (only.length <= REPLAY_KEPT_MAX && (!isStream || this.#options.config.replayIntervalMs === 0)) {
      reading.replayed = { answer, whole: only };
    }
    reply.end(only);
    return true;
  }

  /** @returns the dollars; undefined where the model has no price */
  #countSaving({ cache, reading, beganAtMs }: Asked, { usage, tookMs = 0 }: StoredAnswer): number | undefined {
    const { metrics, clock } = this.#options;
    const { model } = reading.parsed.question;
    const latencyMs = Math.max(0, tookMs - (clock.nowMs() - beganAtMs));
    const dollars = metrics.saved(cache.cacheId, model, usage, latencyMs);
    cache.countSaving({ model, ...usage, dollars, latencyMs });
    return dollars || undefined;
  }

  /** What is sent of a stored answer: one piece, unless it is a stream that is paced. */
  #parts(door: FrontDoor, parsed: ParsedCall, answer: StoredAnswer): readonly (Uint8Array | string)[] {
    if (!parsed.question.delivery.isStream) return [door.replayJson(answer, parsed)];
    const events = door.replayStream(answer, parsed).map((event) => door.encode(event));
    return this.#options.config.replayIntervalMs === 0 ? [Buffer.concat(events)] : events;
  }

  async #sendPaced({ reply }: Exchange, parts: readonly (Uint8Array | string)[]): Promise<void> {
    const { replayIntervalMs } = this.#options.config;
    for (const part of parts) {
      if (!reply.isOpen) return;
      await reply.write(Buffer.from(part));
      await this.#pause(replayIntervalMs);
    }
    reply.end();
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.timer.after(delayMs, resolve);
    });
  }

  /** Counts and traces what the cache did with a request, and answers the headers that say so. */
  #noted(exchange: Exchange, evidence: CacheEvidence): Readonly<Record<string, string>> {
    this.#options.metrics.request(exchange.door.format, evidence);
    noteEvidence(exchange.span, evidence);
    return evidenceHeaders(evidence, exchange.call.headers);
  }
}

/**
 * A cache of answers that finds them by meaning, over any server that speaks hashes and FT.SEARCH.
 *
 * A lookup asks two tiers inside one scope (see cache-scope.ts). Exact: the entry whose id is the digest of scope, prompt
 * and attributes, one HMGET. Semantic: the nearest entries of the scope that carry the asked attributes; from the nearest
 * outwards, the first that still exists. It is served when the trap guard lets it pass AND the error budget does: similarity
 * alone never decides, because sentence embedders put "enable" beside "disable".
 *
 * A prompt that is longer than the embedder reads has no vector: it is stored and found in the exact tier alone.
 *
 * The budget (decision/error-budget.ts) learns from answers that are stored after a miss: each is compared with what the
 * nearest entry would have answered. `minSimilarity` in the configuration puts a fixed similarity in its place.
 *
 * Invariants: an answer never leaves its scope; a candidate is read again by key before it is served, so an entry that
 * expired or was invalidated meanwhile is not; everything the cache cannot do is a `CacheError` (whether to go on without
 * a cache is the caller's decision); storing the same prompt with the same scope and attributes replaces the entry.
 *
 * Units: `similarity` is the cosine of two vectors, cut to 0..1; `distance` is 1 - cosine, as the server reports it.
 */
import { type Clock, systemClock } from '../clock.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { CachedEmbedder } from '../embedders/cached-embedder.js';
import type { Embedder } from '../embedders/embedder.js';
import { CacheError, embedderError, storeError } from '../errors.js';
import { type RandomSource, systemRandom } from '../random.js';
import { attributeTokens, type CacheAttributes, checkedAttributes } from './cache-attributes.js';
import { type CacheEntry, decodeEntry, encodeEntry, entryBytes, entryFields, ttlMsMax } from './cache-entry.js';
import { CacheIndex, type Candidate, type EntryFilter } from './cache-index.js';
import { type CacheKeys, cacheKeys } from './cache-keys.js';
import { CacheLedger, type VolumeConfig } from './cache-ledger.js';
import { type CacheScope, scopeDigest } from './cache-scope.js';
import { type CacheStatistics, type CounterName, StatisticsCounter } from './cache-statistics.js';
import { type ExportedEntry, exportedFields, exportedFrom } from './cache-transfer.js';
import { type AnswerJudge, type JudgeVerdict, wordJudge } from './decision/answer-judge.js';
import { type BudgetState, ErrorBudget } from './decision/error-budget.js';
import { type Interval, wilsonInterval } from './decision/wilson-interval.js';
import { type DecisionFrame, DecisionNotes, type DecisionOutcome, type DecisionRecord } from './decision-record.js';
import { DecisionTrail, LookupNames, type TrailPage, type TrailRange, type TrailRecord } from './decision-trail.js';
import { type Digest, digestOf, digestPattern } from './digest.js';
import { Freshness, type FreshnessConfig } from './freshness.js';
import { type Decisions, HitDecider, type Miss, similarityOf } from './hit-decider.js';
import { LearnedStore } from './learned-store.js';
import { LiveTruth, type ServedHit, type Vote, type VoteOutcome } from './live-truth.js';
import { exactPrompt, normalisePrompt } from './prompt-normalisation.js';
import { type GuardVerdict, guard as trapGuard } from './trap-guard.js';

/** Cosine similarity of a semantic hit until the error budget has learned, chosen from curves: docs/similarity-threshold.md. */
export const DEFAULT_MIN_SIMILARITY = 0.9;
/** Wrong answers over all lookups. */
export const DEFAULT_MAX_ERROR_RATE = 0.01;
const DEFAULT_AUDIT_RATE = 0.05;
/** The context of a model of some 8,000 tokens; longer prompts hardly come twice. */
export const PROMPT_CHARS_MAX = 32_768;
/** Far above the longest answer of a model: a mistake is refused before it fills the store. */
export const RESPONSE_CHARS_MAX = 1_048_576;

/** A miss embeds a prompt and the store that follows would embed it again; this many are remembered meanwhile. */
const recentEmbeddingsMax = 128;
/** Prompts that one call of the embedder gets: fewer than are remembered. */
const embeddedTogether = 64;
/** A cheap model's price of a character. */
const DOLLARS_PER_CHARACTER = 1e-7;
/** Keys deleted by one command, and rows of one page of a search. */
const pageSize = 1000;
/** Some gigabytes. */
const TRAIL_LENGTH_MAX = 10_000_000;
/** Pages in a row that may delete nothing (entries vanished meanwhile) before the index counts as inconsistent. */
const idlePagesMax = 3;

export type CacheTier = 'exact' | 'semantic';

const defaultTiers: readonly CacheTier[] = ['exact', 'semantic'];

export interface SemanticCacheConfig extends FreshnessConfig, VolumeConfig {
  /** Wrong answers over all lookups that are accepted, 0..1; by default 0.01. */
  readonly maxErrorRate?: number | undefined;
  /** Share of would-be hits that are asked anew, so that the error budget learns from them; 0..1, by default 0.05. */
  readonly auditRate?: number | undefined;
  /** Takes the place of the error budget: least similarity of a semantic hit when the lookup names none; 0..1. */
  readonly minSimilarity?: number | undefined;
  /** No lookup can ask for less; 0..1, by default 0. */
  readonly similarityFloor?: number | undefined;
  /** How many nearest entries a lookup considers; 1..100, by default 12. */
  readonly candidatesMax?: number | undefined;
  /** For entries stored without a TTL; by default they live until they are invalidated. */
  readonly defaultTtlMs?: number | undefined;
  /** By default PROMPT_CHARS_MAX. */
  readonly promptCharsMax?: number | undefined;
  /** By default RESPONSE_CHARS_MAX. */
  readonly responseCharsMax?: number | undefined;
  /** Records of decisions that are kept, about (see decision-trail.ts); by default 0: none. */
  readonly trailLength?: number | undefined;
  /** Whether these hold the prompts; by default not. */
  readonly trailPrompts?: boolean | undefined;
}

export interface SemanticCacheOptions {
  readonly cacheId: string;
  readonly commander: Commander;
  /** Unless it is a CachedEmbedder, the cache remembers the last few embeddings itself. */
  readonly embedder: Embedder;
  readonly clock?: Clock;
  /** Refuses candidates that are similar but do not mean the same. `null` lets every similar candidate pass. */
  readonly guard?: ((cachedPrompt: string, prompt: string) => GuardVerdict) | null;
  /** Whether a fresh answer says the same as a cached one; by default by their words. */
  readonly judge?: AnswerJudge;
  /** Chooses what is audited. */
  readonly random?: RandomSource;
  /** Told of every verdict and vote, and of what followed from them, as the statistics count it. */
  readonly onTruth?: (event: CounterName) => void;
  readonly config?: SemanticCacheConfig;
}

export interface LookupRequest {
  readonly prompt: string;
  /** By default the scope without any field: whatever was stored with no scope. */
  readonly scope?: CacheScope | undefined;
  /** Only entries that carry all of these. */
  readonly attributes?: CacheAttributes | undefined;
  /** Under an error budget a further condition; without one, in place of the cache's. */
  readonly minSimilarity?: number | undefined;
  /** Fewer wrong answers than the cache accepts; a larger share than the cache's changes nothing. */
  readonly maxErrorRate?: number | undefined;
  /** Which tiers to ask, in this order. */
  readonly tiers?: readonly CacheTier[] | undefined;
}

export type LookupResult =
  | {
      readonly outcome: 'hit';
      readonly tier: CacheTier;
      readonly similarity: number;
      /** That the answer is right, as the error budget sees it; absent in the exact tier and without a budget. */
      readonly probability?: number;
      /** Its time is over, and it is served within the grace: whoever asked should have it refreshed. */
      readonly isStale?: true;
      readonly entry: CacheEntry;
      /** Names this hit in the trail. */
      readonly hitId: string;
    }
  | Miss;

export interface WrongHits {
  readonly judged: number;
  readonly wrong: number;
  /** Of their share among all semantic hits, at 95 %. */
  readonly interval: Interval;
  /** After a breach, until it is over: this process serves less than the error budget allows. */
  readonly isTightened: boolean;
}

export interface StoreRequest {
  readonly prompt: string;
  /** Text, or JSON as text. */
  readonly response: string;
  readonly scope?: CacheScope | undefined;
  readonly attributes?: CacheAttributes | undefined;
  /** Milliseconds until the entry expires; `null` means never, whatever the cache's default is. */
  readonly ttlMs?: number | null | undefined;
  /** What a hit saves, where that is known; by default in proportion to the length of prompt and response. */
  readonly hitDollars?: number | undefined;
}

export interface InvalidationFilter {
  /** Entries that carry all of these. */
  readonly attributes?: CacheAttributes | undefined;
  readonly scope?: CacheScope | undefined;
  /** Of the scopes in which entries were stored. */
  readonly namespace?: string | undefined;
  readonly model?: string | undefined;
  /** Milliseconds of Unix time. With a model: everything from before its new version. */
  readonly storedBeforeMs?: number | undefined;
}

export interface InvalidationOptions {
  /** Counts what would be deleted, and deletes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** A lookup after validation. */
interface Question {
  readonly prompt: string;
  readonly scope: Digest;
  readonly exact: Digest;
  readonly attributes: CacheAttributes;
  /** Undefined: nothing but the error budget. */
  readonly minSimilarity: number | undefined;
  readonly maxErrorRate: number | undefined;
  readonly tiers: readonly CacheTier[];
  readonly lookupId: Digest;
  /** What is found out about it. */
  readonly notes: DecisionNotes;
}

/** A record before it is known when and where it is. */
type Unplaced<Record> = Record extends unknown ? Omit<Record, 'atMs' | 'process'> : never;

type Hit = Extract<LookupResult, { outcome: 'hit' }>;

/** A prompt whose answer is not there yet. */
export interface PendingPrompt {
  readonly prompt: string;
  /** Undefined: it is compared with none. */
  readonly vector: Float32Array | undefined;
}

/** A question that is compared with pending ones. */
export interface PreparedQuestion extends PendingPrompt {
  readonly scope: Digest;
  /** Digest of scope and prompt: equal for the questions of which one answer serves all. */
  readonly exact: Digest;
}

export interface NearestPending<Pending> {
  readonly pending: Pending;
  readonly similarity: number;
}

export class SemanticCache {
  readonly cacheId: string;
  readonly #commander: Commander;
  readonly #embedder: Embedder;
  readonly #clock: Clock;
  readonly #config: CheckedConfig;
  readonly #keys: CacheKeys;
  readonly #index: CacheIndex;
  readonly #statistics: StatisticsCounter;
  readonly #freshness: Freshness;
  readonly #ledger: CacheLedger;
  readonly #decider: HitDecider;
  readonly #learned: LearnedStore;
  readonly #trail: DecisionTrail;
  readonly #truth: LiveTruth;
  readonly #names: LookupNames;

  constructor(options: SemanticCacheOptions) {
    const { cacheId, commander, embedder } = options;
    this.cacheId = cacheId;
    this.#commander = commander;
    this.#embedder =
      embedder instanceof CachedEmbedder ? embedder : new CachedEmbedder(embedder, { entriesMax: recentEmbeddingsMax });
    this.#clock = options.clock ?? systemClock;
    this.#config = checkedConfig(options.config ?? {});
    this.#keys = cacheKeys(cacheId, embedder);
    this.#index = new CacheIndex(commander, this.#keys, embedder.dimension);
    this.#statistics = new StatisticsCounter(commander, this.#keys.statistics);
    this.#freshness = new Freshness({
      config: options.config ?? {},
      commander,
      clock: this.#clock,
      random: options.random ?? systemRandom,
      keyOf: this.#keys.entry,
      onError: () => this.#statistics.count('errors'),
    });
    this.#ledger = new CacheLedger({
      config: options.config ?? {},
      commander,
      keyPrefix: this.#keys.ledgerPrefix,
      onError: () => this.#statistics.count('errors'),
    });
    const { minSimilarity, maxErrorRate, auditRate } = this.#config;
    this.#decider = new HitDecider({
      guard: options.guard === null ? () => ({ ok: true }) : (options.guard ?? trapGuard),
      judge: options.judge ?? wordJudge,
      budget:
        minSimilarity === undefined
          ? new ErrorBudget({
              maxErrorRate,
              auditRate,
              coldMinSimilarity: DEFAULT_MIN_SIMILARITY,
              random: options.random ?? systemRandom,
              onFit: ({ weights, ...fit }) => this.#note({ kind: 'fit', weights: [...weights], ...fit }),
            })
          : undefined,
      count: (name) => this.#statistics.count(name),
      read: (entryId) => this.#read(entryId),
      onLearned: ({ features, ...label }) => {
        this.#learned.noteLabel();
        this.#note({ kind: 'label', ...label, features: [...features] });
      },
    });
    this.#learned = new LearnedStore(commander, this.#keys.learned, this.#decider);
    const { trailLength: length, trailPrompts: keepsPrompts } = this.#config;
    this.#trail = new DecisionTrail({ commander, key: this.#keys.trail, length, keepsPrompts });
    this.#truth = new LiveTruth({
      ...{ commander, keys: this.#keys, clock: this.#clock, trail: this.#trail, maxErrorRate },
      count: (name) => {
        this.#statistics.count(name);
        options.onTruth?.(name);
      },
      learn: (label) => this.#decider.learn(label),
      noteLabel: (label) => this.#note({ kind: 'label', ...label }),
      setStrictness: (share) => this.#decider.budget?.setStrictness(share),
    });
    const origin = [cacheId, String(systemRandom()), String(this.#clock.nowMs())];
    this.#names = new LookupNames(digestOf('nearkey-process-1', origin).slice(0, 12));
  }

  /** What the error budget has learned; undefined when a fixed similarity decides. */
  get budget(): BudgetState | undefined {
    return this.#decider.budget?.state();
  }

  /** Writes down what was learned and decided last; from time to time a cache does so by itself. Never rejects. */
  async saveLearned(): Promise<void> {
    await Promise.all([this.#learned.save(), this.#trail.settled()]);
  }

  /** What was decided, by this process and others, as far as the trail reaches back. */
  trail(range: TrailRange): Promise<TrailPage> {
    return this.#trail.read(range);
  }

  /** @param identity of the request, where it has been asked for: digests are not made twice */
  async lookup(request: LookupRequest, identity?: PreparedQuestion): Promise<LookupResult> {
    const question = this.#question(request, identity);
    const result = await this.#countingErrors(() => this.#ask(question, this.#decider));
    if (result.outcome === 'miss') this.#statistics.count('misses');
    else this.#statistics.count(result.tier === 'exact' ? 'exactHits' : 'semanticHits');
    this.#truth.noteLookup(result.outcome === 'hit' ? servedHit(result, question, request) : undefined);
    if (this.#trail.isKept) this.#noteLookup(question, request, result);
    return result.outcome === 'hit' ? this.#used(result) : result;
  }

  #used(hit: Hit): Hit {
    this.#freshness.used(hit.entry);
    this.#ledger.used(hit.entry.id);
    return this.#freshness.isStale(hit.entry) ? { ...hit, isStale: true } : hit;
  }

  /** Somebody says whether the answer of a hit was right. */
  async vote(vote: Vote): Promise<VoteOutcome> {
    await this.#ensureLearned();
    return this.#truth.vote(vote);
  }

  /**
   * Compares the answer of a hit with a fresh one to the same question, and draws the consequences (see live-truth.ts).
   * @returns what the judge says; undefined when the hit or its entry is gone
   */
  async review(hitId: string, freshResponse: string): Promise<JudgeVerdict | undefined> {
    const hit = await this.#truth.hit(hitId);
    const entry = hit === undefined ? null : await this.#read(hit.entryId);
    if (hit === undefined || entry === null) return undefined;
    const { prompt: cachedPrompt, response: cachedResponse } = entry;
    const answers = { prompt: hit.prompt ?? cachedPrompt, cachedPrompt, freshResponse, cachedResponse };
    const verdict = await this.#decider.verdict(answers);
    if (verdict !== 'unknown') await this.#truth.verdict(hit, verdict === 'same');
    return verdict;
  }

  /** Takes an entry out of all lookups; false when there is none. */
  quarantine(entryId: string): Promise<boolean> {
    if (!digestPattern.test(entryId)) throw invalid('this entry id', '32 lowercase hex digits');
    return this.#truth.quarantine(entryId);
  }

  /** Brings an entry back from quarantine; false when it is not there, or there is a new one in its place. */
  release(entryId: string): Promise<boolean> {
    if (!digestPattern.test(entryId)) throw invalid('this entry id', '32 lowercase hex digits');
    return this.#truth.release(entryId);
  }

  /** How many of the semantic hits are wrong, by those that were asked anew; of all processes, since the cache came into being. */
  async wrongHits(): Promise<WrongHits> {
    const { shadowRight, shadowWrong } = await this.#statistics.read();
    const judged = shadowRight + shadowWrong;
    const interval = wilsonInterval(shadowWrong, judged);
    return { judged, wrong: shadowWrong, interval, isTightened: this.#truth.strictness < 1 };
  }

  /**
   * What a lookup would decide now, and by what: every candidate is weighed as if it were the nearest that still exists. Serves and
   * learns nothing, counts as no lookup, and audits nothing.
   */
  async explain(request: LookupRequest, identity?: PreparedQuestion): Promise<DecisionRecord> {
    const question = this.#question(request, identity);
    const result = await this.#ask(question, this.#decider.preview);
    const { notes, prompt } = question;
    const others = notes.candidates.filter(({ exact }) => exact !== question.exact);
    for (const [at, { entryId }] of others.entries()) {
      const assessment = this.#decider.assess(others.slice(at), question);
      if (assessment !== undefined) notes.alsoAssessed(entryId, assessment);
    }
    return notes.record(this.#frame(question, request), outcomeOf(result), prompt);
  }

  /**
   * What tells a question apart, without its vector.
   * @throws CacheError `invalid-request` as a lookup of it would
   */
  identify(request: LookupRequest): PreparedQuestion {
    const { prompt, scope, exact } = this.#question(request);
    return { prompt, scope, exact, vector: undefined };
  }

  /** With the vector, where the embedder reads prompts as long as this one. */
  async prepare(asked: PreparedQuestion): Promise<PreparedQuestion> {
    return this.#isEmbeddable(asked.prompt) ? { ...asked, vector: await this.#embed(asked.prompt) } : asked;
  }

  /**
   * The nearest of pending prompts of the same scope, when its answer could be served for this question once it is stored. Decided
   * at once, without a store: whoever asks can act on it before anything else happens. Counts as no lookup.
   */
  nearestPending<Pending extends PendingPrompt>(
    asked: PreparedQuestion,
    pending: readonly Pending[],
    request: LookupRequest,
  ): NearestPending<Pending> | undefined {
    const { vector } = asked;
    if (vector === undefined) return undefined;
    const measured = pending
      .flatMap((one) => (one.vector === undefined ? [] : [{ one, distance: cosineDistance(vector, one.vector) }]))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, this.#config.candidatesMax);
    const [nearest] = measured;
    if (nearest === undefined) return undefined;
    const candidates = measured.map(({ one, distance }, at) => {
      const id = String(at);
      return { entryId: id, prompt: one.prompt, exact: id, answerGroup: id, distance };
    });
    if (!this.#decider.couldServe(candidates, this.#question(request, asked))) return undefined;
    return { pending: nearest.one, similarity: similarityOf(nearest.distance) };
  }

  /** How long ago an entry was stored. */
  ageMsOf(entry: CacheEntry): number {
    return Math.max(0, this.#clock.nowMs() - entry.createdAtMs);
  }

  /** Stores an answer, replacing the one with the same prompt, scope and attributes; answers the entry's id. */
  async store(request: StoreRequest): Promise<{ readonly entryId: string }> {
    const prompt = this.#checkedPrompt(request.prompt);
    const attributes = checkedAttributes(request.attributes);
    const ttlMs = checkedTtlMs(request.ttlMs, this.#config.defaultTtlMs);
    const { freshForMs, keptForMs } = this.#freshness.lifetime(ttlMs);
    if (request.response.length > this.#config.responseCharsMax) {
      throw invalid(`a response of ${request.response.length} characters`, `at most ${this.#config.responseCharsMax}`);
    }
    const scope = scopeDigest(request.scope ?? {});
    const exact = exactDigest(scope, prompt);
    const id = entryIdOf(exact, attributes);
    const { model, namespace } = request.scope ?? {};
    await this.#ensureLearned();
    const answerGroup = (await this.#decider.answered(exact, prompt, request.response)) ?? id;
    const fields = { id, prompt, response: request.response, attributes, createdAtMs: this.#clock.nowMs() };
    const entry: CacheEntry = {
      ...fields,
      embedderId: this.#embedder.id,
      ...(model === undefined ? {} : { model }),
      ...(freshForMs === null ? {} : { freshForMs }),
    };
    const { hitDollars = dollarsOf(prompt, request.response) } = request;
    await this.#countingErrors(async () => {
      const embedded = this.#isEmbeddable(prompt) ? this.#embed(prompt) : undefined;
      const [vector] = await Promise.all([embedded, this.#index.ensure()]);
      const { vectorField } = this.#keys;
      const key = this.#keys.entry(id);
      // Sent together and in this order: an entry is never left without its expiry by a wait between the two.
      await Promise.all([
        this.#call('HSET', key, ...encodeEntry(entry, { scope, exact, answerGroup, namespace, vectorField, vector })),
        keptForMs === null ? this.#call('PERSIST', key) : this.#call('PEXPIRE', key, keptForMs),
      ]);
      await this.#makeRoom(entry, vector, hitDollars, keptForMs);
    });
    this.#statistics.count('stores');
    return { entryId: id };
  }

  /** Stores answers, their prompts embedded together; answers their ids, in their order. */
  async storeMany(requests: readonly StoreRequest[]): Promise<{ readonly entryIds: readonly string[] }> {
    const entryIds: string[] = [];
    for (let from = 0; from < requests.length; from += embeddedTogether) {
      const page = requests.slice(from, from + embeddedTogether);
      await this.#embedAhead(page.map(({ prompt }) => prompt));
      for (const { entryId } of await Promise.all(page.map((request) => this.store(request)))) entryIds.push(entryId);
    }
    return { entryIds };
  }

  /** Looks each up, their prompts embedded together; answers in their order. */
  async lookupMany(requests: readonly LookupRequest[]): Promise<LookupResult[]> {
    const results: LookupResult[] = [];
    for (let from = 0; from < requests.length; from += embeddedTogether) {
      const page = requests.slice(from, from + embeddedTogether);
      const isUnknown = await Promise.all(page.map((request) => this.#asksForVector(request)));
      await this.#embedAhead(page.filter((_, at) => isUnknown[at]).map(({ prompt }) => prompt));
      results.push(...(await Promise.all(page.map((request) => this.lookup(request)))));
    }
    return results;
  }

  /** Every entry, without its vector and in no order, but for those in quarantine; one that is stored meanwhile may be among them, or not. */
  async *exportEntries(): AsyncGenerator<ExportedEntry, void, undefined> {
    for await (const keys of this.#keysLike(`${this.#keys.entryPrefix}*`)) {
      const found = await Promise.all(
        keys.map(async (key) => {
          const [fields, ttlMs] = await Promise.all([
            this.#call('HMGET', key, ...exportedFields),
            this.#call('PTTL', key),
          ]);
          return exportedFrom(fields, Number(ttlMs));
        }),
      );
      for (const entry of found) if (entry !== undefined) yield entry;
    }
  }

  /** Takes entries over as they are, their prompts embedded anew, and answers how many; what is there already is replaced. */
  async importEntries(entries: readonly ExportedEntry[]): Promise<number> {
    for (let from = 0; from < entries.length; from += embeddedTogether) {
      const page = entries.slice(from, from + embeddedTogether);
      await this.#embedAhead(page.map(({ prompt }) => prompt));
      await this.#countingErrors(() => Promise.all(page.map((entry) => this.#import(entry))));
    }
    this.#statistics.count('stores', entries.length);
    return entries.length;
  }

  async #import(exported: ExportedEntry): Promise<void> {
    const {
      prompt,
      response,
      createdAtMs,
      model,
      freshForMs,
      ttlMs = null,
      scope,
      exact,
      answerGroup,
      tags,
    } = exported;
    const attributes = checkedAttributes(exported.attributes);
    const id = entryIdOf(exact, attributes);
    const entry: CacheEntry = {
      ...{ id, prompt: this.#checkedPrompt(prompt), response, attributes, createdAtMs, embedderId: this.#embedder.id },
      ...(model === undefined ? {} : { model }),
      ...(freshForMs === undefined ? {} : { freshForMs }),
    };
    const embedded = this.#isEmbeddable(prompt) ? this.#embed(entry.prompt) : undefined;
    const [vector] = await Promise.all([embedded, this.#index.ensure()]);
    const key = this.#keys.entry(id);
    const fields = encodeEntry(entry, { scope, exact, answerGroup, vectorField: this.#keys.vectorField, vector });
    await Promise.all([
      this.#call('HSET', key, ...fields, 'tags', tags),
      ttlMs === null ? this.#call('PERSIST', key) : this.#call('PEXPIRE', key, ttlMs),
    ]);
    await this.#makeRoom(entry, vector, dollarsOf(prompt, response), ttlMs);
  }

  /** Deletes what is worth less than an entry that was stored, as far as a limit asks for it. */
  async #makeRoom(
    entry: CacheEntry,
    vector: Float32Array | undefined,
    hitDollars: number,
    keptForMs: number | null,
  ): Promise<void> {
    if (!this.#ledger.isKept) return;
    const nowMs = this.#clock.nowMs();
    const endsAtMs = keptForMs === null ? null : nowMs + keptForMs;
    const noted = { id: entry.id, bytes: entryBytes(entry, vector), hitDollars, endsAtMs };
    const leaving = await this.#ledger.stored(noted, nowMs);
    if (leaving.length === 0) return;
    this.#statistics.count('evicted', Number(await this.#call('UNLINK', ...leaving.map(this.#keys.entry))));
  }

  async #asksForVector(request: LookupRequest): Promise<boolean> {
    const { tiers, exact, attributes } = this.#question(request);
    if (!tiers.includes('semantic')) return false;
    return !tiers.includes('exact') || (await this.#read(entryIdOf(exact, attributes))) === null;
  }

  /** One call of the embedder for many prompts: what asks for their vectors after that finds them remembered. */
  async #embedAhead(prompts: readonly string[]): Promise<void> {
    const texts = prompts.map((prompt) => this.#checkedPrompt(prompt)).filter((prompt) => this.#isEmbeddable(prompt));
    if (texts.length === 0) return;
    try {
      await this.#embedder.embed(texts);
    } catch (error) {
      throw embedderError(error);
    }
  }

  /** Keys, page by page, of every node that may hold them. A key may come twice. */
  async *#keysLike(pattern: string): AsyncGenerator<string[], void, undefined> {
    for (const node of this.#commander.nodes?.() ?? [this.#commander]) {
      let cursor = '0';
      do {
        const args = ['MATCH', pattern, 'COUNT', pageSize];
        const reply = await node.call('SCAN', cursor, ...args).catch((error: unknown) => {
          throw storeError(error, 'SCAN');
        });
        const page = scanPage(reply);
        yield page.keys;
        cursor = page.cursor;
      } while (cursor !== '0');
    }
  }

  /** Deletes one entry; false when there is none. */
  async invalidate(entryId: string, { dryRun }: InvalidationOptions = {}): Promise<boolean> {
    if (!digestPattern.test(entryId)) throw invalid('this entry id', '32 lowercase hex digits');
    if (dryRun === true) return (await this.#read(entryId)) !== null;
    const deletedCount = await this.#countingErrors(() => this.#delete([this.#keys.entry(entryId)]));
    this.#statistics.count('invalidated', deletedCount);
    return deletedCount > 0;
  }

  /** Deletes every entry that passes the filter and answers how many; the filter must name something. */
  async invalidateWhere(filter: InvalidationFilter, { dryRun }: InvalidationOptions = {}): Promise<number> {
    const selected = entryFilter(filter);
    if (dryRun === true) return await this.#countingErrors(() => this.#index.entryCount(selected));
    const deletedCount = await this.#countingErrors(() => this.#deleteMatching(selected));
    this.#statistics.count('invalidated', deletedCount);
    return deletedCount;
  }

  /**
   * Deletes every entry, those of other embedders and those no index knows included, and answers how many. Walks the whole
   * keyspace once, for which it depends on no index. Statistics stay.
   */
  async flush({ dryRun }: InvalidationOptions = {}): Promise<number> {
    const deletedCount = await this.#countingErrors(async () => {
      let deleted = 0;
      for await (const keys of this.#keysLike(this.#keys.anyEntry)) {
        deleted += dryRun === true ? keys.length : await this.#delete(keys);
      }
      return deleted;
    });
    if (dryRun !== true) this.#statistics.count('invalidated', deletedCount);
    return deletedCount;
  }

  statistics(): Promise<CacheStatistics> {
    return this.#statistics.read();
  }

  entryCount(): Promise<number> {
    return this.#index.entryCount();
  }

  #question(request: LookupRequest, identity?: PreparedQuestion): Question {
    const prompt = identity?.prompt ?? this.#checkedPrompt(request.prompt);
    const scope = identity?.scope ?? scopeDigest(request.scope ?? {});
    const minSimilarity = request.minSimilarity ?? this.#config.minSimilarity;
    if (minSimilarity !== undefined && !isFraction(minSimilarity)) {
      throw invalid(`the minSimilarity ${minSimilarity}`, 'a number from 0 to 1');
    }
    if (request.maxErrorRate !== undefined && !isFraction(request.maxErrorRate)) {
      throw invalid(`the maxErrorRate ${request.maxErrorRate}`, 'a number from 0 to 1');
    }
    return {
      prompt,
      scope,
      exact: identity?.exact ?? exactDigest(scope, prompt),
      attributes: checkedAttributes(request.attributes),
      minSimilarity: minSimilarity === undefined ? undefined : Math.max(minSimilarity, this.#config.similarityFloor),
      maxErrorRate: request.maxErrorRate,
      tiers: request.tiers ?? defaultTiers,
      lookupId: this.#names.next(this.#clock.nowMs()),
      notes: new DecisionNotes(),
    };
  }

  #noteLookup(question: Question, request: LookupRequest, result: LookupResult): void {
    const { lookupId, notes, prompt } = question;
    const keptPrompt = this.#trail.keepsPrompts ? prompt : undefined;
    const decision = notes.briefRecord(this.#frame(question, request), outcomeOf(result), keptPrompt);
    this.#note({ kind: 'lookup', lookupId, decision });
  }

  #note(record: Unplaced<TrailRecord>): void {
    this.#trail.note({ ...record, atMs: this.#clock.nowMs(), process: this.#names.process });
  }

  #frame(question: Question, request: LookupRequest): DecisionFrame {
    const { scope: scopeDigest, exact, tiers, minSimilarity } = question;
    const own = this.#decider.budget === undefined ? undefined : this.#config.maxErrorRate;
    const maxErrorRate = own === undefined ? undefined : Math.min(own, question.maxErrorRate ?? own);
    const frame = { scope: request.scope ?? {}, scopeDigest, exact, tiers, minSimilarity, maxErrorRate };
    return { ...frame, embedderId: this.#embedder.id };
  }

  async #ask(question: Question, decisions: Decisions): Promise<LookupResult> {
    let miss: Miss = { outcome: 'miss', reason: 'no-candidate' };
    for (const tier of question.tiers) {
      if (tier === 'exact') {
        const hit = await this.#askExact(question);
        if (hit !== null) return hit;
      } else {
        const result = await this.#askSemantic(question, decisions);
        if (result.outcome === 'hit') return result;
        miss = result;
      }
    }
    return miss;
  }

  /**
   * Finds the entry with exactly these attributes by its id. An entry that carries more attributes than were asked has another
   * id: the semantic tier recognises it by its `exact` digest, and when that tier is not asked, or cannot be, the index is.
   */
  async #askExact(question: Question): Promise<Hit | null> {
    const entry = await this.#read(entryIdOf(question.exact, question.attributes));
    const hitId = question.lookupId;
    if (entry !== null) return { outcome: 'hit', tier: 'exact', similarity: 1, entry, hitId };
    if (question.tiers.includes('semantic') && this.#isEmbeddable(question.prompt)) return null;
    const { exact, attributes } = question;
    for (const entryId of await this.#index.matching({ exact, attributes }, this.#config.candidatesMax)) {
      const match = await this.#read(entryId);
      if (match !== null) return { outcome: 'hit', tier: 'exact', similarity: 1, entry: match, hitId };
    }
    return null;
  }

  /**
   * Serves the same question in other letters wherever it stands, else the nearest candidate that still exists, if it may be
   * served. A refusal ends the search: what lies farther away than a question the guard told apart is seldom the answer.
   */
  async #askSemantic(question: Question, decisions: Decisions): Promise<LookupResult> {
    if (!this.#isEmbeddable(question.prompt)) return decisions.nothingNear(question, 'prompt-too-long');
    const ready = [this.#index.ensure(), this.#ensureLearned()];
    const [vector] = await Promise.all([this.#embed(question.prompt), ...ready]);
    const { scope, attributes } = question;
    const found = await this.#index.nearest(vector, { scope, attributes }, this.#config.candidatesMax);
    question.notes.candidates = found;
    for (const same of found.filter(({ exact }) => exact === question.exact)) {
      const hit = await this.#serve(same, question);
      if (hit !== null) return hit;
    }
    const others = found.filter(({ exact }) => exact !== question.exact);
    for (let nearest = 0; nearest < others.length; nearest++) {
      const candidates = others.slice(nearest);
      const decision = decisions.decide(candidates, question);
      if (decision.outcome === 'miss') return decision;
      const hit = await this.#serve(decision.candidate, question, decision.probability);
      if (hit !== null) return hit;
    }
    return decisions.nothingNear(question);
  }

  async #serve(candidate: Candidate, question: Question, probability?: number): Promise<Hit | null> {
    const entry = await this.#read(candidate.entryId);
    if (entry === null) return null;
    const hitId = question.lookupId;
    const isExact = candidate.exact === question.exact && question.tiers.includes('exact');
    return isExact
      ? { outcome: 'hit', tier: 'exact', similarity: 1, entry, hitId }
      : {
          outcome: 'hit',
          tier: 'semantic',
          similarity: similarityOf(candidate.distance),
          ...(probability === undefined ? {} : { probability }),
          entry,
          hitId,
        };
  }

  /** Where a fixed similarity decides there is nothing to know. */
  async #ensureLearned(): Promise<void> {
    if (this.#decider.budget !== undefined) await this.#learned.ensure();
  }

  #isEmbeddable(prompt: string): boolean {
    const { textCharsMax } = this.#embedder;
    return textCharsMax === undefined || prompt.length <= textCharsMax;
  }

  async #embed(prompt: string): Promise<Float32Array> {
    let vectors: Float32Array[];
    try {
      vectors = await this.#embedder.embed([prompt]);
    } catch (error) {
      throw embedderError(error);
    }
    const [vector] = vectors;
    const { dimension } = this.#embedder;
    if (vector === undefined || vector.length !== dimension) {
      const message = `Cannot use the embedding: expected ${dimension} numbers, received ${vector?.length ?? 0}`;
      throw new CacheError('embedder-failed', message);
    }
    return vector;
  }

  async #read(entryId: Digest): Promise<CacheEntry | null> {
    return decodeEntry(entryId, await this.#call('HMGET', this.#keys.entry(entryId), ...entryFields));
  }

  async #deleteMatching(filter: EntryFilter): Promise<number> {
    let deletedCount = 0;
    let idlePages = 0;
    for (;;) {
      const entryIds = await this.#index.matching(filter, pageSize);
      if (entryIds.length === 0) return deletedCount;
      const deleted = await this.#delete(entryIds.map((entryId) => this.#keys.entry(entryId)));
      deletedCount += deleted;
      idlePages = deleted > 0 ? 0 : idlePages + 1;
      if (idlePages >= idlePagesMax) {
        throw new CacheError(
          'unexpected-reply',
          'Cannot delete by filter: the index keeps naming entries that are gone',
        );
      }
    }
  }

  async #delete(keys: readonly string[]): Promise<number> {
    if (keys.length === 0) return 0;
    const deletedCount = Number(await this.#call('UNLINK', ...keys));
    await this.#ledger.removed(keys.map((key) => key.slice(this.#keys.entryPrefix.length)));
    return deletedCount;
  }

  async #call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    try {
      return await this.#commander.call(command, ...args);
    } catch (error) {
      throw storeError(error, command);
    }
  }

  async #countingErrors<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      this.#statistics.count('errors');
      throw error;
    }
  }

  #checkedPrompt(prompt: string): string {
    if (prompt.length > this.#config.promptCharsMax) {
      throw invalid(`a prompt of ${prompt.length} characters`, `at most ${this.#config.promptCharsMax}`);
    }
    const normalised = normalisePrompt(prompt);
    if (normalised === '') throw invalid('an empty prompt', 'at least one visible character');
    return normalised;
  }
}

function servedHit({ entry, hitId, tier }: Hit, { prompt, notes }: Question, request: LookupRequest): ServedHit {
  const namespace = request.scope?.namespace;
  const features = tier === 'semantic' ? notes.decided?.features : undefined;
  return { hitId, entryId: entry.id, tier, namespace, prompt, features };
}

function outcomeOf(result: LookupResult): DecisionOutcome {
  if (result.outcome === 'miss') return { status: 'miss', reason: result.reason };
  const { tier, similarity, probability, entry } = result;
  const hit = { status: 'hit' as const, tier, entryId: entry.id, similarity };
  return probability === undefined ? hit : { ...hit, probability };
}

function cosineDistance(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return 1 - dot / Math.sqrt(squaresA * squaresB);
}

function exactDigest(scope: Digest, prompt: string): Digest {
  return digestOf('nearkey-exact-1', [scope, exactPrompt(prompt)]);
}

function entryIdOf(exact: Digest, attributes: CacheAttributes): Digest {
  return digestOf('nearkey-entry-1', [exact, ...attributeTokens(attributes)]);
}

function entryFilter({ attributes, scope, namespace, model, storedBeforeMs }: InvalidationFilter): EntryFilter {
  const filter = { attributes: checkedAttributes(attributes), namespace, model, storedBeforeMs };
  if (storedBeforeMs !== undefined && !Number.isSafeInteger(storedBeforeMs)) {
    throw invalid(`the moment ${storedBeforeMs}`, 'an integer of milliseconds');
  }
  const conditions = [scope, namespace, model, storedBeforeMs];
  if (Object.keys(filter.attributes).length === 0 && conditions.every((condition) => condition === undefined)) {
    throw invalid(
      'an empty filter',
      'an attribute, a scope, a namespace, a model or a moment (flush deletes every entry)',
    );
  }
  return scope === undefined ? filter : { ...filter, scope: scopeDigest(scope) };
}

function dollarsOf(prompt: string, response: string): number {
  return (prompt.length + response.length) * DOLLARS_PER_CHARACTER;
}

function scanPage(reply: CommandReply): { readonly cursor: string; readonly keys: string[] } {
  if (!Array.isArray(reply) || !Array.isArray(reply[1])) {
    throw new CacheError('unexpected-reply', 'Cannot read the reply of SCAN: expected a cursor and a list of keys');
  }
  return { cursor: String(reply[0]), keys: reply[1].map(String) };
}

interface CheckedConfig {
  readonly maxErrorRate: number;
  readonly auditRate: number;
  readonly minSimilarity: number | undefined;
  readonly similarityFloor: number;
  readonly candidatesMax: number;
  readonly defaultTtlMs: number | null;
  readonly promptCharsMax: number;
  readonly responseCharsMax: number;
  readonly trailLength: number;
  readonly trailPrompts: boolean;
}

function checkedConfig(config: SemanticCacheConfig): CheckedConfig {
  const checked = {
    maxErrorRate: config.maxErrorRate ?? DEFAULT_MAX_ERROR_RATE,
    auditRate: config.auditRate ?? DEFAULT_AUDIT_RATE,
    minSimilarity: config.minSimilarity,
    similarityFloor: config.similarityFloor ?? 0,
    candidatesMax: config.candidatesMax ?? 12,
    defaultTtlMs: config.defaultTtlMs ?? null,
    promptCharsMax: config.promptCharsMax ?? PROMPT_CHARS_MAX,
    responseCharsMax: config.responseCharsMax ?? RESPONSE_CHARS_MAX,
    trailLength: config.trailLength ?? 0,
    trailPrompts: config.trailPrompts ?? false,
  };
  const require = (isValid: boolean, name: keyof CheckedConfig, expected: string): void => {
    if (isValid) return;
    const message = `Cannot open the cache: expected ${name} to be ${expected}, received ${checked[name]}`;
    throw new CacheError('invalid-configuration', message);
  };
  require(isFraction(checked.maxErrorRate), 'maxErrorRate', 'a number from 0 to 1');
  require(isFraction(checked.auditRate), 'auditRate', 'a number from 0 to 1');
  require(checked.minSimilarity === undefined ||
    isFraction(checked.minSimilarity), 'minSimilarity', 'a number from 0 to 1');
  require(isFraction(checked.similarityFloor), 'similarityFloor', 'a number from 0 to 1');
  require(isCount(checked.candidatesMax, 100), 'candidatesMax', 'an integer from 1 to 100');
  require(checked.defaultTtlMs === null ||
    isCount(checked.defaultTtlMs, ttlMsMax), 'defaultTtlMs', `an integer from 1 to ${ttlMsMax}`);
  require(isCount(checked.promptCharsMax, 1_048_576), 'promptCharsMax', 'an integer from 1 to 1048576');
  require(isCount(checked.responseCharsMax, 67_108_864), 'responseCharsMax', 'an integer from 1 to 67108864');
  require(checked.trailLength === 0 ||
    isCount(checked.trailLength, TRAIL_LENGTH_MAX), 'trailLength', `an integer from 0 to ${TRAIL_LENGTH_MAX}`);
  return checked;
}

function checkedTtlMs(requested: number | null | undefined, defaultTtlMs: number | null): number | null {
  if (requested === undefined) return defaultTtlMs;
  if (requested === null) return null;
  if (!isCount(requested, ttlMsMax))
    throw invalid(`the ttlMs ${requested}`, `an integer from 1 to ${ttlMsMax}, or null`);
  return requested;
}

function isFraction(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function invalid(received: string, expected: string): CacheError {
  return new CacheError('invalid-request', `Cannot use ${received}: expected ${expected}`);
}

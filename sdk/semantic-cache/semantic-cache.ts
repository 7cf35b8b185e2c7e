/**
 * A cache of answers that finds them by meaning, over any server that speaks hashes and FT.SEARCH. This is its public face; the work
 * is done in the rooms behind it:
 *
 *   look up                 cache-question.ts, cache-lookup.ts; hit-decider.ts says whether a candidate is served
 *   store                   cache-writer.ts; how long: freshness.ts; who leaves when it is full: cache-ledger.ts
 *   two-writers rule        two-writers.ts, for scopes that principals share on purpose
 *   invalidate              cache-invalidation.ts
 *   many, export, import    many-entries.ts, cache-transfer.ts
 *   answers under way       pending-prompts.ts
 *   truth of what was served  live-truth.ts; what was decided and why: decision-record.ts, decision-trail.ts
 *   bytes in the store      cache-keys.ts, entry-hashes.ts, cache-entry.ts, cache-index.ts
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
import type { Commander } from '../commander.js';
import type { Embedder } from '../embedders/embedder.js';
import { type RandomSource, systemRandom } from '../random.js';
import { type CheckedConfig, checkedConfig, DEFAULT_MIN_SIMILARITY, type SemanticCacheConfig } from './cache-config.js';
import type { CacheEntry } from './cache-entry.js';
import { CacheIndex } from './cache-index.js';
import { CacheInvalidation, type InvalidationFilter, type InvalidationOptions } from './cache-invalidation.js';
import { cacheKeys } from './cache-keys.js';
import { CacheLedger } from './cache-ledger.js';
import { CacheLookup, type Hit, type LookupResult, outcomeOf, servedHit } from './cache-lookup.js';
import {
  exactsOf,
  frameOf,
  type LookupRequest,
  type PreparedQuestion,
  type Question,
  questionOf,
} from './cache-question.js';
import { CacheSavings, type DaySavings, type Saving } from './cache-savings.js';
import { type CacheStatistics, type CounterName, StatisticsCounter } from './cache-statistics.js';
import type { ExportedEntry } from './cache-transfer.js';
import { CacheWriter, type StoreRequest } from './cache-writer.js';
import { type AnswerJudge, type JudgeVerdict, wordJudge } from './decision/answer-judge.js';
import { type BudgetState, ErrorBudget } from './decision/error-budget.js';
import { type Interval, wilsonInterval } from './decision/wilson-interval.js';
import type { DecisionFrame, DecisionRecord } from './decision-record.js';
import { DecisionTrail, LookupNames, type TrailPage, type TrailRange, type TrailRecord } from './decision-trail.js';
import { digestOf } from './digest.js';
import { EntryHashes } from './entry-hashes.js';
import { Freshness } from './freshness.js';
import { HitDecider } from './hit-decider.js';
import { LearnedStore } from './learned-store.js';
import { LiveTruth, type Vote, type VoteOutcome } from './live-truth.js';
import { inPages } from './many-entries.js';
import { type NearestPending, nearestPendingOf, type PendingPrompt } from './pending-prompts.js';
import { PromptVectors } from './prompt-vectors.js';
import { checkEntryId, checkedPrompt } from './request-checks.js';
import { type GuardVerdict, guard as trapGuard } from './trap-guard.js';
import { TwoWriters } from './two-writers.js';

export {
  DEFAULT_MAX_ERROR_RATE,
  DEFAULT_MIN_SIMILARITY,
  PROMPT_CHARS_MAX,
  RESPONSE_CHARS_MAX,
  type SemanticCacheConfig,
} from './cache-config.js';
export type { InvalidationFilter, InvalidationOptions } from './cache-invalidation.js';
export type { LookupResult } from './cache-lookup.js';
export type { CacheTier, LookupRequest, PreparedQuestion } from './cache-question.js';
export type { StoreRequest } from './cache-writer.js';
export type { NearestPending, PendingPrompt } from './pending-prompts.js';

/** A record before it is known when and where it is. */
type Unplaced<Record> = Record extends unknown ? Omit<Record, 'atMs' | 'process'> : never;

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

export interface WrongHits {
  readonly judged: number;
  readonly wrong: number;
  /** Of their share among all semantic hits, at 95 %. */
  readonly interval: Interval;
  /** After a breach, until it is over: this process serves less than the error budget allows. */
  readonly isTightened: boolean;
}

export class SemanticCache {
  readonly cacheId: string;
  readonly #clock: Clock;
  readonly #config: CheckedConfig;
  readonly #index: CacheIndex;
  readonly #entries: EntryHashes;
  readonly #vectors: PromptVectors;
  readonly #statistics: StatisticsCounter;
  readonly #savings: CacheSavings;
  readonly #freshness: Freshness;
  readonly #ledger: CacheLedger;
  readonly #decider: HitDecider;
  readonly #learned: LearnedStore;
  readonly #trail: DecisionTrail;
  readonly #truth: LiveTruth;
  readonly #names: LookupNames;
  readonly #lookup: CacheLookup;
  readonly #writer: CacheWriter;
  readonly #invalidation: CacheInvalidation;

  /** @throws CacheError `invalid-configuration` */
  constructor(options: SemanticCacheOptions) {
    const { cacheId, commander, embedder, config = {}, clock = systemClock, random = systemRandom } = options;
    this.cacheId = cacheId;
    this.#clock = clock;
    this.#config = checkedConfig(config);
    const { trailLength: length, trailPrompts: keepsPrompts, maxErrorRate, candidatesMax } = this.#config;
    const keys = cacheKeys(cacheId, embedder);
    const statistics = new StatisticsCounter(commander, keys.statistics);
    const onError = () => statistics.count('errors');
    this.#statistics = statistics;
    this.#savings = new CacheSavings({ commander, keyPrefix: keys.savingsPrefix, clock });
    this.#vectors = new PromptVectors(embedder);
    this.#entries = new EntryHashes(commander, keys);
    this.#index = new CacheIndex(commander, keys, embedder.dimension);
    this.#freshness = new Freshness({ config, commander, clock, random, keyOf: keys.entry, onError });
    this.#ledger = new CacheLedger({ config, commander, keyPrefix: keys.ledgerPrefix, onError });
    this.#decider = this.#openDecider(options, random);
    this.#learned = new LearnedStore(commander, keys.learned, this.#decider);
    this.#trail = new DecisionTrail({ commander, key: keys.trail, length, keepsPrompts });
    this.#truth = new LiveTruth({
      ...{ commander, keys, clock, trail: this.#trail, maxErrorRate },
      count: (name) => {
        statistics.count(name);
        options.onTruth?.(name);
      },
      learn: (label) => this.#decider.learn(label),
      noteLabel: (label) => this.#note({ kind: 'label', ...label }),
      setStrictness: (share) => this.#decider.budget?.setStrictness(share),
    });
    const origin = [cacheId, String(systemRandom()), String(clock.nowMs())];
    this.#names = new LookupNames(digestOf('nearkey-process-1', origin).slice(0, 12));

    const parts = {
      entries: this.#entries,
      index: this.#index,
      vectors: this.#vectors,
      ledger: this.#ledger,
      statistics,
    };
    this.#lookup = new CacheLookup({ ...parts, candidatesMax, ensureLearned: () => this.#ensureLearned() });
    this.#invalidation = new CacheInvalidation(parts);
    this.#writer = new CacheWriter({
      ...{ ...parts, clock, config: this.#config, freshness: this.#freshness },
      twoWriters: new TwoWriters({ commander, keys, entries: this.#entries, judge: options.judge ?? wordJudge }),
      answered: async (exact, prompt, response) => {
        await this.#ensureLearned();
        return this.#decider.answered(exact, prompt, response);
      },
    });
  }

  #openDecider({ guard, judge = wordJudge }: SemanticCacheOptions, random: RandomSource): HitDecider {
    const { minSimilarity, maxErrorRate, auditRate } = this.#config;
    return new HitDecider({
      guard: guard === null ? () => ({ ok: true }) : (guard ?? trapGuard),
      judge,
      budget:
        minSimilarity === undefined
          ? new ErrorBudget({
              ...{ maxErrorRate, auditRate, coldMinSimilarity: DEFAULT_MIN_SIMILARITY, random },
              onFit: ({ weights, ...fit }) => this.#note({ kind: 'fit', weights: [...weights], ...fit }),
            })
          : undefined,
      count: (name) => this.#statistics.count(name),
      read: (entryId) => this.#entries.read(entryId),
      onLearned: ({ features, ...label }) => {
        this.#learned.noteLabel();
        this.#note({ kind: 'label', ...label, features: [...features] });
      },
    });
  }

  /** What the error budget has learned; undefined when a fixed similarity decides. */
  get budget(): BudgetState | undefined {
    return this.#decider.budget?.state();
  }

  /** Writes down what was learned and decided last; from time to time a cache does so by itself. Never rejects. */
  async saveLearned(): Promise<void> {
    await Promise.all([this.#learned.save(), this.#trail.settled(), this.#savings.save()]);
  }

  /** What was decided, by this process and others, as far as the trail reaches back. */
  trail(range: TrailRange): Promise<TrailPage> {
    return this.#trail.read(range);
  }

  /** @param identity of the request, where it has been asked for: digests are not made twice */
  async lookup(request: LookupRequest, identity?: PreparedQuestion): Promise<LookupResult> {
    const question = this.#question(request, identity);
    const result = await this.#statistics.countingErrors(() => this.#lookup.ask(question, this.#decider));
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
    const entry = hit === undefined ? null : await this.#entries.read(hit.entryId);
    if (hit === undefined || entry === null) return undefined;
    const { prompt: cachedPrompt, response: cachedResponse } = entry;
    const answers = { prompt: hit.prompt ?? cachedPrompt, cachedPrompt, freshResponse, cachedResponse };
    const verdict = await this.#decider.verdict(answers);
    if (verdict !== 'unknown') await this.#truth.verdict(hit, verdict === 'same');
    return verdict;
  }

  /** Takes an entry out of all lookups; false when there is none. */
  quarantine(entryId: string): Promise<boolean> {
    checkEntryId(entryId);
    return this.#truth.quarantine(entryId);
  }

  /** Brings an entry back from quarantine; false when it is not there, or there is a new one in its place. */
  release(entryId: string): Promise<boolean> {
    checkEntryId(entryId);
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
    const result = await this.#lookup.ask(question, this.#decider.preview);
    const { notes, prompt } = question;
    const others = notes.candidates.filter(({ exact }) => !exactsOf(question).includes(exact));
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
    const vector = await this.#vectors.embedIfPossible(asked.prompt);
    return vector === undefined ? asked : { ...asked, vector };
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
    return nearestPendingOf(vector, pending, this.#config.candidatesMax, (candidates) =>
      this.#decider.couldServe(candidates, this.#question(request, asked)),
    );
  }

  /** How long ago an entry was stored. */
  ageMsOf(entry: CacheEntry): number {
    return Math.max(0, this.#clock.nowMs() - entry.createdAtMs);
  }

  /** Stores an answer, replacing the one with the same prompt, scope and attributes; answers the entry's id. */
  async store(request: StoreRequest): Promise<{ readonly entryId: string }> {
    return { entryId: await this.#writer.store(request) };
  }

  /** Stores answers, their prompts embedded together; answers their ids, in their order. */
  async storeMany(requests: readonly StoreRequest[]): Promise<{ readonly entryIds: readonly string[] }> {
    const entryIds = await inPages(
      requests,
      (page) => this.#embedAhead(page),
      (page) => Promise.all(page.map((request) => this.#writer.store(request))),
    );
    return { entryIds };
  }

  /** Looks each up, their prompts embedded together; answers in their order. */
  lookupMany(requests: readonly LookupRequest[]): Promise<LookupResult[]> {
    return inPages(
      requests,
      async (page) => {
        const isUnknown = await Promise.all(page.map((one) => this.#lookup.asksForVector(this.#question(one))));
        await this.#embedAhead(page.filter((_, at) => isUnknown[at]));
      },
      (page) => Promise.all(page.map((request) => this.lookup(request))),
    );
  }

  /** Every entry, without its vector and in no order, but for those in quarantine; one that is stored meanwhile may be among them, or not. */
  exportEntries(): AsyncGenerator<ExportedEntry, void, undefined> {
    return this.#entries.exported();
  }

  /** Takes entries over as they are, their prompts embedded anew, and answers how many; what is there already is replaced. */
  async importEntries(entries: readonly ExportedEntry[]): Promise<number> {
    await inPages(
      entries,
      (page) => this.#embedAhead(page),
      (page) => this.#statistics.countingErrors(() => Promise.all(page.map((entry) => this.#writer.take(entry)))),
    );
    this.#statistics.count('stores', entries.length);
    return entries.length;
  }

  /** Deletes one entry; false when there is none. */
  invalidate(entryId: string, options: InvalidationOptions = {}): Promise<boolean> {
    return this.#invalidation.one(entryId, options);
  }

  /** Deletes every entry that passes the filter and answers how many; the filter must name something. */
  invalidateWhere(filter: InvalidationFilter, options: InvalidationOptions = {}): Promise<number> {
    return this.#invalidation.matching(filter, options);
  }

  /**
   * Deletes every entry, those of other embedders and those no index knows included, and answers how many. Walks the whole
   * keyspace once, for which it depends on no index. Statistics stay.
   */
  flush(options: InvalidationOptions = {}): Promise<number> {
    return this.#invalidation.all(options);
  }

  statistics(): Promise<CacheStatistics> {
    return this.#statistics.read();
  }

  /** An answer from the cache stood in for a model. */
  countSaving(saving: Saving): void {
    this.#savings.count(saving);
  }

  /** What answers saved in the last days, of all processes, the latest day first; days without are left out. */
  savings(days: number): Promise<DaySavings[]> {
    return this.#savings.read(days);
  }

  entryCount(): Promise<number> {
    return this.#index.entryCount();
  }

  #question(request: LookupRequest, identity?: PreparedQuestion): Question {
    const lookupId = this.#names.next(this.#clock.nowMs());
    return questionOf(request, { config: this.#config, lookupId, identity });
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
    const maxErrorRate = this.#decider.budget === undefined ? undefined : this.#config.maxErrorRate;
    return frameOf(question, request, this.#vectors.embedderId, maxErrorRate);
  }

  /** Where a fixed similarity decides there is nothing to know. */
  async #ensureLearned(): Promise<void> {
    if (this.#decider.budget !== undefined) await this.#learned.ensure();
  }

  #embedAhead(requests: readonly { readonly prompt: string }[]): Promise<void> {
    const { promptCharsMax } = this.#config;
    return this.#vectors.embedAhead(requests.map(({ prompt }) => checkedPrompt(prompt, promptCharsMax)));
  }
}

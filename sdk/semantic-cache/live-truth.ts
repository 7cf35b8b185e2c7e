/**
 * Whether the answers a cache serves are right, found out while it serves them.
 *
 * Two sources. A share of the hits is asked anew (a shadow question) and the fresh answer is judged against the one that was served: a
 * sample by chance, so its share of wrong answers is that of all semantic hits, give or take Wilson's interval. And people vote. Votes are
 * no sample (who is content says nothing), so they teach and accuse, and do not enter the share.
 *
 * What follows from a verdict:
 * - the verifier learns the label, where it weighed the hit;
 * - an entry whose answer was found wrong is suspected; found wrong SUSPICION_MAX times more often than right, it is quarantined: moved to a
 *   key that no lookup and no index knows, from which it can be brought back;
 * - when recent shadow verdicts say that more of all lookups are wrong than the cache accepts, beyond chance, that is a breach: the error budget
 *   is halved until they say otherwise, and every suspect is quarantined.
 *
 * Limits: HITS_MAX recent hits are remembered by process, older ones are looked up in the trail; VOTES_PER_MINUTE_MAX votes of one voter;
 * one vote for a hit, whichever process takes it; SUSPECTS_MAX suspects. Suspects and votes are kept in the store, so several processes accuse
 * as one; the window of verdicts is each process's own.
 */
import type { Clock } from '../clock.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { storeError } from '../errors.js';
import type { CacheKeys } from './cache-keys.js';
import type { CounterName } from './cache-statistics.js';
import { wilsonInterval } from './decision/wilson-interval.js';
import { featuresOfRecord } from './decision-record.js';
import type { DecisionTrail, LabelSource } from './decision-trail.js';
import { type Digest, digestPattern } from './digest.js';
import type { LearnedLabel } from './hit-decider.js';

const HITS_MAX = 4_096;
const SUSPECTS_MAX = 1_000;
/** Verdicts against an entry, less those for it. One may be the judge's mistake. */
const SUSPICION_MAX = 2;
/** During a breach the benefit of the doubt is gone. */
const SUSPICION_MAX_IN_BREACH = 1;
export const VOTES_PER_MINUTE_MAX = 60;
const VOTERS_MAX = 10_000;
const VOTES_REMEMBERED = 10_000;
const MINUTE_MS = 60_000;
/** An entry that would live for ever is kept for a look at it, and no longer. */
const QUARANTINE_MS = 30 * 24 * 3_600_000;
/** Verdicts that a breach is seen in, at least, and that are remembered. */
const WINDOW_MIN = 20;
const WINDOW_MAX = 400;
/** Verdicts after which a breach may be called over. */
const RECOVERY_MIN = 100;
/** Lookups after which earlier ones count half. */
const TRAFFIC_HALF_LIFE = 10_000;

/** A hit, as far as it matters whether it was right. */
export interface ServedHit {
  readonly hitId: Digest;
  readonly entryId: Digest;
  readonly tier: 'exact' | 'semantic';
  readonly namespace: string | undefined;
  /** Undefined when another process served it. */
  readonly prompt: string | undefined;
  /** Undefined when the verifier did not weigh it. */
  readonly features: readonly number[] | undefined;
}

export interface Vote {
  readonly hitId?: string | undefined;
  /** In place of a hit: the last one of this entry that this process remembers. */
  readonly entryId?: string | undefined;
  readonly isRight: boolean;
  /** Whose hit it must have been; undefined: anybody's. */
  readonly owner?: { readonly namespace: string | undefined } | undefined;
  /** Who votes. Those without a name are one voter. */
  readonly voter?: string | undefined;
}

export type VoteOutcome =
  | { readonly outcome: 'counted'; readonly isQuarantined: boolean }
  /** There was a vote for this hit. */
  | { readonly outcome: 'repeated' }
  /** No such hit, or not any more, or not this caller's. */
  | { readonly outcome: 'unknown' }
  /** More than VOTES_PER_MINUTE_MAX. */
  | { readonly outcome: 'too-many' };

export interface LiveTruthOptions {
  readonly commander: Commander;
  readonly keys: Pick<CacheKeys, 'entry' | 'quarantined' | 'suspects' | 'votes'>;
  readonly clock: Clock;
  readonly trail: Pick<DecisionTrail, 'find'>;
  /** Wrong answers over all lookups. */
  readonly maxErrorRate: number;
  readonly count: (name: CounterName) => void;
  readonly learn: (label: LearnedLabel) => void;
  /** Notes a label that the verifier cannot learn from. */
  readonly noteLabel: (label: Omit<LearnedLabel, 'features'>) => void;
  /** The part of its budget the cache may use from now on. */
  readonly setStrictness: (share: number) => void;
}

export class LiveTruth {
  readonly #options: LiveTruthOptions;
  readonly #hits = new Map<Digest, ServedHit>();
  readonly #votesOf = new Map<string, number>();
  #minute = 0;
  /** Of recent semantic hits that were judged: whether they were wrong. */
  readonly #verdicts: boolean[] = [];
  #lookups = 0;
  #semanticHits = 0;
  #strictness = 1;

  constructor(options: LiveTruthOptions) {
    this.#options = options;
  }

  /** 1, and less after a breach. */
  get strictness(): number {
    return this.#strictness;
  }

  /** @param hit undefined for a miss */
  noteLookup(hit: ServedHit | undefined): void {
    if (this.#lookups >= TRAFFIC_HALF_LIFE) {
      this.#lookups /= 2;
      this.#semanticHits /= 2;
    }
    this.#lookups++;
    if (hit === undefined) return;
    if (hit.tier === 'semantic') this.#semanticHits++;
    this.#hits.set(hit.hitId, hit);
    if (this.#hits.size <= HITS_MAX) return;
    const [oldest = ''] = this.#hits.keys();
    this.#hits.delete(oldest);
  }

  /** Undefined when there was no such hit, or it is forgotten. */
  async hit(hitId: string): Promise<ServedHit | undefined> {
    if (!digestPattern.test(hitId)) return undefined;
    const known = this.#hits.get(hitId);
    if (known !== undefined) return known;
    const record = await this.#options.trail.find(hitId);
    if (record === undefined || record.decision.outcome.status !== 'hit') return undefined;
    const { outcome, scope, prompt } = record.decision;
    const { entryId, tier } = outcome;
    const features = featuresOfRecord(record.decision);
    return { hitId, entryId, tier, namespace: scope.namespace, prompt, features };
  }

  async vote({ hitId, entryId, isRight, owner, voter }: Vote): Promise<VoteOutcome> {
    if (!this.#mayVote(voter ?? '')) return { outcome: 'too-many' };
    const hit = hitId === undefined ? this.#lastHitOf(entryId) : await this.hit(hitId);
    if (hit === undefined) return { outcome: 'unknown' };
    if (owner !== undefined && hit.namespace !== owner.namespace) return { outcome: 'unknown' };
    const { votes } = this.#options.keys;
    const isNew = Number(await this.#call('ZADD', votes, 'NX', this.#options.clock.nowMs(), hit.hitId)) === 1;
    if (!isNew) return { outcome: 'repeated' };
    await this.#call('ZREMRANGEBYRANK', votes, 0, -(VOTES_REMEMBERED + 1));
    this.#options.count(isRight ? 'votesUp' : 'votesDown');
    this.#learn(hit, isRight, 'vote');
    return { outcome: 'counted', isQuarantined: await this.#accuse(hit.entryId, isRight) };
  }

  /** A fresh answer said whether a hit was right. */
  async verdict(hit: ServedHit, isRight: boolean): Promise<void> {
    if (hit.tier === 'semantic') this.#options.count(isRight ? 'shadowRight' : 'shadowWrong');
    this.#learn(hit, isRight, 'shadow');
    await this.#accuse(hit.entryId, isRight);
    if (hit.tier !== 'semantic') return;
    this.#verdicts.push(!isRight);
    if (this.#verdicts.length > WINDOW_MAX) this.#verdicts.shift();
    await this.#weighVerdicts();
  }

  /** @returns false when there is no such entry */
  async quarantine(entryId: Digest): Promise<boolean> {
    const { entry, quarantined, suspects } = this.#options.keys;
    const isMoved = await this.#move(entry(entryId), quarantined(entryId));
    await this.#call('ZREM', suspects, entryId);
    if (!isMoved) return false;
    await this.#call('PEXPIRE', quarantined(entryId), QUARANTINE_MS, 'NX');
    this.#options.count('quarantined');
    return true;
  }

  /** Brings an entry back from quarantine, unless there is a new one in its place. @returns whether it is back */
  async release(entryId: Digest): Promise<boolean> {
    const { entry, quarantined } = this.#options.keys;
    try {
      return Number(await this.#call('RENAMENX', quarantined(entryId), entry(entryId))) === 1;
    } catch (error) {
      if (isMissingKey(error)) return false;
      throw error;
    }
  }

  #lastHitOf(entryId: string | undefined): ServedHit | undefined {
    let last: ServedHit | undefined;
    for (const hit of this.#hits.values()) if (hit.entryId === entryId) last = hit;
    return last;
  }

  #mayVote(voter: string): boolean {
    const minute = Math.floor(this.#options.clock.nowMs() / MINUTE_MS);
    if (minute !== this.#minute || this.#votesOf.size > VOTERS_MAX) this.#votesOf.clear();
    this.#minute = minute;
    const votes = (this.#votesOf.get(voter) ?? 0) + 1;
    this.#votesOf.set(voter, votes);
    return votes <= VOTES_PER_MINUTE_MAX;
  }

  #learn({ hitId: lookupId, features }: ServedHit, isRight: boolean, source: LabelSource): void {
    const label = { isRight, source, lookupId };
    if (features === undefined) this.#options.noteLabel(label);
    else this.#options.learn({ ...label, features });
  }

  /** @returns whether the entry is quarantined */
  async #accuse(entryId: Digest, isRight: boolean): Promise<boolean> {
    const { suspects } = this.#options.keys;
    if (isRight) {
      await this.#call('ZADD', suspects, 'XX', 'INCR', -1, entryId);
      return false;
    }
    const suspicion = Number(await this.#call('ZINCRBY', suspects, 1, entryId));
    await this.#call('ZREMRANGEBYRANK', suspects, 0, -(SUSPECTS_MAX + 1));
    const most = this.#strictness < 1 ? SUSPICION_MAX_IN_BREACH : SUSPICION_MAX;
    return suspicion >= most && (await this.quarantine(entryId));
  }

  async #weighVerdicts(): Promise<void> {
    const judged = this.#verdicts.length;
    const wrong = this.#verdicts.filter((isWrong) => isWrong).length;
    const { low, high } = wilsonInterval(wrong, judged);
    const hitShare = this.#lookups === 0 ? 1 : this.#semanticHits / this.#lookups;
    const { maxErrorRate } = this.#options;
    if (judged >= WINDOW_MIN && low * hitShare > maxErrorRate) await this.#breach();
    else if (judged >= RECOVERY_MIN && this.#strictness < 1 && high * hitShare <= maxErrorRate) this.#tighten(2);
  }

  async #breach(): Promise<void> {
    this.#options.count('breaches');
    this.#tighten(1 / 2);
    const { suspects } = this.#options.keys;
    const range = [suspects, SUSPICION_MAX_IN_BREACH, '+inf', 'LIMIT', 0, SUSPECTS_MAX];
    const accused = await this.#call('ZRANGEBYSCORE', ...range);
    for (const entryId of Array.isArray(accused) ? accused : []) await this.quarantine(String(entryId));
  }

  /** What was judged under another boundary says nothing about this one. */
  #tighten(factor: number): void {
    this.#strictness = Math.min(1, Math.max(STRICTNESS_MIN, this.#strictness * factor));
    this.#verdicts.length = 0;
    this.#options.setStrictness(this.#strictness);
  }

  async #move(from: string, to: string): Promise<boolean> {
    try {
      await this.#call('RENAME', from, to);
      return true;
    } catch (error) {
      if (isMissingKey(error)) return false;
      throw error;
    }
  }

  async #call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    try {
      return await this.#options.commander.call(command, ...args);
    } catch (error) {
      throw storeError(error, command);
    }
  }
}

/** Below that, hardly anything is served. */
const STRICTNESS_MIN = 1 / 16;

function isMissingKey(error: unknown): boolean {
  return /no such key/i.test(String(error));
}

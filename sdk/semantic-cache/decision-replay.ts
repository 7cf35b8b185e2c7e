/**
 * Decides the lookups of a trail again, as several configurations at once would have: what a threshold, another error budget or no trap
 * guard would have changed, on one's own traffic.
 *
 * What a record holds decides again: similarity, the guard's verdict, the verifier's probability. Under the configuration it was made
 * with, a record's own boundary counts, so its decision comes out the same, always. For another error budget the boundary is placed
 * anew at every fit of the verifier, from the requests and labels in the trail, by the same function that placed it live; requests and
 * labels from before the trail begins are missing then, and `isComplete` says so.
 *
 * What cannot be known is not made up. Answers that were not asked for live teach nothing here. Where a record does not hold what a
 * configuration asks for (the guard was not asked, there was no budget), the lookup counts as undecided, and is no hit. Audits stay audits.
 * A hit is right or wrong when a label says so; of the others the verifier's probability says how many are expected to be wrong.
 */

import { DEFAULT_MIN_SIMILARITY } from './cache-config.js';
import { boundaryFor, LABELS_MAX, REQUESTS_MAX, Ring } from './decision/error-budget.js';
import type { LabelledFeatures } from './decision/logistic-head.js';
import { type Interval, wilsonInterval } from './decision/wilson-interval.js';
import { type DecisionRecord, featuresOfRecord } from './decision-record.js';
import type { FitRecord, LookupRecord, TrailRecord } from './decision-trail.js';

export interface ReplayConfig {
  /** Undefined: each lookup's own. */
  readonly maxErrorRate?: number | undefined;
  /** Takes the place of the error budget. */
  readonly minSimilarity?: number | undefined;
  /** By default the guard's verdicts count. */
  readonly isGuarded?: boolean | undefined;
}

export type ReplayedDecision =
  | { readonly status: 'hit'; readonly entryId: string }
  | { readonly status: 'miss'; readonly reason: string }
  /** The record does not hold what the configuration asks for. */
  | { readonly status: 'undecided' };

/** What a configuration came to. */
export interface ReplayOutcome {
  readonly config: ReplayConfig;
  readonly lookups: number;
  readonly hits: number;
  readonly hitRate: number;
  readonly undecided: number;
  /** Lookups that were decided otherwise than live. */
  readonly changed: number;
  /** Hits whose candidate was judged, and those of them that were wrong. */
  readonly judgedHits: number;
  readonly wrongHits: number;
  /** Share of the judged hits that were right; the interval is Wilson's, at 95 %. */
  readonly precision: number | undefined;
  readonly precisionInterval: Interval;
  /** Wrong answers over all lookups: judged ones as they were judged, others as the verifier expects, or as those that were judged. */
  readonly expectedErrorRate: number;
}

interface Tally {
  hits: number;
  undecided: number;
  changed: number;
}

/** A lookup whose label may come later. */
interface Decided {
  /** The positions of configurations that serve it. */
  readonly servedBy: ReadonlySet<number>;
  /** That the candidate is right; undefined where nothing is known of it. */
  readonly probability: number | undefined;
  isRight: boolean | undefined;
}

export class DecisionReplay {
  readonly #configs: readonly ReplayConfig[];
  readonly #tallies: readonly Tally[];
  readonly #budgets = new Map<string, LoggedBudget>();
  readonly #decided = new Map<string, Decided>();
  #lookups = 0;
  #isComplete = true;

  constructor(configs: readonly ReplayConfig[]) {
    this.#configs = configs;
    this.#tallies = configs.map(() => ({ hits: 0, undecided: 0, changed: 0 }));
  }

  get lookups(): number {
    return this.#lookups;
  }

  /** Whether all that the verifier was fitted to is in the trail. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Records in the order of the trail. */
  push(record: TrailRecord): void {
    const budget = this.#budgetOf(record.process);
    if (record.kind === 'fit') {
      if (!budget.fit(record)) this.#isComplete = false;
    } else if (record.kind === 'label') {
      const { features, isRight } = record;
      if (features !== undefined) budget.learn({ features, isRight });
      const decided = record.lookupId === undefined ? undefined : this.#decided.get(record.lookupId);
      // One that was found wrong stays so: what several judges disagree about is no right answer.
      if (decided !== undefined && decided.isRight !== false) decided.isRight = record.isRight;
    } else this.#decide(record, budget);
  }

  /** Where a process's boundary would lie for a rate, after the records so far; undefined before its first fit. */
  boundary(process: string, maxErrorRate: number): number | undefined {
    return this.#budgetOf(process).boundary(maxErrorRate);
  }

  outcomes(): ReplayOutcome[] {
    return this.#configs.map((config, place) => this.#outcome(config, place));
  }

  #decide(record: LookupRecord, budget: LoggedBudget): void {
    this.#lookups++;
    const { decision, lookupId } = record;
    const servedBy = new Set<number>();
    for (const [place, config] of this.#configs.entries()) {
      const again = decideAgain(decision, config, (rate) => budget.boundary(rate));
      const tally = this.#tallies[place];
      if (tally === undefined) continue;
      if (again.status === 'hit') servedBy.add(place);
      if (again.status === 'hit') tally.hits++;
      if (again.status === 'undecided') tally.undecided++;
      if (!isSameDecision(again, decision)) tally.changed++;
    }
    const isTold = decidedByWords(decision);
    const probability = isTold ? 1 : candidateOf(decision)?.probability;
    this.#decided.set(lookupId, { servedBy, probability, isRight: undefined });
    if (wasCounted(decision)) budget.note(learnable(decision));
  }

  #outcome(config: ReplayConfig, place: number): ReplayOutcome {
    const { hits, undecided, changed } = this.#tallies[place] ?? { hits: 0, undecided: 0, changed: 0 };
    let judgedHits = 0;
    let wrongHits = 0;
    let expectedWrong = 0;
    let unknown = 0;
    for (const { servedBy, probability, isRight } of this.#decided.values()) {
      if (!servedBy.has(place)) continue;
      if (isRight !== undefined) judgedHits++;
      if (isRight === false) wrongHits++;
      if (isRight === undefined && probability === undefined) unknown++;
      expectedWrong += isRight === undefined ? 1 - (probability ?? 1) : isRight ? 0 : 1;
    }
    // Where there is no verifier the judged hits stand for the others.
    if (judgedHits > 0) expectedWrong += (unknown * wrongHits) / judgedHits;
    const wrong = wilsonInterval(wrongHits, judgedHits);
    const lookups = this.#lookups;
    return {
      ...{ config, lookups, hits, undecided, changed, judgedHits, wrongHits },
      hitRate: lookups === 0 ? 0 : hits / lookups,
      precision: judgedHits === 0 ? undefined : 1 - wrongHits / judgedHits,
      precisionInterval: { low: 1 - wrong.high, high: 1 - wrong.low },
      expectedErrorRate: lookups === 0 ? 0 : expectedWrong / lookups,
    };
  }

  #budgetOf(process: string): LoggedBudget {
    const known = this.#budgets.get(process) ?? new LoggedBudget();
    this.#budgets.set(process, known);
    return known;
  }
}

/** @param boundaryOf what a rate came to at the last fit; undefined before the first one in the trail */
export function decideAgain(
  decision: DecisionRecord,
  config: ReplayConfig,
  boundaryOf: (maxErrorRate: number) => number | undefined,
): ReplayedDecision {
  const { outcome } = decision;
  if (decidedByWords(decision)) {
    return outcome.status === 'hit'
      ? { status: 'hit', entryId: outcome.entryId }
      : { status: 'miss', reason: outcome.reason };
  }
  const candidate = candidateOf(decision);
  if (candidate === undefined) return { status: 'undecided' };
  const { entryId, similarity, guard, probability } = candidate;
  const refusesTraps = config.isGuarded !== false;
  const isRefused = refusesTraps && guard === 'refused';
  const { least, budget } = conditions(decision, config);
  if (least !== undefined && !(similarity >= least)) return { status: 'miss', reason: 'below-min-similarity' };
  // Live, a candidate below the least similarity was not weighed any further.
  if (guard === undefined) return { status: 'undecided' };
  if (budget !== undefined) {
    if (probability === undefined) return { status: 'undecided' };
    const boundary = budget.isOwn ? (decision.boundary ?? undefined) : boundaryOf(budget.rate);
    // Before the verifier has learned, a breach asks for more than the usual similarity.
    const wasTooFar = outcome.status === 'miss' && outcome.reason === 'below-min-similarity';
    if (budget.isOwn && boundary === undefined && wasTooFar) return { status: 'miss', reason: outcome.reason };
    const reason = budgetReason(similarity, probability, boundary, budget.rate);
    if (reason !== undefined) return { status: 'miss', reason };
  }
  if (isRefused) return { status: 'miss', reason: 'refused-by-guard' };
  const wasAudit = outcome.status === 'miss' && outcome.reason === 'audit';
  return wasAudit && budget !== undefined ? { status: 'miss', reason: 'audit' } : { status: 'hit', entryId };
}

interface Conditions {
  readonly least: number | undefined;
  /** Whether the lookup was decided under this very rate. */
  readonly budget: { readonly rate: number; readonly isOwn: boolean } | undefined;
}

function conditions(decision: DecisionRecord, { maxErrorRate, minSimilarity }: ReplayConfig): Conditions {
  if (minSimilarity !== undefined) return { least: minSimilarity, budget: undefined };
  const own = decision.maxErrorRate ?? undefined;
  const rate = maxErrorRate ?? own;
  const budget = rate === undefined ? undefined : { rate, isOwn: rate === own };
  // A fixed similarity gives way to a budget; beside a budget it was a caller's wish.
  const isFixed = own === undefined && maxErrorRate !== undefined;
  return { least: isFixed ? undefined : (decision.minSimilarity ?? undefined), budget };
}

function budgetReason(
  similarity: number,
  probability: number,
  boundary: number | undefined,
  rate: number,
): string | undefined {
  if (boundary !== undefined) return probability >= boundary ? undefined : 'beyond-error-budget';
  return similarity >= DEFAULT_MIN_SIMILARITY && rate > 0 ? undefined : 'below-min-similarity';
}

/** Equal prompts, no candidate, one that had vanished: no configuration decides these otherwise. */
function decidedByWords({ outcome, candidates, decidedAbout }: DecisionRecord): boolean {
  if (decidedAbout === undefined) return true;
  if (outcome.status === 'miss') return outcome.reason === 'no-candidate' || outcome.reason === 'prompt-too-long';
  const { tier, entryId } = outcome;
  return tier === 'exact' || candidates.some((each) => each.entryId === entryId && each.isSameQuestion);
}

function candidateOf({ candidates, decidedAbout }: DecisionRecord): DecisionRecord['candidates'][number] | undefined {
  return candidates.find(({ entryId }) => entryId === decidedAbout);
}

/** The budget counts every lookup that came to its tier. */
function wasCounted(decision: DecisionRecord): boolean {
  if (!decision.tiers.includes('semantic')) return false;
  return decision.outcome.status === 'miss' || !decidedByWords(decision);
}

/** What the budget was told of it: nothing of what could not be served whatever it says. */
function learnable(decision: DecisionRecord): readonly number[] | undefined {
  return candidateOf(decision)?.guard === 'passed' ? featuresOfRecord(decision) : undefined;
}

function isSameDecision(again: ReplayedDecision, { outcome }: DecisionRecord): boolean {
  if (again.status === 'undecided' || again.status !== outcome.status) return false;
  if (again.status === 'hit') return outcome.status === 'hit' && again.entryId === outcome.entryId;
  return outcome.status === 'miss' && again.reason === outcome.reason;
}

/** What the budget of one process had seen, as far as the trail tells. */
class LoggedBudget {
  readonly #requests = new Ring<readonly number[] | undefined>(REQUESTS_MAX);
  readonly #labels = new Ring<LabelledFeatures>(LABELS_MAX);
  #weights: readonly number[] | undefined;
  #strictness = 1;
  /** Of rates that were asked for since the last fit. */
  readonly #boundaries = new Map<number, number>();
  /** What was seen at the last fit: what came later did not count for its boundary. */
  #seen: {
    readonly requests: readonly (readonly number[] | undefined)[];
    readonly labels: readonly LabelledFeatures[];
  } = { requests: [], labels: [] };

  note(features: readonly number[] | undefined): void {
    this.#requests.push(features);
  }

  learn(label: LabelledFeatures): void {
    this.#labels.push(label);
  }

  /** @returns whether the trail holds all that the verifier was fitted to */
  fit({ weights, strictness, labels, requests, boundary, maxErrorRate }: FitRecord): boolean {
    this.#weights = weights;
    this.#strictness = strictness;
    this.#seen = { requests: [...this.#requests.items], labels: [...this.#labels.items] };
    this.#boundaries.clear();
    const isComplete = this.#labels.size >= labels && this.#requests.size >= requests;
    if (!isComplete) this.#boundaries.set(maxErrorRate, boundary);
    return isComplete;
  }

  boundary(maxErrorRate: number): number | undefined {
    if (this.#weights === undefined) return undefined;
    const known = this.#boundaries.get(maxErrorRate);
    if (known !== undefined) return known;
    const { requests, labels } = this.#seen;
    const boundary = boundaryFor(maxErrorRate * this.#strictness, this.#weights, requests, labels);
    this.#boundaries.set(maxErrorRate, boundary);
    return boundary;
  }
}

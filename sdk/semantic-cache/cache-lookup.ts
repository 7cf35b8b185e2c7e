/**
 * Finds the answer to a question: tier by tier, in the order in which they were asked for, until one hits.
 *
 * Whatever a tier finds is read again by key before it is served. Nothing is counted or learned here, but by the decisions
 * that are handed in: `explain` asks the same tiers with decisions that leave no trace.
 */
import type { CacheEntry } from './cache-entry.js';
import type { CacheIndex, Candidate } from './cache-index.js';
import { type CacheTier, exactsOf, type LookupRequest, type Question } from './cache-question.js';
import type { DecisionOutcome } from './decision-record.js';
import type { EntryHashes } from './entry-hashes.js';
import { entryIdOf } from './entry-identity.js';
import { type Decisions, type Miss, similarityOf } from './hit-decider.js';
import type { ServedHit } from './live-truth.js';
import type { PromptVectors } from './prompt-vectors.js';

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

export type Hit = Extract<LookupResult, { outcome: 'hit' }>;

export interface CacheLookupOptions {
  readonly entries: EntryHashes;
  readonly index: CacheIndex;
  readonly vectors: PromptVectors;
  /** How many nearest entries are considered. */
  readonly candidatesMax: number;
  /** Resolves when the error budget knows what was learned before. */
  readonly ensureLearned: () => Promise<void>;
}

export class CacheLookup {
  readonly #options: CacheLookupOptions;

  constructor(options: CacheLookupOptions) {
    this.#options = options;
  }

  async ask(question: Question, decisions: Decisions): Promise<LookupResult> {
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

  /** Whether the answer depends on the vector of the prompt. */
  async asksForVector(question: Question): Promise<boolean> {
    const { tiers } = question;
    if (!tiers.includes('semantic')) return false;
    return !tiers.includes('exact') || (await this.#equal(question)) === null;
  }

  /**
   * Finds the entry with exactly these attributes by its id. An entry that carries more attributes than were asked has another
   * id: the semantic tier recognises it by its `exact` digest, and when that tier is not asked, or cannot be, the index is.
   */
  async #askExact(question: Question): Promise<Hit | null> {
    const { entries, index, vectors, candidatesMax } = this.#options;
    const { attributes, tiers, prompt } = question;
    const entry = await this.#equal(question);
    if (entry !== null) return exactHit(entry, question);
    if (tiers.includes('semantic') && vectors.isEmbeddable(prompt)) return null;
    for (const exact of exactsOf(question)) {
      for (const entryId of await index.matching({ exact, attributes }, candidatesMax)) {
        const match = await entries.read(entryId);
        if (match !== null) return exactHit(match, question);
      }
    }
    return null;
  }

  async #equal(question: Question): Promise<CacheEntry | null> {
    for (const exact of exactsOf(question)) {
      const entry = await this.#options.entries.read(entryIdOf(exact, question.attributes));
      if (entry !== null) return entry;
    }
    return null;
  }

  /**
   * Serves the same question in other letters wherever it stands, else the nearest candidate that still exists, if it may be
   * served. A refusal ends the search: what lies farther away than a question the guard told apart is seldom the answer.
   */
  async #askSemantic(question: Question, decisions: Decisions): Promise<LookupResult> {
    if (!this.#options.vectors.isEmbeddable(question.prompt)) {
      return decisions.nothingNear(question, 'prompt-too-long');
    }
    const found = await this.#candidates(question);
    question.notes.candidates = found;
    const exacts = exactsOf(question);
    for (const same of exacts.flatMap((one) => found.filter(({ exact }) => exact === one))) {
      const hit = await this.#serve(same, question);
      if (hit !== null) return hit;
    }
    const others = found.filter(({ exact }) => !exacts.includes(exact));
    for (let nearest = 0; nearest < others.length; nearest++) {
      const decision = decisions.decide(others.slice(nearest), question);
      if (decision.outcome === 'miss') return decision;
      const hit = await this.#serve(decision.candidate, question, decision.probability);
      if (hit !== null) return hit;
    }
    return decisions.nothingNear(question);
  }

  async #candidates({ prompt, scope, own, attributes }: Question): Promise<Candidate[]> {
    const { index, vectors, candidatesMax, ensureLearned } = this.#options;
    const ready = [index.ensure(), ensureLearned()];
    const [vector] = await Promise.all([vectors.embed(prompt), ...ready]);
    return index.nearest(vector, { scope: own === undefined ? scope : [scope, own.scope], attributes }, candidatesMax);
  }

  async #serve(candidate: Candidate, question: Question, probability?: number): Promise<Hit | null> {
    const entry = await this.#options.entries.read(candidate.entryId);
    if (entry === null) return null;
    if (exactsOf(question).includes(candidate.exact) && question.tiers.includes('exact'))
      return exactHit(entry, question);
    const similarity = similarityOf(candidate.distance);
    const known = probability === undefined ? {} : { probability };
    return { outcome: 'hit', tier: 'semantic', similarity, ...known, entry, hitId: question.lookupId };
  }
}

export function outcomeOf(result: LookupResult): DecisionOutcome {
  if (result.outcome === 'miss') return { status: 'miss', reason: result.reason };
  const { tier, similarity, probability, entry } = result;
  const hit = { status: 'hit' as const, tier, entryId: entry.id, similarity };
  return probability === undefined ? hit : { ...hit, probability };
}

/** What is remembered of a hit, for votes and for fresh answers that are compared with it. */
export function servedHit({ entry, hitId, tier }: Hit, { prompt, notes }: Question, request: LookupRequest): ServedHit {
  const namespace = request.scope?.namespace;
  const features = tier === 'semantic' ? notes.decided?.features : undefined;
  return { hitId, entryId: entry.id, tier, namespace, prompt, features };
}

function exactHit(entry: CacheEntry, { lookupId }: Question): Hit {
  return { outcome: 'hit', tier: 'exact', similarity: 1, entry, hitId: lookupId };
}

/**
 * Decides whether the nearest entry answers a prompt, and learns from what is answered instead.
 *
 * Conditions in order, each enough to refuse: the least similarity, where one was asked for; the trap guard, which reads the
 * words; the error budget, which weighs similarity, neighbourhood and words by what it has learned of this cache. Of a candidate
 * that the guard refuses, the guard is named as the reason only when the budget would have served it: an unrelated question
 * is no trap.
 *
 * A question that was not served stays open until its fresh answer is stored. Then the fresh answer is compared with the
 * candidate's: the budget learns whether serving it would have been right, and entries with the same answer come to share an
 * answer group.
 */
import type { CacheEntry } from './cache-entry.js';
import type { Candidate } from './cache-index.js';
import type { CounterName } from './cache-statistics.js';
import type { AnswerJudge, JudgedAnswers, JudgeVerdict } from './decision/answer-judge.js';
import type { BudgetDecision, BudgetMemory, ErrorBudget } from './decision/error-budget.js';
import { featuresOf } from './decision/features.js';
import type { LabelledFeatures } from './decision/logistic-head.js';
import { type JudgedCandidate, OpenQuestions } from './decision/open-questions.js';
import { WordStatistics, type WordsMemory, wordsOf } from './decision/word-statistics.js';
import type { DecisionNotes } from './decision-record.js';
import type { LabelSource } from './decision-trail.js';
import type { Digest } from './digest.js';
import type { GuardVerdict } from './trap-guard.js';

/** Groups that a fresh answer is compared with. */
const JUDGED_GROUPS_MAX = 2;
/** Of a lesson. Words: rarer ones are as telling as those never seen. Requests: the last ones. */
const LESSON_WORDS_MAX = 2000;
export const LESSON_REQUESTS_MAX = 250;

export type MissReason =
  /** No entry in this scope with these attributes. */
  | 'no-candidate'
  /** The embedder does not read prompts as long as this one, and none that is equal is stored. */
  | 'prompt-too-long'
  /** The nearest entry is not similar enough. */
  | 'below-min-similarity'
  /** The nearest entry would have been served or audited, but for the guard. */
  | 'refused-by-guard'
  /** The nearest entry is too likely to be the wrong answer. */
  | 'beyond-error-budget'
  /** The nearest entry would have been served, and is to be compared with a fresh answer instead. */
  | 'audit';

/** A lookup that is not answered. */
export interface Miss {
  readonly outcome: 'miss';
  readonly reason: MissReason;
  readonly nearest?: Nearest;
}

/** The nearest entry that was not served, and the guard's rule when it was that which refused it. */
export interface Nearest {
  readonly entryId: string;
  readonly similarity: number;
  readonly refusedBy?: string;
  /** That its answer is right, as the error budget sees it. */
  readonly probability?: number;
}

/** The candidate may be served. */
export interface Served {
  readonly outcome: 'serve';
  readonly candidate: Candidate;
  readonly probability: number | undefined;
}

/** What of a lookup matters here. One object a lookup: it is what tells lookups apart. */
export interface AskedQuestion {
  readonly prompt: string;
  /** Digest of scope and prompt. */
  readonly exact: Digest;
  readonly minSimilarity: number | undefined;
  readonly maxErrorRate: number | undefined;
  readonly lookupId?: Digest;
  /** Where it is written down what was found out. */
  readonly notes?: DecisionNotes;
}

/** What is found out about the nearest candidate. */
export interface Assessment {
  readonly similarity: number;
  /** Undefined: it was not asked. */
  readonly guard: GuardVerdict | undefined;
  /** Undefined: there is no budget, or it was not asked. */
  readonly features: readonly number[] | undefined;
  readonly decision: BudgetDecision | undefined;
  /** Undefined: it may be served. */
  readonly reason: MissReason | undefined;
}

/** A label, and where it comes from. */
export interface LearnedLabel extends LabelledFeatures {
  readonly source: LabelSource;
  /** The lookup whose candidate it is about. */
  readonly lookupId: Digest | undefined;
}

export interface HitDeciderOptions {
  readonly guard: (cachedPrompt: string, prompt: string) => GuardVerdict;
  readonly judge: AnswerJudge;
  /** Undefined: similarity and guard decide alone. */
  readonly budget: ErrorBudget | undefined;
  readonly count: (name: CounterName) => void;
  readonly read: (entryId: Digest) => Promise<CacheEntry | null>;
  /** Told of every label that was learned. */
  readonly onLearned: (label: LearnedLabel) => void;
}

/** What deciders of one cache tell each other. Open questions are not of it: one that is forgotten only teaches nothing. */
export interface DeciderMemory extends BudgetMemory {
  readonly words: WordsMemory;
}

/** Why a miss is one, as far as it is known. */
interface Findings {
  readonly rule?: string | undefined;
  readonly features?: readonly number[] | undefined;
  readonly probability?: number | undefined;
}

/** Whose decisions a lookup follows. */
export interface Decisions {
  decide(candidates: readonly Candidate[], question: AskedQuestion): Served | Miss;
  nothingNear(question: AskedQuestion, reason?: 'no-candidate' | 'prompt-too-long'): Miss;
}

export class HitDecider implements Decisions {
  readonly #options: HitDeciderOptions;
  readonly #words = new WordStatistics();
  readonly #open = new OpenQuestions();
  /** Those the budget has counted: a lookup is one request, however many of its candidates have vanished. */
  readonly #counted = new WeakSet<AskedQuestion>();
  #lesson = new Lesson();

  constructor(options: HitDeciderOptions) {
    this.#options = options;
  }

  get budget(): ErrorBudget | undefined {
    return this.#options.budget;
  }

  get labelCount(): number {
    return this.budget?.state().labels ?? 0;
  }

  /** What was learned since the last call; undefined when there is no label in it. */
  takeLesson(): DeciderMemory | undefined {
    if (this.#lesson.labels.length === 0) return undefined;
    const { labels, requests, words } = this.#lesson;
    this.#lesson = new Lesson();
    return { labels, requests, words: words.memory(LESSON_WORDS_MAX) };
  }

  /** Takes over what other deciders of the same cache and embedder have learned. */
  restore({ labels, requests, words }: DeciderMemory): void {
    this.#words.restore(words);
    this.budget?.restore({ labels, requests });
  }

  /** @param candidates the nearest first; only the first may be served, the others say how safe it is */
  decide(candidates: readonly Candidate[], question: AskedQuestion): Served | Miss {
    const [candidate] = candidates;
    if (candidate === undefined) return this.nothingNear(question);
    const { budget } = this.#options;
    const assessment = this.#assess(candidate, candidates, question, (features, rate) =>
      budget?.decide(features, rate),
    );
    question.notes?.assessed(candidate.entryId, assessment);
    const { guard, decision, reason } = assessment;
    // Of what the guard refuses the budget learns nothing: it could not be served whatever the budget says.
    const features = guard?.ok === true ? assessment.features : undefined;
    this.#count(question, features);
    const probability = decision?.probability;
    if (reason === undefined) return { outcome: 'serve', candidate, probability };
    const rule = reason === 'refused-by-guard' && guard?.ok === false ? guard.rule : undefined;
    return this.#missed(reason, candidates, question, { rule, features, probability });
  }

  /** What would be decided, but for audits. Counts nothing, and leaves no question open. */
  assess(candidates: readonly Candidate[], question: AskedQuestion): Assessment | undefined {
    const [candidate] = candidates;
    if (candidate === undefined) return undefined;
    const { budget } = this.#options;
    return this.#assess(candidate, candidates, question, (features, rate) => budget?.weigh(features, rate));
  }

  /** Whether the nearest candidate could be served; audits are for `decide`. Counts nothing, and leaves no question open. */
  couldServe(candidates: readonly Candidate[], question: AskedQuestion): boolean {
    const assessment = this.assess(candidates, question);
    return assessment !== undefined && assessment.reason === undefined;
  }

  /** The same decisions without any effect. */
  get preview(): Decisions {
    return {
      decide: (candidates, question) => {
        const [candidate] = candidates;
        const assessment = this.assess(candidates, question);
        if (candidate === undefined || assessment === undefined) return { outcome: 'miss', reason: 'no-candidate' };
        question.notes?.assessed(candidate.entryId, assessment);
        const { reason, decision } = assessment;
        return reason === undefined
          ? { outcome: 'serve', candidate, probability: decision?.probability }
          : { outcome: 'miss', reason };
      },
      nothingNear: (_question, reason = 'no-candidate') => ({ outcome: 'miss', reason }),
    };
  }

  /** A question without a candidate. */
  nothingNear(question: AskedQuestion, reason: 'no-candidate' | 'prompt-too-long' = 'no-candidate'): Miss {
    this.#count(question, undefined);
    return this.#missed(reason, [], question, {});
  }

  /**
   * Compares a fresh answer with those of the entries that were near its prompt, and learns.
   * @returns the answer group that it belongs to; undefined when it is a new one
   */
  async answered(exact: Digest, prompt: string, freshResponse: string): Promise<string | undefined> {
    const words = wordsOf(prompt);
    this.#words.add(words);
    this.#lesson.words.add(words);
    const question = this.#open.take(exact);
    if (question === undefined) return undefined;
    let { features } = question;
    for (const { entryId, prompt: cachedPrompt, answerGroup } of firstOfGroups(question.candidates)) {
      const cached = await this.#options.read(entryId);
      if (cached === null) continue;
      const verdict = await this.verdict({ prompt, cachedPrompt, freshResponse, cachedResponse: cached.response });
      if (features !== undefined && verdict !== 'unknown') {
        const isRight = verdict === 'same';
        this.#options.count(isRight ? 'judgedRight' : 'judgedWrong');
        this.learn({ features, isRight, source: 'answer', lookupId: question.lookupId });
      }
      features = undefined;
      if (verdict === 'same') return answerGroup;
    }
    return undefined;
  }

  #assess(
    candidate: Candidate,
    candidates: readonly Candidate[],
    question: AskedQuestion,
    decide: (features: readonly number[], maxErrorRate: number | undefined) => BudgetDecision | undefined,
  ): Assessment {
    const { minSimilarity } = question;
    const similarity = similarityOf(candidate.distance);
    // Written so that a distance that is not a number is refused.
    if (minSimilarity !== undefined && !(similarity >= minSimilarity)) {
      const unasked = { guard: undefined, features: undefined, decision: undefined };
      return { similarity, ...unasked, reason: 'below-min-similarity' };
    }
    const guard = this.#options.guard(candidate.prompt, question.prompt);
    const features = this.#features(candidate, candidates, question);
    const decision = features === undefined ? undefined : decide(features, question.maxErrorRate);
    const budgetReason = decision === undefined ? undefined : missReason(decision);
    // The budget's refusal comes first: an unrelated question is no trap.
    const isTrap = !guard.ok && decision?.verdict !== 'refuse';
    return { similarity, guard, features, decision, reason: isTrap ? 'refused-by-guard' : budgetReason };
  }

  /** Learns whether the candidate of a lookup was right. */
  learn(label: LearnedLabel): void {
    const { features, isRight } = label;
    // Told first: what the label leads to follows from it.
    this.#options.onLearned(label);
    this.#options.budget?.learn(features, isRight);
    this.#lesson.labels.push({ features, isRight });
  }

  /** @returns undefined when there is no budget */
  #features(
    candidate: Candidate,
    candidates: readonly Candidate[],
    question: AskedQuestion,
  ): readonly number[] | undefined {
    if (this.#options.budget === undefined) return undefined;
    const neighbours = candidates.map(({ distance, answerGroup }) => ({
      similarity: similarityOf(distance),
      answerGroup,
    }));
    return featuresOf(neighbours, wordsOf(question.prompt), wordsOf(candidate.prompt), this.#words);
  }

  #count(question: AskedQuestion, features: readonly number[] | undefined): void {
    if (this.#counted.has(question)) return;
    this.#counted.add(question);
    this.#options.budget?.note(features);
    this.#lesson.note(features);
  }

  #missed(reason: MissReason, candidates: readonly Candidate[], question: AskedQuestion, findings: Findings): Miss {
    const { rule, features, probability } = findings;
    this.#open.note(question.exact, { candidates, features, lookupId: question.lookupId });
    if (rule !== undefined) this.#options.count(`refused:${rule}`);
    if (reason === 'audit') this.#options.count('audits');
    const [candidate] = candidates;
    if (candidate === undefined) return { outcome: 'miss', reason };
    const nearest: Nearest = {
      entryId: candidate.entryId,
      similarity: similarityOf(candidate.distance),
      ...(rule === undefined ? {} : { refusedBy: rule }),
      ...(probability === undefined ? {} : { probability }),
    };
    return { outcome: 'miss', reason, nearest };
  }

  /** A judge that fails says nothing; the answer is stored all the same. */
  async verdict(answers: JudgedAnswers): Promise<JudgeVerdict> {
    try {
      return await this.#options.judge(answers);
    } catch {
      this.#options.count('errors');
      return 'unknown';
    }
  }
}

/** What was learned and not told yet. */
class Lesson {
  readonly labels: LabelledFeatures[] = [];
  readonly requests: (readonly number[] | undefined)[] = [];
  readonly words = new WordStatistics();

  note(features: readonly number[] | undefined): void {
    this.requests.push(features);
    if (this.requests.length > LESSON_REQUESTS_MAX) this.requests.shift();
  }
}

/** Cosine similarity, cut to 0..1, from the cosine distance a search reports (float noise may exceed its range). */
export function similarityOf(distance: number): number {
  return Math.min(1, Math.max(0, 1 - distance));
}

/** The nearest candidate of each of the nearest groups. */
function firstOfGroups(candidates: readonly JudgedCandidate[]): JudgedCandidate[] {
  const groups = new Map<string, JudgedCandidate>();
  for (const candidate of candidates) {
    if (groups.size < JUDGED_GROUPS_MAX && !groups.has(candidate.answerGroup))
      groups.set(candidate.answerGroup, candidate);
  }
  return [...groups.values()];
}

function missReason({ verdict, boundary }: BudgetDecision): MissReason | undefined {
  if (verdict === 'serve') return undefined;
  if (verdict === 'audit') return 'audit';
  return boundary === undefined ? 'below-min-similarity' : 'beyond-error-budget';
}

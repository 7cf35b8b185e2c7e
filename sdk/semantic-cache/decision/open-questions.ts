/**
 * Lookups that were not answered, until their fresh answer is stored: then the candidate that was not served is compared
 * with it. Bounded; the oldest is forgotten first, and so is one whose answer never comes.
 */
import type { Digest } from '../digest.js';

const OPEN_MAX = 1024;

/** An entry near the prompt, nearest first. */
export interface JudgedCandidate {
  readonly entryId: Digest;
  readonly prompt: string;
  readonly answerGroup: string;
}

export interface OpenQuestion {
  readonly candidates: readonly JudgedCandidate[];
  /** Of the first candidate; undefined when it could not have been served whatever the budget says. */
  readonly features: readonly number[] | undefined;
  /** The lookup that was not answered. */
  readonly lookupId?: Digest | undefined;
}

export class OpenQuestions {
  readonly #open = new Map<Digest, OpenQuestion>();

  /** @param exact digest of scope and prompt */
  note(exact: Digest, question: OpenQuestion): void {
    this.#open.delete(exact);
    this.#open.set(exact, question);
    if (this.#open.size <= OPEN_MAX) return;
    for (const [oldest] of this.#open) {
      this.#open.delete(oldest);
      break;
    }
  }

  /** The question that this answer answers; it is open no longer. */
  take(exact: Digest): OpenQuestion | undefined {
    const question = this.#open.get(exact);
    this.#open.delete(exact);
    return question;
  }
}

/**
 * What a semantic cache would do, computed without one: which entry it would answer at each threshold, and whether that
 * is right. Similarity is the cosine of unit vectors, from -1 to 1.
 *
 * A policy says what happens to a candidate that the guard refuses:
 * - `none`: there is no guard;
 * - `next`: the next similar candidate is tried;
 * - `stop`: a refused candidate ends the lookup. Whatever is less similar than an entry that only looks right is less
 *   likely to be right.
 */
import type { GuardVerdict } from '@nearkey/sdk';

export const policies = ['none', 'next', 'stop'] as const;
export type Policy = (typeof policies)[number];
export type Guard = (cachedPrompt: string, prompt: string) => GuardVerdict;

export interface Candidate {
  readonly position: number;
  readonly similarity: number;
}

export interface Outcomes {
  readonly minSimilarity: number;
  readonly requests: number;
  readonly hits: number;
  readonly wrongHits: number;
}

/** How many candidates a lookup looks at. */
const CANDIDATES_MAX = 8;

export function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The candidates a lookup would see, most similar first; equals in order of position. */
export function nearest(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => b.similarity - a.similarity).slice(0, CANDIDATES_MAX);
}

/** The candidate that would be answered, or undefined for a miss. `isRefused` is the guard's word on a candidate. */
export function answered(
  nearestFirst: readonly Candidate[],
  minSimilarity: number,
  policy: Policy,
  isRefused: (candidate: Candidate) => boolean,
): Candidate | undefined {
  for (const candidate of nearestFirst) {
    if (candidate.similarity < minSimilarity) return undefined;
    if (policy === 'none' || !isRefused(candidate)) return candidate;
    if (policy === 'stop') return undefined;
  }
  return undefined;
}

export interface LabelledPrompt {
  readonly text: string;
  /** Prompts with the same label may share an answer. `null` shares with none. */
  readonly label: string | null;
}

/** A cache with fixed entries, asked each prompt once. */
export function askAll(
  entries: readonly { readonly prompt: LabelledPrompt; readonly vector: Float32Array }[],
  questions: readonly { readonly prompt: LabelledPrompt; readonly vector: Float32Array }[],
  minSimilarities: readonly number[],
  policy: Policy,
  guard: Guard,
): Outcomes[] {
  const seen = questions.map(({ prompt, vector }) => ({
    prompt,
    candidates: nearest(entries.map((entry, position) => ({ position, similarity: similarity(entry.vector, vector) }))),
  }));
  return minSimilarities.map((minSimilarity) => {
    const counter = new OutcomeCounter(minSimilarity);
    for (const { prompt, candidates } of seen) {
      const hit = answered(candidates, minSimilarity, policy, ({ position }) =>
        refuses(guard, entries[position]?.prompt, prompt),
      );
      counter.count(hit === undefined ? undefined : entries[hit.position]?.prompt, prompt);
    }
    return counter.outcomes();
  });
}

/**
 * A cache that starts empty and stores every prompt it misses. `similarities[i * prompts.length + j]` for j < i.
 */
export function stream(
  prompts: readonly LabelledPrompt[],
  similarities: Float32Array,
  minSimilarity: number,
  policy: Policy,
  guard: Guard,
): Outcomes {
  const counter = new OutcomeCounter(minSimilarity);
  const stored: number[] = [];
  prompts.forEach((prompt, at) => {
    const candidates: Candidate[] = [];
    for (const position of stored) {
      const value = similarities[at * prompts.length + position] ?? 0;
      if (value >= minSimilarity) candidates.push({ position, similarity: value });
    }
    const hit = answered(nearest(candidates), minSimilarity, policy, ({ position }) =>
      refuses(guard, prompts[position], prompt),
    );
    if (hit === undefined) stored.push(at);
    counter.count(hit === undefined ? undefined : prompts[hit.position], prompt);
  });
  return counter.outcomes();
}

/** The lower triangle of all similarities, for `stream`. */
export function lowerTriangle(vectors: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(vectors.length ** 2);
  vectors.forEach((vector, row) => {
    for (let column = 0; column < row; column++) {
      values[row * vectors.length + column] = similarity(vector, vectors[column] ?? vector);
    }
  });
  return values;
}

function refuses(guard: Guard, cached: LabelledPrompt | undefined, asked: LabelledPrompt): boolean {
  return cached !== undefined && !guard(cached.text, asked.text).ok;
}

class OutcomeCounter {
  readonly #minSimilarity: number;
  #requests = 0;
  #hits = 0;
  #wrongHits = 0;

  constructor(minSimilarity: number) {
    this.#minSimilarity = minSimilarity;
  }

  count(cached: LabelledPrompt | undefined, asked: LabelledPrompt): void {
    this.#requests++;
    if (cached === undefined) return;
    this.#hits++;
    if (asked.label === null || cached.label !== asked.label) this.#wrongHits++;
  }

  outcomes(): Outcomes {
    return {
      minSimilarity: this.#minSimilarity,
      requests: this.#requests,
      hits: this.#hits,
      wrongHits: this.#wrongHits,
    };
  }
}

/** Prompts whose answers are under way, compared with a question as if they were entries. */
import type { Candidate } from './cache-index.js';
import { similarityOf } from './hit-decider.js';

/** A prompt whose answer is not there yet. */
export interface PendingPrompt {
  readonly prompt: string;
  /** Undefined: it is compared with none. */
  readonly vector: Float32Array | undefined;
}

export interface NearestPending<Pending> {
  readonly pending: Pending;
  readonly similarity: number;
}

/**
 * The nearest of pending prompts, if its answer may be served.
 * @param couldServe asked of the nearest, with those behind it
 */
export function nearestPendingOf<Pending extends PendingPrompt>(
  vector: Float32Array,
  pending: readonly Pending[],
  countMax: number,
  couldServe: (candidates: readonly Candidate[]) => boolean,
): NearestPending<Pending> | undefined {
  const measured = pending
    .flatMap((one) => (one.vector === undefined ? [] : [{ one, distance: cosineDistance(vector, one.vector) }]))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, countMax);
  const [nearest] = measured;
  if (nearest === undefined) return undefined;
  const candidates = measured.map(({ one, distance }, at) => {
    const id = String(at);
    return { entryId: id, prompt: one.prompt, exact: id, answerGroup: id, distance };
  });
  if (!couldServe(candidates)) return undefined;
  return { pending: nearest.one, similarity: similarityOf(nearest.distance) };
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

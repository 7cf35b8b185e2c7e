/**
 * Compares answers by their meaning: for answers in words that differ from call to call, as a model's do, of which the judge of words
 * mostly says "unknown".
 *
 * What an embedder calls near may still say the opposite, so "same" takes the trap guard's consent as well.
 */
import type { Embedder } from '../../embedders/embedder.js';
import { guard } from '../trap-guard.js';
import { type AnswerJudge, wordJudge } from './answer-judge.js';

/** Cosine similarity from which on answers are the same, and up to which they are different. */
const SAME_MIN = 0.9;
const DIFFERENT_MAX = 0.5;

/** @param embedder whose vectors have the length 1 */
export function embeddingJudge(embedder: Embedder): AnswerJudge {
  return async (answers) => {
    const byWords = await wordJudge(answers);
    if (byWords === 'same') return 'same';
    const [fresh, cached] = await embedder.embed([answers.freshResponse, answers.cachedResponse]);
    if (fresh === undefined || cached === undefined) return 'unknown';
    const similarity = fresh.reduce((sum, value, at) => sum + value * (cached[at] ?? 0), 0);
    if (similarity <= DIFFERENT_MAX) return 'different';
    const isSame = similarity >= SAME_MIN && guard(answers.cachedResponse, answers.freshResponse).ok;
    return isSame ? 'same' : 'unknown';
  };
}

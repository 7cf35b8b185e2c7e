/**
 * Whether a fresh answer says the same as a cached one: what teaches the error budget and forms answer groups. It runs
 * when an answer is stored, never while somebody waits for a lookup.
 *
 * "unknown" is an honest verdict: nothing is learned from it. A wrong "same" would loosen the boundary, so the default judge
 * claims it for answers that are alike almost word for word only.
 */
import { wordsOf } from './word-statistics.js';

export type JudgeVerdict = 'same' | 'different' | 'unknown';

export interface JudgedAnswers {
  readonly prompt: string;
  readonly cachedPrompt: string;
  readonly freshResponse: string;
  readonly cachedResponse: string;
}

/** A judge of one's own may ask a model. One that throws counts as "unknown". */
export type AnswerJudge = (answers: JudgedAnswers) => JudgeVerdict | Promise<JudgeVerdict>;

/** Share of words in common from which on answers are the same, and up to which they are different. */
const SAME_MIN = 0.9;
const DIFFERENT_MAX = 0.4;

/** Compares answers by their words: order, case and punctuation do not count, numbers do. */
export const wordJudge: AnswerJudge = ({ freshResponse, cachedResponse }) => {
  if (freshResponse === cachedResponse) return 'same';
  const fresh = wordsOf(freshResponse);
  const cached = wordsOf(cachedResponse);
  if (!sameNumbers(fresh, cached)) return 'different';
  let both = 0;
  for (const word of fresh) if (cached.has(word)) both++;
  const either = fresh.size + cached.size - both;
  const share = either === 0 ? 0 : both / either;
  if (share >= SAME_MIN) return 'same';
  return share <= DIFFERENT_MAX ? 'different' : 'unknown';
};

function sameNumbers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const numbersOf = (words: ReadonlySet<string>): string =>
    [...words]
      .filter((word) => /\p{N}/u.test(word))
      .sort()
      .join(' ');
  return numbersOf(a) === numbersOf(b);
}

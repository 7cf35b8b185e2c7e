/**
 * Compares stored answers by what they say: ids, moments and token counts in their bodies differ between any two answers and
 * say nothing. Answers that are no answers of a model are compared as they are: one cache may hold both.
 */
import type { AnswerJudge } from '../semantic-cache/decision/answer-judge.js';
import { decodeAnswer } from './stored-answer.js';

/** @param judge of the texts */
export function answerTextJudge(judge: AnswerJudge): AnswerJudge {
  return (answers) => {
    const fresh = decodeAnswer(answers.freshResponse);
    const cached = decodeAnswer(answers.cachedResponse);
    if (fresh === undefined && cached === undefined) return judge(answers);
    if (fresh === undefined || cached === undefined) return 'unknown';
    return judge({ ...answers, freshResponse: fresh.text, cachedResponse: cached.text });
  };
}

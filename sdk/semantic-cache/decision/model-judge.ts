/**
 * Lets a language model compare answers: the most careful judge, and the dearest. The model is whatever the caller's function asks.
 */
import { type AnswerJudge, wordJudge } from './answer-judge.js';

/** Longer answers are compared by their beginnings. */
const ANSWER_CHARS_MAX = 4_000;

/** @param ask sends a prompt to a model and answers what it says; what is neither of the two words counts as "unknown" */
export function modelJudge(ask: (prompt: string) => Promise<string>): AnswerJudge {
  return async (answers) => {
    if ((await wordJudge(answers)) === 'same') return 'same';
    const said = await ask(questionOf(answers));
    const isSame = /\bSAME\b/.test(said);
    const isDifferent = /\bDIFFERENT\b/.test(said);
    if (isSame === isDifferent) return 'unknown';
    return isSame ? 'same' : 'different';
  };
}

/** The answers are data: quoted as JSON, so that nothing in them reads as a part of the question. */
function questionOf({ prompt, freshResponse, cachedResponse }: Parameters<AnswerJudge>[0]): string {
  const quoted = JSON.stringify({
    question: prompt,
    first: freshResponse.slice(0, ANSWER_CHARS_MAX),
    second: cachedResponse.slice(0, ANSWER_CHARS_MAX),
  });
  return (
    `Below is a question and two answers to it, as JSON. Would whoever asked learn the same from both? ` +
    `Reply with the single word SAME or DIFFERENT.\n${quoted}`
  );
}

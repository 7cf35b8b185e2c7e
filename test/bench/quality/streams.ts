/**
 * A stream of questions through the product: a cache that starts empty is asked each question once, in random order, and
 * stores the answer to what it missed. Questions of one intent have one answer; a question out of scope has one of its own. A hit
 * with another answer is wrong. Labels are perfect: the judge compares the answers.
 */

import { type AnswerJudge, type CacheScope, type Embedder, type LookupResult, SemanticCache } from '#sdk/mod.js';
import { systemClock } from '#server/base/clock.js';
import { seededRandom } from '#server/base/random.js';
import { Config } from '#server/config/config.js';
import { createServer } from '#server/create-server.js';
import type { LabelledPrompt } from '#server/demo/evaluation.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';

export interface StreamOutcome {
  readonly seed: number;
  readonly requests: number;
  readonly hits: number;
  readonly wrongHits: number;
  readonly audits: number;
  /** Error over all requests, at its worst after the first tenth of the stream. */
  readonly worstErrorRate: number;
}

const perfectJudge: AnswerJudge = ({ freshResponse, cachedResponse }) =>
  freshResponse === cachedResponse ? 'same' : 'different';

/** A cache with the shipped defaults, on a server of its own in this process. */
export function openCache(embedder: Embedder, seed: number, maxErrorRate: number): SemanticCache {
  const silence = (): undefined => undefined;
  const { commander } = createServer({
    config: new Config(),
    clock: systemClock,
    random: seededRandom(seed),
    logger: { notice: silence, warning: silence, error: silence },
    version: '0.0.0',
    runId: '0'.repeat(40),
  });
  const random = new SeededRandom(seed);
  return new SemanticCache({
    cacheId: 'quality',
    commander,
    embedder,
    judge: perfectJudge,
    random: () => random.next(),
    config: { maxErrorRate },
  });
}

/** Asks, and stores the answer of what was missed. */
export async function ask(
  cache: SemanticCache,
  prompt: string,
  answer: string,
  scope?: CacheScope,
): Promise<LookupResult> {
  const result = await cache.lookup({ prompt, scope });
  if (result.outcome === 'miss') await cache.store({ prompt, response: answer, scope });
  return result;
}

export async function runStream(
  cache: SemanticCache,
  prompts: readonly LabelledPrompt[],
  seed: number,
): Promise<StreamOutcome> {
  const shuffled = shuffle(prompts, new SeededRandom(seed));
  let [hits, wrongHits, audits, worstErrorRate] = [0, 0, 0, 0];
  for (const [position, { text, label }] of shuffled.entries()) {
    const answer = label ?? `an answer to this alone: ${text}`;
    const result = await ask(cache, text, answer);
    if (result.outcome === 'hit') {
      hits++;
      if (result.entry.response !== answer) wrongHits++;
    } else if (result.reason === 'audit') {
      audits++;
    }
    if (position * 10 >= shuffled.length) worstErrorRate = Math.max(worstErrorRate, wrongHits / (position + 1));
  }
  return { seed, requests: shuffled.length, hits, wrongHits, audits, worstErrorRate };
}

function shuffle<T>(items: readonly T[], random: SeededRandom): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Traps and paraphrases put to a cache: first all questions are stored in one scope, then all others are asked. */
import type { SemanticCache } from '#sdk/mod.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { type Pair, paraphrase, TRAP_KINDS } from './traps.js';

export interface KindOutcome {
  readonly kind: string;
  readonly pairs: number;
  readonly right: number;
  readonly wrong: number;
  /** Would have been served, but for the guard. */
  readonly refused: number;
}

export interface TrapPairs {
  readonly kind: string;
  readonly pairs: readonly Pair[];
}

export const PARAPHRASES = 'paraphrase';
const TRIES_PER_PAIR = 20;

/** No question is stored twice or asked twice, and none that is asked is stored as well. */
export function drawPairs(seed: number, pairsPerKind: number): TrapPairs[] {
  const random = new SeededRandom(seed);
  const kinds = [...TRAP_KINDS, { kind: PARAPHRASES, draw: paraphrase }];
  const stored = new Set<string>();
  const asked = new Set<string>();
  return kinds.map(({ kind, draw }) => {
    const pairs: Pair[] = [];
    for (let tries = 0; tries < pairsPerKind * TRIES_PER_PAIR && pairs.length < pairsPerKind; tries++) {
      const pair = draw(random);
      const { question, other } = pair;
      if ([question, other].some((text) => stored.has(text) || asked.has(text))) continue;
      stored.add(question);
      asked.add(other);
      pairs.push(pair);
    }
    return { kind, pairs };
  });
}

export async function tryPairs(cache: SemanticCache, kinds: readonly TrapPairs[]): Promise<KindOutcome[]> {
  const scope = { namespace: 'pairs' };
  for (const { question, answer } of kinds.flatMap(({ pairs }) => pairs)) {
    await cache.store({ prompt: question, response: answer ?? question, scope });
  }
  const outcomes: KindOutcome[] = [];
  for (const { kind, pairs } of kinds) {
    let [right, wrong, refused] = [0, 0, 0];
    for (const { other, answer } of pairs) {
      const result = await cache.lookup({ prompt: other, scope });
      if (result.outcome === 'miss') {
        if (result.reason === 'refused-by-guard') refused++;
      } else if (result.entry.response === (answer ?? other)) {
        right++;
      } else {
        wrong++;
      }
    }
    outcomes.push({ kind, pairs: pairs.length, right, wrong, refused });
  }
  return outcomes;
}

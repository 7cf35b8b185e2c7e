import type { CacheEntry } from '#sdk/semantic-cache/cache-entry.js';
import type { Candidate } from '#sdk/semantic-cache/cache-index.js';
import type { AnswerJudge } from '#sdk/semantic-cache/decision/answer-judge.js';
import { ErrorBudget } from '#sdk/semantic-cache/decision/error-budget.js';
import { HitDecider, type LearnedLabel, similarityOf } from '#sdk/semantic-cache/hit-decider.js';

const entryOf = (id: string): CacheEntry => ({
  id,
  prompt: `prompt of ${id}`,
  response: `answer of ${id}`,
  attributes: {},
  createdAtMs: 0,
  embedderId: 'e-1',
});

const candidate = (entryId: string, distance: number, answerGroup = entryId): Candidate => ({
  entryId,
  prompt: `prompt of ${entryId}`,
  exact: entryId,
  answerGroup,
  distance,
});

const question = { prompt: 'asked', exact: 'x', minSimilarity: undefined, maxErrorRate: undefined };

class CountingBudget extends ErrorBudget {
  requests = 0;

  override note(features: readonly number[] | undefined): void {
    this.requests++;
    super.note(features);
  }
}

interface Trial {
  readonly decider: HitDecider;
  readonly budget: CountingBudget;
  readonly counted: string[];
  readonly read: string[];
  readonly learned: LearnedLabel[];
}

function trial(judge: AnswerJudge = () => 'same', missing: readonly string[] = []): Trial {
  const counted: string[] = [];
  const read: string[] = [];
  const learned: LearnedLabel[] = [];
  const budget = new CountingBudget({ maxErrorRate: 0.01, auditRate: 0, coldMinSimilarity: 0.9, random: () => 0 });
  const decider = new HitDecider({
    guard: (cached) => (cached.includes('trap') ? { ok: false, rule: 'number' } : { ok: true }),
    judge,
    budget,
    count: (name) => counted.push(name),
    onLearned: (label) => learned.push(label),
    read: async (entryId) => {
      read.push(entryId);
      return missing.includes(entryId) ? null : entryOf(entryId);
    },
  });
  return { decider, budget, counted, read, learned };
}

describe('a hit decider', () => {
  test('serves the nearest candidate, or says why not', () => {
    const { decider, counted } = trial();
    expect(decider.decide([candidate('a', 0.05)], question)).toMatchObject({
      outcome: 'serve',
      candidate: { entryId: 'a' },
      probability: expect.any(Number),
    });
    expect(decider.decide([candidate('a', 0.2)], question)).toMatchObject({
      outcome: 'miss',
      reason: 'below-min-similarity',
      nearest: { entryId: 'a', similarity: 0.8, probability: expect.any(Number) },
    });
    expect(decider.decide([candidate('trap', 0.01)], question)).toMatchObject({
      reason: 'refused-by-guard',
      nearest: { refusedBy: 'number' },
    });
    expect(decider.decide([], question)).toEqual({ outcome: 'miss', reason: 'no-candidate' });
    expect(decider.nothingNear(question)).toEqual({ outcome: 'miss', reason: 'no-candidate' });
    expect(counted).toEqual(['refused:number']);
  });

  test('names the guard only where the budget would have served: an unrelated question is no trap', () => {
    const { decider, counted } = trial();
    const miss = decider.decide([candidate('trap', 0.4)], question);
    expect(miss).toMatchObject({ reason: 'below-min-similarity', nearest: { entryId: 'trap', similarity: 0.6 } });
    expect(miss).not.toMatchObject({ nearest: { refusedBy: 'number' } });
    expect(counted).toEqual([]);
  });

  test('previews the same decision without counting, learning or leaving a question open', async () => {
    const { decider, budget, counted } = trial();
    for (const near of [[candidate('a', 0.05)], [candidate('a', 0.2)], [candidate('trap', 0.01)], []]) {
      const preview = decider.preview.decide(near, question);
      const { outcome } = preview;
      expect(counted).toEqual([]);
      expect(budget.requests).toBe(0);
      const decided = trial().decider.decide(near, question);
      expect([outcome, 'reason' in preview && preview.reason]).toEqual([
        decided.outcome,
        'reason' in decided && decided.reason,
      ]);
    }
    expect(decider.preview.nothingNear(question, 'prompt-too-long')).toEqual({
      outcome: 'miss',
      reason: 'prompt-too-long',
    });
    expect(await decider.answered('x', 'asked', 'fresh')).toBeUndefined();
    expect(budget.state().labels).toBe(0);
  });

  test('counts a lookup as one request, however many of its candidates have vanished', () => {
    const { decider, budget } = trial();
    const asked = { ...question };
    decider.decide([candidate('a', 0.01), candidate('b', 0.02)], asked);
    decider.decide([candidate('b', 0.02)], asked);
    decider.nothingNear(asked);
    expect(budget.requests).toBe(1);
    decider.nothingNear({ ...question });
    expect(budget.requests).toBe(2);
  });

  test('refuses a distance that is no number where a similarity is asked for', () => {
    const { decider } = trial();
    expect(decider.decide([candidate('a', Number.NaN)], { ...question, minSimilarity: 0 })).toMatchObject({
      reason: 'below-min-similarity',
    });
  });

  test('learns from the fresh answer, and puts it into the group of the answer that says the same', async () => {
    const { decider, budget, counted, learned } = trial();
    decider.decide([candidate('a', 0.3, 'g'), candidate('b', 0.31, 'h')], { ...question, lookupId: 'l' });
    expect(await decider.answered('x', 'asked', 'fresh')).toBe('g');
    expect(budget.state().labels).toBe(1);
    expect(counted).toEqual(['judgedRight']);
    expect(learned).toMatchObject([{ isRight: true, source: 'answer', lookupId: 'l' }]);
    expect(await decider.answered('x', 'asked', 'fresh')).toBeUndefined();
  });

  test('compares with the nearest of the two nearest groups, and learns of the first only', async () => {
    const { decider, budget, counted, read } = trial(({ cachedResponse }) =>
      cachedResponse === 'answer of c' ? 'same' : 'different',
    );
    const near = [candidate('a', 0.3, 'g'), candidate('b', 0.31, 'g'), candidate('c', 0.32, 'h'), candidate('d', 0.33)];
    decider.decide(near, question);
    expect(await decider.answered('x', 'asked', 'fresh')).toBe('h');
    expect(read).toEqual(['a', 'c']);
    expect(counted).toEqual(['judgedWrong']);
    expect(budget.state().labels).toBe(1);
  });

  test('learns nothing of what the judge does not know, of a judge that fails, or of an entry that is gone', async () => {
    const failing: AnswerJudge = () => {
      throw new Error('the model is away');
    };
    for (const made of [trial(() => 'unknown'), trial(failing), trial(() => 'same', ['a'])]) {
      made.decider.decide([candidate('a', 0.3)], question);
      expect(await made.decider.answered('x', 'asked', 'fresh')).toBeUndefined();
      expect(made.budget.state().labels).toBe(0);
    }
  });

  test('learns nothing of a candidate that the guard refused, but knows its group', async () => {
    const { decider, budget } = trial();
    decider.decide([candidate('trap', 0.01, 'g')], question);
    expect(await decider.answered('x', 'asked', 'fresh')).toBe('g');
    expect(budget.state().labels).toBe(0);
  });
});

test('similarity is 1 - distance, within 0..1', () => {
  expect([similarityOf(0), similarityOf(0.25), similarityOf(1.5), similarityOf(-1e-7)]).toEqual([1, 0.75, 0, 1]);
});

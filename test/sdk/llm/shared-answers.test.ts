import {
  type AskedAnswer,
  type FoundAnswer,
  SharedAnswers,
  type SharedAnswersOptions,
} from '#sdk/llm/shared-answers.js';
import { freshCaches, refund, refundAgain } from '../semantic-cache/fresh-caches.js';

const { open, embedder } = freshCaches();

function answersOf(options: Partial<SharedAnswersOptions> = {}) {
  const clock = { nowMs: () => nowMs };
  let nowMs = 1_000_000;
  const cache = options.cache ?? open();
  return {
    answers: new SharedAnswers({ cache, clock, ...options }),
    cache,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

const asked = (prompt: string, more: Partial<AskedAnswer> = {}): AskedAnswer => ({
  request: { prompt },
  format: 'x',
  model: 'gpt-5',
  ...more,
});
const answer = { format: 'x', text: 'y', body: '{"y":1}', usage: { inputTokens: 1_000_000, outputTokens: 100_000 } };

function callOf(found: FoundAnswer) {
  if (found.answer !== undefined || found.call === undefined) throw new Error('nobody is to ask');
  return found.call;
}

test('who asks first is told to ask the model, and what is kept is found, with what it saved', async () => {
  const { answers, cache, advance } = answersOf();
  const call = callOf(await answers.find(asked(refund)));
  advance(700);
  await call.keep(answer);
  const found = await answers.find(asked(refundAgain));
  expect(found).toMatchObject({
    evidence: { status: 'hit', tier: 'semantic', hitDollars: 2.25 },
    answer: { ...answer, tookMs: 700 },
  });
  const [day] = await cache.savings(1);
  expect(day?.models).toMatchObject([{ model: 'gpt-5', answers: 1, dollars: 2.25, latencyMs: 700 }]);
});

test('who asks meanwhile is answered by that call, and not in another form', async () => {
  const { answers } = answersOf();
  const call = callOf(await answers.find(asked(refund)));
  const waiting = [asked(refund), asked(refundAgain), asked(refund, { format: 'other' })].map((one) =>
    answers.find(one),
  );
  // Each has its turns, up to where it waits.
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
  await call.keep(answer);
  const [same, similar, other] = await Promise.all(waiting);
  expect(same?.evidence).toMatchObject({ status: 'shared', tier: 'exact', hitDollars: 2.25 });
  expect(similar?.evidence).toMatchObject({ status: 'shared', tier: 'semantic' });
  expect(other?.evidence).toEqual({ status: 'miss', reason: 'unreadable' });
});

test('a call that is left, or left over by a caller who went, is another one’s to make', async () => {
  const { answers } = answersOf();
  const call = callOf(await answers.find(asked(refund)));
  const gone = new AbortController();
  const impatient = answers.find(asked(refund), gone.signal);
  const next = answers.find(asked(refund));
  gone.abort(new Error('enough'));
  await expect(impatient).rejects.toThrow('enough');
  call.leave();
  callOf(await next).leave();
  await expect(answers.find(asked(refund), gone.signal)).rejects.toThrow('enough');
  await call.keep(answer);
  expect((await answers.find(asked(refund))).evidence).toMatchObject({ status: 'miss' });
});

test('without waiting every caller asks, and a refresh asks whatever there is', async () => {
  const { answers } = answersOf({ waitMs: 0 });
  const calls = [callOf(await answers.find(asked(refund))), callOf(await answers.find(asked(refund)))];
  for (const call of calls) await call.keep(answer);
  expect((await answers.find(asked(refund))).evidence.status).toBe('hit');
  const refreshed = await answers.find(asked(refund, { isRefresh: true }));
  expect(refreshed.evidence).toEqual({ status: 'miss', reason: 'refresh' });
  expect((await answers.find(asked(refund, { maxAgeMs: -1 }))).evidence).toEqual({ status: 'miss', reason: 'too-old' });
});

test('an ill cache is an error that somebody hears of, and what is beyond its limits is no question to it', async () => {
  const heard: unknown[] = [];
  const { answers } = answersOf({ onError: (_error, operation) => heard.push(operation) });
  embedder.failure = new Error('ill');
  const call = callOf(await answers.find(asked('a question nobody has asked')));
  await call.keep(answer);
  embedder.failure = null;
  expect(heard).toEqual(['lookup', 'store']);
  const long = await answers.find(asked('x'.repeat(100_000)));
  expect(long).toMatchObject({ evidence: { status: 'bypass', reason: 'beyond-limits' }, call: undefined });
});

test('the tenant of a caller goes before the namespace', () => {
  const named = answersOf({ namespace: 'all' }).answers;
  const told = answersOf({ namespace: 'all', callerOf: () => ({ principal: 'ann' }) }).answers;
  const own = answersOf({ namespace: 'all', callerOf: () => ({ tenant: 'acme' }) }).answers;
  expect([named, told, own].map((answers) => answers.caller())).toEqual([
    { tenant: 'all', principal: undefined },
    { tenant: 'all', principal: 'ann' },
    { tenant: 'acme', principal: undefined },
  ]);
});

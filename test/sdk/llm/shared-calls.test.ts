import type { Flight } from '#sdk/llm/flights.js';
import { type AskedQuestion, type CallTurn, type JoinedCall, SharedCalls } from '#sdk/llm/shared-calls.js';
import { freshCaches, refund, refundAgain } from '../semantic-cache/fresh-caches.js';

const { open, embedder } = freshCaches();
const answer = { format: 'x', text: 'y', body: 'z', usage: { inputTokens: 0, outputTokens: 0 } };
const landed = { outcome: 'answer' as const, answer };

/** Tasks that run when they are told to. */
function calls() {
  const tasks = new Set<() => void>();
  const timer = {
    after: (_delayMs: number, task: () => void) => {
      tasks.add(task);
      return () => void tasks.delete(task);
    },
  };
  const runAll = (): void => {
    for (const task of tasks) task();
  };
  return { calls: new SharedCalls({ waitMs: 1_000, timer }), tasks, runAll };
}

const cache = open();
const asked = (shared: SharedCalls, prompt: string, more: object = {}): AskedQuestion => {
  const request = { prompt, ...more };
  return shared.question(cache, request, cache.identify(request));
};
const never = async (): Promise<boolean> => {
  throw new Error('nothing is under way');
};

function led(turn: CallTurn): Flight {
  if (turn.outcome !== 'lead' || turn.flight === undefined) throw new Error('not led');
  return turn.flight;
}

test('the first question leads, equal and similar ones wait for its answer, others lead their own', async () => {
  const { calls: shared } = calls();
  const flight = led(await shared.joinOrLead(asked(shared, refund), never));
  expect(shared.same(asked(shared, refund))).toEqual({
    flight,
    evidence: { status: 'shared', tier: 'exact', similarity: 1 },
  });
  const joined: JoinedCall[] = [];
  const turn = shared.joinOrLead(asked(shared, refundAgain), async (call) => {
    joined.push(call);
    return (await shared.landing(call.flight)).outcome === 'answer';
  });
  flight.land(landed);
  expect(await turn).toEqual({ outcome: 'answered' });
  expect(joined).toMatchObject([{ evidence: { tier: 'semantic', similarity: expect.closeTo(8 / 9) } }]);
  led(await shared.joinOrLead(asked(shared, 'what is the weather in Bern'), never));
  led(await shared.joinOrLead(asked(shared, refundAgain, { tiers: ['exact'] }), never));
  led(await shared.joinOrLead(asked(shared, refund, { principal: 'ann' }), never));
});

test('without vectors equal questions are shared', async () => {
  const { calls: shared } = calls();
  embedder.failure = new Error('gone');
  const flight = led(await shared.joinOrLead(asked(shared, 'a question without a vector'), never));
  embedder.failure = null;
  expect(shared.same(asked(shared, 'a question without a vector'))?.flight).toBe(flight);
});

test('a call that is over is found by those who began before, for a while', async () => {
  const { calls: shared, runAll } = calls();
  const before = asked(shared, refund);
  const flight = led(await shared.joinOrLead(before, never));
  flight.land(landed);
  shared.stored(flight);
  expect([shared.same(before)?.flight, shared.same(asked(shared, refund))]).toEqual([flight, undefined]);
  runAll();
  expect(shared.same(before)).toBeUndefined();
});

test('of a call that failed one of those who wait leads the next, and nobody waits for a third', async () => {
  const { calls: shared } = calls();
  const first = led(await shared.joinOrLead(asked(shared, refund), never));
  const waited = async ({ flight }: JoinedCall): Promise<boolean> =>
    (await shared.landing(flight)).outcome === 'answer';
  const waiting = Array.from({ length: 3 }, () => shared.joinOrLead(asked(shared, refund), waited));
  await new Promise((resolve) => setImmediate(resolve));
  shared.failed(first, { outcome: 'nothing' });
  const second = led(await Promise.race(waiting));
  expect(shared.same(asked(shared, refund))?.flight).toBe(second);
  await new Promise((resolve) => setImmediate(resolve));
  shared.failed(second, { outcome: 'nothing' });
  const turns = await Promise.all(waiting);
  expect(turns.map((turn) => turn.outcome === 'lead' && turn.flight !== undefined)).toEqual([true, false, false]);
});

test('a call that takes too long is waited for no more, by nobody', async () => {
  const { calls: shared, runAll, tasks } = calls();
  const flight = led(await shared.joinOrLead(asked(shared, refund), never));
  const landing = shared.landing(flight);
  runAll();
  expect(await landing).toEqual({ outcome: 'nothing' });
  expect([tasks.size, shared.same(asked(shared, refund))]).toEqual([0, undefined]);
});

import { SemanticCache } from '@nearkey/sdk';
import { readControl } from '#sdk/llm/cache-control.js';
import { nobody } from '#server/gateway/llm/client-reply.js';
import { type StaleQuestion, StaleRefresher } from '#server/gateway/llm/stale-refresher.js';
import { WordEmbedder } from '../../../sdk/word-embedder.js';
import { startInProcess } from '../../../support/in-process.js';
import { plainDoor } from './plain-door.js';

const json = { 'content-type': 'application/json' };

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A model that answers when it is told to. */
function setUp(store: () => Promise<void> = () => Promise.resolve()) {
  const { server, scheduler } = startInProcess();
  const cache = new SemanticCache({ cacheId: 'llm', commander: server.commander, embedder: new WordEmbedder() });
  const outcomes: string[] = [];
  const errors: object[] = [];
  const answers: (() => void)[] = [];
  const refresher = new StaleRefresher({
    limits: { answerBytesMax: 1_000, collectMs: 1_000 },
    timer: scheduler,
    clock: { nowMs: () => 0 },
    cacheSide: { store },
    metrics: { refreshed: (_format, outcome) => outcomes.push(outcome) },
    logger: { error: (fields) => errors.push(fields), debug: () => undefined },
  });
  const upstream = {
    name: 'scripted',
    send: () =>
      new Promise<{ status: number; headers: Record<string, string>; body: AsyncIterable<Uint8Array> }>((resolve) => {
        answers.push(() => resolve({ status: 200, headers: json, body: bodyOf('{"say":"Paris, still"}') }));
      }),
  };
  const question = (ask: string): StaleQuestion => {
    const call = { path: '/ask', headers: {}, body: Buffer.from(JSON.stringify({ ask, model: 'm' })) };
    const parsed = plainDoor.parse(call);
    if (parsed === undefined) throw new Error('the door has not understood the question');
    const request = { prompt: ask };
    const exchange = { door: plainDoor, upstream, call, reply: nobody, tenant: undefined };
    return { exchange, cache, parsed, control: readControl({}, undefined), request, identity: cache.identify(request) };
  };
  return { refresher, question, answers, outcomes, errors };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

test('a question is asked once at a time, and again when its answer is kept', async () => {
  const { refresher, question, answers, outcomes } = setUp();
  refresher.consider(question('why'));
  refresher.consider(question('why'));
  expect(answers.length).toBe(1);
  answers[0]?.();
  await until(() => outcomes.length === 1);
  refresher.consider(question('why'));
  expect([outcomes, answers.length]).toEqual([['kept'], 2]);
});

test('whatever fails is logged and counted, and the question can be asked again', async () => {
  const { refresher, question, answers, outcomes, errors } = setUp(() => Promise.reject(new Error('out of order')));
  refresher.consider(question('why'));
  answers[0]?.();
  await until(() => outcomes.length === 1);
  refresher.consider(question('why'));
  expect([outcomes, errors.length, answers.length]).toEqual([['failed'], 1, 2]);
});

test('so many are asked at once; what is beyond is counted', () => {
  const { refresher, question, answers, outcomes } = setUp();
  for (let i = 0; i < 18; i++) refresher.consider(question(`question ${i}`));
  expect([answers.length, outcomes]).toEqual([16, ['busy', 'busy']]);
});

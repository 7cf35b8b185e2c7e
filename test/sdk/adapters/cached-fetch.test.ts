/** The clients of OpenAI and Anthropic with a cache in their fetch, over a fake provider. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { type CachedFetchOptions, cachedFetch, type Fetch } from '#sdk/adapters/cached-fetch.js';
import { answerTextJudge } from '#sdk/llm/answer-text-judge.js';
import type { LlmCaller } from '#sdk/llm/shared-answers.js';
import { wordJudge } from '#sdk/semantic-cache/decision/answer-judge.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { all } from '../../support/all.js';
import { type FakeModel, startFakeModel } from '../../support/fake-model.js';
import { openTestStore, type TestStore } from '../../support/test-store.js';
import { WordEmbedder } from '../word-embedder.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const cacheHeader = 'x-nearkey-cache';
const weather = {
  type: 'function' as const,
  function: { name: 'get_weather', description: 'Weather of a city', parameters: { type: 'object', properties: {} } },
};

let model: FakeModel;
let store: TestStore;
let embedder: WordEmbedder;
let fetched: (more?: Partial<CachedFetchOptions>) => Fetch;

beforeEach(async () => {
  model = await startFakeModel();
  embedder = new WordEmbedder();
  store = await openTestStore();
  const { commander } = store;
  const cache = new SemanticCache({
    cacheId: 'wrapped',
    commander,
    embedder,
    config: { minSimilarity: 0.85 },
    judge: answerTextJudge(wordJudge),
  });
  fetched = (more = {}) => cachedFetch({ cache, ...more });
});
afterEach(async () => {
  store.close();
  await model.stop();
});

function openai(more: Partial<CachedFetchOptions> = {}): OpenAI {
  const baseURL = `http://127.0.0.1:${model.port}/v1`;
  return new OpenAI({ baseURL, apiKey: 'sk-one', maxRetries: 0, fetch: fetched(more) });
}

function anthropic(): Anthropic {
  const baseURL = `http://127.0.0.1:${model.port}`;
  return new Anthropic({ baseURL, apiKey: 'sk-two', maxRetries: 0, fetch: fetched() });
}

const asked = (content: string) => ({ model: 'gpt-5', messages: [{ role: 'user' as const, content }] });
const messaged = (content: string) => ({ ...asked(content), model: 'claude', max_tokens: 100 });

describe('the client of OpenAI', () => {
  test('asks the model once, and has a paraphrase answered alike', async () => {
    const client = openai();
    const first = await client.chat.completions.create(asked(question)).withResponse();
    const second = await client.chat.completions.create(asked(paraphrase)).withResponse();
    expect(second.data).toEqual(first.data);
    expect(first.data.choices[0]?.message.content).toContain('reset my password');
    const status = [first, second].map(({ response }) => response.headers.get('x-nearkey-cache'));
    expect(status).toEqual(['miss', 'hit']);
    expect(first.response.headers.get('x-fake')).toBe('yes');
    expect(model.calls).toHaveLength(1);
    expect(model.calls[0]?.headers.authorization).toBe('Bearer sk-one');
  });

  test('streams a paraphrase in the same pieces and order, tool calls too', async () => {
    const client = openai();
    for (const tools of [undefined, [weather]]) {
      const stream = { stream: true as const, ...(tools === undefined ? {} : { tools }) };
      const first = await all(await client.chat.completions.create({ ...asked(question), ...stream }));
      const second = await all(await client.chat.completions.create({ ...asked(paraphrase), ...stream }));
      expect(second).toEqual(first);
      expect(first.length).toBeGreaterThan(4);
      expect(first.every((chunk) => !('usage' in chunk))).toBe(true);
    }
    expect(model.calls).toHaveLength(2);
  });

  test('gets what was streamed in one piece, with its usage', async () => {
    const client = openai();
    await all(await client.chat.completions.create({ ...asked(question), stream: true }));
    const whole = await client.chat.completions.create(asked(question));
    expect(whole.usage?.total_tokens).toBe(33);
    expect(model.calls).toHaveLength(1);
  });

  test('has responses cached as well', async () => {
    const client = openai();
    const first = await client.responses.create({ model: 'gpt-5', input: question });
    const second = await client.responses.create({ model: 'gpt-5', input: paraphrase });
    expect(second.output_text).toBe(first.output_text);
    expect(model.calls).toHaveLength(1);
  });

  test('asks anew where tenant, model or tools differ, and where the caller wants it', async () => {
    const client = openai({ namespace: 'one' });
    await client.chat.completions.create(asked(question));
    await openai({ namespace: 'two' }).chat.completions.create(asked(question));
    await client.chat.completions.create({ ...asked(question), model: 'gpt-6' });
    await client.chat.completions.create({ ...asked(question), tools: [weather] });
    await client.chat.completions.create(asked(question), { headers: { 'cache-control': 'no-cache' } });
    await client.chat.completions.create(asked(question), { headers: { 'x-nearkey-attribute-user': 'ann' } });
    expect(model.calls).toHaveLength(6);
    expect(Object.keys(model.calls[5]?.headers ?? {}).filter((name) => name.startsWith('x-nearkey'))).toEqual([]);
    await client.chat.completions.create(asked(question));
    expect(model.calls).toHaveLength(6);
  });

  test('keeps nothing of answers that were cut, cut short, refused or left', async () => {
    const client = openai();
    const stream = () => client.chat.completions.create({ ...asked(question), stream: true });
    model.fault = { cutAfter: 3 };
    await expect(stream().then(all)).rejects.toThrow();
    model.fault = { isCutShort: true };
    await client.chat.completions.create(asked(question));
    model.fault = { status: 400 };
    await expect(client.chat.completions.create(asked(question))).rejects.toMatchObject({ status: 400 });
    model.fault = {};
    model.streamGate = new Promise(() => undefined);
    for await (const _chunk of await stream()) break;
    model.streamGate = undefined;
    model.say = () => 'x'.repeat(2_000);
    await openai({ answerBytesMax: 1_000 }).chat.completions.create(asked(question));
    expect(model.calls).toHaveLength(5);
    await client.chat.completions.create(asked(question));
    await client.chat.completions.create(asked(question));
    expect(model.calls).toHaveLength(6);
  });

  test('asks the model when the cache is ill, and says so', async () => {
    const errors: string[] = [];
    const client = openai({ onError: (_error, operation) => errors.push(operation) });
    embedder.failure = new Error('ill');
    const { response } = await client.chat.completions.create(asked(question)).withResponse();
    expect(response.headers.get('x-nearkey-cache')).toBe('error');
    expect(errors).toEqual(['lookup', 'store']);
    expect(model.calls).toHaveLength(1);
  });

  test('lets everything else go where it went', async () => {
    const client = openai();
    expect((await client.models.list()).data).toHaveLength(1);
    expect((await client.embeddings.create({ model: 'e', input: 'a', encoding_format: 'float' })).data).toHaveLength(1);
  });
});

describe('calls that come at once', () => {
  test('and ask the same, in these words or others, ask the model once, in one piece and as streams', async () => {
    const client = openai();
    const planets = ['Which planets have rings?', 'Please, which planets have rings?'];
    for (const [stream, texts] of [[false, [question, paraphrase]] as const, [true, planets] as const]) {
      model.calls.length = 0;
      const asking = Array.from({ length: 50 }, (_, at) => {
        const body = { ...asked(texts[at % 2] ?? ''), stream };
        return client.chat.completions.create(body).withResponse();
      });
      const answers = await Promise.all(
        asking.map(async (answer) => {
          const { data, response } = await answer;
          return [
            JSON.stringify(Symbol.asyncIterator in data ? await all(data) : data),
            response.headers.get(cacheHeader),
          ];
        }),
      );
      expect([new Set(answers.map(([said]) => said)).size, model.calls.length]).toEqual([1, 1]);
      expect(answers.filter(([, status]) => status === 'miss')).toHaveLength(1);
      expect(answers.map(([, status]) => status)).toContain('shared');
    }
  });

  test('wait for no call that was refused, left or cannot be made', async () => {
    const fail = fetched({ fetch: () => Promise.reject(new Error('no way')) });
    const url = `http://127.0.0.1:${model.port}/v1/chat/completions`;
    const post = (ask: Fetch, signal: AbortSignal | null = null) =>
      ask(url, { method: 'POST', body: JSON.stringify({ ...asked(question), stream: true }), signal });
    const failed = await Promise.allSettled([post(fail), post(fail), post(fail)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const ask = fetched();
    model.fault = { status: 500 };
    expect((await Promise.all([post(ask), post(ask), post(ask)])).map(({ status }) => status)).toEqual([500, 500, 500]);
    model.fault = {};
    const left = await post(ask);
    const waiting = post(ask);
    await left.body?.cancel();
    const answered = await waiting;
    expect([answered.status, answered.headers.get(cacheHeader)]).toEqual([200, 'miss']);
    const gone = new AbortController();
    const impatient = post(ask, gone.signal);
    gone.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await answered.text();
    expect((await post(ask)).headers.get(cacheHeader)).toBe('hit');
  });
});

test('a hit says what it saved, and callers are told apart by what the application says', async () => {
  let caller: LlmCaller = { tenant: 'one' };
  const client = openai({ callerOf: () => caller });
  const dollars = async () => {
    const { response } = await client.chat.completions.create(asked(question)).withResponse();
    return [response.headers.get(cacheHeader), response.headers.get('x-nearkey-cache-hit-dollars')];
  };
  expect(await dollars()).toEqual(['miss', null]);
  // 11 tokens at 1.25 and 22 at 10 dollars a million.
  expect(await dollars()).toEqual(['hit', '0.00023375']);
  caller = { tenant: 'other' };
  expect(await dollars()).toEqual(['miss', null]);
  // Principals who share see an answer when a second one was given the same.
  const seen: unknown[] = [];
  for (const principal of ['ann', 'bob', 'cid']) {
    caller = { tenant: 'shared', principal };
    seen.push((await dollars())[0]);
  }
  expect(seen).toEqual(['miss', 'miss', 'hit']);
});

describe('the client of Anthropic', () => {
  test('asks the model once, in one piece and as a stream', async () => {
    const client = anthropic();
    const first = await client.messages.create(messaged(question));
    expect(await client.messages.create(messaged(paraphrase))).toEqual(first);
    const streamed = await all(client.messages.stream(messaged('Which planets have rings?')));
    expect(await all(client.messages.stream(messaged('Which planets have rings?')))).toEqual(streamed);
    expect(streamed.at(-1)).toMatchObject({ type: 'message_stop' });
    expect(model.calls).toHaveLength(2);
    expect(model.calls[0]?.headers.authorization).toBe('Bearer sk-two');
  });
});

test('takes a Request, and its bytes', async () => {
  const ask = fetched();
  const url = `http://127.0.0.1:${model.port}/v1/chat/completions`;
  const body = JSON.stringify(asked(question));
  const first = await (await ask(new Request(url, { method: 'POST', body }))).json();
  const second = await ask(url, { method: 'POST', body: Buffer.from(body) });
  expect(await second.json()).toEqual(first);
  expect(second.headers.get('x-nearkey-cache')).toBe('hit');
  const other = await ask(url, { method: 'POST', body: '{"model": "m", "messages": []}' });
  expect(other.headers.get('x-nearkey-cache-reason')).toBe('not-understood');
});

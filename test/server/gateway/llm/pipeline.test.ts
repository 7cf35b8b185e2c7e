import { request as httpRequest } from 'node:http';
import { defaultCacheabilityRules } from '@nearkey/sdk';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../../support/llm-gateway.js';
import { SpanRecorder } from '../../../support/span-recorder.js';

let gateway: TestGateway;

async function start(options: TestGatewayOptions = {}): Promise<void> {
  gateway = await startTestGateway(options);
}
afterEach(() => gateway.stop());

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function ask(content: string, more: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content }], ...more }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const statusOf = ({ headers }: Answered): string | null => headers.get('x-nearkey-cache');
const reasonOf = ({ headers }: Answered): string | null => headers.get('x-nearkey-cache-reason');

/** A promise, and what resolves it. */
function gate(): { readonly promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

/** So many requests have arrived, and have had their turn. */
async function allReceived(count: number): Promise<void> {
  await until(() => gateway.received() === count);
  await new Promise((resolve) => setImmediate(resolve));
}

const entryCount = async (): Promise<number> => {
  const reply = await gateway.store.call('KEYS', 'nearkey:cache:{llm}:entry:*');
  return Array.isArray(reply) ? reply.length : -1;
};

test("an answer is its tenant's: an equal question of another asks the model, whatever was stored", async () => {
  const tenantKeys = [
    { tenant: 'acme', key: 'k-acme' },
    { tenant: 'mallory', key: 'k-mallory' },
  ];
  await start({ llm: { tenantKeys } });
  const by = (key: string) => ({ authorization: `Bearer ${key}` });
  const question = 'What is the capital of France?';
  expect(statusOf(await ask(question, {}, by('k-mallory')))).toBe('miss');
  const first = await ask(question, {}, by('k-acme'));
  expect([statusOf(first), reasonOf(first)]).toEqual(['miss', 'no-candidate']);
  expect(statusOf(await ask(question, {}, by('k-acme')))).toBe('hit');
  // Names that callers give themselves do not lead out of their tenant either.
  const shared = { ...by('k-mallory'), 'x-nearkey-attribute-tenant': 'acme', 'x-nearkey-cache-namespace': 'llm' };
  expect(statusOf(await ask(question, {}, shared))).toBe('miss');
  expect(gateway.model.calls.length).toBe(3);
});

test('requests are spans that say what the cache did, what the model used and what failed, and nothing of the prompt', async () => {
  const recorder = new SpanRecorder().register();
  try {
    await start();
    await ask('What is the capital of France?');
    await ask('What is the capital of France?');
    gateway.model.fault = { status: 500 };
    await ask('What is the capital of Spain?');
    await ask('What is the capital of Spain?', { temperature: 2 });
    await until(() => recorder.spans.every(({ isEnded }) => isEnded));
  } finally {
    recorder.takeBack();
  }
  const { spans } = recorder;
  const shown = spans.map(({ name, isFailed, attributes }) => [name, isFailed, attributes]);
  const model = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5' };
  const used = { 'gen_ai.usage.input_tokens': 11, 'gen_ai.usage.output_tokens': 22 };
  const missed = { 'nearkey.cache.status': 'miss', 'nearkey.cache.reason': expect.any(String) };
  const passed = { 'nearkey.cache.status': 'bypass', 'nearkey.cache.reason': 'temperature' };
  const hit = { 'nearkey.cache.status': 'hit', 'nearkey.cache.tier': 'exact', 'nearkey.cache.similarity': 1 };
  const request = { 'gen_ai.operation.name': 'chat', ...model };
  const lookup = ['nearkey cache lookup', false, {}];
  const failure = { 'error.type': '500' };
  const failedCall = ['nearkey model call', true, { 'http.response.status_code': 500, ...failure }];
  expect(shown).toEqual([
    ['chat gpt-5', false, { ...request, ...missed, ...used }],
    lookup,
    ['nearkey model call', false, { 'http.response.status_code': 200 }],
    ['chat gpt-5', false, { ...request, ...hit }],
    lookup,
    ['chat gpt-5', true, { ...request, ...missed, ...failure }],
    lookup,
    failedCall,
    ['chat gpt-5', true, { ...request, ...passed, ...failure }],
    failedCall,
  ]);
  expect(spans.map(({ lateCalls }) => lateCalls)).toEqual(spans.map(() => 0));
});

describe('a request that is to be explained', () => {
  const explain = async (content: string, more: object = {}): Promise<unknown> => {
    const response = await fetch(`${gateway.url}/explain/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content }], ...more }),
    });
    expect(response.status).toBe(200);
    return response.json();
  };

  test('is answered with what would be decided; the model is not asked, nothing is counted', async () => {
    await start();
    await ask('What is the capital of France?');
    const hit = { status: 'looked-up', isUnderWay: false, decision: { outcome: { status: 'hit', tier: 'exact' } } };
    expect(await explain('What is the capital of France?')).toMatchObject(hit);
    expect(await explain('What is the capital of France?', { stream: true })).toMatchObject(hit);
    expect(await explain('What is the capital of France?', { seed: 7 })).toMatchObject({
      decision: { outcome: { status: 'miss', reason: 'no-candidate' } },
    });
    expect(await explain('Whatever.', { temperature: 2 })).toEqual({ status: 'bypass', reason: 'temperature' });
    expect(gateway.model.calls.length).toBe(1);
    expect(await gateway.metric('nearkey_llm_requests_total')).toBe(1);
    expect(await gateway.metric('nearkey_cache_hits_total')).toBe(0);
  });

  test('says that the same question is under way', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    const answer = ask('What is the capital of France?');
    await until(() => gateway.model.calls.length > 0);
    expect(await explain('What is the capital of France?')).toMatchObject({ isUnderWay: true });
    open();
    await answer;
  });

  test('is told when the cache does not answer', async () => {
    await start({ commander: () => ({ call: () => Promise.reject(new Error('Connection is closed.')) }) });
    const body = JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: 'Why?' }] });
    const response = await fetch(`${gateway.url}/explain/v1/chat/completions`, { method: 'POST', body });
    expect([response.status, await response.json()]).toMatchObject([424, { error: { message: expect.any(String) } }]);
  });
});

test('what answers from the cache saved is kept by day and model, with the time they saved', async () => {
  await start({ llm: { prices: { 'gpt-5': [1000, 10_000] } } });
  const { promise, open } = gate();
  gateway.model.gate = promise;
  const first = ask('What is the capital of France?');
  await until(() => gateway.model.calls.length > 0);
  gateway.advance(2_500);
  open();
  await first;
  for (const stream of [false, true]) {
    expect(statusOf(await ask('What is the capital of France?', { stream }))).toBe('hit');
  }
  const savings = async (days: string) => {
    const response = await fetch(`${gateway.url}/v1/caches/llm/savings${days}`);
    return { status: response.status, body: await response.json() };
  };
  const tokens = { answers: 2, inputTokens: 22, outputTokens: 44 };
  const models = [{ model: 'gpt-5', ...tokens, dollars: 0.462, latencyMs: 5_000 }];
  expect(await savings('')).toEqual({ status: 200, body: { cacheId: 'llm', days: [{ day: '2023-11-14', models }] } });
  gateway.advance(86_400_000);
  expect((await savings('?days=1')).body).toEqual({ cacheId: 'llm', days: [] });
  expect((await savings('?days=401')).status).toBe(400);
  expect(await gateway.metric('nearkey_llm_saved_seconds_total', { namespace: 'llm', model: 'gpt-5' })).toBe(5);
});

describe('requests that come at once', () => {
  test('500 that are equal make one call', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    const answers = Array.from({ length: 500 }, () => ask('What is the capital of France?'));
    await until(() => gateway.model.calls.length > 0);
    open();
    const answered = await Promise.all(answers);
    expect(gateway.model.calls.length).toBe(1);
    expect(new Set(answered.map(({ text }) => text)).size).toBe(1);
    const counted = answered.map(statusOf);
    expect(counted.filter((status) => status === 'miss').length).toBe(1);
    expect(counted.filter((status) => status === 'shared' || status === 'hit').length).toBe(499);
  });

  test('500 paraphrases of 50 questions make no more than 60 calls, and none gets the answer to another question', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    const topics = Array.from({ length: 50 }, (_, i) => {
      const letters = String.fromCharCode(97 + (i % 26)).repeat(i < 26 ? 2 : 3);
      return `${letters}ink ${letters}olt ${letters}orn`;
    });
    const forms = [
      (topic: string) => `please explain the ${topic}`,
      (topic: string) => `explain the ${topic} please`,
      (topic: string) => `the ${topic}, please explain`,
      (topic: string) => `Please explain the ${topic}!`,
      (topic: string) => `Explain the ${topic}, please.`,
    ];
    const questions = Array.from({ length: 500 }, (_, i) => {
      const topic = topics[i % 50] ?? '';
      return { topic, text: forms[Math.floor(i / 50) % forms.length]?.(topic) ?? '' };
    });
    const answers = questions.map(async ({ topic, text }) => ({ topic, answered: await ask(text) }));
    await until(() => gateway.model.calls.length >= 50);
    open();
    for (const { topic, answered } of await Promise.all(answers)) expect(answered.text.toLowerCase()).toContain(topic);
    expect(gateway.model.calls.length).toBeGreaterThanOrEqual(50);
    expect(gateway.model.calls.length).toBeLessThanOrEqual(60);
  });

  test('in different scopes ask by themselves', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    const keys = ['Bearer one', 'Bearer two', 'Bearer three'];
    const answers = keys.map((authorization) => ask('What is the capital of France?', {}, { authorization }));
    await until(() => gateway.model.calls.length === 3);
    open();
    expect((await Promise.all(answers)).map(statusOf)).toEqual(['miss', 'miss', 'miss']);
  });

  test('go on without the one they waited for when it fails', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    gateway.model.fault = { cutAfter: 2 };
    const first = ask('What is the capital of France?', { stream: true }).catch(() => 'cut');
    await until(() => gateway.model.calls.length === 1);
    gateway.model.fault = {};
    const others = Array.from({ length: 20 }, () => ask('What is the capital of France?', { stream: true }));
    await allReceived(21);
    open();
    expect(await first).toBe('cut');
    const answered = await Promise.all(others);
    expect(answered.every(({ status, text }) => status === 200 && text.endsWith('data: [DONE]\n\n'))).toBe(true);
    expect(gateway.model.calls.length).toBe(2);
  });

  test('wait for another only so long, and after that nobody does', async () => {
    await start({ llm: { waitMs: 20 } });
    const { promise, open } = gate();
    gateway.model.gate = promise;
    const first = ask('What is the capital of France?');
    await until(() => gateway.model.calls.length === 1);
    const second = ask('What is the capital of France?');
    await until(() => gateway.model.calls.length === 2);
    open();
    expect((await Promise.all([first, second])).map(statusOf)).toEqual(['miss', 'miss']);
  });

  test('are told alike when the model refuses the question itself', async () => {
    await start();
    const { promise, open } = gate();
    gateway.model.gate = promise;
    gateway.model.fault = { status: 400 };
    const answers = Array.from({ length: 20 }, () => ask('What is the capital of France?'));
    await allReceived(20);
    await until(() => gateway.model.calls.length > 0);
    open();
    expect((await Promise.all(answers)).every(({ status }) => status === 400)).toBe(true);
    expect(gateway.model.calls.length).toBe(1);
  });
});

describe('what goes wrong', () => {
  test.each([{ stream: true }, {}])(
    'a model that breaks off breaks off for the caller, and is not kept: %j',
    async (more) => {
      await start();
      gateway.model.fault = { cutAfter: 4 };
      const broken = await ask('What is the capital of France?', more).catch(() => undefined);
      // A body that has not begun to leave can still become an error.
      expect(broken?.status ?? 'cut').toBe('stream' in more ? 'cut' : 502);
      expect(await entryCount()).toBe(0);
      gateway.model.fault = {};
      const whole = await ask('What is the capital of France?', more);
      expect([whole.status, statusOf(whole)]).toEqual([200, 'miss']);
      expect(await gateway.metric('nearkey_llm_answers_total', { outcome: 'failed' })).toBe(1);
    },
  );

  test.each([{ stream: true }, {}])('an answer that reached its limit is passed on and not kept: %j', async (more) => {
    await start();
    gateway.model.fault = { isCutShort: true };
    expect((await ask('What is the capital of France?', more)).text).toContain('"length"');
    await until(async () => (await gateway.metric('nearkey_llm_answers_total', { outcome: 'incomplete' })) === 1);
    expect(await entryCount()).toBe(0);
  });

  test('without an embedder equal requests are still found, and others go to the model', async () => {
    await start();
    gateway.embedder.failure = new Error('killed');
    const first = await ask('What is the capital of France?');
    expect([first.status, statusOf(first), reasonOf(first)]).toEqual([200, 'error', 'embedder-failed']);
    gateway.embedder.failure = null;
    await ask('What is the capital of France?');
    gateway.embedder.failure = new Error('killed');
    expect(statusOf(await ask('What is the capital of France?'))).toBe('hit');
    const other = await ask('Which rivers flow through Paris?');
    expect([other.status, statusOf(other)]).toEqual([200, 'error']);
    expect(await gateway.metric('nearkey_cache_errors_total', { code: 'embedder-failed' })).toBeGreaterThan(0);
  });

  test('an index that was dropped is made again', async () => {
    await start();
    await ask('How do I reset my password please?');
    const indexes = await gateway.store.call('FT._LIST');
    const [index] = Array.isArray(indexes) ? indexes.map(String) : [];
    await gateway.store.call('FT.DROPINDEX', index ?? '');
    const answered = await ask('Please, how do I reset my password?');
    expect(answered.status).toBe(200);
    expect(['hit', 'miss']).toContain(statusOf(answered));
    expect(statusOf(await ask('How do I reset my password please?'))).toBe('hit');
  });

  test('a store without memory keeps nothing and fails nobody', async () => {
    await start();
    await ask('How do I reset my password please?');
    await gateway.store.call('CONFIG', 'SET', 'maxmemory', '1');
    const answered = await ask('Which rivers flow through Paris?');
    expect([answered.status, statusOf(answered)]).toEqual([200, 'miss']);
    await until(async () => (await gateway.metric('nearkey_cache_errors_total', { operation: 'store' })) === 1);
    expect(statusOf(await ask('How do I reset my password please?'))).toBe('hit');
    expect(await entryCount()).toBe(1);
  });

  test('a store that is gone fails nobody, and is left alone after a while', async () => {
    const gone = { call: () => Promise.reject(new Error('Connection is closed.')) };
    await start({ commander: () => gone });
    const seen: string[] = [];
    for (let i = 0; i < 8; i++) {
      const answered = await ask(`Which rivers flow through city number ${i}?`);
      expect(answered.status).toBe(200);
      seen.push(`${statusOf(answered)} ${reasonOf(answered)}`);
    }
    expect(seen[0]).toBe('error store-unavailable');
    expect(seen.at(-1)).toBe('bypass cache-rests');
  });

  test('a store that hangs is not waited for', async () => {
    await start({
      llm: { cacheTimeoutMs: 20 },
      commander: () => ({ call: () => new Promise(() => undefined) }),
    });
    const answered = await ask('What is the capital of France?');
    expect([answered.status, statusOf(answered), reasonOf(answered)]).toEqual([200, 'error', 'timeout']);
  });

  test('an answer whose caller has gone is read to its end and kept', async () => {
    await start({ llm: { collectMs: 60_000 } });
    const { promise, open } = gate();
    gateway.model.streamGate = promise;
    await leaveMidStream();
    open();
    await until(async () => (await entryCount()) === 1);
    const answered = await ask('What is the capital of France?', { stream: true });
    expect([statusOf(answered), answered.text.endsWith('data: [DONE]\n\n')]).toEqual(['hit', true]);
  });

  test('an answer whose caller has gone is let go when it takes too long', async () => {
    await start({ llm: { collectMs: 0 } });
    const { promise, open } = gate();
    gateway.model.streamGate = promise;
    await leaveMidStream();
    await until(async () => (await gateway.metric('nearkey_llm_answers_total', { outcome: 'failed' })) === 1);
    open();
    expect(await entryCount()).toBe(0);
  });

  test('a request that no format knows is passed on as it is', async () => {
    await start();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body: '{"messages":[]}' });
    expect(response.headers.get('x-nearkey-cache-reason')).toBe('not-understood');
    expect(gateway.model.calls.length).toBe(1);
  });

  test('a provider that cannot be reached is said in the words of the format', async () => {
    await start({ llm: { openAi: { baseUrl: 'http://127.0.0.1:9/v1', key: undefined } } });
    const answered = await ask('What is the capital of France?');
    expect([answered.status, JSON.parse(answered.text).error.type]).toEqual([502, 'server_error']);
  });
});

/** Asks for a stream, reads its first piece, and goes. */
async function leaveMidStream(): Promise<void> {
  const body = {
    model: 'gpt-5',
    stream: true,
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
  };
  const request = httpRequest(`${gateway.url}/v1/chat/completions`, { method: 'POST' });
  request.on('error', () => undefined);
  request.end(JSON.stringify(body));
  await new Promise<void>((resolve) => {
    request.on('response', (response) => {
      response.on('error', () => undefined);
      response.once('data', () => {
        request.destroy();
        resolve();
      });
    });
  });
}

describe('controls', () => {
  test("refresh, age and tiers are the caller's to tighten", async () => {
    await start();
    await ask('How do I reset my password please?');
    const control = (value: string) => ask('Please, how do I reset my password?', {}, { 'cache-control': value });
    expect(statusOf(await control('max-age=60'))).toBe('hit');
    expect(reasonOf(await ask('Please, how do I reset my password?', {}, { 'x-bf-cache-type': 'direct' }))).toBe(
      'no-candidate',
    );
    const refreshed = await control('no-cache');
    expect([statusOf(refreshed), reasonOf(refreshed), refreshed.headers.get('x-cache-status')]).toEqual([
      'miss',
      'refresh',
      'Refresh',
    ]);
    const strict = await ask('How can I reset my password please?', {}, { 'x-nearkey-cache-min-similarity': '0.99' });
    expect(statusOf(strict)).toBe('miss');
  });

  test('a request that is asked again is answered by what is stored then', async () => {
    await start();
    const question = 'What is the capital of France?';
    gateway.model.say = () => 'Paris.';
    for (const stream of [false, true]) await ask(question, { stream });
    const once = await ask(question, { stream: true });
    expect([statusOf(once), once.text.includes('Paris')]).toEqual(['hit', true]);
    gateway.model.say = () => 'Lyon.';
    await ask(question, {}, { 'cache-control': 'no-cache' });
    await until(async () => (await gateway.metric('nearkey_cache_stores_total')) === 2);
    for (const stream of [false, true, true]) {
      const again = await ask(question, { stream });
      expect([statusOf(again), again.text.includes('Lyon'), again.text.includes('Paris')]).toEqual([
        'hit',
        true,
        false,
      ]);
    }
    const entries = await gateway.store.call('KEYS', 'nearkey:cache:{llm}:entry:*');
    await gateway.store.call('DEL', ...(Array.isArray(entries) ? entries.map(String) : []));
    expect(statusOf(await ask(question))).toBe('miss');
  });

  test('a stale answer is served, and asked anew once, however many ask', async () => {
    await start({ llm: { ttlMs: 10_000 }, http: { graceMs: 60_000 } });
    const question = 'What is the capital of France?';
    await ask(question);
    gateway.advance(11_000);
    gateway.model.say = () => 'Paris, still.';
    const { promise, open } = gate();
    gateway.model.gate = promise;
    for (let i = 0; i < 5; i++) {
      const stale = await ask(question);
      expect([statusOf(stale), stale.headers.get('x-nearkey-cache-stale')]).toEqual(['hit', 'true']);
    }
    await until(() => gateway.model.calls.length === 2);
    open();
    await until(async () => (await gateway.metric('nearkey_llm_refreshes_total', { outcome: 'kept' })) === 1);
    await until(async () => (await gateway.metric('nearkey_cache_stores_total')) === 2);
    const fresh = await ask(question);
    expect([fresh.headers.get('x-nearkey-cache-stale'), fresh.text.includes('still')]).toEqual([null, true]);
    expect(gateway.model.calls.length).toBe(2);
  });

  test('a stale answer stays when the model fails, and the next one who asks has it asked again', async () => {
    await start({ llm: { ttlMs: 10_000 }, http: { graceMs: 60_000 } });
    const question = 'What is the capital of France?';
    await ask(question, { stream: true });
    gateway.advance(11_000);
    gateway.model.fault = { cutAfter: 3 };
    for (const count of [1, 2]) {
      const stale = await ask(question, { stream: true });
      expect([statusOf(stale), stale.text.endsWith('data: [DONE]\n\n')]).toEqual(['hit', true]);
      await until(async () => (await gateway.metric('nearkey_llm_refreshes_total', { outcome: 'failed' })) === count);
    }
    expect(await entryCount()).toBe(1);
  });

  test('another namespace is another cache', async () => {
    await start();
    await ask('What is the capital of France?');
    const other = await ask('What is the capital of France?', {}, { 'x-portkey-cache-namespace': 'other' });
    expect([statusOf(other), other.headers.get('x-portkey-cache-status')]).toEqual(['miss', 'SEMANTIC MISS']);
  });

  test('streams from the cache may be paced', async () => {
    await start({ llm: { replayIntervalMs: 1, rules: defaultCacheabilityRules } });
    const first = await ask('What is the capital of France?', { stream: true });
    const second = await ask('What is the capital of France?', { stream: true });
    expect([statusOf(second), second.text]).toEqual(['hit', first.text]);
  });

  test('tokens that were saved are counted by model', async () => {
    await start();
    await ask('What is the capital of France?');
    await ask('What is the capital of France?');
    expect(await gateway.metric('nearkey_llm_saved_tokens_total', { model: 'gpt-5', kind: 'output' })).toBe(22);
    expect(await gateway.metric('nearkey_llm_requests_total', { cache: 'hit', reason: 'exact' })).toBe(1);
  });
});

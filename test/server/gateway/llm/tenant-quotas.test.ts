import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../../support/llm-gateway.js';

let gateway: TestGateway;
const tenantKeys = [
  { tenant: 'acme', key: 'k-acme' },
  { tenant: 'umbrella', key: 'k-umbrella' },
  { tenant: 'initech', key: 'k-initech' },
];

async function start(
  quotas: readonly (readonly [tenant: string, requests: number, tokens: number])[],
  options: TestGatewayOptions = {},
): Promise<void> {
  const tenantQuotas = quotas.map(([tenant, requestsPerMinute, tokensPerDay]) => {
    return { tenant, requestsPerMinute, tokensPerDay };
  });
  gateway = await startTestGateway({ ...options, llm: { tenantKeys, tenantQuotas, ...options.llm } });
}
afterEach(() => gateway.stop());

function post(path: string, body: object, key: string, headers: Record<string, string> = {}): Promise<Response> {
  const sent = { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers };
  return fetch(gateway.url + path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
}

async function ask(key: string, content = 'Why?', more: object = {}, headers: Record<string, string> = {}) {
  const asked = { model: 'gpt-5', messages: [{ role: 'user', content }], ...more };
  const response = await post('/v1/chat/completions', asked, key, headers);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const statuses = async (...keys: string[]): Promise<number[]> => {
  const all: number[] = [];
  for (const key of keys) all.push((await ask(key)).status);
  return all;
};

/** What the store has counted, once it was told of so many. */
async function tokensUsed(tenant: string, expected: number): Promise<number> {
  for (;;) {
    const used = Number(await gateway.store.call('GET', `nearkey:quota:{tenant:${tenant}}:tokens`));
    if (used >= expected) return used;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('requests a minute', () => {
  test('are counted for each tenant, answers from the cache included', async () => {
    await start([
      ['acme', 2, 0],
      ['*', 1, 0],
      ['initech', 0, 0],
    ]);
    expect(await statuses('k-acme', 'k-acme', 'k-acme')).toEqual([200, 200, 429]);
    expect(await statuses('k-umbrella', 'k-umbrella')).toEqual([200, 429]);
    expect(await statuses('k-initech', 'k-initech', 'k-initech')).toEqual([200, 200, 200]);
    expect(gateway.model.calls.length).toBe(3);
    const refusals = (quota: string) =>
      gateway.metric('nearkey_llm_quota_refusals_total', { quota, limit: 'requests' });
    expect([await refusals('acme'), await refusals('*'), await refusals('umbrella')]).toEqual([1, 1, 0]);
  });

  test('are told in the words of each door, with the time to wait', async () => {
    await start([['acme', 1, 0]]);
    await ask('k-acme');
    const message = expect.stringContaining('as many requests as it may in a minute');
    const input = { model: 'nearkey', input: 'x' };
    for (const [path, body, error] of [
      ['/v1/chat/completions', {}, { type: 'rate_limit_error', code: 'rate_limit_exceeded', message, param: null }],
      ['/v1/responses', {}, { type: 'rate_limit_error', code: 'rate_limit_exceeded', message, param: null }],
      ['/v1/embeddings', input, { type: 'rate_limit_error', code: 'rate_limit_exceeded', message, param: null }],
      ['/v1/messages', {}, { type: 'rate_limit_error', message }],
    ] as const) {
      const refused = await post(path, body, 'k-acme');
      expect([refused.status, await refused.json()]).toMatchObject([429, { error }]);
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
    }
    const bedrock = await post('/model/m/converse', {}, 'k-acme');
    expect([bedrock.status, bedrock.headers.get('x-amzn-errortype')]).toEqual([429, 'ThrottlingException']);
    expect(await bedrock.json()).toEqual({ __type: 'ThrottlingException', message });
    expect(gateway.model.calls.length).toBe(1);
  });

  test('are not used up by a question that is explained', async () => {
    await start([['acme', 1, 0]]);
    const asked = { model: 'gpt-5', messages: [{ role: 'user', content: 'Why?' }] };
    for (const _time of [1, 2]) expect((await post('/explain/v1/chat/completions', asked, 'k-acme')).status).toBe(200);
    expect(await statuses('k-acme', 'k-acme')).toEqual([200, 429]);
  });

  test('of callers without a name are counted together', async () => {
    await start([['*', 1, 0]], { llm: { tenantKeys: [] } });
    const nameless = () =>
      fetch(`${gateway.url}/v1/embeddings`, { method: 'POST', body: '{"model":"nearkey","input":"x"}' });
    expect([(await nameless()).status, (await nameless()).status]).toEqual([200, 429]);
    expect(await statuses('sk-one', 'sk-two', 'sk-one')).toEqual([200, 200, 429]);
  });
});

describe('tokens a day', () => {
  test('are those of answers of models, and refuse once they are used up', async () => {
    await start([['acme', 0, 34]]);
    expect((await ask('k-acme')).status).toBe(200);
    expect(await tokensUsed('acme', 33)).toBe(33);
    expect((await ask('k-acme')).headers.get('x-nearkey-cache')).toBe('hit');
    expect((await ask('k-acme', 'What is the capital of France?')).status).toBe(200);
    expect(await tokensUsed('acme', 66)).toBe(66);
    const refused = await ask('k-acme');
    expect([refused.status, refused.text]).toEqual([429, expect.stringContaining('as many tokens as it may in a day')]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(86_000);
    expect(await gateway.metric('nearkey_llm_quota_refusals_total', { quota: 'acme', limit: 'tokens' })).toBe(1);
    expect(await statuses('k-umbrella')).toEqual([200]);
  });

  test.each([
    ['that are not kept', {}, { 'cache-control': 'no-store' }],
    ['of streams', { stream: true }, {}],
    ['of streams that are not kept', { stream: true }, { 'cache-control': 'no-store' }],
  ])('count answers %s', async (_what, more, headers) => {
    await start([['acme', 0, 33]]);
    const answered = await ask('k-acme', 'Why?', more, headers);
    expect([answered.status, answered.text.includes('prompt_tokens')]).toEqual([200, !('stream' in more)]);
    expect(await tokensUsed('acme', 33)).toBe(33);
    expect((await ask('k-acme')).status).toBe(429);
  });

  test('count answers that were cut off, and embeddings', async () => {
    await start([['acme', 0, 1_000]]);
    gateway.model.fault = { isCutShort: true };
    await ask('k-acme');
    expect(await tokensUsed('acme', 33)).toBe(33);
    await post('/v1/embeddings', { model: 'nearkey', input: ['one two', 'three'] }, 'k-acme');
    expect(await tokensUsed('acme', 36)).toBe(36);
  });
});

describe('the store', () => {
  test('is asked once before an answer, and not at all where nobody has a quota', async () => {
    const commands: string[] = [];
    const commander: TestGatewayOptions['commander'] = (own) => ({
      call(command, ...args) {
        if (args.some((arg) => String(arg).startsWith('nearkey:quota:'))) commands.push(command);
        return own.call(command, ...args);
      },
    });
    await start([['acme', 9, 900]], { commander });
    await ask('k-acme');
    await tokensUsed('acme', 33);
    commands.length = 0;
    expect((await ask('k-acme')).headers.get('x-nearkey-cache')).toBe('hit');
    expect(commands).toEqual(['EVALSHA']);
    commands.length = 0;
    await ask('k-umbrella');
    expect(commands).toEqual([]);
  });

  test('refuses nobody when it is ill, and is left alone for a while', async () => {
    let calls = 0;
    const commander: TestGatewayOptions['commander'] = (own) => ({
      call(command, ...args) {
        if (!args.some((arg) => String(arg).startsWith('nearkey:quota:'))) return own.call(command, ...args);
        calls++;
        return Promise.reject(new Error('Connection is closed.'));
      },
    });
    await start([['acme', 1, 0]], { commander });
    expect(await statuses(...Array.from({ length: 8 }, () => 'k-acme'))).toEqual(Array.from({ length: 8 }, () => 200));
    expect(calls).toBe(5);
    expect(await gateway.metric('nearkey_llm_quota_uncounted_total', { quota: 'acme' })).toBe(8);
  });
});

test('an access key id of Bedrock may have a quota', async () => {
  await start([['AKIDONE', 1, 0]], { llm: { tenantKeys: [] } });
  const signedBy = async (id: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/20260101/eu-central-1/bedrock/aws4_request, SignedHeaders=host, Signature=0`;
    return (await post('/model/m/invoke-with-bidirectional-streams', {}, '', { authorization })).status;
  };
  const statusesOf = [await signedBy('AKIDONE'), await signedBy('AKIDONE'), await signedBy('AKIDTWO')];
  expect(statusesOf.map((status) => status === 429)).toEqual([false, true, false]);
});

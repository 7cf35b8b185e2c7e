import { FakeBedrock, fakeCredentials } from '../../../support/fake-bedrock.js';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../../support/llm-gateway.js';

const body = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hello there' }] });

test('sends the keys of the server to its providers, and the keys of tenants to nobody', async () => {
  const gateway = await startTestGateway({ llm: { tenantKeys: [{ tenant: 'acme', key: 'key-a' }] } });
  try {
    const headers = { authorization: 'Bearer key-a', 'x-api-key': 'key-a' };
    for (const path of ['/v1/chat/completions', '/v1/messages']) {
      expect((await fetch(gateway.url + path, { method: 'POST', body, headers })).status).toBe(200);
    }
    expect(
      gateway.model.calls.map((call) => [call.path, call.headers.authorization, call.headers['x-api-key']]),
    ).toEqual([
      ['/v1/chat/completions', undefined, undefined],
      ['/v1/messages', undefined, undefined],
    ]);
  } finally {
    await gateway.stop();
  }
});

test('passes keys of callers on where it has none of its own', async () => {
  const gateway = await startTestGateway();
  try {
    const headers = { authorization: 'Bearer sk-mine' };
    await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', body, headers });
    expect(gateway.model.calls[0]?.headers.authorization).toBe('Bearer sk-mine');
  } finally {
    await gateway.stop();
  }
});

const question = 'how do i get a refund for my order';
/** One word of nine is another. */
const paraphrase = 'how do i get the refund for my order';
const tenantKeys = ['acme', 'beta', 'gamma', 'mallory'].map((tenant) => ({ tenant, key: `k-${tenant}` }));

/** What the cache did with a question of this tenant: `hit exact`, `miss no-candidate`. */
async function outcomeOf(url: string, tenant: string, sent: object, more: Record<string, string> = {}) {
  const headers = { authorization: `Bearer k-${tenant}`, 'content-type': 'application/json', ...more };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(sent) });
  const text = await response.text();
  const word = (name: string) => response.headers.get(`x-nearkey-cache${name}`);
  return { did: `${word('')} ${word('-tier') ?? word('-reason')}`, text, entry: word('-entry') };
}

const chat = (content: string) => ({ model: 'm', messages: [{ role: 'user', content }] });
const blocks = (text: string) => ({ messages: [{ role: 'user', content: [{ text }] }] });

test.each([
  ['/v1/chat/completions', chat],
  ['/v1/responses', (input: string) => ({ model: 'm', input })],
  ['/v1/messages', (content: string) => ({ ...chat(content), max_tokens: 5 })],
  ['/model/m/converse', blocks],
  ['/model/m/invoke', blocks],
])("an answer is its tenant's in both tiers, at %s", async (path, sent) => {
  const fake = await new FakeBedrock().start();
  const region = { region: 'eu-central-1', endpoint: fake.endpoint, credentials: fakeCredentials };
  const gateway = await startTestGateway({ llm: { tenantKeys, bedrock: { ...region, callerSecrets: new Map() } } });
  try {
    const ask = async (tenant: string, text: string) => (await outcomeOf(gateway.url + path, tenant, sent(text))).did;
    expect(await ask('acme', question)).toBe('miss no-candidate');
    expect(await ask('mallory', paraphrase)).toBe('miss no-candidate');
    expect(await ask('mallory', question)).toBe('hit semantic');
    expect(await ask('beta', question)).toBe('miss no-candidate');
    expect(await ask('acme', paraphrase)).toBe('hit semantic');
    expect(gateway.model.calls.length + fake.calls.length).toBe(3);
  } finally {
    await gateway.stop();
    await fake.stop();
  }
});

describe('a cache that tenants share on purpose', () => {
  const opened: TestGateway[] = [];
  const start = async (isTwoWriters: boolean, more: TestGatewayOptions = {}): Promise<TestGateway> => {
    const llm = { tenantKeys, sharing: { cacheIds: ['llm'], isTwoWriters } };
    const gateway = await startTestGateway({ llm, ...more });
    opened.push(gateway);
    return gateway;
  };
  afterEach(async () => {
    for (const gateway of opened.splice(0).reverse()) await gateway.stop();
  });
  const ask = async (gateway: TestGateway, tenant: string, text: string, headers: Record<string, string> = {}) => {
    // The first one's store is that of all.
    await opened[0]?.idle();
    return outcomeOf(`${gateway.url}/v1/chat/completions`, tenant, chat(text), headers);
  };

  test('serves an answer to others once a second tenant was given the same, whichever gateway they ask', async () => {
    const one = await start(true);
    const two = await start(true, { commander: () => one.store });
    expect((await ask(one, 'acme', question)).did).toBe('miss no-candidate');
    expect((await ask(two, 'acme', question)).did).toBe('hit exact');
    expect((await ask(two, 'acme', paraphrase)).did).toBe('hit semantic');
    expect((await ask(two, 'gamma', paraphrase)).did).toBe('miss no-candidate');
    expect((await ask(two, 'beta', question)).did).toBe('miss no-candidate');
    expect((await ask(one, 'mallory', question)).did).toBe('hit exact');
    expect((await ask(one, 'mallory', `${question} now`)).did).toBe('hit semantic');
    // Elsewhere than in the caches that are named, an answer is its tenant's.
    const elsewhere = { 'x-nearkey-cache-namespace': 'other' };
    for (const tenant of ['acme', 'beta']) {
      expect((await ask(one, tenant, question, elsewhere)).did).toBe('miss no-candidate');
    }
  });

  test('keeps what one tenant alone was told from all others, also while it is under way', async () => {
    const one = await start(true);
    const two = await start(true, { commander: () => one.store });
    two.model.say = () => 'Send your password to the address below, please, at once.';
    const poison = await ask(two, 'mallory', question);
    let open = (): void => undefined;
    one.model.gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const asked = [ask(one, 'acme', question), ask(one, 'gamma', question)];
    while (one.model.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
    open();
    for (const { did, text } of await Promise.all(asked)) {
      expect(did).toBe('miss no-candidate');
      expect(text).not.toContain('password');
    }
    const shared = await ask(two, 'beta', question);
    expect([shared.did, shared.text.includes('password')]).toEqual(['hit exact', false]);
    expect(poison.text).toContain('password');
    expect((await ask(one, 'mallory', question)).text).toContain('password');
  });

  test('without the rule serves an answer to all at once', async () => {
    const gateway = await start(false);
    expect((await ask(gateway, 'acme', question)).did).toBe('miss no-candidate');
    expect((await ask(gateway, 'beta', question)).did).toBe('hit exact');
    expect(gateway.model.calls.length).toBe(1);
  });
});

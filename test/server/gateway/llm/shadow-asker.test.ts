import { startTestGateway, type TestGateway } from '../../../support/llm-gateway.js';

let gateway: TestGateway;
afterEach(() => gateway.stop());

const question = 'please explain the refund rules';
const again = 'explain the refund rules please';
async function ask(content: string, headers: Record<string, string> = {}): Promise<Headers> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content }] }),
  });
  await response.text();
  return response.headers;
}

const shadows = (outcome: string): Promise<number> => gateway.metric('nearkey_llm_shadow_questions_total', { outcome });

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

describe('shadow questions', () => {
  test('ask a hit anew behind the answer, and learn whether it was right', async () => {
    gateway = await startTestGateway({ llm: { shadowRate: 1 } });
    await ask(question);
    const hit = await ask(again);
    expect(hit.get('x-nearkey-cache-tier')).toBe('semantic');
    await until(async () => gateway.model.calls.length === 2);
    await until(async () => (await gateway.metric('nearkey_llm_shadow_questions_total')) === 1);
    const judged = (await shadows('right')) + (await shadows('wrong')) + (await shadows('unknown'));
    expect(judged).toBe(1);
    expect((await ask(question)).get('x-nearkey-cache-tier')).toBe('exact');
    expect(gateway.model.calls.length).toBe(2);
  });

  test('are no more than the hour allows, and none without a share', async () => {
    gateway = await startTestGateway({ llm: { shadowRate: 1, shadowCallsPerHour: 0 } });
    await ask(question);
    await ask(again);
    expect([await shadows('over-budget'), gateway.model.calls.length]).toEqual([1, 1]);
  });

  test('that fail are counted, and hurt nobody', async () => {
    gateway = await startTestGateway({ llm: { shadowRate: 1 } });
    await ask(question);
    await gateway.model.stop();
    const hit = await ask(again);
    expect(hit.get('x-nearkey-cache')).toBe('hit');
    await until(async () => (await shadows('failed')) === 1);
  });
});

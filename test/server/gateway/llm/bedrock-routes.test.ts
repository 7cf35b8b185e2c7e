import { FakeBedrock, fakeCredentials, fakeToken } from '../../../support/fake-bedrock.js';
import { startTestGateway, type TestGateway } from '../../../support/llm-gateway.js';

let fake: FakeBedrock;
let gateway: TestGateway;

beforeEach(async () => {
  fake = await new FakeBedrock().start();
  const bedrock = {
    region: 'eu-central-1',
    endpoint: fake.endpoint,
    credentials: fakeCredentials,
    callerSecrets: new Map(),
  };
  gateway = await startTestGateway({ llm: { bedrock, retriesMax: 0 }, http: { bodyBytesMax: 1_000 } });
});

afterEach(async () => {
  await gateway.stop();
  await fake.stop();
});

const body = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'Why?' }] }] });

function post(path: string, headers: Record<string, string> = {}, sent = body): Promise<Response> {
  return fetch(gateway.url + path, { method: 'POST', body: sent, headers });
}

test('says what the cache did, and names the request as AWS does', async () => {
  const first = await post('/model/m/converse', { 'x-request-id': 'mine' });
  expect([first.status, first.headers.get('x-nearkey-cache')]).toEqual([200, 'miss']);
  const second = await post('/model/m/converse', { 'x-request-id': 'mine' });
  expect([second.status, second.headers.get('x-nearkey-cache')]).toEqual([200, 'hit']);
  expect(second.headers.get('x-amzn-requestid')).toBe('mine');
  expect(second.headers.get('content-type')).toContain('application/json');
  expect(fake.calls.length).toBe(1);
});

test('explains a request that it would not pass on', async () => {
  await post('/model/m/converse');
  const explained = await (await post('/explain/model/m/converse')).json();
  expect(explained).toMatchObject({
    status: 'looked-up',
    cacheId: 'llm',
    decision: { scope: { provider: 'bedrock', model: 'm' }, outcome: { status: 'hit', tier: 'exact' } },
  });
  expect(fake.calls.length).toBe(1);
});

test('names the form of a model in a stream, from the model and from the cache', async () => {
  for (const _call of [1, 2]) {
    const streamed = await post('/model/m/invoke-with-response-stream');
    expect(streamed.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    expect(streamed.headers.get('x-amzn-bedrock-content-type')).toBe('application/json');
    await streamed.arrayBuffer();
  }
  expect(fake.calls.length).toBe(1);
});

test('passes on what is no Converse and no InvokeModel, and refuses streams in both directions', async () => {
  const counted = await post('/model/m/count-tokens', { authorization: `Bearer ${fakeToken}` });
  expect([counted.headers.get('x-nearkey-cache'), counted.headers.get('x-nearkey-cache-reason')]).toEqual([
    'bypass',
    'not-understood',
  ]);
  expect(fake.calls[0]?.operation).toBe('count-tokens');
  const both = await post('/model/m/invoke-with-bidirectional-stream');
  expect([both.status, both.headers.get('x-amzn-errortype')]).toEqual([400, 'ValidationException']);
});

test('says in the words of AWS what it refuses, and what it cannot do', async () => {
  const long = await post('/model/m/converse', {}, 'x'.repeat(2_000));
  expect([long.status, long.headers.get('x-amzn-errortype')]).toEqual([413, 'ValidationException']);
  await fake.stop();
  const gone = await post('/model/m/converse');
  expect([gone.status, gone.headers.get('x-amzn-errortype')]).toEqual([502, 'ServiceUnavailableException']);
  expect(await gone.json()).toMatchObject({ __type: 'ServiceUnavailableException', message: expect.any(String) });
  fake = await new FakeBedrock().start();
});

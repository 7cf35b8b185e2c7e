import { BedrockUpstream, type BedrockUpstreamOptions } from '#server/gateway/llm/bedrock-upstream.js';
import { UpstreamError, type UpstreamReply } from '#server/gateway/llm/upstream.js';
import { FakeBedrock, type Fault, fakeCredentials, fakeToken } from '../../../support/fake-bedrock.js';

let fake: FakeBedrock;
const upstreams: BedrockUpstream[] = [];

beforeEach(async () => {
  fake = await new FakeBedrock().start();
});

afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  await fake.stop();
});

function upstreamOf(options: Partial<BedrockUpstreamOptions> = {}): BedrockUpstream {
  const upstream = new BedrockUpstream({
    region: 'eu-central-1',
    endpoint: fake.endpoint,
    credentials: fakeCredentials,
    passesBearer: true,
    timeoutMs: 20_000,
    retriesMax: 0,
    ...options,
  });
  upstreams.push(upstream);
  return upstream;
}

const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"Why?"}]}],"newer":{"than":"the SDK"}}');
const never = new AbortController().signal;

function call(operation: string, headers: Record<string, string> = {}) {
  const path = `/model/${encodeURIComponent('arn:aws:bedrock:eu-central-1::inference-profile/eu.claude:0')}/${operation}`;
  const isStream = operation.endsWith('stream');
  return { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body, isStream } as const;
}

async function textOf(reply: UpstreamReply): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of reply.body) parts.push(bytes);
  return Buffer.concat(parts).toString('latin1');
}

describe('BedrockUpstream', () => {
  test("sends the caller's bytes, signed with the server's credentials, and answers the model's", async () => {
    const reply = await upstreamOf().send(
      call('converse', { authorization: 'AWS4-HMAC-SHA256 of a caller', cookie: 'x' }),
      never,
    );
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-amzn-requestid': 'fake-1',
    });
    expect(JSON.parse(await textOf(reply))).toMatchObject({ stopReason: 'end_turn' });
    const [seen] = fake.calls;
    expect(seen).toMatchObject({
      model: 'arn:aws:bedrock:eu-central-1::inference-profile/eu.claude:0',
      operation: 'converse',
      version: '2.0',
      body: JSON.parse(body.toString()),
    });
    expect(seen?.headers.authorization).toContain(fakeCredentials.accessKeyId);
    expect(seen?.headers.cookie).toBeUndefined();
  });

  test('passes on the headers that are for the model', async () => {
    await textOf(
      await upstreamOf().send(call('invoke', { 'x-amzn-bedrock-guardrailidentifier': 'g', accept: 'a/b' }), never),
    );
    expect(fake.calls[0]?.headers).toMatchObject({ 'x-amzn-bedrock-guardrailidentifier': 'g', accept: 'a/b' });
  });

  test("passes on a caller's bearer token untouched, unless it is for this server", async () => {
    const authorization = `Bearer ${fakeToken}`;
    const passed = await upstreamOf({ credentials: undefined }).send(call('converse', { authorization }), never);
    expect(passed.status).toBe(200);
    expect(fake.calls[0]?.headers.authorization).toBe(authorization);
    const refused = await upstreamOf().send(call('converse', { authorization: 'Bearer wrong' }), never);
    expect(refused.status).toBe(403);
    expect(refused.headers['x-amzn-errortype']).toContain('MissingAuthenticationTokenException');
    const own = await upstreamOf({ passesBearer: false }).send(
      call('converse', { authorization: 'Bearer wrong' }),
      never,
    );
    expect(own.status).toBe(200);
  });

  test.each(['converse-stream', 'invoke-with-response-stream'])(
    'hands on the event stream of %s as it comes',
    async (operation) => {
      const reply = await upstreamOf().send(call(operation), never);
      expect(reply.headers['content-type']).toBe('application/vnd.amazon.eventstream');
      let pieces = 0;
      for await (const _bytes of reply.body) pieces += 1;
      expect(pieces).toBeGreaterThan(1);
    },
  );

  test.each([
    [400, 'ValidationException'],
    [403, 'AccessDeniedException'],
    [404, 'ResourceNotFoundException'],
    [408, 'ModelTimeoutException'],
    [424, 'ModelErrorException'],
    [429, 'ThrottlingException'],
    [500, 'InternalServerException'],
    [503, 'ServiceUnavailableException'],
  ])('answers the status %i, %s, as it is', async (status, type) => {
    fake.queue({ kind: 'refuse', status, type });
    const reply = await upstreamOf().send(call('converse'), never);
    expect([reply.status, reply.headers['x-amzn-errortype']]).toEqual([
      status,
      `${type}:http://internal.amazon.com/coral/`,
    ]);
    expect(JSON.parse(await textOf(reply))).toEqual({ message: `${type} of the fake` });
    expect(fake.calls).toHaveLength(1);
  });

  test('tries again what is passing, and answers what is left at the end', async () => {
    const throttled: Fault = { kind: 'refuse', status: 429, type: 'ThrottlingException' };
    fake.queue(throttled, { kind: 'refuse', status: 503, type: 'ServiceUnavailableException' });
    const upstream = upstreamOf({ retriesMax: 2 });
    expect((await upstream.send(call('converse'), never)).status).toBe(200);
    expect(fake.calls).toHaveLength(3);
    fake.queue({ kind: 'refuse', status: 400, type: 'ValidationException' });
    expect((await upstream.send(call('converse'), never)).status).toBe(400);
    expect(fake.calls).toHaveLength(4);
    fake.queue(throttled, throttled, throttled);
    expect((await upstream.send(call('converse'), never)).status).toBe(429);
    expect(fake.calls).toHaveLength(7);
  });

  test('fails a stream that is cut', async () => {
    fake.queue({ kind: 'cut', afterEvents: 2 });
    const reply = await upstreamOf().send(call('converse-stream'), never);
    await expect(textOf(reply)).rejects.toMatchObject({ name: 'UpstreamError', code: 'unreachable' });
  });

  test('fails when nothing comes in time', async () => {
    fake.queue({ kind: 'silence' });
    const asked = upstreamOf({ timeoutMs: 100 }).send(call('converse'), never);
    await expect(asked).rejects.toMatchObject({ name: 'UpstreamError', code: 'timeout' });
  });

  test('lets go when the caller has gone, before the answer and within it', async () => {
    fake.queue({ kind: 'silence' });
    const before = new AbortController();
    const asked = upstreamOf().send(call('converse'), before.signal);
    while (fake.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    before.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
    const within = new AbortController();
    const reply = await upstreamOf().send(call('converse-stream'), within.signal);
    within.abort();
    await expect(textOf(reply)).rejects.toMatchObject({ code: 'aborted' });
  });

  test('fails when there is nobody', async () => {
    const asked = upstreamOf({ endpoint: 'http://127.0.0.1:1' }).send(call('converse'), never);
    await expect(asked).rejects.toBeInstanceOf(UpstreamError);
    await expect(asked).rejects.toMatchObject({ code: 'unreachable' });
  });
});

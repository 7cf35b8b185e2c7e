import { RestingUpstream } from '#server/gateway/llm/resting-upstream.js';
import { type UpstreamCall, UpstreamError, type UpstreamReply } from '#server/gateway/llm/upstream.js';

const call: UpstreamCall = { method: 'POST', path: '/', headers: {}, body: new Uint8Array(), isStream: false };
const never = new AbortController().signal;

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield* [];
}

function scripted() {
  let nowMs = 0;
  const state: { asked: number; outcome: UpstreamError | number } = {
    asked: 0,
    outcome: new UpstreamError('unreachable', 'gone'),
  };
  const send = async (): Promise<UpstreamReply> => {
    state.asked++;
    if (typeof state.outcome === 'number') return { status: state.outcome, headers: {}, body: nothing() };
    throw state.outcome;
  };
  const upstream = new RestingUpstream({ name: 'bedrock', send }, { nowMs: () => nowMs });
  const codeOf = (signal = never): Promise<string> =>
    upstream.send(call, signal).then(
      ({ status }) => String(status),
      (error: unknown) => (error instanceof UpstreamError ? error.code : 'other'),
    );
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { state, codeOf, pass };
}

describe('an upstream that may rest', () => {
  test('is not asked for a while after ten failures in a row, and one call tries it again', async () => {
    const { state, codeOf, pass } = scripted();
    for (let i = 0; i < 10; i++) expect(await codeOf()).toBe('unreachable');
    expect([await codeOf(), state.asked]).toEqual(['circuit-open', 10]);
    pass(5_000);
    state.outcome = 200;
    expect([await codeOf(), await codeOf(), state.asked]).toEqual(['200', '200', 12]);
  });

  test('counts answers that say that it is down, and no others', async () => {
    const { state, codeOf } = scripted();
    for (const status of [400, 429, 500]) {
      state.outcome = status;
      for (let i = 0; i < 11; i++) expect(await codeOf()).toBe(String(status));
    }
    state.outcome = 503;
    for (let i = 0; i < 10; i++) await codeOf();
    expect(await codeOf()).toBe('circuit-open');
  });

  test('learns nothing from callers who went away', async () => {
    const { codeOf } = scripted();
    const gone = new AbortController();
    gone.abort();
    for (let i = 0; i < 20; i++) expect(await codeOf(gone.signal)).toBe('unreachable');
  });
});

import { LlmCache, type LlmCacheOptions, type LlmFinding } from '#sdk/llm/llm-cache.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { plainDoor } from '../../server/gateway/llm/plain-door.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

function cacheOf(options: Partial<LlmCacheOptions> = {}, graceMs = 0): { llm: LlmCache; clock: { nowMs: number } } {
  const clock = { nowMs: 1_700_000_000_000 };
  const { commander } = startInProcess().server;
  const cache = new SemanticCache({
    cacheId: 'c',
    commander,
    embedder: new WordEmbedder(),
    clock: { nowMs: () => clock.nowMs },
    config: { minSimilarity: 0.85, graceMs },
  });
  return { llm: new LlmCache({ cache, ...options }), clock };
}

const call = (body: object, headers: Readonly<Record<string, string>> = {}) => ({
  path: '/ask',
  headers,
  body: Buffer.from(JSON.stringify(body)),
});
const ask = { ask: 'why is the sky blue', model: 'm' };

async function* pieces(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

/** What the caller sees of an answer that comes in these pieces. */
async function told(llm: LlmCache, body: object, isStream: boolean, ...parts: readonly string[]): Promise<string> {
  const finding = await llm.find(plainDoor, call(body));
  const seen: Uint8Array[] = [];
  for await (const bytes of llm.passed(finding, pieces(...parts), isStream)) seen.push(bytes);
  return Buffer.concat(seen).toString();
}

/** What is found for a request of which nobody asks the model then. */
async function peeked(
  llm: LlmCache,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<LlmFinding> {
  const finding = await llm.find(plainDoor, call(body, headers));
  llm.leave(finding);
  return finding;
}

test('an answer in one piece is passed on, kept, and replayed both ways', async () => {
  const { llm } = cacheOf();
  expect(await told(llm, ask, false, '{"say":"light ', 'scatters"}')).toBe('{"say":"light scatters"}');
  const found = await peeked(llm, ask);
  expect(found.evidence).toMatchObject({ status: 'hit', tier: 'exact' });
  expect(llm.replay(found)?.map(String)).toEqual(['{"say":"light scatters"}']);
  const streamed = await peeked(llm, { ...ask, stream: true });
  expect(llm.replay(streamed)?.map(String)).toEqual(['light\n', 'scatters\n', '.\n']);
});

test('a stream is kept when it ended as whole ones do, and not longer than allowed', async () => {
  const { llm } = cacheOf({ answerBytesMax: 20 });
  const streamed = { ...ask, stream: true };
  expect(await told(llm, streamed, true, 'light\nscat')).toBe('light\n');
  expect((await peeked(llm, streamed)).evidence.status).toBe('miss');
  await told(llm, streamed, true, 'light\n', 'scatters\n', 'everywhere\n', '.\n');
  expect((await peeked(llm, streamed)).evidence.status).toBe('miss');
  await told(llm, streamed, true, 'light\nscatt', 'ers\n.\n');
  expect((await peeked(llm, streamed)).evidence.status).toBe('hit');
});

test('what is not understood, or not for the cache, is passed on and not kept', async () => {
  const reasons: unknown[] = [];
  const { llm } = cacheOf({ onEvidence: (evidence) => reasons.push(Reflect.get(evidence, 'reason')) });
  await peeked(llm, { nothing: 1 });
  await told(llm, { ...ask, temperature: 2 }, false, '{"say":"hot"}');
  await peeked(llm, ask, { 'cache-control': 'no-store' });
  await peeked(llm, ask);
  expect(reasons).toEqual(['not-understood', 'temperature', 'no-store', 'no-candidate']);
});

test('entries that are older than the caller wants are not served', async () => {
  const { llm, clock } = cacheOf();
  await told(llm, ask, false, '{"say":"light scatters"}');
  clock.nowMs += 5_000;
  expect((await peeked(llm, ask, { 'cache-control': 'max-age=4' })).evidence).toEqual({
    status: 'miss',
    reason: 'too-old',
  });
  const fresh = await peeked(llm, ask, { 'cache-control': 'max-age=9' });
  expect(fresh.headers).toMatchObject({ 'x-nearkey-cache': 'hit', age: '5' });
});

test('an answer whose time is over is asked anew and kept in its place, within the grace of the cache, too', async () => {
  const { llm, clock } = cacheOf({ ttlMs: 10_000 }, 60_000);
  await told(llm, ask, false, '{"say":"light scatters"}');
  clock.nowMs += 11_000;
  const stale = await peeked(llm, ask);
  expect([stale.evidence, stale.answer]).toEqual([{ status: 'miss', reason: 'stale' }, undefined]);
  await told(llm, ask, false, '{"say":"light scatters, still"}');
  const fresh = await peeked(llm, ask);
  expect([fresh.evidence.status, fresh.answer?.text]).toEqual(['hit', 'light scatters, still']);
});

test('a caller who reads no further leaves the call to those who wait', async () => {
  const { llm } = cacheOf();
  const finding = await llm.find(plainDoor, call(ask));
  const answer = llm.passed(finding, pieces('{"say":', '"light scatters"}'), false);
  const waiting = llm.find(plainDoor, call(ask));
  await answer.next();
  await answer.return(undefined);
  expect((await waiting).evidence.status).toBe('miss');
});

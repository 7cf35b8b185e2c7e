import { type LookupRequest, SemanticCache } from '@nearkey/sdk';
import { Registry } from 'prom-client';
import { readControl } from '#sdk/llm/cache-control.js';
import { GatewayMetrics } from '#server/gateway/gateway-metrics.js';
import { CacheSide } from '#server/gateway/llm/cache-side.js';
import { WordEmbedder } from '../../../sdk/word-embedder.js';
import { startInProcess } from '../../../support/in-process.js';

function setUp(ttlMs?: number) {
  const { server, clock, scheduler } = startInProcess();
  const { commander } = server;
  const cache = new SemanticCache({ cacheId: 'llm', commander, embedder: new WordEmbedder(), clock });
  const errors: object[] = [];
  const logger = { error: (fields: object) => errors.push(fields), debug: () => undefined };
  const metrics = new GatewayMetrics(new Registry());
  const options = { metrics, logger, clock, timer: scheduler, random: () => 0.5, timeoutMs: 1_000, ttlMs };
  return { cache, clock, commander, errors, side: new CacheSide(options) };
}

const request: LookupRequest = { prompt: 'What is the capital of France?', scope: { model: 'm' } };
const answer = { format: 'plain', text: 'Paris', body: '{}', usage: { inputTokens: 1, outputTokens: 2 } };
const control = (headers: Record<string, string> = {}) => readControl(headers, undefined);

describe('the cache as the pipeline sees it', () => {
  test('finds what was stored, for callers of the same format', async () => {
    const { side, cache, clock } = setUp();
    expect((await side.lookup(cache, request, control(), 'plain')).evidence).toMatchObject({ reason: 'no-candidate' });
    await side.store(cache, request, control(), answer);
    clock.advance(2_000);
    const found = await side.lookup(cache, request, control(), 'plain');
    expect([found.answer, found.evidence]).toMatchObject([answer, { status: 'hit', tier: 'exact', ageMs: 2_000 }]);
    expect((await side.lookup(cache, request, control(), 'other')).evidence).toEqual({
      status: 'miss',
      reason: 'unreadable',
    });
  });

  test('finds nothing for those who want it fresh, or younger', async () => {
    const { side, cache, clock } = setUp();
    await side.store(cache, request, control(), answer);
    clock.advance(61_000);
    const reasonOf = async (headers: Record<string, string>) =>
      (await side.lookup(cache, request, control(headers), 'plain')).evidence;
    expect(await reasonOf({ 'cache-control': 'no-cache' })).toMatchObject({ reason: 'refresh' });
    expect(await reasonOf({ 'cache-control': 'max-age=60' })).toMatchObject({ reason: 'too-old' });
    expect(await reasonOf({ 'cache-control': 'max-age=62' })).toMatchObject({ status: 'hit' });
  });

  test('keeps answers for the time the caller says, or its own, a little less by chance', async () => {
    for (const [headers, expected] of [
      [{}, 95_000],
      [{ 'x-bf-cache-ttl': '10' }, 9_500],
    ] as const) {
      const { side, cache, commander } = setUp(100_000);
      await side.store(cache, request, control(headers), answer);
      const keys = await commander.call('KEYS', '*:entry:*');
      expect(await commander.call('PTTL', Array.isArray(keys) ? String(keys[0]) : '')).toBe(expected);
    }
  });

  test('says the code of what failed, logs it, and rests after some failures', async () => {
    const { side, cache, errors, clock } = setUp();
    const ill = new SemanticCache({
      cacheId: 'llm',
      commander: { call: () => Promise.reject(new Error('Connection is closed.')) },
      embedder: new WordEmbedder(),
    });
    for (let i = 0; i < 5; i++) {
      const { evidence } = await side.lookup(ill, request, control(), 'plain');
      expect(evidence).toEqual({ status: 'error', reason: 'store-unavailable' });
    }
    expect((await side.lookup(cache, request, control(), 'plain')).evidence).toMatchObject({ reason: 'cache-rests' });
    expect([errors.length, JSON.stringify(errors)]).toEqual([5, expect.not.stringContaining('France')]);
    clock.advance(5_000);
    expect((await side.lookup(cache, request, control(), 'plain')).evidence).toMatchObject({ reason: 'no-candidate' });
  });
});

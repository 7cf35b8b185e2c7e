import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import type { CounterName } from '#sdk/semantic-cache/cache-statistics.js';
import { wilsonInterval } from '#sdk/semantic-cache/decision/wilson-interval.js';
import { DecisionTrail, LookupNames } from '#sdk/semantic-cache/decision-trail.js';
import type { LearnedLabel } from '#sdk/semantic-cache/hit-decider.js';
import { LiveTruth, type ServedHit, VOTES_PER_MINUTE_MAX } from '#sdk/semantic-cache/live-truth.js';
import { SemanticCache } from '#sdk/semantic-cache/semantic-cache.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

const entryOf = (number: number): string => String(number).padStart(32, 'e');

function trial(maxErrorRate = 0.01) {
  const { server, clock } = startInProcess();
  const { commander } = server;
  const keys = cacheKeys('c', { id: 'e', dimension: 2 });
  const counts = new Map<CounterName, number>();
  const learned: LearnedLabel[] = [];
  const noted: object[] = [];
  const strictness: number[] = [];
  const trail = new DecisionTrail({ commander, key: keys.trail, length: 1000, keepsPrompts: false });
  const truth = new LiveTruth({
    ...{ commander, keys, clock, trail, maxErrorRate },
    count: (name) => counts.set(name, (counts.get(name) ?? 0) + 1),
    learn: (label) => learned.push(label),
    noteLabel: (label) => noted.push(label),
    setStrictness: (share) => strictness.push(share),
  });
  const names = new LookupNames('a'.repeat(12));
  const serve = (entry: number, more: Partial<ServedHit> = {}): ServedHit => {
    const hitId = names.next(clock.nowMs());
    const hit: ServedHit = {
      ...{ hitId, entryId: entryOf(entry), tier: 'semantic', namespace: 'acme', prompt: 'p', features: [1, 2] },
      ...more,
    };
    truth.noteLookup(hit);
    return hit;
  };
  const store = (entry: number) => commander.call('HSET', keys.entry(entryOf(entry)), 'prompt', 'p');
  return { truth, commander, keys, counts, learned, noted, strictness, serve, store, clock, trail };
}

describe('votes', () => {
  test('teach the verifier, count once, and take an entry out on the second one against it', async () => {
    const { truth, counts, learned, serve, store, commander, keys } = trial();
    await store(1);
    const first = serve(1);
    expect(await truth.vote({ hitId: first.hitId, isRight: false })).toEqual({
      outcome: 'counted',
      isQuarantined: false,
    });
    expect(await truth.vote({ hitId: first.hitId, isRight: false })).toEqual({ outcome: 'repeated' });
    expect(learned).toEqual([{ features: [1, 2], isRight: false, source: 'vote', lookupId: first.hitId }]);
    expect(await truth.vote({ hitId: serve(1).hitId, isRight: false })).toEqual({
      outcome: 'counted',
      isQuarantined: true,
    });
    expect(await commander.call('EXISTS', keys.entry(entryOf(1)))).toBe(0);
    expect(await commander.call('PTTL', keys.quarantined(entryOf(1)))).toBeGreaterThan(0);
    expect([counts.get('votesDown'), counts.get('quarantined')]).toEqual([2, 1]);
  });

  test('for an entry speak for it', async () => {
    const { truth, serve, store } = trial();
    await store(1);
    for (const isRight of [false, true, false]) {
      const outcome = await truth.vote({ hitId: serve(1).hitId, isRight });
      expect(outcome).toEqual({ outcome: 'counted', isQuarantined: false });
    }
  });

  test("are for one's own hits", async () => {
    const { truth, serve } = trial();
    const { hitId } = serve(1);
    for (const owner of [{ namespace: 'other' }, { namespace: undefined }]) {
      expect(await truth.vote({ hitId, isRight: true, owner })).toEqual({ outcome: 'unknown' });
    }
    expect(await truth.vote({ hitId, isRight: true, owner: { namespace: 'acme' } })).toMatchObject({
      outcome: 'counted',
    });
    expect(await truth.vote({ hitId: 'no id', isRight: true })).toEqual({ outcome: 'unknown' });
  });

  test('by an entry are for its last hit', async () => {
    const { truth, serve } = trial();
    serve(1);
    const last = serve(1);
    serve(2);
    expect(await truth.vote({ entryId: entryOf(1), isRight: true })).toMatchObject({ outcome: 'counted' });
    expect(await truth.vote({ hitId: last.hitId, isRight: true })).toEqual({ outcome: 'repeated' });
    expect(await truth.vote({ entryId: entryOf(3), isRight: true })).toEqual({ outcome: 'unknown' });
  });

  test('of one voter are limited by the minute, whatever others do', async () => {
    const { truth, serve, clock } = trial();
    for (let i = 0; i < VOTES_PER_MINUTE_MAX; i++)
      await truth.vote({ hitId: serve(i).hitId, isRight: true, voter: 'a' });
    const more = () => truth.vote({ hitId: serve(1).hitId, isRight: true, voter: 'a' });
    expect(await more()).toEqual({ outcome: 'too-many' });
    expect(await truth.vote({ hitId: serve(1).hitId, isRight: true, voter: 'b' })).toMatchObject({
      outcome: 'counted',
    });
    clock.advance(60_000);
    expect(await more()).toMatchObject({ outcome: 'counted' });
  });

  test('find hits that another process served, in the trail', async () => {
    const { truth, noted, trail, clock } = trial();
    const hitId = new LookupNames('b'.repeat(12)).next(clock.nowMs());
    trail.note({
      ...{ kind: 'lookup', lookupId: hitId, atMs: 1, process: 'b' },
      decision: {
        ...{ scope: { digest: 'd'.repeat(32), namespace: 'acme' }, exact: 'e'.repeat(32), embedderId: 'e' },
        ...{ tiers: ['exact'], minSimilarity: null, maxErrorRate: null, boundary: null, candidates: [] },
        outcome: { status: 'hit', tier: 'exact', entryId: entryOf(5), similarity: 1 },
      },
    });
    expect(await truth.hit(hitId)).toMatchObject({ entryId: entryOf(5), namespace: 'acme', tier: 'exact' });
    expect(await truth.vote({ hitId, isRight: true, owner: { namespace: 'acme' } })).toMatchObject({
      outcome: 'counted',
    });
    expect(noted).toEqual([{ isRight: true, source: 'vote', lookupId: hitId }]);
  });
});

describe('quarantine', () => {
  test('is left again, unless there is a new entry in the place', async () => {
    const { truth, store } = trial();
    await store(1);
    expect([await truth.quarantine(entryOf(1)), await truth.quarantine(entryOf(1))]).toEqual([true, false]);
    expect([await truth.release(entryOf(1)), await truth.release(entryOf(1))]).toEqual([true, false]);
    await truth.quarantine(entryOf(1));
    await store(1);
    expect(await truth.release(entryOf(1))).toBe(false);
  });
});

describe('shadow verdicts', () => {
  test('beyond the budget and beyond chance are a breach: tightened, suspects taken out, until it is over', async () => {
    const { truth, counts, strictness, serve, store, commander, keys } = trial(0.02);
    for (let entry = 0; entry < 30; entry++) await store(entry);
    for (let i = 0; i < 25; i++) await truth.verdict(serve(i), i >= 4);
    expect([counts.get('breaches'), strictness]).toEqual([1, [0.5]]);
    expect(counts.get('quarantined')).toBe(4);
    for (let i = 0; i < 4; i++) expect(await commander.call('EXISTS', keys.entry(entryOf(i)))).toBe(0);
    // Now one verdict is enough.
    await truth.verdict(serve(20), false);
    expect(counts.get('quarantined')).toBe(5);
    for (let i = 0; i < 600 && truth.strictness < 1; i++) await truth.verdict(serve(10), true);
    expect(strictness).toEqual([0.5, 1]);
  });

  test('on a cache that seldom hits weigh as little as its hits', async () => {
    const { truth, counts, serve } = trial(0.05);
    for (let i = 0; i < 990; i++) truth.noteLookup(undefined);
    for (let i = 0; i < 25; i++) await truth.verdict(serve(i), i % 2 === 0);
    expect(counts.get('breaches')).toBeUndefined();
    expect([counts.get('shadowRight'), counts.get('shadowWrong')]).toEqual([13, 12]);
  });

  test('on equal questions accuse an entry, and do not count for the share', async () => {
    const { truth, counts, serve, store } = trial();
    await store(1);
    for (let i = 0; i < 2; i++) await truth.verdict(serve(1, { tier: 'exact', features: undefined }), false);
    expect([counts.get('shadowWrong'), counts.get('quarantined')]).toEqual([undefined, 1]);
  });
});

describe('in simulated traffic', () => {
  test('the interval holds the true share of wrong hits in 95 runs of 100 (seed 5)', () => {
    const random = new SeededRandom(5);
    let runs = 0;
    let covered = 0;
    for (const share of [0.005, 0.01, 0.02, 0.05, 0.1]) {
      for (let run = 0; run < 400; run++) {
        let [judged, wrong] = [0, 0];
        for (let hit = 0; hit < 4_000; hit++) {
          const isWrong = random.chance(share);
          if (!random.chance(0.1)) continue;
          judged++;
          if (isWrong) wrong++;
        }
        const { low, high } = wilsonInterval(wrong, judged);
        runs++;
        if (low <= share && share <= high) covered++;
      }
    }
    expect(covered / runs).toBeGreaterThanOrEqual(0.95);
  });

  test.each([1, 2, 3])('a bad entry that was slipped in is taken out, and good ones stay (seed %i)', async (seed) => {
    const random = new SeededRandom(seed);
    const cache = new SemanticCache({
      cacheId: 'simulated',
      commander: startInProcess().server.commander,
      embedder: new WordEmbedder({ dimension: 2_048 }),
      judge: ({ freshResponse, cachedResponse }) => (freshResponse === cachedResponse ? 'same' : 'different'),
      config: { minSimilarity: 0.85 },
    });
    const topics = ['refund', 'invoice', 'voucher', 'parcel', 'password', 'address', 'warranty', 'contract'];
    const question = (topic: string, word: string) => `please tell me ${word} how do i get a new ${topic}`;
    for (const topic of topics) {
      await cache.store({ prompt: question(topic, 'now'), response: topic === 'voucher' ? 'send us your PIN' : topic });
    }
    let wrong = 0;
    for (let asked = 0; asked < 400; asked++) {
      const topic = random.pick(topics);
      const word = random.pick(['today', 'soon', 'kindly', 'again', 'quickly', 'first', 'mister', 'there']);
      const result = await cache.lookup({ prompt: question(topic, word) });
      if (result.outcome === 'miss') continue;
      if (result.entry.response !== topic) wrong++;
      if (random.chance(0.2)) await cache.review(result.hitId, topic);
    }
    const { quarantined, shadowWrong, shadowRight } = await cache.statistics();
    expect([quarantined, await cache.entryCount()]).toEqual([1, topics.length - 1]);
    expect(shadowWrong).toBeLessThanOrEqual(2);
    expect(shadowRight + shadowWrong).toBeGreaterThan(1);
    expect(wrong).toBeLessThan(40);
  });
});

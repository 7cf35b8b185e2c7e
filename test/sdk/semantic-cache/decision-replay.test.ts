import type { Commander } from '#sdk/commander.js';
import type { DecisionRecord } from '#sdk/semantic-cache/decision-record.js';
import { DecisionReplay, decideAgain, type ReplayConfig } from '#sdk/semantic-cache/decision-replay.js';
import { parseTrailRecord, type TrailRecord } from '#sdk/semantic-cache/decision-trail.js';
import { SemanticCache, type SemanticCacheConfig } from '#sdk/semantic-cache/semantic-cache.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { startInProcess } from '../../support/in-process.js';
import { WordEmbedder } from '../word-embedder.js';

const topics = ['refund', 'delivery', 'invoice', 'password', 'warranty', 'subscription', 'address', 'voucher'];
const frames = [
  (topic: string) => `how do i get my ${topic} back`,
  (topic: string) => `how do i get the ${topic} back`,
  (topic: string) => `please tell me how i get my ${topic} back`,
  (topic: string) => `is there a way to get a ${topic}`,
  (topic: string) => `what about my ${topic} of 2023`,
  (topic: string) => `what about my ${topic} of 2024`,
];

/** Words that do not matter, of which every pair differs. */
const words =
  'amber birch cedar dune ember fjord grove heath isle jade kelp loam moss nook opal pine reed sand tarn vale'.split(
    ' ',
  );

/** Traffic of a help desk: every question of every topic, in every form, again and again. */
async function trafficOf(commander: Commander, config: SemanticCacheConfig, rounds: number): Promise<TrailRecord[]> {
  const random = new SeededRandom(11);
  const asked = ['how do i get my refund back'];
  const cache = new SemanticCache({
    cacheId: 'replayed',
    commander,
    embedder: new WordEmbedder(),
    judge: ({ freshResponse, cachedResponse }) => (freshResponse === cachedResponse ? 'same' : 'different'),
    random: () => random.next(),
    clock: { nowMs: () => 1_700_000_000_000 },
    config: { trailLength: 1_000_000, ...config },
  });
  for (let i = 0; i < rounds; i++) {
    const topic = random.pick(topics);
    const frame = random.pick(frames);
    const fillers = Array.from({ length: 1 + random.below(5) }, () => random.pick(words)).join(' ');
    const repeated = random.chance(0.1) ? random.pick(asked) : undefined;
    const prompt = repeated ?? `${frame(topic)} ${fillers}`;
    asked.push(prompt);
    const response = /\w+ (?:back|of \d+|get a \w+)/.exec(prompt)?.[0] ?? prompt;
    const maxErrorRate = random.chance(0.1) ? 0.005 : undefined;
    const result = await cache.lookup({ prompt, maxErrorRate });
    if (result.outcome === 'miss') await cache.store({ prompt, response });
  }
  const records: TrailRecord[] = [];
  let after: string | undefined;
  do {
    const page = await cache.trail({ after, count: 500, order: 'oldest-first' });
    // What leaves the product is text.
    records.push(...page.entries.flatMap(({ record }) => parseTrailRecord(JSON.stringify(record)) ?? []));
    after = page.next;
  } while (after !== undefined);
  return records;
}

function replayOf(records: readonly TrailRecord[], configs: readonly ReplayConfig[]): DecisionReplay {
  const replay = new DecisionReplay(configs);
  for (const record of records) replay.push(record);
  return replay;
}

describe('a replay of traffic under an error budget', () => {
  let records: TrailRecord[];
  beforeAll(async () => {
    records = await trafficOf(startInProcess().server.commander, { maxErrorRate: 0.05, auditRate: 0.2 }, 900);
  });

  test('has seen what matters: hits in both tiers, fits, audits, refusals', () => {
    const reasons = records.map((record) => {
      if (record.kind !== 'lookup') return record.kind;
      const { outcome } = record.decision;
      return outcome.status === 'hit' ? outcome.tier : outcome.reason;
    });
    expect(reasons).toEqual(
      expect.arrayContaining(['exact', 'semantic', 'audit', 'refused-by-guard', 'beyond-error-budget', 'fit', 'label']),
    );
  });

  test('comes to the same decisions under the same configuration, every one', () => {
    const replay = replayOf(records, [{}, { isGuarded: true }]);
    const [logged, guarded] = replay.outcomes();
    expect([replay.lookups, logged?.changed, guarded?.changed]).toEqual([900, 0, 0]);
    const hits = records.filter((record) => record.kind === 'lookup' && record.decision.outcome.status === 'hit');
    expect(logged?.hits).toBe(hits.length);
  });

  test('places the boundary where it was placed live, to the last digit, when the trail is whole', () => {
    const replay = new DecisionReplay([]);
    let fits = 0;
    let boundaries = 0;
    for (const record of records) {
      replay.push(record);
      if (record.kind !== 'fit') continue;
      fits++;
      // As another rate's: what the record says of its own is not looked at.
      const decision: DecisionRecord = {
        scope: { digest: '0'.repeat(32) },
        exact: '0'.repeat(32),
        embedderId: 'e',
        tiers: ['semantic'],
        minSimilarity: null,
        maxErrorRate: 1,
        boundary: 2,
        candidates: [
          {
            entryId: '1'.repeat(32),
            similarity: 1,
            answerGroup: 'g',
            isSameQuestion: false,
            guard: 'passed',
            probability: Math.min(1, record.boundary),
          },
        ],
        decidedAbout: '1'.repeat(32),
        outcome: { status: 'miss', reason: 'beyond-error-budget' },
      };
      const again = decideAgain(decision, { maxErrorRate: record.maxErrorRate }, (rate) =>
        replay.boundary(record.process, rate),
      );
      expect(replay.boundary(record.process, record.maxErrorRate)).toBe(record.boundary);
      if (record.boundary <= 1) boundaries++;
      expect(again.status).toBe(record.boundary <= 1 ? 'hit' : 'miss');
    }
    expect(replay.isComplete).toBe(true);
    expect(fits).toBeGreaterThan(2);
    expect(boundaries).toBeGreaterThan(0);
  });

  test('serves more for a larger budget, and less for a stricter similarity', () => {
    const rates = replayOf(
      records,
      [0, 0.01, 0.1, 0.5].map((maxErrorRate) => ({ maxErrorRate })),
    ).outcomes();
    expect(rates.map(({ hits }) => hits)).toEqual(rates.map(({ hits }) => hits).sort((a, b) => a - b));
    expect(rates[0]?.hits).toBeLessThan(rates[3]?.hits ?? 0);
    const similarities = replayOf(
      records,
      [0.6, 0.9, 0.99].map((minSimilarity) => ({ minSimilarity })),
    ).outcomes();
    expect(similarities[0]?.hits).toBeGreaterThan(similarities[2]?.hits ?? Number.POSITIVE_INFINITY);
    const [loose] = similarities;
    expect(loose?.precision).toBeLessThan(1);
    expect(loose?.precisionInterval.low).toBeLessThan(loose?.precision ?? 0);
  });

  test('knows what the guard keeps out', () => {
    const [guarded, open] = replayOf(records, [
      { minSimilarity: 0.8 },
      { minSimilarity: 0.8, isGuarded: false },
    ]).outcomes();
    expect(open?.hits).toBeGreaterThan(guarded?.hits ?? Number.POSITIVE_INFINITY);
  });

  test('says when the trail begins too late to place boundaries anew', () => {
    const replay = replayOf(records.slice(500), [{}]);
    expect(replay.isComplete).toBe(false);
    expect(replay.outcomes()[0]?.changed).toBe(0);
  });
});

describe('a replay of traffic under a fixed similarity', () => {
  test('comes to the same decisions, and cannot decide what was not weighed', async () => {
    const records = await trafficOf(startInProcess().server.commander, { minSimilarity: 0.85 }, 200);
    const [logged, budget, looser] = replayOf(records, [{}, { maxErrorRate: 0.01 }, { minSimilarity: 0.5 }]).outcomes();
    expect(logged?.changed).toBe(0);
    expect(budget?.undecided).toBeGreaterThan(0);
    expect(looser?.undecided).toBeGreaterThan(0);
    expect(looser?.hits).toBe(logged?.hits);
  });
});

test('a label makes a hit right or wrong; one that is wrong stays wrong', () => {
  const lookupId = 'a'.repeat(32);
  const entryId = 'b'.repeat(32);
  const by = { atMs: 1, process: 'p' };
  const decision: DecisionRecord = {
    scope: { digest: 'd'.repeat(32) },
    exact: 'e'.repeat(32),
    embedderId: 'e',
    tiers: ['semantic'],
    minSimilarity: null,
    maxErrorRate: 0.01,
    boundary: 0.8,
    candidates: [
      { entryId, similarity: 0.9, answerGroup: 'g', isSameQuestion: false, guard: 'passed', probability: 0.9 },
    ],
    decidedAbout: entryId,
    outcome: { status: 'hit', tier: 'semantic', entryId, similarity: 0.9, probability: 0.9 },
  };
  const replay = replayOf([{ kind: 'lookup', lookupId, ...by, decision }], [{}]);
  expect(replay.outcomes()[0]).toMatchObject({ hits: 1, judgedHits: 0, expectedErrorRate: expect.closeTo(0.1, 6) });
  for (const isRight of [true, false, true]) {
    replay.push({ kind: 'label', lookupId, ...by, source: 'vote', isRight });
  }
  expect(replay.outcomes()[0]).toMatchObject({ judgedHits: 1, wrongHits: 1, precision: 0, expectedErrorRate: 1 });
});

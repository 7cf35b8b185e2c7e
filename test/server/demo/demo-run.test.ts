import type { CacheClient } from '#server/demo/cache-client.js';
import { runDemo } from '#server/demo/demo-run.js';
import type { HelpDesk } from '#server/demo/help-desk.js';

const DESK: HelpDesk = {
  company: 'Test',
  about: 'A desk of two.',
  entries: [
    { id: 'one', topic: 't', question: 'one?', answer: '1', paraphrases: [{ style: 'long', text: 'about one' }] },
    { id: 'two', topic: 't', question: 'two?', answer: '2', paraphrases: [{ style: 'casual', text: 'lost' }] },
  ],
  traps: [
    { prompt: 'about two', near: 'one', kind: 'antonym', expected: 'two' },
    { prompt: 'about one or so', near: 'one', kind: 'direction', expected: null },
  ],
};

/** Answers a prompt from the stored prompt whose first word it holds. */
function wordCache(): CacheClient {
  const stored = new Map<string, string>();
  return {
    async store(prompt) {
      const entryId = `entry ${prompt}`;
      stored.set(prompt, entryId);
      return entryId;
    },
    async search(prompt) {
      for (const [cached, entryId] of stored) {
        if (cached === prompt) return { entryId, similarity: 1, tier: 'exact' };
        if (prompt.includes(cached.replace('?', ''))) return { entryId, similarity: 0.9, tier: 'semantic' };
      }
      return undefined;
    },
  };
}

test('counts right and wrong hits by group, and times by tier', async () => {
  let nowMs = 0;
  const clock = (): number => {
    nowMs += 1;
    return nowMs;
  };
  const result = await runDemo(DESK, wordCache(), wordCache(), clock);
  expect(result.entries).toBe(2);
  expect(result.questions).toEqual({ name: 'questions as stored', asked: 6, rightHits: 6, wrongHits: 0 });
  expect(result.paraphrases).toEqual([
    { name: 'paraphrases', asked: 2, rightHits: 1, wrongHits: 0 },
    { name: 'long', asked: 1, rightHits: 1, wrongHits: 0 },
    { name: 'casual', asked: 1, rightHits: 0, wrongHits: 0 },
  ]);
  expect(result.traps).toEqual([
    { name: 'traps', asked: 2, rightHits: 1, wrongHits: 1 },
    { name: 'antonym', asked: 1, rightHits: 1, wrongHits: 0 },
    { name: 'direction', asked: 1, rightHits: 0, wrongHits: 1 },
  ]);
  expect(result.wrongHits).toEqual([{ asked: 'about one or so', answeredAs: 'one', similarity: 0.9 }]);
  expect(result.latencies).toEqual([
    { name: 'store', count: 2, p50Ms: 1, p99Ms: 1 },
    { name: 'exact hit', count: 6, p50Ms: 1, p99Ms: 1 },
    { name: 'semantic hit', count: 3, p50Ms: 1, p99Ms: 1 },
    { name: 'miss', count: 1, p50Ms: 1, p99Ms: 1 },
  ]);
});

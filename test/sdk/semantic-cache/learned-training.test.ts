import type { Commander } from '#sdk/commander.js';
import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { LABELS_MAX } from '#sdk/semantic-cache/decision/error-budget.js';
import { appendLesson, readLessons } from '#sdk/semantic-cache/learned-store.js';
import { SILENT_MS, trainCache } from '#sdk/semantic-cache/learned-training.js';
import { startInProcess } from '../../support/in-process.js';

const embedder = { id: 'words', dimension: 8 };
const keys = cacheKeys('help', embedder);
const words = { prompts: 0, promptsWith: [] };
const nowMs = 10 * SILENT_MS;

const featuresOf = (at: number): number[] => [1, 0.7 + (at % 30) / 100, 0.5, 0.123456789, (at % 10) / 10, 0.1, 0.8];
const labelsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ features: featuresOf(at), isRight: at % 10 > 3 }));

async function note(commander: Commander, process: string, atMs: number, count: number): Promise<void> {
  for (const { features, isRight } of labelsOf(count)) {
    const record = { kind: 'label', atMs, process, source: 'vote', isRight, features };
    await commander.call('XADD', keys.trail, '*', 'record', JSON.stringify(record));
  }
}

function train(commander: Commander, isDry: boolean) {
  return trainCache({ commander, cacheId: 'help', embedder, maxErrorRate: 0.1, isDry, nowMs });
}

test('a cache without labels has nothing to train', async () => {
  const { commander } = startInProcess().server;
  expect(await train(commander, false)).toEqual({ lost: 0, pending: 0, head: undefined });
  expect(await commander.call('EXISTS', keys.learned)).toBe(0);
});

test('labels that an ended process did not write down are stored once; those of others and of dry runs are not', async () => {
  const { commander } = startInProcess().server;
  await appendLesson(commander, keys.learned, { labels: labelsOf(40), requests: [featuresOf(1), undefined], words });
  await note(commander, 'ended', nowMs - SILENT_MS, 60);
  await note(commander, 'serving', nowMs - 1, 70);
  // 40 of the lesson and 60 of the one that ended: of 130 that were noted, 40 are written down.
  expect(await train(commander, true)).toMatchObject({ lost: 20, pending: 70, head: { labels: 130, requests: 2 } });
  expect((await readLessons(commander, keys.learned)).labels).toHaveLength(40);
  expect(await train(commander, false)).toMatchObject({ lost: 20, pending: 70, head: { labels: 130 } });
  expect((await readLessons(commander, keys.learned)).labels).toHaveLength(60);
  expect(await train(commander, false)).toMatchObject({ lost: 0, pending: 70, head: { labels: 130 } });
  expect((await readLessons(commander, keys.learned)).labels).toHaveLength(60);
});

test('no more labels are learned from than a budget remembers', async () => {
  const { commander } = startInProcess().server;
  for (let lesson = 0; lesson < 2; lesson++) {
    await appendLesson(commander, keys.learned, { labels: labelsOf(LABELS_MAX - 1), requests: [], words });
  }
  expect((await train(commander, true)).head?.labels).toBe(LABELS_MAX);
});

/**
 * Trains a cache's verifier from what is in its store, without serving it: for whoever wants to know what its feedback is worth, and for
 * labels that reached the trail but no lesson, because the process that learned them ended before it had written them down.
 *
 * A head is never stored: weights and boundary follow from the labels, in every process alike. What is stored are the labels that are missing,
 * as one more lesson, which serving processes take over with their next one, or when they open the cache.
 *
 * Labels are told apart by their features and outcome, each as often as it was learned. A process that serves holds labels that it has not
 * written down yet (a tenth of all at most), so only those of processes that have noted nothing for SILENT_MS are stored.
 */
import type { Commander } from '../commander.js';
import { cacheKeys } from './cache-keys.js';
import { LABELS_MAX, REQUESTS_MAX } from './decision/error-budget.js';
import { featureCount } from './decision/features.js';
import { type TrainedHead, trainHead } from './decision/head-trainer.js';
import type { LabelledFeatures } from './decision/logistic-head.js';
import { DecisionTrail, TRAIL_PAGE_MAX } from './decision-trail.js';
import { appendLesson, labelText, readLessons } from './learned-store.js';

/** A process that notes nothing for so long has ended. */
export const SILENT_MS = 3_600_000;

export interface TrainingRequest {
  readonly commander: Commander;
  readonly cacheId: string;
  readonly embedder: { readonly id: string; readonly dimension: number };
  /** What the boundary is placed for. */
  readonly maxErrorRate: number;
  /** Whether nothing is stored. */
  readonly isDry: boolean;
  readonly nowMs: number;
}

export interface Training {
  /** Labels of the trail that no lesson held: those of processes that ended, which are stored unless the run is dry. */
  readonly lost: number;
  /** And those that are still to be written down by processes that serve. */
  readonly pending: number;
  /** Undefined where there is no label at all. */
  readonly head: TrainedHead | undefined;
}

/** @throws CacheError `invalid-configuration` for a cache that cannot be; whatever the commander throws */
export async function trainCache(request: TrainingRequest): Promise<Training> {
  const { commander, maxErrorRate, isDry } = request;
  const keys = cacheKeys(request.cacheId, request.embedder);
  const known = await readLessons(commander, keys.learned);
  const { labels: noted, lastAtMs } = await readTrail(commander, keys.trail);
  const missing = missingLabels(known.labels, noted);
  const hasEnded = ({ process }: NotedLabel) => request.nowMs - (lastAtMs.get(process) ?? 0) >= SILENT_MS;
  const lost = missing.filter(hasEnded);
  const counts = { lost: lost.length, pending: missing.length - lost.length };
  const labels = [...known.labels, ...missing].slice(-LABELS_MAX);
  if (labels.length === 0) return { ...counts, head: undefined };
  const head = trainHead(labels, known.requests.slice(-REQUESTS_MAX), maxErrorRate);
  if (!isDry && lost.length > 0) {
    const words = { prompts: 0, promptsWith: [] };
    await appendLesson(commander, keys.learned, { labels: lost.slice(-LABELS_MAX), requests: [], words });
  }
  return { ...counts, head };
}

interface NotedLabel extends LabelledFeatures {
  readonly process: string;
}

function missingLabels(known: readonly LabelledFeatures[], noted: readonly NotedLabel[]): NotedLabel[] {
  const counts = new Map<string, number>();
  for (const label of known) counts.set(labelText(label), (counts.get(labelText(label)) ?? 0) + 1);
  return noted.filter((label) => {
    const left = counts.get(labelText(label)) ?? 0;
    counts.set(labelText(label), left - 1);
    return left <= 0;
  });
}

/** Labels from which something was learned, the oldest first, and when each process noted something last. */
async function readTrail(
  commander: Commander,
  key: string,
): Promise<{ readonly labels: readonly NotedLabel[]; readonly lastAtMs: ReadonlyMap<string, number> }> {
  const trail = new DecisionTrail({ commander, key, length: 0, keepsPrompts: false });
  const labels: NotedLabel[] = [];
  const lastAtMs = new Map<string, number>();
  let after: string | undefined;
  do {
    const page = await trail.read({ after, count: TRAIL_PAGE_MAX, order: 'oldest-first' });
    for (const { record } of page.entries) {
      lastAtMs.set(record.process, record.atMs);
      if (record.kind !== 'label' || record.features?.length !== featureCount) continue;
      labels.push({ features: record.features, isRight: record.isRight, process: record.process });
    }
    after = page.next;
  } while (after !== undefined);
  return { labels, lastAtMs };
}

/**
 * Visits the documents that pass a filter, in slices. Documents may change between two of them. Each is put to the filter as it is
 * when its turn comes: one that has gone or passes no longer is left out, and what was there all the time and passed is visited
 * exactly once. One that has come, or has come to pass, may or may not be visited.
 */
import type { Deadline } from './deadline.js';
import type { DocumentId, DocumentTable } from './document-table.js';
import { closedError } from './errors.js';
import { areFew, type Filter, filterBits } from './filter.js';
import { lowestBit } from './id-set.js';
import { type Sliced, stepsPerBlock } from './sliced.js';

/** So many documents are gathered at once, which takes about a millisecond; more are looked at in the order of their ids. */
export const gatheredMax = 20_000;
/** Where bits can be set, they are from so many documents on, unless these are few among all. */
const gatheredMaxBesideBits = 2_000;

export interface Scan {
  readonly filter: Filter;
  /** Whether every document passes. */
  readonly isAll: boolean;
  readonly deadline: () => Deadline;
  readonly documents: DocumentTable;
  /** What is there now: documents of another table have nothing to do with those that the filter is bound to. */
  readonly now: () => { readonly documents: DocumentTable; readonly changes: number };
  readonly visit: (id: DocumentId) => void;
  /** Whether no more are wanted. */
  readonly isEnough: () => boolean;
}

/** @throws QueryError of code `closed` when the index has been emptied meanwhile, `timeout` when the time is up */
export function* scan(job: Scan): Sliced<void> {
  const { filter, isAll, documents } = job;
  const { idLimit } = documents;
  if (isAll) {
    yield* inBlocks(
      job,
      idLimit,
      (at) => (documents.has(at) ? at : undefined),
      () => always,
    );
  } else if (filter.approximate || filter.matchesMax <= gatheredMaxOf(filter, idLimit)) {
    const ids: DocumentId[] = [];
    filter.forEach((id) => void ids.push(id));
    yield* inBlocks(job, ids.length, (at) => ids[at], passes(job));
  } else if (filter.bits !== undefined) {
    yield* scanBits(job, filterBits(filter, idLimit), passes(job));
  } else {
    yield* inBlocks(
      job,
      idLimit,
      (at) => (documents.has(at) && filter.test(at) ? at : undefined),
      () => always,
    );
  }
}

function gatheredMaxOf({ matchesMax, bits }: Filter, idLimit: number): number {
  return bits === undefined || areFew(matchesMax, idLimit) ? gatheredMax : gatheredMaxBesideBits;
}

/** Visits documents by a list of them, in its order. */
export function* scanList(job: Omit<Scan, 'isAll'>, ids: readonly DocumentId[]): Sliced<void> {
  yield* inBlocks(job, ids.length, (at) => ids[at], passes(job));
}

/** Words of bits between two turns where no bit is set: as long as a block of documents takes. */
const wordsPerBlock = 4096;

function* scanBits(job: Scan, bits: Uint32Array, judge: () => Judgement): Sliced<void> {
  let steps = 0;
  let stillPasses = judge();
  for (let at = 0; at < bits.length; at++) {
    for (let rest = bits[at] ?? 0; rest !== 0; rest &= rest - 1) {
      const id = at * 32 + lowestBit(rest);
      steps++;
      if (!stillPasses(id)) continue;
      job.visit(id);
      if (job.isEnough()) return;
    }
    if (steps >= stepsPerBlock || at % wordsPerBlock === wordsPerBlock - 1) {
      steps = 0;
      yield* turn(job);
      stillPasses = judge();
    }
  }
}

function* turn({ deadline, documents, now }: Omit<Scan, 'isAll'>): Sliced<void> {
  deadline().check();
  yield;
  if (now().documents !== documents) throw closedError();
}

/** Whether a document that was found earlier is still to be found. It holds for a block: documents change between two turns only. */
type Judgement = (id: DocumentId) => boolean;

const always: Judgement = () => true;

function passes({ filter, documents, now }: Omit<Scan, 'isAll'>): () => Judgement {
  const { changes } = now();
  const again: Judgement = (id) => documents.has(id) && filter.test(id);
  return () => (now().changes === changes ? always : again);
}

function* inBlocks(
  job: Omit<Scan, 'isAll'>,
  end: number,
  idAt: (at: number) => DocumentId | undefined,
  judge: () => Judgement,
): Sliced<void> {
  for (let at = 0; at < end; ) {
    const stillPasses = judge();
    const blockEnd = Math.min(end, at + stepsPerBlock);
    for (; at < blockEnd; at++) {
      const id = idAt(at);
      if (id === undefined || !stillPasses(id)) continue;
      job.visit(id);
      if (job.isEnough()) return;
    }
    yield* turn(job);
  }
}

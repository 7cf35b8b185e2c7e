/**
 * Where what a cache has learned outlives it: one hash beside its statistics. A cache that is opened again, here or by another
 * process, goes on from there instead of learning anew.
 *
 * Written as a whole, when a tenth of its labels is new, so that what is written for a label stays bounded, and when `save` is
 * called. Two processes that learn at the same time overwrite each other: what stays is
 * what one of them has seen, and it is true all the same. Nothing is written before what is there has been read.
 *
 * It never fails a lookup: what cannot be read, or is not in the form of this version, counts as nothing, and what cannot be written is
 * written with the next labels.
 */
import { z } from 'zod';
import type { Commander, CommandReply } from '../commander.js';
import { LABELS_MAX, REQUESTS_MAX } from './decision/error-budget.js';
import { featureCount } from './decision/features.js';
import type { DeciderMemory } from './hit-decider.js';

/** Labels between two writes, at least and at most. */
const LABELS_PER_WRITE_MIN = 10;
const LABELS_PER_WRITE_MAX = 200;
/** Decimals of a feature: far below what a label can tell. */
const FEATURE_SCALE = 1e5;

/** Who learns. */
export interface Learner {
  readonly labelCount: number;
  memory(): DeciderMemory | undefined;
  restore(memory: DeciderMemory): void;
}

const storedFeatures = z.array(z.number()).length(featureCount);
const storedBudget = z.object({
  /** Features, then 1 or 0 for whether the answer was right. */
  labels: z.array(z.array(z.number()).length(featureCount + 1)).max(LABELS_MAX),
  /** 0 stands for a request without a chance. */
  requests: z.array(z.union([storedFeatures, z.literal(0)])).max(REQUESTS_MAX),
});
const storedWords = z.object({
  prompts: z.number().nonnegative(),
  promptsWith: z.array(z.tuple([z.string(), z.number().nonnegative()])),
});

export class LearnedStore {
  readonly #commander: Commander;
  readonly #key: string;
  readonly #learner: Learner;
  #reading: Promise<void> | undefined;
  #isRead = false;
  #written = Promise.resolve();
  #unwrittenLabels = 0;

  constructor(commander: Commander, key: string, learner: Learner) {
    this.#commander = commander;
    this.#key = key;
    this.#learner = learner;
  }

  /** Resolves when the learner knows what was learned before; after a failure the next call tries again. */
  ensure(): Promise<void> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  /** A label was learned. */
  noteLabel(): void {
    this.#unwrittenLabels++;
    const enough = Math.min(LABELS_PER_WRITE_MAX, Math.max(LABELS_PER_WRITE_MIN, this.#learner.labelCount / 10));
    if (this.#unwrittenLabels >= enough) void this.save();
  }

  /** Writes what was learned since the last time. */
  save(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  async #read(): Promise<void> {
    try {
      const memory = decodeMemory(await this.#commander.call('HMGET', this.#key, 'budget', 'words'));
      this.#isRead = true;
      if (memory !== undefined) this.#learner.restore(memory);
    } catch {
      this.#reading = undefined;
    }
  }

  async #write(): Promise<void> {
    const memory = this.#learner.memory();
    const labels = this.#unwrittenLabels;
    if (memory === undefined || labels === 0 || !this.#isRead) return;
    try {
      await this.#commander.call('HSET', this.#key, ...encodeMemory(memory));
      this.#unwrittenLabels -= labels;
    } catch {
      // The labels stay unwritten, and go out with the next.
    }
  }
}

function encodeMemory({ budget, words }: DeciderMemory): string[] {
  const rounded = (values: readonly number[]): number[] =>
    values.map((value) => Math.round(value * FEATURE_SCALE) / FEATURE_SCALE);
  const labels = budget.labels.map(({ features, isRight }) => [...rounded(features), isRight ? 1 : 0]);
  const requests = budget.requests.map((request) => (request === undefined ? 0 : rounded(request)));
  return ['budget', JSON.stringify({ labels, requests }), 'words', JSON.stringify(words)];
}

function decodeMemory(reply: CommandReply): DeciderMemory | undefined {
  if (!Array.isArray(reply)) return undefined;
  const budget = storedBudget.safeParse(jsonOf(reply[0]));
  const words = storedWords.safeParse(jsonOf(reply[1]));
  if (!budget.success || !words.success) return undefined;
  const labels = budget.data.labels.map((values) => ({
    features: values.slice(0, featureCount),
    isRight: values[featureCount] === 1,
  }));
  const requests = budget.data.requests.map((request) => (request === 0 ? undefined : request));
  return { budget: { labels, requests }, words: words.data };
}

function jsonOf(value: CommandReply | undefined): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Where what a cache has learned outlives it, and reaches the other processes that serve it: one stream beside its statistics, of
 * lessons. A process appends what it has learned since its last lesson, and takes over what others have appended meanwhile. So
 * several learn as one, and a cache that is opened again goes on from there instead of learning anew.
 *
 * A lesson is written when a tenth of the labels is new, so that what is written for a label stays bounded, and when `save` is
 * called. The stream is trimmed: a budget learns from recent labels only.
 *
 * It never fails a lookup: what cannot be read, or is not in the form of this version, counts as nothing, and what cannot be written is
 * written with the next lesson.
 */
import { z } from 'zod';
import type { Commander } from '../commander.js';
import { LABELS_MAX } from './decision/error-budget.js';
import { featureCount } from './decision/features.js';
import type { LabelledFeatures } from './decision/logistic-head.js';
import { type DeciderMemory, LESSON_REQUESTS_MAX } from './hit-decider.js';

/** Labels between two lessons, at least and at most. */
const LABELS_PER_LESSON_MIN = 10;
const LABELS_PER_LESSON_MAX = 200;
/** Lessons that are kept: of the largest, ten times the labels a budget remembers. */
const LESSONS_MAX = 200;
/** Lessons that wait for a store that cannot be written; the oldest are given up. */
const UNSENT_MAX = 20;
/** Decimals of a feature: far below what a label can tell. */
const FEATURE_SCALE = 1e5;
const LESSON_FIELD = 'lesson';

/** Who learns. */
export interface Learner {
  readonly labelCount: number;
  /** What was learned since the last call; undefined when that is nothing. */
  takeLesson(): DeciderMemory | undefined;
  restore(memory: DeciderMemory): void;
}

const storedFeatures = z.array(z.number()).length(featureCount);
const storedLesson = z.object({
  /** Features, then 1 or 0 for whether the answer was right. */
  labels: z.array(z.array(z.number()).length(featureCount + 1)).max(LABELS_MAX),
  /** 0 stands for a request without a chance. */
  requests: z.array(z.union([storedFeatures, z.literal(0)])).max(LESSON_REQUESTS_MAX),
  prompts: z.number().nonnegative(),
  promptsWith: z.array(z.tuple([z.string(), z.number().nonnegative()])),
});
/** Pairs of an id and the fields of the entry with their values. */
const storedEntries = z.array(z.tuple([z.string(), z.array(z.unknown())]));

export class LearnedStore {
  readonly #commander: Commander;
  readonly #key: string;
  readonly #learner: Learner;
  #reading: Promise<void> | undefined;
  #isRead = false;
  #written = Promise.resolve();
  #unwrittenLabels = 0;
  readonly #unsent: string[] = [];
  /** Ids of lessons of this process that it has not met in the stream yet. */
  readonly #own = new Set<string>();
  #lastSeenId = '';

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
    const enough = Math.min(LABELS_PER_LESSON_MAX, Math.max(LABELS_PER_LESSON_MIN, this.#learner.labelCount / 10));
    if (this.#unwrittenLabels >= enough) void this.save();
  }

  /** Writes what was learned since the last time, and takes over what others have written. Never rejects. */
  save(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  async #read(): Promise<void> {
    try {
      await this.#takeOver();
      this.#isRead = true;
    } catch {
      this.#reading = undefined;
    }
  }

  async #write(): Promise<void> {
    if (!this.#isRead) return;
    this.#unwrittenLabels = 0;
    const lesson = this.#learner.takeLesson();
    if (lesson !== undefined) this.#unsent.push(encodeLesson(lesson));
    this.#unsent.splice(0, this.#unsent.length - UNSENT_MAX);
    try {
      for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
        const id = await append(this.#commander, this.#key, next);
        this.#unsent.shift();
        this.#own.add(id);
      }
      await this.#takeOver();
    } catch {
      // What is unsent goes out with the next lesson, and what others have learned is taken over then.
    }
  }

  /** Restores the lessons after the last one seen, but for those of this process. */
  async #takeOver(): Promise<void> {
    const from = this.#lastSeenId === '' ? '-' : `(${this.#lastSeenId}`;
    const entries = storedEntries.safeParse(await this.#commander.call('XRANGE', this.#key, from, '+'));
    if (!entries.success) return;
    const lessons: DeciderMemory[] = [];
    for (const [id, fields] of entries.data) {
      this.#lastSeenId = id;
      const lesson = this.#own.delete(id) ? undefined : decodeLesson(fields);
      if (lesson !== undefined) lessons.push(lesson);
    }
    if (lessons.length > 0) this.#learner.restore(together(lessons));
  }
}

/** All lessons of a stream as one. */
export async function readLessons(commander: Commander, key: string): Promise<DeciderMemory> {
  const entries = storedEntries.safeParse(await commander.call('XRANGE', key, '-', '+'));
  return together((entries.data ?? []).flatMap(([, fields]) => decodeLesson(fields) ?? []));
}

/** Adds a lesson, which those who learn take over with their next one. */
export async function appendLesson(commander: Commander, key: string, lesson: DeciderMemory): Promise<void> {
  await append(commander, key, encodeLesson(lesson));
}

/** A label as a lesson has it: equal ones may be the same. */
export function labelText({ features, isRight }: LabelledFeatures): string {
  return JSON.stringify([...rounded(features), isRight]);
}

/** @returns the id of the lesson */
async function append(commander: Commander, key: string, lesson: string): Promise<string> {
  return String(await commander.call('XADD', key, 'MAXLEN', LESSONS_MAX, '*', LESSON_FIELD, lesson));
}

function together(lessons: readonly DeciderMemory[]): DeciderMemory {
  return {
    labels: lessons.flatMap(({ labels }) => labels),
    requests: lessons.flatMap(({ requests }) => requests),
    words: {
      prompts: lessons.reduce((sum, { words }) => sum + words.prompts, 0),
      promptsWith: lessons.flatMap(({ words }) => words.promptsWith),
    },
  };
}

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * FEATURE_SCALE) / FEATURE_SCALE);
}

function encodeLesson({ labels, requests, words }: DeciderMemory): string {
  return JSON.stringify({
    labels: labels.map(({ features, isRight }) => [...rounded(features), isRight ? 1 : 0]),
    requests: requests.map((request) => (request === undefined ? 0 : rounded(request))),
    ...words,
  });
}

function decodeLesson(fields: readonly unknown[]): DeciderMemory | undefined {
  const lesson = storedLesson.safeParse(jsonOf(fields[fields.indexOf(LESSON_FIELD) + 1]));
  if (!lesson.success) return undefined;
  const { labels, requests, prompts, promptsWith } = lesson.data;
  return {
    labels: labels.map((values) => ({
      features: values.slice(0, featureCount),
      isRight: values[featureCount] === 1,
    })),
    requests: requests.map((request) => (request === 0 ? undefined : request)),
    words: { prompts, promptsWith },
  };
}

function jsonOf(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
}

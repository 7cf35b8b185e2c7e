/**
 * What a cache decided, kept: one stream beside its statistics, with a record of every lookup, of every label that was learned, and of
 * every fit of the verifier. Whoever reads it can say of each hit which entry was served, to whom, and why; and can decide the same
 * lookups again under another configuration (see replay.ts).
 *
 * Writing never delays and never fails a lookup. Records wait here while others are under way, go out together in their order, and are
 * bounded twice: RECORDS_WAITING_MAX of them wait for a store that is ill, the oldest are given up first and counted; the stream is trimmed
 * to `length`. Prompts are left out unless `keepsPrompts`.
 */
import { z } from 'zod';
import type { Commander } from '../commander.js';
import { storeError } from '../errors.js';
import { decisionRecord } from './decision-record.js';
import { type Digest, digestPattern } from './digest.js';

/** Several seconds of a busy cache. */
export const RECORDS_WAITING_MAX = 5_000;
/** Written at one time: their replies are waited for together. */
const BATCH = 64;
/** Records of one reply. */
export const TRAIL_PAGE_MAX = 1_000;
/** How much later than it was named a lookup may stand in the stream, and how far the store's clock may be behind ours. */
const FIND_WITHIN_MS = 60_000;
const FIND_PAGES_MAX = 10;
const RECORD_FIELD = 'record';

/** Who learned whether a candidate was right. */
const labelSource = z.enum([
  /** An answer that was stored after a miss. */
  'answer',
  /** An answer that was asked for after a hit. */
  'shadow',
  /** A person. */
  'vote',
]);

const process = z.string().describe('The process that decided; each learns by itself.');
const lookupId = z.string().regex(digestPattern);

const lookup = z.object({
  kind: z.literal('lookup'),
  lookupId,
  atMs: z.int(),
  process,
  decision: decisionRecord,
});

const label = z.object({
  kind: z.literal('label'),
  lookupId: lookupId.optional().describe('The lookup whose candidate it is about.'),
  atMs: z.int(),
  process,
  source: labelSource,
  isRight: z.boolean(),
  features: z.array(z.number()).optional().describe('What the verifier learned from; absent where it learned nothing.'),
});

const fit = z.object({
  kind: z.literal('fit'),
  atMs: z.int(),
  process,
  weights: z.array(z.number()),
  maxErrorRate: z.number(),
  strictness: z.number().default(1).describe('The part of the rate that the boundary was placed for.'),
  boundary: z.number(),
  labels: z.int().describe('That it was fitted to.'),
  requests: z.int().describe('That the boundary was placed for.'),
});

export const trailRecord = z.discriminatedUnion('kind', [lookup, label, fit]);
export type TrailRecord = z.infer<typeof trailRecord>;
export type LookupRecord = z.infer<typeof lookup>;
export type FitRecord = z.infer<typeof fit>;
export type LabelSource = z.infer<typeof labelSource>;

/** A record with its place in the stream. */
export interface TrailEntry {
  readonly id: string;
  readonly record: TrailRecord;
}

export interface TrailPage {
  readonly entries: readonly TrailEntry[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

export interface TrailRange {
  /** The id the page begins behind; by default the end of the stream that comes first. */
  readonly after?: string | undefined;
  readonly count: number;
  readonly order: 'oldest-first' | 'newest-first';
}

export interface TrailOptions {
  readonly commander: Commander;
  readonly key: string;
  /** Records that are kept, about; 0 keeps none. */
  readonly length: number;
  readonly keepsPrompts: boolean;
}

/** Pairs of an id and the fields of the entry with their values. */
const storedEntries = z.array(z.tuple([z.string(), z.array(z.unknown())]));

export class DecisionTrail {
  readonly #options: TrailOptions;
  readonly #waiting: TrailRecord[] = [];
  #writing: Promise<void> | undefined;
  #givenUp = 0;

  constructor(options: TrailOptions) {
    this.#options = options;
  }

  get isKept(): boolean {
    return this.#options.length > 0;
  }

  get keepsPrompts(): boolean {
    return this.#options.keepsPrompts;
  }

  /** Records that were given up because the store did not take them. */
  get givenUp(): number {
    return this.#givenUp;
  }

  note(record: TrailRecord): void {
    if (!this.isKept) return;
    this.#waiting.push(record);
    this.#giveUpOldest();
    this.#writing ??= this.#write();
  }

  /** Resolves when what was noted is written, or cannot be. Never rejects. */
  async settled(): Promise<void> {
    if (this.#waiting.length > 0) this.#writing ??= this.#write();
    await this.#writing;
  }

  /** @throws CacheError */
  async read({ after, count, order }: TrailRange): Promise<TrailPage> {
    await this.settled();
    const isForward = order === 'oldest-first';
    const from = after === undefined ? (isForward ? '-' : '+') : `(${after}`;
    const [command, to] = isForward ? ['XRANGE', '+'] : ['XREVRANGE', '-'];
    return this.#page(command, from, to, Math.min(count, TRAIL_PAGE_MAX));
  }

  /** The record of a lookup, by the moment in its id; undefined when it is not in the trail, or not any more. */
  async find(id: Digest): Promise<LookupRecord | undefined> {
    const atMs = momentOf(id);
    let from = String(Math.max(0, atMs - FIND_WITHIN_MS));
    const to = String(atMs + FIND_WITHIN_MS);
    await this.settled();
    for (let page = 0; page < FIND_PAGES_MAX; page++) {
      const { entries, next } = await this.#page('XRANGE', from, to, TRAIL_PAGE_MAX);
      for (const { record } of entries) if (record.kind === 'lookup' && record.lookupId === id) return record;
      if (next === undefined) return undefined;
      from = `(${next}`;
    }
    return undefined;
  }

  async #page(command: string, from: string, to: string, count: number): Promise<TrailPage> {
    const { commander, key } = this.#options;
    let reply: unknown;
    try {
      reply = await commander.call(command, key, from, to, 'COUNT', count);
    } catch (error) {
      throw storeError(error, command);
    }
    const stored = storedEntries.safeParse(reply);
    const rows = stored.success ? stored.data : [];
    const entries = rows.flatMap(([id, fields]) => {
      const record = recordIn(fields);
      return record === undefined ? [] : [{ id, record }];
    });
    return { entries, next: rows.length < count ? undefined : rows.at(-1)?.[0] };
  }

  /** Writes until nothing waits; after a failure the records wait for the next one. Never rejects. */
  async #write(): Promise<void> {
    let isHealthy = true;
    while (isHealthy && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const outcomes = await Promise.all(batch.map((record) => this.#append(record)));
      isHealthy = !outcomes.includes(false);
      if (!isHealthy) this.#waiting.unshift(...batch.filter((_, at) => outcomes[at] === false));
    }
    this.#giveUpOldest();
    this.#writing = undefined;
  }

  #giveUpOldest(): void {
    const tooMany = this.#waiting.length - RECORDS_WAITING_MAX;
    if (tooMany <= 0) return;
    this.#waiting.splice(0, tooMany);
    this.#givenUp += tooMany;
  }

  async #append(record: TrailRecord): Promise<boolean> {
    const { commander, key, length } = this.#options;
    try {
      await commander.call('XADD', key, 'MAXLEN', '~', length, '*', RECORD_FIELD, JSON.stringify(record));
      return true;
    } catch {
      return false;
    }
  }
}

/** Names lookups: the moment, who decided, and the number of the lookup there. 32 lowercase hex digits. */
export class LookupNames {
  readonly process: string;
  #count = 0;

  /** @param process 12 hex digits that no other process of the cache has */
  constructor(process: string) {
    this.process = process;
  }

  next(nowMs: number): Digest {
    this.#count = (this.#count + 1) % 0x1_0000_0000;
    return hex(nowMs, 12) + this.process + hex(this.#count, 8);
  }
}

/** When the lookup was that has this id. */
export function momentOf(lookup: Digest): number {
  return Number.parseInt(lookup.slice(0, 12), 16);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').slice(-digits);
}

function recordIn(fields: readonly unknown[]): TrailRecord | undefined {
  const text = fields[fields.indexOf(RECORD_FIELD) + 1];
  return typeof text === 'string' ? parseTrailRecord(text) : undefined;
}

/** One record as JSON text; undefined when it is none, or of another version. */
export function parseTrailRecord(text: string): TrailRecord | undefined {
  try {
    return trailRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * What the answers of a cache saved, day by day and model by model: one hash a day (UTC), which the store forgets after DAYS_KEPT days. Many
 * processes that share a store add to the same hashes.
 *
 * Counting costs a lookup nothing: savings are added up here and written at most once a second, with the next answer that saves something, when
 * they are read and when the process ends. What could not be written waits; a process that is killed loses what it had not written.
 */
import type { Clock } from '../clock.js';
import type { Commander } from '../commander.js';
import { storeError } from '../errors.js';
import { parsePairs } from '../search-reply.js';

/** As the provider counted them the first time. */
export interface Saving {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly dollars: number;
  /** What the model took for it, less what the cache took. */
  readonly latencyMs: number;
}

export interface ModelSavings extends Saving {
  /** How many answers came from the cache. */
  readonly answers: number;
}

export interface DaySavings {
  /** As in 2026-11-29. */
  readonly day: string;
  readonly models: readonly ModelSavings[];
}

export const SAVINGS_DAYS_MAX = 400;
const DAY_MS = 86_400_000;
const WRITE_EVERY_MS = 1_000;
/** Of a day, in this process: their names come from callers, and there is no end of names. */
const MODELS_MAX = 200;
const MODEL_CHARS_MAX = 80;
const otherModel = 'other';
/** The store adds whole numbers. */
const dollarUnits = 1e9;

/** Of a field: `output:gpt-5`. */
type Kind = 'answers' | 'input' | 'output' | 'nanodollars' | 'ms';

const kinds: readonly Kind[] = ['answers', 'input', 'output', 'nanodollars', 'ms'];

type Sums = Record<Kind, number>;

export interface CacheSavingsOptions {
  readonly commander: Commander;
  /** Of the hashes; the day comes after it. */
  readonly keyPrefix: string;
  readonly clock: Clock;
}

export class CacheSavings {
  readonly #options: CacheSavingsOptions;
  /** By day and model. */
  #waiting = new Map<string, Map<string, Sums>>();
  /** Models of today that have numbers of their own. */
  readonly #models = new Set<string>();
  #dayNumber = Number.NaN;
  #day = '';
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;

  constructor(options: CacheSavingsOptions) {
    this.#options = options;
  }

  count({ model, inputTokens, outputTokens, dollars, latencyMs }: Saving): void {
    const nowMs = this.#options.clock.nowMs();
    this.#lookAtDay(nowMs);
    const sums = this.#sums(this.#day, this.#named(model));
    sums.answers++;
    sums.input += whole(inputTokens);
    sums.output += whole(outputTokens);
    sums.nanodollars += whole(dollars * dollarUnits);
    sums.ms += whole(latencyMs);
    if (nowMs - this.#writtenAtMs >= WRITE_EVERY_MS) void this.save();
  }

  /** Writes what waits. Never rejects. */
  async save(): Promise<void> {
    await this.#writing;
    this.#writing ??= this.#write();
    await this.#writing;
  }

  /**
   * The last days on which something was saved, the latest first.
   * @param days of the calendar, today included
   * @throws CacheError
   */
  async read(days: number): Promise<DaySavings[]> {
    await this.save();
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    const names = Array.from({ length: days }, (_, ago) => dayOf(nowMs - ago * DAY_MS));
    const all = await Promise.all(names.map(async (day) => ({ day, models: await this.#readDay(day) })));
    return all.filter(({ models }) => models.length > 0);
  }

  async #readDay(day: string): Promise<ModelSavings[]> {
    const { commander, keyPrefix } = this.#options;
    let fields: Map<string, string>;
    try {
      fields = parsePairs(await commander.call('HGETALL', keyPrefix + day));
    } catch (error) {
      throw storeError(error, 'HGETALL');
    }
    const of = (kind: Kind, model: string): number => Number(fields.get(`${kind}:${model}`) ?? 0);
    const models = [...fields.keys()].flatMap((field) => /^answers:(.*)$/s.exec(field)?.[1] ?? []).sort();
    return models.map((model) => ({
      model,
      answers: of('answers', model),
      inputTokens: of('input', model),
      outputTokens: of('output', model),
      dollars: of('nanodollars', model) / dollarUnits,
      latencyMs: of('ms', model),
    }));
  }

  #lookAtDay(nowMs: number): void {
    const dayNumber = Math.floor(nowMs / DAY_MS);
    if (dayNumber === this.#dayNumber) return;
    this.#dayNumber = dayNumber;
    this.#day = dayOf(nowMs);
    this.#models.clear();
  }

  #named(model: string): string {
    if (this.#models.has(model)) return model;
    if (model.length > MODEL_CHARS_MAX || this.#models.size >= MODELS_MAX) return otherModel;
    this.#models.add(model);
    return model;
  }

  #sums(day: string, model: string): Sums {
    const models = this.#waiting.get(day) ?? new Map<string, Sums>();
    const sums = models.get(model) ?? { answers: 0, input: 0, output: 0, nanodollars: 0, ms: 0 };
    this.#waiting.set(day, models);
    models.set(model, sums);
    return sums;
  }

  async #write(): Promise<void> {
    this.#writtenAtMs = this.#options.clock.nowMs();
    const days = this.#waiting;
    this.#waiting = new Map();
    await Promise.all([...days].map(([day, models]) => this.#writeDay(day, models)));
    this.#writing = undefined;
  }

  async #writeDay(day: string, models: ReadonlyMap<string, Sums>): Promise<void> {
    const { commander, keyPrefix } = this.#options;
    const key = keyPrefix + day;
    const add = async (model: string, kind: Kind, increment: number): Promise<void> => {
      if (increment === 0) return;
      try {
        await commander.call('HINCRBY', key, `${kind}:${model}`, increment);
      } catch {
        this.#sums(day, model)[kind] += increment;
      }
    };
    await Promise.all([...models].flatMap(([model, sums]) => kinds.map((kind) => add(model, kind, sums[kind]))));
    // A day that keeps its time for ever costs a little room; the next write sets it.
    await commander.call('PEXPIRE', key, SAVINGS_DAYS_MAX * DAY_MS).catch(() => undefined);
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** What a store can add, whatever a provider said. */
function whole(number: number): number {
  return number > 0 && number < Number.MAX_SAFE_INTEGER ? Math.round(number) : 0;
}

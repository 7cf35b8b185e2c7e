/**
 * How old features are when they are served: the time from a record's event time to its reading, by group, counted by this process
 * since it began. An age below zero, of an event time in the future, counts as none.
 */
import { groupField } from './record-keys.js';

/** Groups that are counted; of more the one counted longest is forgotten. */
const groupsCountedMax = 1_000;
/** Steps for each doubling of an age: what is read off is right to a tenth. */
const stepsPerDoubling = 8;
/** Ages of more than ten thousand years are told as that. */
const slots = stepsPerDoubling * 49;

/** Upper ends of the buckets of the histogram, in seconds. */
export const ageBoundsSeconds: readonly number[] = [
  0.1, 1, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000,
];

export class AgeHistogram {
  readonly #slots = new Float64Array(slots);
  readonly #buckets = new Float64Array(ageBoundsSeconds.length + 1);
  #count = 0;
  #sumMs = 0;

  get count(): number {
    return this.#count;
  }

  get sumSeconds(): number {
    return this.#sumMs / 1_000;
  }

  record(givenMs: number): void {
    const ageMs = Math.max(0, givenMs);
    const slot = Math.min(slots - 1, Math.floor(Math.log2(ageMs + 1) * stepsPerDoubling));
    this.#slots[slot] = (this.#slots[slot] ?? 0) + 1;
    let bucket = 0;
    while (bucket < ageBoundsSeconds.length && ageMs > (ageBoundsSeconds[bucket] ?? 0) * 1_000) bucket++;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#sumMs += ageMs;
  }

  /** The age that so large a part of what was served does not exceed, to a tenth; 0 when nothing was. */
  quantileSeconds(part: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * part));
    let seen = 0;
    for (let slot = 0; slot < slots; slot++) {
      seen += this.#slots[slot] ?? 0;
      if (seen >= wanted) return (2 ** ((slot + 1) / stepsPerDoubling) - 1) / 1_000;
    }
    return 0;
  }

  /** How many ages each bound is not exceeded by, as Prometheus counts. */
  cumulative(): { readonly boundSeconds: number; readonly count: number }[] {
    let seen = 0;
    return ageBoundsSeconds.map((boundSeconds, bucket) => {
      seen += this.#buckets[bucket] ?? 0;
      return { boundSeconds, count: seen };
    });
  }
}

export class Freshness {
  /** By the name of the group as it is told apart, the one counted longest first. */
  readonly #groups = new Map<string, { readonly name: string; readonly ages: AgeHistogram }>();

  served(name: string, ageMs: number): void {
    const field = groupField(name);
    const counted = this.#groups.get(field) ?? this.#begin(name, field);
    counted.ages.record(ageMs);
  }

  /** What was served of a group; empty when nothing was. */
  of(name: string): AgeHistogram {
    return this.#groups.get(groupField(name))?.ages ?? new AgeHistogram();
  }

  forget(name: string): void {
    this.#groups.delete(groupField(name));
  }

  all(): readonly { readonly name: string; readonly ages: AgeHistogram }[] {
    return [...this.#groups.values()];
  }

  #begin(name: string, field: string): { readonly name: string; readonly ages: AgeHistogram } {
    const [oldest] = this.#groups.keys();
    if (this.#groups.size >= groupsCountedMax && oldest !== undefined) this.#groups.delete(oldest);
    const counted = { name, ages: new AgeHistogram() };
    this.#groups.set(field, counted);
    return counted;
  }
}

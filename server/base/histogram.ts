/**
 * Counts of durations in nanoseconds, to two significant digits at least: exact below 256 ns, in 128 steps for each doubling
 * above. It is the layout of the HDR histograms that Redis keeps, so that percentiles and distributions have the same steps.
 */

/** Longest duration told apart: one second. */
const NS_MAX = 1e9;
const STEPS_PER_DOUBLING = 128;
/** Doublings from 128 ns up to NS_MAX, and the steps below. */
const SLOTS = STEPS_PER_DOUBLING * 24;
/** The first bound of a distribution; each next one is twice as far. */
const FIRST_BOUND_NS = 1024;

export class Histogram {
  readonly #counts = new Float64Array(SLOTS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param times how many durations were as long */
  record(ns: number, times = 1): void {
    const slot = slotOf(ns < 1 ? 1 : ns > NS_MAX ? NS_MAX : Math.round(ns));
    this.#counts[slot] = (this.#counts[slot] ?? 0) + times;
    this.#total += times;
  }

  /** The duration that so many percent of the recorded ones do not exceed, in nanoseconds. */
  percentile(percent: number): number {
    const wanted = Math.max(1, Math.ceil((this.#total * Math.min(percent, 100)) / 100));
    let seen = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      seen += this.#counts[slot] ?? 0;
      if (seen >= wanted) return longestOf(slot);
    }
    return 0;
  }

  /** How many durations do not exceed each bound, for the bounds that add any. Bounds in whole microseconds. */
  distribution(): { readonly boundUs: number; readonly count: number }[] {
    const found: { boundUs: number; count: number }[] = [];
    let seen = 0;
    let slot = 0;
    for (let bound = FIRST_BOUND_NS; seen < this.#total; bound *= 2) {
      const before = seen;
      for (const last = slotOf(bound); slot <= last && slot < SLOTS; slot++) seen += this.#counts[slot] ?? 0;
      if (seen > before) found.push({ boundUs: Math.floor(longestOf(slot - 1) / 1000), count: seen });
    }
    return found;
  }
}

function slotOf(ns: number): number {
  const doublings = Math.max(0, 31 - Math.clz32(ns) - 7);
  return Math.min(SLOTS - 1, doublings * STEPS_PER_DOUBLING + (ns >>> doublings));
}

/** The longest duration that is counted in a slot. */
function longestOf(slot: number): number {
  if (slot < 2 * STEPS_PER_DOUBLING) return slot;
  const doublings = Math.floor(slot / STEPS_PER_DOUBLING) - 1;
  return (slot - doublings * STEPS_PER_DOUBLING + 1) * 2 ** doublings - 1;
}

/**
 * LATENCY: what has taken at least `latency-monitor-threshold` milliseconds, by kind of event. For each kind the last 160
 * seconds in which it happened, with the longest of each second.
 */
const SAMPLES_MAX = 160;

/** What can take long: a command, one that should be fast, a round of the expire cycle. */
export type LatencyEvent = 'command' | 'fast-command' | 'expire-cycle';

export interface LatencySample {
  readonly atSeconds: number;
  readonly latencyMs: number;
}

interface Series {
  readonly samples: LatencySample[];
  maxMs: number;
}

export class LatencyMonitor {
  readonly #series = new Map<string, Series>();

  /** Events that have samples. */
  events(): string[] {
    return [...this.#series.keys()];
  }

  samples(event: string): readonly LatencySample[] {
    return this.#series.get(event)?.samples ?? [];
  }

  /** The longest of all time, or since the last reset. */
  maxMs(event: string): number {
    return this.#series.get(event)?.maxMs ?? 0;
  }

  add(event: LatencyEvent, nowMs: number, latencyMs: number): void {
    const series = this.#series.get(event) ?? { samples: [], maxMs: 0 };
    this.#series.set(event, series);
    series.maxMs = Math.max(series.maxMs, latencyMs);
    const atSeconds = Math.floor(nowMs / 1000);
    const last = series.samples.at(-1);
    if (last?.atSeconds === atSeconds) {
      series.samples[series.samples.length - 1] = { atSeconds, latencyMs: Math.max(last.latencyMs, latencyMs) };
      return;
    }
    series.samples.push({ atSeconds, latencyMs });
    if (series.samples.length > SAMPLES_MAX) series.samples.shift();
  }

  /** Forgets an event. @returns whether there was anything to forget */
  reset(event: string): boolean {
    return this.#series.delete(event);
  }
}

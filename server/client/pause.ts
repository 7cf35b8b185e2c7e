/** CLIENT PAUSE: until when commands wait, and which. Two pauses at once are one: the longer and the stricter. */

/** Commands that write, or all. */
export type PauseMode = 'write' | 'all';

export class Pause {
  #mode: PauseMode = 'write';
  #untilMs = 0;
  readonly #listeners: (() => void)[] = [];

  /** What waits at this moment. */
  modeAt(nowMs: number): PauseMode | undefined {
    return nowMs < this.#untilMs ? this.#mode : undefined;
  }

  /** Whether there may be a pause: asked for every command. */
  get wasBegun(): boolean {
    return this.#untilMs > 0;
  }

  begin(mode: PauseMode, nowMs: number, forMs: number): void {
    const isRunning = this.modeAt(nowMs) !== undefined;
    this.#mode = isRunning && this.#mode === 'all' ? 'all' : mode;
    this.#untilMs = Math.max(isRunning ? this.#untilMs : 0, nowMs + forMs);
  }

  end(): void {
    this.#untilMs = 0;
    for (const listener of this.#listeners) listener();
  }

  /** Calls back when a pause is ended before its time. */
  onEnd(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** How far a command is: a bar that is drawn again in place on a terminal, and elsewhere a plain line now and then. */

export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const redrawMs = 100;
const lineMs = 5_000;
const barChars = 24;
const columnsByDefault = 80;

export class ProgressLine {
  readonly #output: Output;
  readonly #clock: { nowMs(): number };
  #shownAtMs: number;

  constructor(output: Output, clock: { nowMs(): number }) {
    this.#output = output;
    this.#clock = clock;
    this.#shownAtMs = output.isTTY === true ? 0 : clock.nowMs();
  }

  /** @param share from 0 to 1 */
  show(share: number, text: string): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#shownAtMs < (this.#output.isTTY === true ? redrawMs : lineMs)) return;
    this.#shownAtMs = nowMs;
    this.#write(share, text);
  }

  /** The last state; what is written next starts on a line of its own. */
  end(share: number, text: string): void {
    this.#write(share, text);
    if (this.#output.isTTY === true) this.#output.write('\n');
  }

  #write(share: number, text: string): void {
    const percent = `${String(Math.floor(Math.min(share, 1) * 100)).padStart(3)}%`;
    if (this.#output.isTTY !== true) {
      this.#output.write(`${percent.trim()} ${text}\n`);
      return;
    }
    const full = Math.round(Math.min(share, 1) * barChars);
    const line = `${'█'.repeat(full)}${'░'.repeat(barChars - full)} ${percent} ${text}`;
    this.#output.write(`\r${line.slice(0, (this.#output.columns ?? columnsByDefault) - 1)}\u001b[K`);
  }
}

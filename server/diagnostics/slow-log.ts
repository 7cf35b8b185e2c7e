/** SLOWLOG: the commands that took longest, newest first. Arguments are cut, so that an entry has a bounded size. */
import type { ByteSlice } from '../base/byte-slice.js';

const ARGUMENTS_MAX = 32;
const ARGUMENT_BYTES_MAX = 128;

export interface SlowLogEntry {
  readonly id: number;
  readonly atSeconds: number;
  readonly durationUs: number;
  /** One character a byte. */
  readonly argv: readonly string[];
  readonly address: string;
  readonly clientName: string;
}

export class SlowLog {
  #entries: SlowLogEntry[] = [];
  #nextId = 0;

  get length(): number {
    return this.#entries.length;
  }

  /** @param entriesMax older ones are dropped */
  add(entry: Omit<SlowLogEntry, 'id' | 'argv'>, argv: readonly ByteSlice[], entriesMax: number): void {
    this.#entries.unshift({ ...entry, id: this.#nextId++, argv: shortened(argv) });
    if (this.#entries.length > entriesMax) this.#entries.length = entriesMax;
  }

  /** The newest entries, newest first. */
  newest(count: number): readonly SlowLogEntry[] {
    return this.#entries.slice(0, count);
  }

  clear(): void {
    this.#entries = [];
  }
}

function shortened(argv: readonly ByteSlice[]): string[] {
  const kept = argv.length > ARGUMENTS_MAX ? argv.slice(0, ARGUMENTS_MAX - 1) : argv;
  const texts = kept.map((arg) => {
    const extra = arg.length - ARGUMENT_BYTES_MAX;
    if (extra <= 0) return arg.latin1();
    return `${arg.slice(0, ARGUMENT_BYTES_MAX).latin1()}... (${extra} more bytes)`;
  });
  return kept.length === argv.length ? texts : [...texts, `... (${argv.length - kept.length} more arguments)`];
}

/** Data that is written before or while something is measured: the commands of a plan, the same for the same seed. */
import { SeededRandom } from '../fuzz/seeded-random.js';

export interface LoadPlan {
  /**
   * `strings`: one key each; `hashes`: one key of `fields` fields each; `fields`: all in the one hash `myhash`; `members`: all in
   * the one sorted set `myzset`, at random scores.
   */
  readonly kind: 'strings' | 'hashes' | 'fields' | 'members';
  /** Commands. */
  readonly count: number;
  /** How many different names they use; by default each its own. */
  readonly names?: number;
  readonly prefix: string;
  /** Digits of the number behind the prefix. */
  readonly digits: number;
  readonly valueBytes: number;
  readonly seed: number;
  /** Fields of each hash. */
  readonly fields?: number;
  /** When every string expires, in epoch milliseconds. */
  readonly expireAtMs?: number;
}

/** What a server runs before it is measured: as many commands on a few keys, until its code is compiled. */
export const WARM_UP = { count: 200_000, names: 100 } as const;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/';
const SOURCE_CHARS = 1 << 16;
const SCORES = 1_000_000_000;

/** Commands of a plan by number, as RESP text of one byte a character. */
export class PlannedCommands {
  /** Values are windows of this text at random places: cheap to make, and no two neighbours alike. */
  readonly #source: string;
  readonly #random: SeededRandom;

  constructor(private readonly plan: LoadPlan) {
    this.#random = new SeededRandom(plan.seed);
    this.#source = Array.from({ length: SOURCE_CHARS + plan.valueBytes }, () =>
      ALPHABET.charAt(this.#random.below(ALPHABET.length)),
    ).join('');
  }

  command(index: number): string {
    const { kind, prefix, digits, names = this.plan.count, fields = 0, expireAtMs } = this.plan;
    const name = prefix + String(index % names).padStart(digits, '0');
    if (kind === 'members') return encode(['ZADD', 'myzset', String(this.#random.below(SCORES)), name]);
    if (kind === 'fields') return encode(['HSET', 'myhash', name, this.#value()]);
    if (kind === 'strings') {
      const expiry = expireAtMs === undefined ? [] : ['PXAT', String(expireAtMs)];
      return encode(['SET', name, this.#value(), ...expiry]);
    }
    const pairs = Array.from({ length: fields }, (_, field) => [`field${field}`, this.#value()]).flat();
    return encode(['HSET', name, ...pairs]);
  }

  #value(): string {
    const at = this.#random.below(SOURCE_CHARS);
    return this.#source.slice(at, at + this.plan.valueBytes);
  }
}

function encode(args: readonly string[]): string {
  let text = `*${args.length}\r\n`;
  for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`;
  return text;
}

/**
 * What a key remembers of its accesses: 24 bits in its entry, which eviction, OBJECT IDLETIME and OBJECT FREQ read.
 *
 *   lru   seconds of the clock at the last access, modulo 2^24 (194 days)
 *   lfu   minutes of the clock at the last decrement, modulo 2^16, above an 8-bit counter that grows ever more slowly
 *         (by chance, one in `counter x logFactor`) and falls by one every `decayMinutes` (Redis's approximated LFU)
 *
 * Which of the two the bits mean follows `maxmemory-policy`; after a change of policy they are wrong until keys are
 * accessed again, as in Redis.
 */
import type { Random } from '../base/random.js';

const LFU_COUNTER_MAX = 255;
/** A new key is not at once the least frequent of all. */
const LFU_COUNTER_FRESH = 5;
const LRU_MASK = 0xff_ffff;
const MINUTES_MASK = 0xffff;
const RANDOM_RANGE = 2 ** 30;

export interface LfuSettings {
  /** `lfu-log-factor` */
  readonly logFactor: number;
  /** `lfu-decay-time`; 0: counters never fall. */
  readonly decayMinutes: number;
}

/** What is known of a key's accesses elsewhere. */
export interface AccessHistory {
  readonly idleSeconds: number | undefined;
  readonly frequency: number | undefined;
}

export class AccessClock {
  #lfu: LfuSettings | undefined;

  constructor(private readonly random: Random) {}

  /** @param lfu undefined for lru */
  configure(lfu: LfuSettings | undefined): void {
    this.#lfu = lfu;
  }

  get countsFrequency(): boolean {
    return this.#lfu !== undefined;
  }

  /** The bits of a new key. */
  fresh(nowMs: number): number {
    return this.#lfu === undefined ? secondsOf(nowMs) : (minutesOf(nowMs) << 8) | LFU_COUNTER_FRESH;
  }

  /** The bits after an access, or after another value took the place of the key's. */
  touched(bits: number, nowMs: number): number {
    if (this.#lfu === undefined) return secondsOf(nowMs);
    return (minutesOf(nowMs) << 8) | this.#counted(this.frequency(bits, nowMs), this.#lfu.logFactor);
  }

  /** The bits of a key with a history; undefined when it says nothing of the kind that is kept. */
  remembering({ idleSeconds, frequency }: AccessHistory, nowMs: number): number | undefined {
    if (this.#lfu !== undefined) return frequency === undefined ? undefined : (minutesOf(nowMs) << 8) | frequency;
    if (idleSeconds === undefined) return undefined;
    const clock = secondsOf(nowMs);
    // Idle since before the clock's last turn: as far back as can be told apart, as in Redis.
    return idleSeconds > clock ? (clock + (LRU_MASK >>> 1)) % LRU_MASK : clock - idleSeconds;
  }

  /** Seconds since the last access; resolution one second. */
  idleSeconds(bits: number, nowMs: number): number {
    return (secondsOf(nowMs) - bits) & LRU_MASK;
  }

  /** The counter as it stands now, 0 to 255. */
  frequency(bits: number, nowMs: number): number {
    const decayMinutes = this.#lfu?.decayMinutes ?? 0;
    const counter = bits & LFU_COUNTER_MAX;
    if (decayMinutes === 0) return counter;
    const elapsed = (minutesOf(nowMs) - (bits >>> 8)) & MINUTES_MASK;
    return Math.max(0, counter - Math.floor(elapsed / decayMinutes));
  }

  #counted(counter: number, logFactor: number): number {
    if (counter >= LFU_COUNTER_MAX) return LFU_COUNTER_MAX;
    const base = Math.max(0, counter - LFU_COUNTER_FRESH);
    const grows = this.random.below(RANDOM_RANGE) * (base * logFactor + 1) < RANDOM_RANGE;
    return grows ? counter + 1 : counter;
  }
}

function secondsOf(nowMs: number): number {
  return Math.floor(nowMs / 1000) & LRU_MASK;
}

function minutesOf(nowMs: number): number {
  return Math.floor(nowMs / 60_000) & MINUTES_MASK;
}

/**
 * How much memory the server uses, honestly and cheaply: live bytes of the data from its allocator at every question, the
 * rest of the process as Node last told. Node is asked a few times a second, because the question is slow.
 *
 * Node's figure holds garbage that is not collected yet and comes and goes by megabytes; no key should be evicted for it.
 * So the rest of the process counts with the least that was seen of late, which is what survives collections.
 */
import type { Config } from '../config/config.js';
import type { Keyspace } from './keyspace.js';

/** Samples of a window: a few seconds. The least of this window and the one before counts. */
const SAMPLES_PER_WINDOW = 25;

export class MemoryGauge {
  /** Least heap and external memory that is not the data's, in the window before and in this one. */
  #leastBefore = Number.POSITIVE_INFINITY;
  #leastNow = Number.POSITIVE_INFINITY;
  #samplesNow = 0;
  #peakBytes = 0;
  #maxBytes: number;

  constructor(
    private readonly keyspace: Keyspace,
    config: Config,
  ) {
    this.#maxBytes = config.get('maxmemory');
    config.onChange(() => {
      this.#maxBytes = config.get('maxmemory');
    });
    this.sample();
  }

  /** Asks Node; call it a few times a second. */
  sample(): void {
    const { heapUsed, external } = process.memoryUsage();
    if (this.#samplesNow === SAMPLES_PER_WINDOW) {
      this.#leastBefore = this.#leastNow;
      this.#leastNow = Number.POSITIVE_INFINITY;
      this.#samplesNow = 0;
    }
    const restBytes = heapUsed + Math.max(0, external - this.keyspace.memoryUsage().reservedBytes);
    this.#leastNow = Math.min(this.#leastNow, restBytes);
    this.#samplesNow++;
    this.#peakBytes = Math.max(this.#peakBytes, this.usedBytes);
  }

  get usedBytes(): number {
    return this.processBytes + this.keyspace.liveBytes;
  }

  /** Memory that is not data. */
  get processBytes(): number {
    return Math.min(this.#leastBefore, this.#leastNow);
  }

  get peakBytes(): number {
    return Math.max(this.#peakBytes, this.usedBytes);
  }

  /** Whether `maxmemory` is set and reached. */
  get isFull(): boolean {
    return this.#maxBytes > 0 && this.usedBytes > this.#maxBytes;
  }
}

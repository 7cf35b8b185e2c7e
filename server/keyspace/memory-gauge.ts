/**
 * How much memory the server uses, honestly and cheaply: live bytes of the data from its allocator at every question, the
 * rest of the process as Node last told. Node is asked a few times a second, because the question is slow.
 */
import type { Config } from '../config/config.js';
import type { Keyspace } from './keyspace.js';

export class MemoryGauge {
  /** Heap and external memory that is not the data's, as of the last `sample`. */
  #processBytes = 0;
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
    this.#processBytes = heapUsed + Math.max(0, external - this.keyspace.memoryUsage().reservedBytes);
    this.#peakBytes = Math.max(this.#peakBytes, this.usedBytes);
  }

  get usedBytes(): number {
    return this.#processBytes + this.keyspace.memoryUsage().liveBytes;
  }

  /** Memory that is not data. */
  get processBytes(): number {
    return this.#processBytes;
  }

  get peakBytes(): number {
    return Math.max(this.#peakBytes, this.usedBytes);
  }

  /** Whether `maxmemory` is set and reached. */
  get isFull(): boolean {
    return this.#maxBytes > 0 && this.usedBytes > this.#maxBytes;
  }
}

/**
 * Commands as a transport hands them over: many connections' frames over one buffer, which each batch uses again, as the
 * rounds of the native front end do.
 */
import type { RequestBatch } from '#server/net/transport.js';

const BUFFER_BYTES = 4 * 1024 * 1024;
const WORDS = 256 * 1024;

export class BatchOfFrames implements RequestBatch {
  readonly buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  readonly words = new Int32Array(WORDS);
  length = 0;
  #used = 0;

  clear(): void {
    this.length = 0;
    this.#used = 0;
  }

  /** @param argv one character a byte */
  add(connection: number, argv: readonly string[]): void {
    this.words[this.length++] = connection;
    this.words[this.length++] = argv.length;
    for (const arg of argv) {
      this.words[this.length++] = this.#used;
      this.words[this.length++] = arg.length;
      this.#used += this.buffer.write(arg, this.#used, 'latin1');
    }
  }
}

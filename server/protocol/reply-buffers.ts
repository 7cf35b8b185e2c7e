/**
 * The buffers that replies are written into, used again and again.
 *
 * A reply that the kernel does not take at once is sent from where it was written, so the writer needs another buffer. A new one
 * each time would be garbage outside the heap, for which V8 collects the whole heap after every few megabytes, on all its
 * threads, and whose pages the kernel has to clear first. So the transport gives back what it has sent.
 *
 * Invariant: nobody but the pool refers to a buffer that is free; what was not lent is not taken back, so that a message which
 * several clients share is never written over.
 */

/** Free buffers that are kept, the newest: enough for the replies that a burst of large ones leaves behind. */
const FREE_BYTES_MAX = 16 * 1024 * 1024;
/** A free buffer this many times as large as needed is left for a larger reply. */
const OVERSIZE_MAX = 2;

export class ReplyBuffers {
  /** In the order they came back. */
  readonly #free: Buffer[] = [];
  #freeBytes = 0;
  /** Those that a transport is sending from. */
  readonly #lent = new Set<Buffer>();

  /** @returns a buffer of at least so many bytes, of any content */
  take(bytesMin: number): Buffer {
    const at = this.#bestFit(bytesMin);
    const [found] = at < 0 ? [] : this.#free.splice(at, 1);
    if (found === undefined) return Buffer.allocUnsafeSlow(bytesMin);
    this.#freeBytes -= found.length;
    return found;
  }

  /** Nobody uses the buffer any more. */
  keep(buffer: Buffer): void {
    if (buffer.length > FREE_BYTES_MAX) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.length;
    while (this.#freeBytes > FREE_BYTES_MAX) this.#freeBytes -= this.#free.shift()?.length ?? 0;
  }

  /** A transport sends from the buffer from now on, until `giveBack`. */
  lend(buffer: Buffer): void {
    this.#lent.add(buffer);
  }

  /** A transport has done with the buffer, which may be any. */
  giveBack(buffer: Buffer): void {
    if (this.#lent.delete(buffer)) this.keep(buffer);
  }

  #bestFit(bytesMin: number): number {
    let best = -1;
    let bestBytes = bytesMin * OVERSIZE_MAX + 1;
    for (const [at, { length }] of this.#free.entries()) {
      if (length < bytesMin || length >= bestBytes) continue;
      best = at;
      bestBytes = length;
    }
    return best;
  }
}

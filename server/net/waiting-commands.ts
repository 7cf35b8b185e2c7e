/**
 * Commands of one client that have come and wait for their turn: first in, first out, as copies, because the batch they came
 * in is gone by then. All of them lie in one block of bytes and one of words, so a command costs what `heldBytes` counts and
 * no object beside it: however small commands are, a bound on these bytes is a bound on memory (at most twice as much).
 *
 * Invariants (checked by `validate`)
 *   - the frames (argc, then offset and length of each argument) lie one behind the other from `base` on, and the bytes of
 *     their arguments in the same order, without gaps
 *   - with nothing waiting, no more than KEPT_BYTES are kept of each block
 */
import { assert } from '../base/assert.js';
import { copyBytes } from '../base/byte-slice.js';

const KEPT_BYTES = 4096;
const WORD_BYTES = Int32Array.BYTES_PER_ELEMENT;

export class WaitingCommands {
  /** What the frames point into. */
  buffer = Buffer.alloc(0);
  words = new Int32Array(0);
  /** The word at which the first frame begins. */
  base = 0;
  #wordsEnd = 0;
  /** Where the arguments of the first frame begin. */
  #start = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.base === this.#wordsEnd;
  }

  /** Bytes of arguments and of frames. */
  get heldBytes(): number {
    return this.#end - this.#start + (this.#wordsEnd - this.base) * WORD_BYTES;
  }

  /** Takes a copy of a frame to the end of the queue. */
  push(buffer: Buffer, words: Int32Array, base: number): void {
    const argc = words[base] ?? 0;
    this.#reserve(argumentBytes(words, base), frameWords(argc));
    let at = this.#wordsEnd;
    this.words[at++] = argc;
    for (let i = 0, from = base + 1; i < argc; i++, from += 2) {
      const start = words[from] ?? 0;
      const length = words[from + 1] ?? 0;
      copyBytes(buffer, start, start + length, this.buffer, this.#end);
      this.words[at++] = this.#end;
      this.words[at++] = length;
      this.#end += length;
    }
    this.#wordsEnd = at;
  }

  /** Takes the first command out. Its frame stays where it is until the next `push`. */
  drop(): void {
    this.#start += argumentBytes(this.words, this.base);
    this.base += frameWords(this.words[this.base] ?? 0);
    if (this.isEmpty) this.clear();
  }

  clear(): void {
    this.base = 0;
    this.#wordsEnd = 0;
    this.#start = 0;
    this.#end = 0;
    if (this.buffer.length > KEPT_BYTES) this.buffer = Buffer.alloc(0);
    if (this.words.length * WORD_BYTES > KEPT_BYTES) this.words = new Int32Array(0);
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let start = this.#start;
    let at = this.base;
    while (at < this.#wordsEnd) {
      const next = at + frameWords(this.words[at] ?? 0);
      for (let word = at + 1; word < next; word += 2) {
        assert(this.words[word] === start, `word ${word}: the argument begins where the one before it ends`);
        start += this.words[word + 1] ?? 0;
      }
      at = next;
    }
    assert(at === this.#wordsEnd && start === this.#end, 'the last frame ends where the blocks do');
    assert(this.#end <= this.buffer.length && this.#wordsEnd <= this.words.length, 'the blocks hold what they say');
    const kept = Math.max(this.buffer.length, this.words.length * WORD_BYTES);
    assert(!this.isEmpty || kept <= KEPT_BYTES, `${kept} bytes are kept for nothing`);
  }

  #reserve(bytes: number, words: number): void {
    if (this.#end + bytes > this.buffer.length) this.#makeRoomForBytes(bytes);
    if (this.#wordsEnd + words > this.words.length) this.#makeRoomForWords(words);
  }

  /** To the front with what waits, in a larger block if it would fill more than half of this one. */
  #makeRoomForBytes(bytes: number): void {
    const held = this.#end - this.#start;
    const target = held + bytes > this.buffer.length / 2 ? Buffer.allocUnsafeSlow((held + bytes) * 2) : this.buffer;
    this.buffer.copy(target, 0, this.#start, this.#end);
    this.buffer = target;
    for (let at = this.base; at < this.#wordsEnd; ) {
      const next = at + frameWords(this.words[at] ?? 0);
      for (let word = at + 1; word < next; word += 2) this.words[word] = (this.words[word] ?? 0) - this.#start;
      at = next;
    }
    this.#start = 0;
    this.#end = held;
  }

  #makeRoomForWords(words: number): void {
    const held = this.#wordsEnd - this.base;
    if (held + words > this.words.length / 2) {
      const grown = new Int32Array((held + words) * 2);
      grown.set(this.words.subarray(this.base, this.#wordsEnd));
      this.words = grown;
    } else this.words.copyWithin(0, this.base, this.#wordsEnd);
    this.base = 0;
    this.#wordsEnd = held;
  }
}

function frameWords(argc: number): number {
  return 1 + argc * 2;
}

function argumentBytes(words: Int32Array, base: number): number {
  const end = base + frameWords(words[base] ?? 0);
  let bytes = 0;
  for (let at = base + 2; at < end; at += 2) bytes += words[at] ?? 0;
  return bytes;
}

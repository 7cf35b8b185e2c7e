/**
 * RESP requests out of a byte stream, however it is cut: multibulk and inline commands, limits, and the protocol errors
 * in Redis's words. Bytes are never copied while a command lies inside one read; a command that spans reads is gathered
 * in a buffer that grows with what has arrived, not with what a header promises.
 *
 * Output is a list of frames over one buffer: `connection id, argc, (offset, length) x argc` for each command. They are valid until the
 * next `feed`. Inline commands are unquoted in place: the text of an argument is never longer than its quoted form.
 *
 * Invariants
 *   - every frame is complete; offsets lie inside the buffer `feed` returned
 *   - the frames do not depend on where the stream was cut (test/fuzz/decoder.test.ts)
 *   - after an error nothing more is decoded: the connection ends with that error
 */
import { parseInteger } from '../base/integer.js';
import { splitWords } from '../base/split-words.js';

const INLINE_BYTES_MAX = 64 * 1024;
const ARGUMENTS_MAX = 2 ** 31 - 1;
const RETAINED_BYTES_MAX = 256 * 1024;
const GATHER_BYTES_MIN = 16 * 1024;
/** What a connection that has not authenticated may send, as in Redis. */
const UNAUTHENTICATED_ARGUMENTS_MAX = 10;
const UNAUTHENTICATED_BULK_BYTES_MAX = 16384;

const CR = 13;
const LF = 10;

export interface DecoderLimits {
  /** Largest single argument in bytes (`proto-max-bulk-len`). */
  readonly bulkBytesMax: number;
  /** Largest unfinished command in bytes (`client-query-buffer-limit`). */
  readonly queryBufferBytesMax: number;
}

/** Frames of one batch: a growable list of 32-bit words. */
export class FrameList {
  words = new Int32Array(256);
  length = 0;

  push(word: number): void {
    if (this.length === this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.length++] = word;
  }

  clear(): void {
    this.length = 0;
  }
}

export class RequestDecoder {
  /** Text of the protocol error that ended the stream, without the `ERR ` prefix. */
  error: string | undefined;
  /** Set by the owner while the client has not authenticated: narrower limits. */
  unauthenticated = false;

  readonly #limits: DecoderLimits;
  /** Unfinished command: bytes [#restStart, #restEnd) of #rest. */
  #rest: Buffer | undefined;
  #restStart = 0;
  #restEnd = 0;
  /** Our own gathering buffer, reused between commands. */
  #gather: Buffer | undefined;
  /** Where decoding goes on inside the unfinished command. */
  #at = 0;
  #argumentsLeft = 0;
  #bulkLength = -1;
  /** Words of the unfinished frame: argc, then offsets and lengths relative to the buffer. */
  readonly #partial = new FrameList();

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
  }

  /** Bytes held back because their command is unfinished. */
  get heldBytes(): number {
    return this.#restEnd - this.#restStart;
  }

  /**
   * Decodes as many commands as are complete, appending their frames.
   * @param connection the number each frame begins with
   * @returns the buffer the frames refer to
   */
  feed(chunk: Buffer, frames: FrameList, connection: number): Buffer {
    let buffer = chunk;
    let end = chunk.length;
    let frameStart = 0;
    if (this.#rest === undefined) {
      this.#at = 0;
    } else {
      buffer = this.#append(chunk);
      frameStart = this.#restStart;
      end = this.#restEnd;
    }
    while (this.error === undefined && this.#at < end) {
      if (this.#argumentsLeft === 0) {
        frameStart = this.#at;
        if (buffer[this.#at] === 42 /* * */) {
          if (!this.#multibulkHeader(buffer, end)) break;
        } else if (!this.#inline(buffer, end, frames, connection)) break;
        continue;
      }
      if (!this.#bulk(buffer, end)) break;
      if (this.#argumentsLeft === 0) this.#completeFrame(frames, connection);
    }
    this.#keepRest(buffer, this.#argumentsLeft > 0 ? frameStart : Math.min(this.#at, end), end);
    return buffer;
  }

  #append(chunk: Buffer): Buffer {
    const rest = this.#rest;
    if (rest === undefined) return chunk;
    const held = this.heldBytes;
    if (rest === this.#gather && this.#restEnd + chunk.length <= rest.length) {
      chunk.copy(rest, this.#restEnd);
      this.#restEnd += chunk.length;
      return rest;
    }
    const needed = held + chunk.length;
    const free = this.#gather !== undefined && this.#gather !== rest && this.#gather.length >= needed;
    const target = free ? this.#gather : Buffer.allocUnsafeSlow(Math.max(GATHER_BYTES_MIN, needed * 2));
    if (target === undefined) return chunk;
    rest.copy(target, 0, this.#restStart, this.#restEnd);
    chunk.copy(target, held);
    this.#rebase(this.#restStart);
    this.#gather = target;
    this.#rest = target;
    this.#restStart = 0;
    this.#restEnd = needed;
    return target;
  }

  #rebase(by: number): void {
    this.#at -= by;
    for (let i = 1; i < this.#partial.length; i += 2) {
      this.#partial.words[i] = (this.#partial.words[i] ?? 0) - by;
    }
  }

  #keepRest(buffer: Buffer, start: number, end: number): void {
    if (end - start > this.#limits.queryBufferBytesMax) this.error ??= 'query buffer limit exceeded';
    if (start >= end || this.error !== undefined) {
      this.#rest = undefined;
      this.#restStart = 0;
      this.#restEnd = 0;
      if ((this.#gather?.length ?? 0) > RETAINED_BYTES_MAX) this.#gather = undefined;
      return;
    }
    this.#rest = buffer;
    this.#restStart = start;
    this.#restEnd = end;
  }

  #multibulkHeader(buffer: Buffer, end: number): boolean {
    const lineEnd = findByte(buffer, this.#at, end, CR);
    if (lineEnd < 0) {
      if (end - this.#at > INLINE_BYTES_MAX) this.error = 'too big mbulk count string';
      return false;
    }
    if (lineEnd + 1 >= end) return false;
    const count = parseInteger(buffer, this.#at + 1, lineEnd);
    if (count === undefined || count > ARGUMENTS_MAX) {
      this.error = 'invalid multibulk length';
      return false;
    }
    if (this.unauthenticated && count > UNAUTHENTICATED_ARGUMENTS_MAX) {
      this.error = 'unauthenticated multibulk length';
      return false;
    }
    this.#at = lineEnd + 2;
    if (count <= 0) return true;
    this.#argumentsLeft = count;
    this.#bulkLength = -1;
    this.#partial.clear();
    this.#partial.push(count);
    return true;
  }

  /** Reads one `$length` line and its bytes. @returns false when more bytes are needed or the protocol is broken */
  #bulk(buffer: Buffer, end: number): boolean {
    if (this.#bulkLength < 0) {
      const lineEnd = findByte(buffer, this.#at, end, CR);
      if (lineEnd < 0) {
        if (end - this.#at > INLINE_BYTES_MAX) this.error = 'too big bulk count string';
        return false;
      }
      if (lineEnd + 1 >= end) return false;
      const marker = buffer[this.#at] ?? 0;
      if (marker !== 36 /* $ */) {
        this.error = `expected '$', got '${String.fromCharCode(marker)}'`;
        return false;
      }
      const length = parseInteger(buffer, this.#at + 1, lineEnd);
      if (length === undefined || length < 0 || length > this.#limits.bulkBytesMax) {
        this.error = 'invalid bulk length';
        return false;
      }
      if (this.unauthenticated && length > UNAUTHENTICATED_BULK_BYTES_MAX) {
        this.error = 'unauthenticated bulk length';
        return false;
      }
      this.#at = lineEnd + 2;
      this.#bulkLength = length;
    }
    if (end - this.#at < this.#bulkLength + 2) return false;
    this.#partial.push(this.#at);
    this.#partial.push(this.#bulkLength);
    this.#at += this.#bulkLength + 2;
    this.#bulkLength = -1;
    this.#argumentsLeft--;
    return true;
  }

  #completeFrame(frames: FrameList, connection: number): void {
    frames.push(connection);
    for (let i = 0; i < this.#partial.length; i++) frames.push(this.#partial.words[i] ?? 0);
    this.#partial.clear();
  }

  #inline(buffer: Buffer, end: number, frames: FrameList, connection: number): boolean {
    const lineEnd = findByte(buffer, this.#at, end, LF);
    if (lineEnd < 0) {
      if (end - this.#at > INLINE_BYTES_MAX) this.error = 'too big inline request';
      return false;
    }
    const contentEnd = lineEnd > this.#at && buffer[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd;
    const words = splitWords(buffer, this.#at, contentEnd);
    if (words === undefined) {
      this.error = 'unbalanced quotes in request';
      return false;
    }
    this.#at = lineEnd + 1;
    if (words.length === 0) return true;
    frames.push(connection);
    frames.push(words.length / 2);
    for (const word of words) frames.push(word);
    return true;
  }
}

function findByte(buffer: Buffer, start: number, end: number, byte: number): number {
  const near = Math.min(end, start + 32);
  for (let i = start; i < near; i++) if (buffer[i] === byte) return i;
  if (near === end) return -1;
  const found = buffer.indexOf(byte, near);
  return found >= 0 && found < end ? found : -1;
}

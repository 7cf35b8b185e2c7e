/**
 * Replies into one growing output buffer, in the protocol version of the client they are for. Commands say what a reply
 * means (a map, a double, null); the writer knows how RESP2 and RESP3 spell it.
 */
import { type ByteSlice, copyBytes } from '../base/byte-slice.js';
import { formatDouble } from '../base/double.js';
import { ReplyBuffers } from './reply-buffers.js';

export type ProtocolVersion = 2 | 3;

/** What a command may say. Aggregates announce their size; the elements follow as further calls. */
export interface ReplyWriter {
  readonly protocol: ProtocolVersion;
  /** `+text` @param encoding `latin1`: one character a byte */
  simple(text: string, encoding?: 'utf8' | 'latin1'): void;
  /** `-text`; the text carries its code, as in `ERR syntax error`. @param encoding `latin1`: one character a byte */
  error(text: string, encoding?: 'utf8' | 'latin1'): void;
  integer(value: number | bigint): void;
  /** Bytes as a bulk string. */
  bulk(bytes: ByteSlice): void;
  /** UTF-8 text as a bulk string. */
  bulkText(text: string): void;
  /** One character a byte, as a bulk string. */
  bulkLatin1(text: string): void;
  /** RESP3 `=` with a three-letter format; RESP2 bulk. */
  verbatim(format: 'txt' | 'mkd', text: string): void;
  /** The same for text of one character a byte; the format is cut or filled up to three letters. */
  verbatimLatin1(format: string, text: string): void;
  /** RESP3 `(`; RESP2 bulk. One character a byte. */
  bigNumber(text: string): void;
  /** RESP3 `_`; RESP2 null bulk. */
  nil(): void;
  /** RESP3 `_`; RESP2 null array. */
  nilArray(): void;
  array(count: number): void;
  /** RESP3 `%`; RESP2 an array of twice the length. */
  map(pairs: number): void;
  /** RESP3 `~`; RESP2 array. */
  set(count: number): void;
  /** RESP3 `>`; RESP2 array. */
  push(count: number): void;
  /** RESP3 `,`; RESP2 bulk. */
  double(value: number): void;
  /** A number already written in decimal. RESP3 `,`; RESP2 bulk. */
  decimal(text: string): void;
  /** RESP3 `#`; RESP2 integer 1 or 0. */
  boolean(value: boolean): void;
}

/** Where the executor writes: a writer that can take back what was said since a point. */
export interface ReplySink extends ReplyWriter {
  protocol: ProtocolVersion;
  readonly length: number;
  /** Forgets everything written from `length` on: a reply that turned out to be an error half-way. */
  truncate(length: number): void;
}

const INITIAL_BYTES = 64 * 1024;
const SHORT_TEXT_CHARS = 24;
const CR = 13;
const LF = 10;

/** The RESP encoder: appends to `buffer` from `length` on. One writer serves every connection of an event loop in turn. */
export class RespWriter implements ReplySink {
  readonly #buffers = new ReplyBuffers();
  buffer: Buffer = this.#buffers.take(INITIAL_BYTES);
  length = 0;
  protocol: ProtocolVersion = 2;

  /** Lends the written buffer to who sends it, until `giveBack`, and starts over in another one. */
  lendBuffer(): void {
    this.#buffers.lend(this.buffer);
    this.buffer = this.#buffers.take(INITIAL_BYTES);
    this.length = 0;
  }

  /** What was lent may be written over; any other buffer is ignored. */
  giveBack(buffer: Buffer): void {
    this.#buffers.giveBack(buffer);
  }

  /** Starts over in the same buffer, or in a small one when a huge reply had made it large. */
  reset(): void {
    this.length = 0;
    if (this.buffer.length > 16 * INITIAL_BYTES) this.#use(this.#buffers.take(INITIAL_BYTES));
  }

  truncate(length: number): void {
    this.length = length;
  }

  /** Bytes that are encoded already. */
  append(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.buffer, this.length);
    this.length += bytes.length;
  }

  simple(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#line(43, text, encoding);
  }

  error(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#line(45, text, encoding);
  }

  integer(value: number | bigint): void {
    this.#header(58, value);
  }

  bulk(bytes: ByteSlice): void {
    const length = bytes.end - bytes.start;
    this.#header(36, length);
    this.#reserve(length + 2);
    copyBytes(bytes.buffer, bytes.start, bytes.end, this.buffer, this.length);
    this.length += length;
    this.#crlf();
  }

  bulkText(text: string): void {
    this.#bulkString(text, 'utf8');
  }

  bulkLatin1(text: string): void {
    this.#bulkString(text, 'latin1');
  }

  verbatim(format: 'txt' | 'mkd', text: string): void {
    if (this.protocol === 2) {
      this.bulkText(text);
      return;
    }
    this.#header(61, Buffer.byteLength(text) + 4);
    this.#raw(`${format}:${text}`);
    this.#crlf();
  }

  verbatimLatin1(format: string, text: string): void {
    if (this.protocol === 2) {
      this.bulkLatin1(text);
      return;
    }
    this.#header(61, text.length + 4);
    this.#reserve(text.length + 6);
    this.length += this.buffer.write(`${format.slice(0, 3).padEnd(3)}:${text}`, this.length, 'latin1');
    this.#crlf();
  }

  bigNumber(text: string): void {
    if (this.protocol === 2) this.bulkLatin1(oneLine(text));
    else this.#line(40, text, 'latin1');
  }

  nil(): void {
    this.#raw(this.protocol === 2 ? '$-1\r\n' : '_\r\n');
  }

  nilArray(): void {
    this.#raw(this.protocol === 2 ? '*-1\r\n' : '_\r\n');
  }

  array(count: number): void {
    this.#header(42, count);
  }

  map(pairs: number): void {
    if (this.protocol === 2) this.#header(42, pairs * 2);
    else this.#header(37, pairs);
  }

  set(count: number): void {
    this.#header(this.protocol === 2 ? 42 : 126, count);
  }

  push(count: number): void {
    this.#header(this.protocol === 2 ? 42 : 62, count);
  }

  double(value: number): void {
    this.decimal(formatDouble(value));
  }

  decimal(text: string): void {
    if (this.protocol === 2) this.bulkLatin1(text);
    else this.#line(44, text);
  }

  boolean(value: boolean): void {
    if (this.protocol === 2) this.integer(value ? 1 : 0);
    else this.#raw(value ? '#t\r\n' : '#f\r\n');
  }

  /** A reply of one line, whatever the text. */
  #line(marker: number, text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#reserve(text.length * 3 + 3);
    this.buffer[this.length++] = marker;
    const { length } = this;
    this.#text(text, encoding);
    for (let at = length; at < this.length; at++) {
      const byte = this.buffer[at] ?? 0;
      if (byte === CR || byte === LF) this.buffer[at] = 32;
    }
    this.#crlf();
  }

  #raw(text: string): void {
    this.#reserve(text.length * 3);
    this.#text(text, 'utf8');
  }

  /** Short ASCII by hand, because a native call costs more; there is room. */
  #text(text: string, encoding: 'utf8' | 'latin1'): void {
    let at = this.length;
    if (text.length <= SHORT_TEXT_CHARS) {
      let code = 0;
      for (let i = 0; i < text.length && code < 128; i++) {
        code = text.charCodeAt(i);
        this.buffer[at++] = code;
      }
      if (code < 128) {
        this.length = at;
        return;
      }
    }
    this.length += this.buffer.write(text, this.length, encoding);
  }

  #bulkString(text: string, encoding: 'utf8' | 'latin1'): void {
    const length = encoding === 'latin1' ? text.length : Buffer.byteLength(text);
    this.#header(36, length);
    this.#reserve(length + 2);
    if (length === text.length) this.#text(text, encoding);
    else this.length += this.buffer.write(text, this.length, encoding);
    this.#crlf();
  }

  /** A marker, a decimal number and CRLF, written by hand: the hottest few bytes of the server. */
  #header(marker: number, value: number | bigint): void {
    this.#reserve(24);
    const { buffer } = this;
    let at = this.length;
    buffer[at++] = marker;
    if (typeof value === 'number' && value >= 0 && value < 10) {
      buffer[at++] = 48 + value;
    } else if (typeof value === 'number' && value >= 0 && value < 1e9) {
      let digits = 1;
      for (let bound = 10; bound <= value; bound *= 10) digits++;
      let rest = value;
      for (let digitAt = at + digits - 1; digitAt >= at; digitAt--) {
        // Below 2^31, which the compiler then knows: whole numbers divide faster.
        const next = (rest / 10) | 0;
        buffer[digitAt] = 48 + rest - next * 10;
        rest = next;
      }
      at += digits;
    } else {
      at += buffer.write(value.toString(), at, 'latin1');
    }
    buffer[at++] = CR;
    buffer[at++] = LF;
    this.length = at;
  }

  #crlf(): void {
    this.buffer[this.length++] = CR;
    this.buffer[this.length++] = LF;
  }

  #reserve(bytes: number): void {
    const needed = this.length + bytes + 2;
    if (needed <= this.buffer.length) return;
    const grown = this.#buffers.take(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.length);
    this.#use(grown);
  }

  #use(buffer: Buffer): void {
    this.#buffers.keep(this.buffer);
    this.buffer = buffer;
  }
}

/** Text for a reply of one line. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, ' ') : text;
}

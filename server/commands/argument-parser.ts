/**
 * Reads a command's arguments from left to right. The first error latches: later reads answer harmless values and
 * change nothing, so a parser reads straight on and the caller checks once, at the end, by `finish`.
 * Keywords are matched without regard to case. Slices are views into the batch.
 */
import { ByteSlice, equalsWord } from '../base/byte-slice.js';
import { parseExactDouble } from '../base/double.js';
import { parseInt64, parseInteger } from '../base/integer.js';
import { errors, type ReplyError } from '../errors.js';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const EMPTY = ByteSlice.of(Buffer.alloc(0));

export class ArgumentParser {
  #buffer: Buffer = EMPTY.buffer;
  #words: Int32Array = new Int32Array(0);
  /** Position in the frame of the first argument's offset. */
  #base = 0;
  #count = 0;
  #at = 0;
  #skip = 0;
  #error: ReplyError | undefined;
  /** The command's name in lower case, for errors that quote it. */
  commandName = '';

  /** @param databases how many databases there are, for arguments that name one */
  constructor(private readonly databases = 16) {}

  /**
   * Starts over on a frame.
   * @param base position in `words` of the frame's argc
   * @param skip how many leading arguments are the command's own name
   */
  reset(buffer: Buffer, words: Int32Array, base: number, skip: number, commandName: string): void {
    this.#buffer = buffer;
    this.#words = words;
    this.#base = base + 1;
    this.#count = words[base] ?? 0;
    this.#at = skip;
    this.#skip = skip;
    this.#error = undefined;
    this.commandName = commandName;
  }

  /** The last word of the command's name as it was sent, for errors that quote it. One character a byte. */
  get typedName(): string {
    return this.#slice(this.#skip - 1).latin1();
  }

  /** Arguments not read yet. */
  get remaining(): number {
    return this.#error === undefined ? this.#count - this.#at : 0;
  }

  /** Latches an error. */
  fail(error: ReplyError): void {
    this.#error ??= error;
  }

  /** Answers the latched error; arguments left over are a syntax error. */
  finish(): ReplyError | undefined {
    if (this.#error === undefined && this.#at < this.#count) return errors.syntax;
    return this.#error;
  }

  /**
   * Lets `read` take the arguments that are left. What is wrong with them is answered, not latched: for commands that
   * look at their key before they complain of what follows it.
   */
  deferred(read: () => void): ReplyError | undefined {
    if (this.#error !== undefined) return undefined;
    read();
    const error = this.finish();
    this.#error = undefined;
    this.#at = this.#count;
    return error;
  }

  /** The next argument's bytes. */
  bytes(): ByteSlice {
    if (this.remaining === 0) {
      this.fail(errors.syntax);
      return EMPTY;
    }
    return this.#slice(this.#at++);
  }

  /** An argument by its place, the command's name being 0, as the client wrote it. One character a byte. */
  written(place: number): string {
    return place < this.#count ? this.#slice(place).latin1() : '';
  }

  /** Every argument with the command's name, whether it has been read or not. */
  argv(): ByteSlice[] {
    return Array.from({ length: this.#count }, (_, place) => this.#slice(place));
  }

  /** The next argument's bytes without reading it. */
  peek(): ByteSlice | undefined {
    return this.remaining === 0 ? undefined : this.#slice(this.#at);
  }

  /** The next argument as text. */
  text(): string {
    return this.bytes().utf8();
  }

  /** Every argument not read yet. */
  rest(): ByteSlice[] {
    const count = this.remaining;
    // Most often one. An array that grows takes room for seventeen with its second element.
    if (count === 1) return [this.bytes()];
    const slices = new Array<ByteSlice>(count);
    for (let i = 0; i < count; i++) slices[i] = this.bytes();
    return slices;
  }

  /** Reads the next argument when it is this keyword (given in upper case). */
  flag(upperWord: string): boolean {
    if (this.remaining === 0) return false;
    const at = this.#base + this.#at * 2;
    const start = this.#words[at] ?? 0;
    if (!equalsWord(this.#buffer, start, start + (this.#words[at + 1] ?? 0), upperWord)) return false;
    this.#at++;
    return true;
  }

  /** Reads the next argument when it is this keyword and at least one more follows. */
  option(upperWord: string): boolean {
    return this.remaining >= 2 && this.flag(upperWord);
  }

  /** An int64 as a double. @param error what to say when it is none */
  integer(error: ReplyError = errors.notInteger): number {
    const bytes = this.bytes();
    if (this.#error !== undefined) return 0;
    const value = parseInteger(bytes.buffer, bytes.start, bytes.end);
    if (value === undefined) this.fail(error);
    return value ?? 0;
  }

  /** An int64, exactly. */
  int64(error: ReplyError = errors.notInteger): number | bigint {
    return this.asInt64(this.bytes(), error);
  }

  /** An argument that was read before as an int64: for commands that check what follows it first. */
  asInt64(bytes: ByteSlice, error: ReplyError = errors.notInteger): number | bigint {
    if (this.#error !== undefined) return 0;
    const value = parseInt64(bytes.buffer, bytes.start, bytes.end);
    if (value === undefined) this.fail(error);
    return value ?? 0;
  }

  /** As `asInt64`, as a double: beyond 2^53 the nearest one. */
  asInteger(bytes: ByteSlice, error: ReplyError = errors.notInteger): number {
    return Number(this.asInt64(bytes, error));
  }

  /** An integer within bounds, both included. */
  integerBetween(min: number, max: number, outOfRange: ReplyError = errors.outOfRange): number {
    const value = this.integer();
    if (value < min || value > max) this.fail(outOfRange);
    return value;
  }

  /** An int32. @param error what to say when it is none; by default whether it is no integer or a larger one */
  int32(error?: ReplyError): number {
    const value = this.integer(error);
    if (value < INT32_MIN || value > INT32_MAX) this.fail(error ?? errors.notInt32);
    return value;
  }

  /** The number of a database that exists. */
  databaseIndex(): number {
    const index = this.int32();
    if (index < 0 || index >= this.databases) this.fail(errors.dbIndexOutOfRange);
    return index;
  }

  /** A double; never NaN. */
  float(error: ReplyError = errors.notFloat): number {
    const bytes = this.bytes();
    if (this.#error !== undefined) return 0;
    const value = parseExactDouble(bytes.buffer, bytes.start, bytes.end);
    if (value === undefined) this.fail(error);
    return value ?? 0;
  }

  #slice(index: number): ByteSlice {
    const at = this.#base + index * 2;
    const start = this.#words[at] ?? 0;
    return new ByteSlice(this.#buffer, start, start + (this.#words[at + 1] ?? 0));
  }
}

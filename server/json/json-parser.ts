/**
 * Reads JSON text into the form of tape.ts. What is wrong with a text is told in the words and with the position of
 * RedisJSON, whose parser is serde_json's: clients and people search for them.
 *
 * A key that comes twice has its first place and its last value. Containers lie at most 127 deep in each other.
 */
import { isUtf8 } from 'node:buffer';
import { ByteSink } from '../base/byte-sink.js';
import type { ByteSlice } from '../base/byte-slice.js';
import { parseInt64 } from '../base/integer.js';
import { JsonSyntaxError } from './json-syntax-error.js';
import { CONTAINER_HEAD_BYTES, endOf, forEachMember, keyAt, Tag, valueOfEntry } from './tape.js';
import {
  closeContainer,
  openContainer,
  writeDouble,
  writeInteger,
  writeKeyHead,
  writeStringHead,
} from './tape-writer.js';

/** So many containers in each other are refused. */
export const DEPTH_LIMIT = 128;
/** Objects with more members are searched for keys that come twice by a table. */
const FEW_MEMBERS = 12;
/** A sink that grew beyond this is given back. */
const SINK_BYTES_KEPT = 1 << 20;
const DIGITS_ALWAYS_SAFE = 15;
const UINT64_MAX = 2n ** 64n - 1n;

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const COMMA = 44;
const COLON = 58;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;
const NONE = -1;

/** What the character behind a backslash stands for. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  [47, 47],
  [98, 8],
  [102, 12],
  [110, 10],
  [114, 13],
  [116, 9],
]);

const scratch = new ByteSink();

/**
 * Reads a text that holds one value.
 * @returns its bytes, as a view that lives until the next call
 * @throws JsonSyntaxError
 */
export function parseJson(text: ByteSlice): Buffer {
  scratch.reset(SINK_BYTES_KEPT);
  parseJsonInto(text, scratch);
  return scratch.bytes();
}

/** As `parseJson`, into a sink. @throws JsonSyntaxError, after which the sink may hold a part */
export function parseJsonInto(text: ByteSlice, sink: ByteSink): void {
  if (!isUtf8(text.view())) throw new JsonSyntaxError("Couldn't parse as UTF-8 string");
  new Parser(text, sink).parse();
}

class Parser {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  #at: number;
  #depthLeft = DEPTH_LIMIT;

  constructor(
    { buffer, start, end }: ByteSlice,
    private readonly sink: ByteSink,
  ) {
    this.#bytes = buffer;
    this.#start = start;
    this.#end = end;
    this.#at = start;
  }

  parse(): void {
    this.#value();
    if (this.#peekToken() !== NONE) this.#failNext('trailing characters');
  }

  #value(): void {
    const first = this.#peekToken();
    switch (first) {
      case NONE:
        this.#failNext('EOF while parsing a value');
        break;
      case QUOTE:
        this.#at++;
        this.#string(writeStringHead);
        break;
      case OPEN_BRACKET:
        this.#nested('array');
        break;
      case OPEN_BRACE:
        this.#nested('object');
        break;
      case 110:
        this.#word('null', Tag.null);
        break;
      case 116:
        this.#word('true', Tag.true);
        break;
      case 102:
        this.#word('false', Tag.false);
        break;
      default:
        if (first !== MINUS && !isDigit(first)) this.#failNext('expected value');
        this.#number();
    }
  }

  #nested(kind: 'array' | 'object'): void {
    if (--this.#depthLeft === 0) this.#failNext('recursion limit exceeded');
    this.#at++;
    const at = openContainer(this.sink, Tag[kind]);
    closeContainer(this.sink, at, kind === 'array' ? this.#elements() : this.#members(at));
    this.#depthLeft++;
  }

  #elements(): number {
    for (let count = 0; ; count++) {
      let next = this.#peekToken();
      if (next === CLOSE_BRACKET) return this.#closed(count);
      if (next === NONE) this.#failNext('EOF while parsing a list');
      if (count > 0) {
        if (next !== COMMA) this.#failNext('expected `,` or `]`');
        this.#at++;
        next = this.#peekToken();
        if (next === CLOSE_BRACKET) this.#failNext('trailing comma');
      }
      this.#value();
    }
  }

  #members(object: number): number {
    const keys = new KeysSeen(this.sink, object + CONTAINER_HEAD_BYTES);
    for (let count = 0; ; count++) {
      let next = this.#peekToken();
      if (next === CLOSE_BRACE) return this.#closed(keys.settle(object, count));
      if (next === NONE) this.#failNext('EOF while parsing an object');
      if (count > 0) {
        if (next !== COMMA) this.#failNext('expected `,` or `}`');
        this.#at++;
        next = this.#peekToken();
        if (next === CLOSE_BRACE) this.#failNext('trailing comma');
        if (next === NONE) this.#failNext('EOF while parsing a value');
      }
      if (next !== QUOTE) this.#failNext('key must be a string');
      this.#at++;
      const entry = this.sink.length;
      this.#string(writeKeyHead);
      keys.add(entry, count);
      this.#colon();
      this.#value();
    }
  }

  #closed(count: number): number {
    this.#at++;
    return count;
  }

  #colon(): void {
    const next = this.#peekToken();
    if (next === NONE) this.#failNext('EOF while parsing an object');
    if (next !== COLON) this.#failNext('expected `:`');
    this.#at++;
  }

  #word(word: string, tag: number): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#at === this.#end) this.#fail('EOF while parsing a value');
      if (this.#bytes[this.#at++] !== word.charCodeAt(i)) this.#fail('expected ident');
    }
    this.sink.byte(tag);
  }

  /** Behind the opening quote. @param writeHead what goes before the bytes of the string */
  #string(writeHead: (sink: ByteSink, bytes: number) => void): void {
    const start = this.#at;
    this.#skipPlain();
    if (this.#bytes[this.#at] === QUOTE && this.#at < this.#end) {
      writeHead(this.sink, this.#at - start);
      this.sink.range(this.#bytes, start, this.#at++);
      return;
    }
    const text = this.#escaped(start);
    writeHead(this.sink, text.length);
    this.sink.raw(text);
  }

  /** To the next quote, backslash, control character or the end. */
  #skipPlain(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE || byte === BACKSLASH || byte < 32) break;
      at++;
    }
    this.#at = at;
  }

  /** The bytes of a string with escapes, whose plain beginning has been skipped. */
  #escaped(start: number): Buffer {
    const text = new ByteSink();
    text.range(this.#bytes, start, this.#at);
    for (;;) {
      if (this.#at === this.#end) this.#fail('EOF while parsing a string');
      const byte = this.#bytes[this.#at++];
      if (byte === QUOTE) return text.bytes();
      if (byte !== BACKSLASH) this.#fail('control character (\\u0000-\\u001F) found while parsing a string');
      this.#escape(text);
      const plain = this.#at;
      this.#skipPlain();
      text.range(this.#bytes, plain, this.#at);
    }
  }

  /** Behind a backslash. */
  #escape(text: ByteSink): void {
    if (this.#at === this.#end) this.#fail('EOF while parsing a string');
    const byte = this.#bytes[this.#at++] ?? 0;
    const simple = ESCAPES.get(byte);
    if (simple !== undefined) text.byte(simple);
    else if (byte === 117) text.raw(Buffer.from(String.fromCodePoint(this.#codePoint()), 'utf8'));
    else this.#fail('invalid escape');
  }

  #codePoint(): number {
    const first = this.#hexadecimal();
    if (first >= 0xdc00 && first <= 0xdfff) this.#fail('lone leading surrogate in hex escape');
    if (first < 0xd800 || first > 0xdbff) return first;
    for (const expected of [BACKSLASH, 117]) {
      if (this.#at === this.#end) this.#fail('EOF while parsing a string');
      if (this.#bytes[this.#at++] !== expected) this.#fail('unexpected end of hex escape');
    }
    const second = this.#hexadecimal();
    if (second < 0xdc00 || second > 0xdfff) this.#fail('lone leading surrogate in hex escape');
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
  }

  #hexadecimal(): number {
    if (this.#end - this.#at < 4) {
      this.#at = this.#end;
      this.#fail('EOF while parsing a string');
    }
    const text = this.#bytes.toString('latin1', this.#at, this.#at + 4);
    this.#at += 4;
    if (!/^[\da-f]{4}$/i.test(text)) this.#fail('invalid escape');
    return Number.parseInt(text, 16);
  }

  #number(): void {
    const start = this.#at;
    if (this.#bytes[start] === MINUS) this.#at++;
    this.#wholeDigits();
    const isInteger = !this.#fraction() && !this.#exponent();
    if (isInteger && this.#integer(start)) return;
    const value = Number(this.#bytes.toString('latin1', start, this.#at));
    if (!Number.isFinite(value)) this.#fail('number out of range');
    writeDouble(this.sink, value);
  }

  /** @returns whether the digits are an integer that 64 bits hold, which is written then */
  #integer(start: number): boolean {
    const length = this.#at - start;
    const isNegative = this.#bytes[start] === MINUS;
    if (length > DIGITS_ALWAYS_SAFE) {
      const exact = parseInt64(this.#bytes, start, this.#at);
      if (exact === undefined) return !isNegative && this.#unsigned(start);
      writeInteger(this.sink, exact);
      return true;
    }
    let value = 0;
    for (let at = isNegative ? start + 1 : start; at < this.#at; at++)
      value = value * 10 + (this.#bytes[at] ?? 0) - ZERO;
    if (isNegative && value === 0) return false;
    writeInteger(this.sink, isNegative ? -value : value);
    return true;
  }

  #unsigned(start: number): boolean {
    if (this.#at - start > 20) return false;
    const exact = BigInt(this.#bytes.toString('latin1', start, this.#at));
    if (exact > UINT64_MAX) return false;
    writeInteger(this.sink, exact);
    return true;
  }

  #wholeDigits(): void {
    if (this.#at === this.#end) this.#fail('EOF while parsing a value');
    const first = this.#bytes[this.#at++] ?? 0;
    if (!isDigit(first)) this.#fail('invalid number');
    if (first !== ZERO) this.#skipDigits();
    else if (isDigit(this.#peek())) this.#failNext('invalid number');
  }

  #fraction(): boolean {
    if (this.#peek() !== POINT) return false;
    this.#at++;
    if (this.#at === this.#end) this.#failNext('EOF while parsing a value');
    if (!isDigit(this.#peek())) this.#failNext('invalid number');
    this.#skipDigits();
    this.#exponent();
    return true;
  }

  #exponent(): boolean {
    const letter = this.#peek();
    if (letter !== 101 && letter !== 69) return false;
    this.#at++;
    const sign = this.#peek();
    if (sign === PLUS || sign === MINUS) this.#at++;
    if (this.#at === this.#end) this.#fail('EOF while parsing a value');
    if (!isDigit(this.#bytes[this.#at++] ?? 0)) this.#fail('invalid number');
    this.#skipDigits();
    return true;
  }

  #skipDigits(): void {
    while (isDigit(this.#peek())) this.#at++;
  }

  #peek(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at] ?? NONE) : NONE;
  }

  /** Skips blanks. @returns the byte behind them, which is not read yet */
  #peekToken(): number {
    let next = this.#peek();
    while (next === 32 || next === 10 || next === 9 || next === 13) {
      this.#at++;
      next = this.#peek();
    }
    return next;
  }

  /** Complains of the last byte that was read. */
  #fail(what: string): never {
    let line = 1;
    let lineStart = this.#start;
    for (let at = this.#start; at < this.#at; at++) {
      if (this.#bytes[at] !== 10) continue;
      line++;
      lineStart = at + 1;
    }
    throw new JsonSyntaxError(`${what} at line ${line} column ${this.#at - lineStart}`);
  }

  /** Complains of the byte that comes next, or of the end. */
  #failNext(what: string): never {
    this.#at = Math.min(this.#end, this.#at + 1);
    this.#fail(what);
  }
}

/** The keys of the object that is being read: finds out whether one comes twice, and mends the object then. */
class KeysSeen {
  #names: Set<string> | undefined;
  #hasTwice = false;

  constructor(
    private readonly sink: ByteSink,
    private readonly first: number,
  ) {}

  /** A key was written at `entry`, behind `count` members. */
  add(entry: number, count: number): void {
    if (this.#hasTwice || count === 0) return;
    const tape = this.sink.bytes();
    const key = keyAt(tape, entry);
    if (count > FEW_MEMBERS) {
      this.#names ??= this.#namesUpTo(tape, entry);
      const name = key.latin1();
      this.#hasTwice = this.#names.has(name);
      this.#names.add(name);
      return;
    }
    for (let at = this.first; at < entry && !this.#hasTwice; ) {
      const value = valueOfEntry(tape, at);
      if (key.equals(keyAt(tape, at))) this.#hasTwice = true;
      at = endOf(tape, value);
    }
  }

  /** All members were written. @returns how many are left when each key is there once */
  settle(object: number, count: number): number {
    if (!this.#hasTwice) return count;
    closeContainer(this.sink, object, count);
    const members = Buffer.from(this.sink.bytes().subarray(object));
    const places = new Map<string, { readonly entry: number; value: number }>();
    forEachMember(members, 0, (entry, value) => {
      const name = keyAt(members, entry).latin1();
      const place = places.get(name);
      if (place === undefined) places.set(name, { entry, value });
      else place.value = value;
    });
    this.sink.truncate(this.first);
    for (const { entry, value } of places.values()) {
      this.sink.range(members, entry, valueOfEntry(members, entry));
      this.sink.range(members, value, endOf(members, value));
    }
    return places.size;
  }

  #namesUpTo(tape: Buffer, end: number): Set<string> {
    const names = new Set<string>();
    for (let at = this.first; at < end; at = endOf(tape, valueOfEntry(tape, at))) names.add(keyAt(tape, at).latin1());
    return names;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

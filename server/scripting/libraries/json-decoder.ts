/** JSON as Lua values, as lua-cjson reads it: hexadecimal numbers and inf and nan, too, unless told not to. */
import type { ByteSlice } from '../../base/byte-slice.js';
import type { State } from '../lua/lua-api.js';
import { LuaError } from '../lua/lua-error.js';
import type { LuaMachine } from '../lua/lua-machine.js';
import { DEPTH_MAX, type JsonSettings } from './json-settings.js';

const SLOTS_PER_LEVEL = 3;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Tokens of one character, under the names errors use. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ',': 'T_COMMA',
  ':': 'T_COLON',
};

const ESCAPED: Readonly<Record<string, number>> = {
  '"': QUOTE,
  '\\': BACKSLASH,
  '/': 0x2f,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
};

/** What C's strtod reads. */
const NUMBER =
  /[+-]?(?:0x[\da-f]+(?:\.[\da-f]*)?(?:p[+-]?\d+)?|\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?|nan)/iy;
/** What JSON does not call a number, and strtod does. */
const INVALID_NUMBER = /\+|-?(?:0[x\d]|inf|nan)/iy;

export class JsonDecoder {
  #text = '';
  #at = 0;
  #state: State = 0;
  #depth = 0;
  /** The last token: its name, or what is wrong with it. */
  #token = '';
  #tokenAt = 0;
  #number = 0;
  #string = '';
  #settings: Pick<JsonSettings, 'decodeDepthMax' | 'decodeInvalidNumbers'>;

  constructor(private readonly machine: LuaMachine) {
    this.#settings = { decodeDepthMax: 0, decodeInvalidNumbers: true };
  }

  /** Pushes what the text says. */
  push(state: State, json: ByteSlice, settings: JsonSettings): void {
    this.#text = json.latin1();
    this.#at = 0;
    this.#state = state;
    this.#depth = 0;
    this.#settings = settings;
    if (json.length >= 2 && (this.#text[0] === '\0' || this.#text[1] === '\0')) {
      throw new LuaError('JSON parser does not support UTF-16 or UTF-32');
    }
    this.#next();
    this.#value();
    this.#next();
    if (this.#token !== 'T_END') throw this.#expected('the end');
  }

  /** Pushes the value that begins with the last token. */
  #value(): void {
    const { api } = this.machine;
    switch (this.#token) {
      case 'T_STRING':
        this.machine.pushLatin1(this.#state, this.#string);
        return;
      case 'T_NUMBER':
        api.lua_pushnumber(this.#state, this.#number);
        return;
      case 'T_TRUE':
      case 'T_FALSE':
        api.lua_pushboolean(this.#state, this.#token === 'T_TRUE' ? 1 : 0);
        return;
      case 'T_NULL':
        api.lua_pushlightuserdata(this.#state, 0);
        return;
      case 'T_OBJ_BEGIN':
        this.#descend();
        this.#object();
        this.#depth--;
        return;
      case 'T_ARR_BEGIN':
        this.#descend();
        this.#array();
        this.#depth--;
        return;
      default:
        throw this.#expected('value');
    }
  }

  #object(): void {
    const { api } = this.machine;
    api.lua_createtable(this.#state, 0, 0);
    let token = this.#next();
    while (token !== 'T_OBJ_END') {
      if (token !== 'T_STRING') throw this.#expected('object key string');
      this.machine.pushLatin1(this.#state, this.#string);
      if (this.#next() !== 'T_COLON') throw this.#expected('colon');
      this.#next();
      this.#value();
      api.lua_rawset(this.#state, -3);
      token = this.#next();
      if (token === 'T_OBJ_END') return;
      if (token !== 'T_COMMA') throw this.#expected('comma or object end');
      token = this.#next();
      if (token === 'T_OBJ_END') throw this.#expected('object key string');
    }
  }

  #array(): void {
    const { api } = this.machine;
    api.lua_createtable(this.#state, 0, 0);
    if (this.#next() === 'T_ARR_END') return;
    for (let i = 1; ; i++) {
      this.#value();
      api.lua_rawseti(this.#state, -2, i);
      const token = this.#next();
      if (token === 'T_ARR_END') return;
      if (token !== 'T_COMMA') throw this.#expected('comma or array end');
      this.#next();
    }
  }

  #descend(): void {
    this.#depth++;
    const fits = this.machine.api.lua_checkstack(this.#state, SLOTS_PER_LEVEL) !== 0;
    if (this.#depth <= Math.min(this.#settings.decodeDepthMax, DEPTH_MAX) && fits) return;
    throw new LuaError(`Found too many nested data structures (${this.#depth}) at character ${this.#at}`);
  }

  #expected(what: string): LuaError {
    const found = this.#token === 'T_TRUE' || this.#token === 'T_FALSE' ? 'T_BOOLEAN' : this.#token;
    return new LuaError(`Expected ${what} but found ${found} at character ${this.#tokenAt + 1}`);
  }

  /** Reads the next token. @returns its name */
  #next(): string {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '\0')) this.#at++;
    this.#tokenAt = this.#at;
    const character = this.#text[this.#at] ?? '\0';
    const punctuation = PUNCTUATION[character];
    if (character === '\0') this.#token = 'T_END';
    else if (punctuation !== undefined) this.#take(punctuation, 1);
    else if (character === '"') this.#readString();
    else if (/[-\d]/.test(character)) this.#readDigits();
    else if (this.#text.startsWith('true', this.#at)) this.#take('T_TRUE', 4);
    else if (this.#text.startsWith('false', this.#at)) this.#take('T_FALSE', 5);
    else if (this.#text.startsWith('null', this.#at)) this.#take('T_NULL', 4);
    else if (this.#settings.decodeInvalidNumbers && this.#matches(INVALID_NUMBER)) this.#readNumber();
    else this.#token = 'invalid token';
    return this.#token;
  }

  #take(token: string, characters: number): void {
    this.#token = token;
    this.#at += characters;
  }

  #readDigits(): void {
    if (!this.#settings.decodeInvalidNumbers && this.#matches(INVALID_NUMBER)) this.#token = 'invalid number';
    else this.#readNumber();
  }

  #readNumber(): void {
    NUMBER.lastIndex = this.#at;
    const text = NUMBER.exec(this.#text)?.[0];
    if (text === undefined) {
      this.#token = 'invalid number';
      return;
    }
    this.#number = numberOf(text);
    this.#take('T_NUMBER', text.length);
  }

  #matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #readString(): void {
    let at = this.#at + 1;
    let copied = at;
    this.#string = '';
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) break;
      if (Number.isNaN(code) || code === 0) {
        this.#fail('unexpected end of string', at);
        return;
      }
      if (code !== BACKSLASH) {
        at++;
        continue;
      }
      this.#string += this.#text.slice(copied, at);
      const taken = this.#readEscape(at);
      if (taken === 0) return;
      at += taken;
      copied = at;
    }
    this.#string += this.#text.slice(copied, at);
    this.#token = 'T_STRING';
    this.#at = at + 1;
  }

  /** Adds what the escape at `at` stands for. @returns its length; 0 when it is wrong */
  #readEscape(at: number): number {
    const letter = this.#text[at + 1] ?? '';
    const plain = ESCAPED[letter];
    if (plain !== undefined) {
      this.#string += String.fromCharCode(plain);
      return 2;
    }
    if (letter !== 'u') return this.#fail('invalid escape code', at);
    const unit = this.#hexAt(at + 2);
    if (unit === undefined) return this.#fail('invalid unicode escape code', at);
    if ((unit & 0xf800) !== 0xd800) {
      this.#string += utf8(unit);
      return 6;
    }
    const low = this.#text.startsWith('\\u', at + 6) ? this.#hexAt(at + 8) : undefined;
    if ((unit & 0x400) !== 0 || low === undefined || (low & 0xfc00) !== 0xdc00) {
      return this.#fail('invalid unicode escape code', at);
    }
    this.#string += utf8(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
    return 12;
  }

  #hexAt(at: number): number | undefined {
    const digits = this.#text.slice(at, at + 4);
    return /^[\da-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
  }

  #fail(why: string, at: number): 0 {
    this.#token = why;
    this.#tokenAt = at;
    return 0;
  }
}

/** A code point in UTF-8, one character a byte. */
function utf8(codePoint: number): string {
  return Buffer.from(String.fromCodePoint(codePoint), 'utf8').toString('latin1');
}

/** The value of what strtod has read. */
function numberOf(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const magnitude = text.replace(/^[+-]/, '').toLowerCase();
  if (magnitude.startsWith('inf')) return sign * Number.POSITIVE_INFINITY;
  if (magnitude === 'nan') return Number.NaN;
  if (!magnitude.startsWith('0x')) return sign * Number(magnitude);
  const [digits = '', exponent = '0'] = magnitude.slice(2).split('p');
  const [whole = '', fraction = ''] = digits.split('.');
  return sign * Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}

/**
 * The library `struct` of scripts: numbers and strings as the bytes of C structures, laid out as on the 64-bit machines Redis
 * runs on. A format is letters with sizes; `<`, `>` and `!` change byte order and alignment from there on.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { LUA_TYPE, type State } from '../lua/lua-api.js';
import { LuaArgumentError, LuaError } from '../lua/lua-error.js';
import type { LuaMachine } from '../lua/lua-machine.js';
import type { Library } from '../sandbox.js';
import { ByteOutput } from './byte-output.js';

const INT_BYTES = 4;
const INTEGER_BYTES_MAX = 32;
const ALIGNMENT_MAX = 8;
const INT32_MAX = 2 ** 31 - 1;
const FIXED_SIZES: Readonly<Record<string, number>> = { b: 1, B: 1, h: 2, H: 2, l: 8, L: 8, T: 8, f: 4, d: 8, x: 1 };
const INTEGERS = 'bBhHlLTiI';

/** Reads a format letter by letter. */
class Format {
  #at = 0;
  isLittle = true;
  alignment = 1;

  constructor(private readonly text: string) {}

  get hasMore(): boolean {
    return this.#at < this.text.length && this.text[this.#at] !== '\0';
  }

  letter(): string {
    return this.text[this.#at++] ?? '';
  }

  /** What the letter that was just read takes; 0 when that depends on the value. */
  size(letter: string): number {
    if (letter === 'c') return this.#number(1);
    if (letter !== 'i' && letter !== 'I') return FIXED_SIZES[letter] ?? 0;
    const size = this.#number(INT_BYTES);
    if (size > INTEGER_BYTES_MAX) {
      throw new LuaError(`integral size ${size} is larger than limit of ${INTEGER_BYTES_MAX}`);
    }
    return size;
  }

  /** Bytes to skip before an item. */
  padding(position: number, letter: string, size: number): number {
    if (size === 0 || letter === 'c') return 0;
    const unit = Math.min(size, this.alignment);
    return unit > 1 ? (unit - (position & (unit - 1))) & (unit - 1) : 0;
  }

  /** Obeys a letter that stands for no item. */
  control(letter: string): void {
    if (letter === ' ') return;
    if (letter === '<' || letter === '>') {
      this.isLittle = letter === '<';
      return;
    }
    if (letter !== '!') throw new LuaArgumentError(1, `invalid format option '${letter}'`);
    const alignment = this.#number(ALIGNMENT_MAX);
    if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
      throw new LuaError(`alignment ${alignment} is not a power of 2`);
    }
    this.alignment = alignment;
  }

  #number(byDefault: number): number {
    let value: number | undefined;
    for (let digit = this.#digit(); digit !== undefined; digit = this.#digit()) {
      value = (value ?? 0) * 10 + digit;
      if (value > INT32_MAX) throw new LuaError('integral size overflow');
      this.#at++;
    }
    return value ?? byDefault;
  }

  #digit(): number | undefined {
    const character = this.text[this.#at] ?? '';
    return /^\d$/.test(character) ? Number(character) : undefined;
  }
}

export function structLibrary(machine: LuaMachine): Library {
  const output = new ByteOutput();
  return {
    functions: {
      pack: (state) => pack(machine, state, output),
      unpack: (state) => unpack(machine, state),
      size: (state) => size(machine, state),
    },
  };
}

function pack(machine: LuaMachine, state: State, output: ByteOutput): number {
  const { api } = machine;
  const format = new Format(machine.checkBytes(state, 1).latin1());
  // What is missing is nil, not nothing: Redis's words for it.
  api.lua_pushnil(state);
  output.reset();
  let argument = 2;
  while (format.hasMore) {
    const letter = format.letter();
    const itemBytes = format.size(letter);
    for (let i = format.padding(output.length, letter, itemBytes); i > 0; i--) output.byte(0);
    if (INTEGERS.includes(letter)) {
      putInteger(output, api.luaL_checknumber(state, argument++), itemBytes, format.isLittle);
    } else if (letter === 'x') {
      output.byte(0);
    } else if (letter === 'f' || letter === 'd') {
      putFloat(output, api.luaL_checknumber(state, argument++), itemBytes, format.isLittle);
    } else if (letter === 'c' || letter === 's') {
      const bytes = machine.checkBytes(state, argument++);
      const taken = itemBytes === 0 ? bytes.length : itemBytes;
      if (bytes.length < taken) throw new LuaArgumentError(argument, 'string too short');
      output.copy(bytes.buffer, bytes.start, bytes.start + taken);
      if (letter === 's') output.byte(0);
    } else {
      format.control(letter);
    }
  }
  machine.pushBytes(state, new ByteSlice(output.bytes, 0, output.length));
  return 1;
}

function putInteger(output: ByteOutput, value: number, bytes: number, isLittle: boolean): void {
  let rest = BigInt.asUintN(64, Number.isFinite(value) ? BigInt(Math.trunc(value)) : 1n << 63n);
  output.reserve(bytes);
  const at = output.length;
  for (let i = 0; i < bytes; i++) {
    output.bytes[isLittle ? at + i : at + bytes - 1 - i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  output.length += bytes;
}

function putFloat(output: ByteOutput, value: number, bytes: number, isLittle: boolean): void {
  output.reserve(bytes);
  const { bytes: to, length: at } = output;
  if (bytes === 4) isLittle ? to.writeFloatLE(value, at) : to.writeFloatBE(value, at);
  else isLittle ? to.writeDoubleLE(value, at) : to.writeDoubleBE(value, at);
  output.length += bytes;
}

function unpack(machine: LuaMachine, state: State): number {
  const { api } = machine;
  const format = new Format(machine.checkBytes(state, 1).latin1());
  // A copy: Lua's memory moves when it grows.
  const data = ByteSlice.of(machine.checkBytes(state, 2).copy());
  const from = api.lua_type(state, 3) <= LUA_TYPE.nil ? 1 : Math.trunc(api.luaL_checknumber(state, 3));
  if (from === 0) throw new LuaArgumentError(3, 'offset must be 1 or greater');
  let position = from < 0 ? Number.MAX_SAFE_INTEGER : from - 1;
  let results = 0;
  const check = (bytes: number): void => {
    if (bytes > data.length || position > data.length - bytes) {
      throw new LuaArgumentError(2, 'data string too short');
    }
  };
  while (format.hasMore) {
    const letter = format.letter();
    let bytes = format.size(letter);
    position += format.padding(position, letter, bytes);
    check(bytes);
    api.luaL_checkstack(state, 2, machine.name('too many results'));
    if (INTEGERS.includes(letter)) {
      api.lua_pushnumber(state, getInteger(data, position, bytes, format.isLittle, letter === letter.toLowerCase()));
      results++;
    } else if (letter === 'f' || letter === 'd') {
      api.lua_pushnumber(state, getFloat(data, position, bytes, format.isLittle));
      results++;
    } else if (letter === 'c') {
      if (bytes === 0) {
        if (results === 0 || api.lua_type(state, -1) !== LUA_TYPE.number) {
          throw new LuaError("format 'c0' needs a previous size");
        }
        bytes = Math.trunc(api.lua_tonumber(state, -1));
        api.lua_settop(state, -2);
        results--;
        if (bytes < 0) bytes = Number.MAX_SAFE_INTEGER;
        check(bytes);
      }
      machine.pushBytes(state, data.slice(position, position + bytes));
      results++;
    } else if (letter === 's') {
      const end = data.buffer.indexOf(0, data.start + position);
      if (end < 0 || end >= data.end) throw new LuaError('unfinished string in data');
      bytes = end - data.start - position + 1;
      machine.pushBytes(state, data.slice(position, position + bytes - 1));
      results++;
    } else if (letter !== 'x') {
      format.control(letter);
    }
    position += bytes;
  }
  api.lua_pushnumber(state, position + 1);
  return results + 1;
}

function getInteger(data: ByteSlice, position: number, bytes: number, isLittle: boolean, isSigned: boolean): number {
  let value = 0n;
  for (let i = 0; i < bytes; i++) {
    const at = data.start + position + (isLittle ? bytes - 1 - i : i);
    value = (value << 8n) | BigInt(data.buffer[at] ?? 0);
  }
  const bits = Math.min(bytes * 8, 64);
  return Number(isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(64, value));
}

function getFloat({ buffer, start }: ByteSlice, position: number, bytes: number, isLittle: boolean): number {
  const at = start + position;
  if (bytes === 4) return isLittle ? buffer.readFloatLE(at) : buffer.readFloatBE(at);
  return isLittle ? buffer.readDoubleLE(at) : buffer.readDoubleBE(at);
}

function size(machine: LuaMachine, state: State): number {
  const format = new Format(machine.checkBytes(state, 1).latin1());
  let total = 0;
  while (format.hasMore) {
    const letter = format.letter();
    const bytes = format.size(letter);
    total += format.padding(total, letter, bytes);
    if (letter === 's') throw new LuaArgumentError(1, "option 's' has no fixed size");
    if (letter === 'c' && bytes === 0) throw new LuaArgumentError(1, "option 'c0' has no fixed size");
    if (!/[A-Za-z0-9]/.test(letter)) format.control(letter);
    total += bytes;
  }
  machine.api.lua_pushnumber(state, total);
  return 1;
}

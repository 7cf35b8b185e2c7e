/** Lua values as JSON, byte by byte as lua-cjson writes them. */
import { ByteSlice } from '../../base/byte-slice.js';
import { formatSignificant } from '../../base/double.js';
import { LUA_TYPE, type State } from '../lua/lua-api.js';
import { LuaError } from '../lua/lua-error.js';
import type { LuaMachine } from '../lua/lua-machine.js';
import { ByteOutput } from './byte-output.js';
import { DEPTH_MAX, type JsonSettings } from './json-settings.js';

const SLOTS_PER_LEVEL = 3;
const QUOTE = 0x22;
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [LUA_TYPE.function, 'function'],
  [LUA_TYPE.userdata, 'userdata'],
  [LUA_TYPE.lightUserdata, 'userdata'],
  [LUA_TYPE.thread, 'thread'],
  [LUA_TYPE.boolean, 'boolean'],
  [LUA_TYPE.table, 'table'],
]);

/** How each byte is written inside a string; undefined for itself. */
const ESCAPES: readonly (string | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const short: Readonly<Record<number, string>> = {
    8: '\\b',
    9: '\\t',
    10: '\\n',
    12: '\\f',
    13: '\\r',
    [QUOTE]: '\\"',
    47: '\\/',
    92: '\\\\',
  };
  if (byte >= 32 && byte !== 127) return short[byte];
  return short[byte] ?? `\\u${byte.toString(16).padStart(4, '0')}`;
});

export class JsonEncoder {
  readonly #output = new ByteOutput();

  constructor(private readonly machine: LuaMachine) {}

  /** Pushes the text of the value on top of the stack. */
  push(state: State, settings: JsonSettings): void {
    this.#output.reset();
    this.#value(state, settings, 0);
    this.machine.pushBytes(state, new ByteSlice(this.#output.bytes, 0, this.#output.length));
  }

  #value(state: State, settings: JsonSettings, depth: number): void {
    const { api } = this.machine;
    const type = api.lua_type(state, -1);
    switch (type) {
      case LUA_TYPE.string:
        this.#text(state, -1);
        return;
      case LUA_TYPE.number:
        this.#number(api.lua_tonumber(state, -1), settings);
        return;
      case LUA_TYPE.boolean:
        this.#output.latin1(api.lua_toboolean(state, -1) === 1 ? 'true' : 'false');
        return;
      case LUA_TYPE.nil:
        this.#output.latin1('null');
        return;
      case LUA_TYPE.table:
        this.#table(state, settings, depth + 1);
        return;
      default:
        if (type === LUA_TYPE.lightUserdata && api.lua_touserdata(state, -1) === 0) this.#output.latin1('null');
        else throw cannot(type, 'type not supported');
    }
  }

  #table(state: State, settings: JsonSettings, depth: number): void {
    const { api } = this.machine;
    if (depth > Math.min(settings.encodeDepthMax, DEPTH_MAX) || api.lua_checkstack(state, SLOTS_PER_LEVEL) === 0) {
      throw new LuaError(`Cannot serialise, excessive nesting (${depth})`);
    }
    const length = this.#arrayLength(state, settings);
    if (length === 0) this.#object(state, settings, depth);
    else this.#array(state, settings, depth, length);
  }

  #array(state: State, settings: JsonSettings, depth: number, length: number): void {
    const { api } = this.machine;
    this.#output.latin1('[');
    for (let i = 1; i <= length; i++) {
      if (i > 1) this.#output.latin1(',');
      api.lua_rawgeti(state, -1, i);
      this.#value(state, settings, depth);
      api.lua_settop(state, -2);
    }
    this.#output.latin1(']');
  }

  #object(state: State, settings: JsonSettings, depth: number): void {
    const { api } = this.machine;
    let isFirst = true;
    this.#output.latin1('{');
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; api.lua_settop(state, -2)) {
      if (!isFirst) this.#output.latin1(',');
      isFirst = false;
      const type = api.lua_type(state, -2);
      if (type === LUA_TYPE.number) {
        this.#output.byte(QUOTE);
        this.#number(api.lua_tonumber(state, -2), settings);
        this.#output.latin1('":');
      } else if (type === LUA_TYPE.string) {
        this.#text(state, -2);
        this.#output.latin1(':');
      } else {
        throw cannot(type, 'table key must be a number or string');
      }
      this.#value(state, settings, depth);
    }
    this.#output.latin1('}');
  }

  /** The length of the array a table is; 0 for an object. */
  #arrayLength(state: State, { sparseConvert, sparseRatio, sparseSafe }: JsonSettings): number {
    const { api } = this.machine;
    let largest = 0;
    let items = 0;
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; api.lua_settop(state, -2)) {
      const key = api.lua_type(state, -2) === LUA_TYPE.number ? api.lua_tonumber(state, -2) : 0;
      if (key < 1 || !Number.isInteger(key)) {
        api.lua_settop(state, -3);
        return 0;
      }
      largest = Math.max(largest, key);
      items++;
    }
    if (sparseRatio > 0 && largest > items * sparseRatio && largest > sparseSafe) {
      if (!sparseConvert) throw cannot(LUA_TYPE.table, 'excessively sparse array');
      return 0;
    }
    return largest;
  }

  #number(value: number, { encodeInvalidNumbers, precision }: JsonSettings): void {
    if (!Number.isFinite(value)) {
      if (encodeInvalidNumbers === 'off') throw new LuaError('Cannot serialise number: must not be NaN or Inf');
      if (encodeInvalidNumbers === 'null') {
        this.#output.latin1('null');
        return;
      }
    }
    this.#output.latin1(formatSignificant(value, precision));
  }

  #text(state: State, index: number): void {
    const text = this.machine.bytesAt(state, index);
    if (text === undefined) return;
    const output = this.#output;
    output.byte(QUOTE);
    let copied = text.start;
    for (let i = text.start; i < text.end; i++) {
      const escaped = ESCAPES[text.buffer[i] ?? 0];
      if (escaped === undefined) continue;
      output.copy(text.buffer, copied, i);
      output.latin1(escaped);
      copied = i + 1;
    }
    output.copy(text.buffer, copied, text.end);
    output.byte(QUOTE);
  }
}

function cannot(type: number, why: string): LuaError {
  return new LuaError(`Cannot serialise ${TYPE_NAMES.get(type) ?? 'nil'}: ${why}`);
}

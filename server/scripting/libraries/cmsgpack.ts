/**
 * The library `cmsgpack` of scripts: MessagePack without extensions. A number without a fraction is an integer, a table with
 * the keys 1 to n an array; deeper than 16 levels there is nil.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { LUA_TYPE, type State } from '../lua/lua-api.js';
import { LuaArgumentError, LuaError } from '../lua/lua-error.js';
import type { LuaMachine } from '../lua/lua-machine.js';
import type { Library } from '../sandbox.js';
import { ByteOutput } from './byte-output.js';

const LEVELS_MAX = 16;
/** What JavaScript's stack is sure to hold. */
const UNPACK_LEVELS_MAX = 1000;
const TWO_TO_63 = 2 ** 63;
/** Not a number, as the machines Redis runs on make it. */
const NAN_BYTES = [0xff, 0xf8, 0, 0, 0, 0, 0, 0];

export function cmsgpackLibrary(machine: LuaMachine): Library {
  const { api } = machine;
  const packer = new Packer(machine);
  const integer = (state: State, index: number): number => Math.trunc(api.luaL_checknumber(state, index));
  const optional = (state: State, index: number): number =>
    api.lua_type(state, index) <= LUA_TYPE.nil ? 0 : integer(state, index);
  return {
    functions: {
      pack: (state) => packer.packAll(state),
      unpack: (state) => unpack(machine, state, 0, 0),
      unpack_one: (state) => unpack(machine, state, 1, optional(state, 2)),
      unpack_limit: (state) => unpack(machine, state, integer(state, 2), optional(state, 3)),
    },
    constants: {
      _NAME: 'cmsgpack',
      _VERSION: 'lua-cmsgpack 0.4.0',
      _COPYRIGHT: 'Copyright (C) 2012, Salvatore Sanfilippo',
      _DESCRIPTION: 'MessagePack C implementation for Lua',
    },
  };
}

class Packer {
  readonly #output = new ByteOutput();

  constructor(private readonly machine: LuaMachine) {}

  packAll(state: State): number {
    const { api } = this.machine;
    const argc = api.lua_gettop(state);
    if (argc === 0) throw new LuaArgumentError(0, 'MessagePack pack needs input.');
    this.#output.reset();
    for (let i = 1; i <= argc; i++) {
      api.lua_pushvalue(state, i);
      this.#value(state, 0);
    }
    this.machine.pushBytes(state, new ByteSlice(this.#output.bytes, 0, this.#output.length));
    return 1;
  }

  /** Packs the value on top of the stack and removes it. */
  #value(state: State, level: number): void {
    const { api } = this.machine;
    switch (api.lua_type(state, -1)) {
      case LUA_TYPE.string:
        this.#text(state);
        break;
      case LUA_TYPE.boolean:
        this.#output.byte(api.lua_toboolean(state, -1) === 1 ? 0xc3 : 0xc2);
        break;
      case LUA_TYPE.number:
        this.#number(api.lua_tonumber(state, -1));
        break;
      case LUA_TYPE.table:
        if (level === LEVELS_MAX) this.#output.byte(0xc0);
        else this.#table(state, level);
        break;
      default:
        this.#output.byte(0xc0);
    }
    api.lua_settop(state, -2);
  }

  #text(state: State): void {
    const bytes = this.machine.bytesAt(state, -1);
    if (bytes === undefined) return;
    const { length } = bytes;
    if (length < 32) this.#output.byte(0xa0 | length);
    else if (length <= 0xff) this.#head(0xd9, length, 1);
    else if (length <= 0xffff) this.#head(0xda, length, 2);
    else this.#head(0xdb, length, 4);
    this.#output.copy(bytes.buffer, bytes.start, bytes.end);
  }

  #number(value: number): void {
    const isInt64 = Number.isInteger(value) && value < TWO_TO_63 && value >= -TWO_TO_63;
    if (!isInt64) this.#float(value);
    else if (value >= 0) this.#natural(value);
    else this.#negative(value);
  }

  #natural(value: number): void {
    if (value <= 127) this.#output.byte(value);
    else if (value <= 0xff) this.#head(0xcc, value, 1);
    else if (value <= 0xffff) this.#head(0xcd, value, 2);
    else if (value <= 0xffffffff) this.#head(0xce, value, 4);
    else this.#wide(0xcf, value);
  }

  #negative(value: number): void {
    if (value >= -32) this.#output.byte(value & 0xff);
    else if (value >= -128) this.#head(0xd0, value, 1);
    else if (value >= -32768) this.#head(0xd1, value, 2);
    else if (value >= -(2 ** 31)) this.#head(0xd2, value, 4);
    else this.#wide(0xd3, value);
  }

  #float(value: number): void {
    const output = this.#output;
    output.reserve(9);
    const isSingle = Math.fround(value) === value;
    output.byte(isSingle ? 0xca : 0xcb);
    if (isSingle) output.length = output.bytes.writeFloatBE(value, output.length);
    else if (Number.isNaN(value)) for (const byte of NAN_BYTES) output.byte(byte);
    else output.length = output.bytes.writeDoubleBE(value, output.length);
  }

  #table(state: State, level: number): void {
    const { api } = this.machine;
    const { pairs, isArray } = this.#survey(state);
    if (isArray) {
      this.#aggregate(pairs, 0x90, 0xdc);
      for (let i = 1; i <= pairs; i++) {
        api.lua_rawgeti(state, -1, i);
        this.#value(state, level + 1);
      }
      return;
    }
    this.#aggregate(pairs, 0x80, 0xde);
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; ) {
      api.lua_pushvalue(state, -2);
      this.#value(state, level + 1);
      this.#value(state, level + 1);
    }
  }

  /** How many pairs a table has, and whether their keys are 1 to that number. */
  #survey(state: State): { pairs: number; isArray: boolean } {
    const { api } = this.machine;
    api.luaL_checkstack(state, 4, this.machine.name('in function mp_encode_lua_table'));
    let pairs = 0;
    let largest = 0;
    let areIndexes = true;
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; api.lua_settop(state, -2)) {
      pairs++;
      const key = areIndexes && api.lua_type(state, -2) === LUA_TYPE.number ? api.lua_tonumber(state, -2) : 0;
      if (key < 1 || !Number.isInteger(key)) areIndexes = false;
      largest = Math.max(largest, key);
    }
    return { pairs, isArray: areIndexes && largest === pairs };
  }

  #aggregate(count: number, short: number, long: number): void {
    if (count <= 15) this.#output.byte(short | count);
    else if (count <= 0xffff) this.#head(long, count, 2);
    else this.#head(long + 1, count, 4);
  }

  /** A marker and a number of so many bytes, the highest first. */
  #head(marker: number, value: number, bytes: 1 | 2 | 4): void {
    const output = this.#output;
    output.reserve(bytes + 1);
    output.byte(marker);
    for (let shift = (bytes - 1) * 8; shift >= 0; shift -= 8) output.byte((value >> shift) & 0xff);
  }

  #wide(marker: number, value: number): void {
    const output = this.#output;
    output.reserve(9);
    output.byte(marker);
    output.length = output.bytes.writeBigInt64BE(BigInt(value), output.length);
  }
}

/** Thrown where the bytes end too early. */
const missingBytes = new LuaError('Missing bytes in input.');

/** @param limit how many values; 0 with offset 0: all of them, and nothing about where they end */
function unpack(machine: LuaMachine, state: State, limit: number, offset: number): number {
  const { api } = machine;
  // A copy: Lua's memory moves when it grows.
  const data = machine.checkBytes(state, 1).copy();
  if (offset < 0 || limit < 0) {
    throw new LuaError(`Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`);
  }
  if (offset > data.length) throw new LuaError(`Start offset ${offset} greater than input length ${data.length}.`);
  const isWhole = limit === 0 && offset === 0;
  if (!isWhole) api.lua_pushnil(state);
  const placeOfEnd = api.lua_gettop(state);
  const unpacker = new Unpacker(machine, state, data, offset);
  let count = 0;
  for (; unpacker.at < data.length && (isWhole || count < limit); count++) unpacker.value();
  if (isWhole) return count;
  api.lua_pushnumber(state, unpacker.at === data.length ? -1 : unpacker.at);
  api.lua_replace(state, placeOfEnd);
  return count + 1;
}

class Unpacker {
  constructor(
    private readonly machine: LuaMachine,
    private readonly state: State,
    private readonly data: Buffer,
    public at: number,
  ) {}

  #level = 0;

  /** Pushes the next value. */
  value(): void {
    const { api } = this.machine;
    if (++this.#level > UNPACK_LEVELS_MAX) throw new LuaError('stack overflow (in function mp_decode_to_lua_type)');
    api.luaL_checkstack(this.state, 3, this.machine.name('in function mp_decode_to_lua_type'));
    const marker = this.data[this.#take(1)] ?? 0;
    if (marker <= 0x7f) api.lua_pushnumber(this.state, marker);
    else if (marker >= 0xe0) api.lua_pushnumber(this.state, marker - 256);
    else if (marker <= 0x8f) this.#map(marker & 15);
    else if (marker <= 0x9f) this.#array(marker & 15);
    else if (marker <= 0xbf) this.#text(marker & 31);
    else this.#marked(marker);
    this.#level--;
  }

  #marked(marker: number): void {
    const { api } = this.machine;
    const { state, data } = this;
    switch (marker) {
      case 0xc0:
        api.lua_pushnil(state);
        return;
      case 0xc2:
      case 0xc3:
        api.lua_pushboolean(state, marker & 1);
        return;
      case 0xca:
        api.lua_pushnumber(state, data.readFloatBE(this.#take(4)));
        return;
      case 0xcb:
        api.lua_pushnumber(state, data.readDoubleBE(this.#take(8)));
        return;
      case 0xcc:
      case 0xcd:
      case 0xce:
        api.lua_pushnumber(state, this.#natural(1 << (marker - 0xcc)));
        return;
      case 0xcf:
        api.lua_pushnumber(state, Number(data.readBigUInt64BE(this.#take(8))));
        return;
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const bytes = 1 << (marker - 0xd0);
        api.lua_pushnumber(state, data.readIntBE(this.#take(bytes), bytes));
        return;
      }
      case 0xd3:
        api.lua_pushnumber(state, Number(data.readBigInt64BE(this.#take(8))));
        return;
      case 0xd9:
      case 0xda:
      case 0xdb:
        this.#text(this.#natural(1 << (marker - 0xd9)));
        return;
      case 0xdc:
      case 0xdd:
        this.#array(this.#natural(2 << (marker - 0xdc)));
        return;
      case 0xde:
      case 0xdf:
        this.#map(this.#natural(2 << (marker - 0xde)));
        return;
      default:
        throw new LuaError('Bad data format in input.');
    }
  }

  #natural(bytes: number): number {
    return this.data.readUIntBE(this.#take(bytes), bytes);
  }

  #text(bytes: number): void {
    const start = this.#take(bytes);
    this.machine.pushBytes(this.state, new ByteSlice(this.data, start, start + bytes));
  }

  #array(count: number): void {
    const { api } = this.machine;
    api.lua_createtable(this.state, 0, 0);
    for (let i = 1; i <= count; i++) {
      this.value();
      api.lua_rawseti(this.state, -2, i);
    }
  }

  #map(pairs: number): void {
    const { api } = this.machine;
    api.lua_createtable(this.state, 0, 0);
    for (let i = 0; i < pairs; i++) {
      this.value();
      this.value();
      api.lua_settable(this.state, -3);
    }
  }

  /** Goes past so many bytes. @returns where they begin */
  #take(bytes: number): number {
    if (this.data.length - this.at < bytes) throw missingBytes;
    this.at += bytes;
    return this.at - bytes;
  }
}

/**
 * What a script returns becomes a reply: numbers are cut to integers, false and nil are null, a table is an array up to
 * its first nil, unless a field says what else it is (`err`, `ok`, `double`, `map`, `set`, `big_number`,
 * `verbatim_string`). Fields are read without metamethods.
 */
import type { ProtocolVersion, ReplyWriter } from '../protocol/reply-writer.js';
import { LUA_TYPE, type State } from './lua/lua-api.js';
import type { LuaMachine } from './lua/lua-machine.js';

const SLOTS_PER_LEVEL = 4;
/** Levels of nesting: a table that holds itself has no end. */
const DEPTH_MAX = 1000;
const INT64_MIN = -(2n ** 63n);
const TWO_TO_63 = 2 ** 63;

export class LuaToReply {
  #depth = 0;

  constructor(private readonly machine: LuaMachine) {}

  /**
   * Writes the value on top of the stack and removes it.
   * @param protocol what the script has asked for: decides how booleans are written
   */
  write(state: State, reply: ReplyWriter, protocol: ProtocolVersion): void {
    const { api } = this.machine;
    this.#depth++;
    if (this.#depth > DEPTH_MAX || api.lua_checkstack(state, SLOTS_PER_LEVEL) === 0) {
      reply.error('ERR reached lua stack limit');
    } else {
      switch (api.lua_type(state, -1)) {
        case LUA_TYPE.string:
          this.#writeBytes(state, reply);
          break;
        case LUA_TYPE.number:
          reply.integer(asInt64(api.lua_tonumber(state, -1)));
          break;
        case LUA_TYPE.boolean:
          writeBoolean(api.lua_toboolean(state, -1) === 1, reply, protocol);
          break;
        case LUA_TYPE.table:
          this.#writeTable(state, reply, protocol);
          break;
        default:
          reply.nil();
      }
    }
    this.#depth--;
    api.lua_settop(state, -2);
  }

  #writeBytes(state: State, reply: ReplyWriter): void {
    const bytes = this.machine.bytesAt(state, -1);
    if (bytes !== undefined) reply.bulk(bytes);
  }

  #writeTable(state: State, reply: ReplyWriter, protocol: ProtocolVersion): void {
    const text = this.#textField(state, 'err');
    if (text !== undefined) {
      reply.error(text, 'latin1');
      return;
    }
    const status = this.#textField(state, 'ok');
    if (status !== undefined) {
      reply.simple(status, 'latin1');
      return;
    }
    if (this.#writeTyped(state, reply, protocol)) return;
    this.#writeArray(state, reply, protocol);
  }

  /** The forms of RESP3. @returns whether it was one */
  #writeTyped(state: State, reply: ReplyWriter, protocol: ProtocolVersion): boolean {
    const { api } = this.machine;
    if (this.#pushField(state, 'double') === LUA_TYPE.number) {
      reply.double(api.lua_tonumber(state, -1));
      api.lua_settop(state, -2);
      return true;
    }
    api.lua_settop(state, -2);
    for (const form of ['map', 'set'] as const) {
      if (this.#pushField(state, form) === LUA_TYPE.table) {
        this.#writeKeyed(state, reply, protocol, form);
        api.lua_settop(state, -2);
        return true;
      }
      api.lua_settop(state, -2);
    }
    const bigNumber = this.#textField(state, 'big_number');
    if (bigNumber !== undefined) {
      reply.bigNumber(bigNumber);
      return true;
    }
    return this.#writeVerbatim(state, reply);
  }

  #writeKeyed(state: State, reply: ReplyWriter, protocol: ProtocolVersion, form: 'map' | 'set'): void {
    const { api } = this.machine;
    let count = 0;
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; api.lua_settop(state, -2)) count++;
    if (form === 'map') reply.map(count);
    else reply.set(count);
    for (api.lua_pushnil(state); api.lua_next(state, -2) !== 0; ) {
      // Writing removes what it writes, and the key is still needed to go on.
      api.lua_pushvalue(state, -2);
      this.write(state, reply, protocol);
      if (form === 'map') this.write(state, reply, protocol);
      else api.lua_settop(state, -2);
    }
  }

  #writeVerbatim(state: State, reply: ReplyWriter): boolean {
    const { api } = this.machine;
    let written = false;
    if (this.#pushField(state, 'verbatim_string') === LUA_TYPE.table) {
      const text = this.#textField(state, 'string');
      const format = this.#textField(state, 'format');
      if (text !== undefined && format !== undefined) {
        reply.verbatimLatin1(format, text);
        written = true;
      }
    }
    api.lua_settop(state, -2);
    return written;
  }

  #writeArray(state: State, reply: ReplyWriter, protocol: ProtocolVersion): void {
    const { api } = this.machine;
    let count = 0;
    for (;;) {
      api.lua_rawgeti(state, -1, count + 1);
      const isNil = api.lua_type(state, -1) === LUA_TYPE.nil;
      api.lua_settop(state, -2);
      if (isNil) break;
      count++;
    }
    reply.array(count);
    for (let i = 1; i <= count; i++) {
      api.lua_rawgeti(state, -1, i);
      this.write(state, reply, protocol);
    }
  }

  /** Pushes a field of the table on top of the stack. @returns its type */
  #pushField(state: State, name: string): number {
    const { api } = this.machine;
    this.machine.pushLatin1(state, name);
    api.lua_rawget(state, -2);
    return api.lua_type(state, -1);
  }

  /** A field that is a string, one character a byte. */
  #textField(state: State, name: string): string | undefined {
    const isText = this.#pushField(state, name) === LUA_TYPE.string;
    const text = isText ? this.machine.latin1At(state, -1) : undefined;
    this.machine.api.lua_settop(state, -2);
    return text;
  }
}

function writeBoolean(value: boolean, reply: ReplyWriter, protocol: ProtocolVersion): void {
  if (protocol === 3) reply.boolean(value);
  else if (value) reply.integer(1);
  else reply.nil();
}

/** C's conversion of a double to a 64-bit integer, as x86 does it: what does not fit is the smallest one. */
export function asInt64(value: number): number | bigint {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (!(value < TWO_TO_63 && value >= -TWO_TO_63)) return INT64_MIN;
  return BigInt(Math.trunc(value));
}

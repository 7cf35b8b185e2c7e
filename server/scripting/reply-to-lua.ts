/**
 * A command's reply becomes a Lua value. The reply is read from the bytes the command has written; none of Lua runs while
 * the command does, so a command can neither be interrupted by Lua nor see its memory move.
 *
 * RESP2: null is false, a status `{ok=}`, an error `{err=}`. RESP3 adds `{map=}`, `{set=}`, `{double=}`, `{big_number=}`,
 * `{verbatim_string={format=,string=}}`, booleans, and null as nil.
 */
import { parseDouble } from '../base/double.js';
import type { Address, State } from './lua/lua-api.js';
import type { LuaMachine } from './lua/lua-machine.js';

const CR = 13;
const SAFE_DIGITS = 15;
/** Stack slots one level of nesting takes. */
const SLOTS_PER_LEVEL = 4;

export class ReplyToLua {
  #reply: Buffer;
  #at = 0;
  /** Where the reply lies in Lua's memory. */
  #copy: Address = 0;
  #state: State = 0;

  constructor(private readonly machine: LuaMachine) {
    this.#reply = machine.bytes;
  }

  /** Pushes the reply in the first `length` bytes of `reply`. */
  push(state: State, reply: Buffer, length: number): void {
    this.#reply = reply;
    this.#at = 0;
    this.#state = state;
    this.#copy = this.machine.toScratch(reply, 0, length);
    this.#value();
  }

  #value(): void {
    const { api } = this.machine;
    const state = this.#state;
    switch (this.#reply[this.#at++]) {
      case 0x2b: // + status
        api.lua_createtable(state, 0, 1);
        this.#line();
        this.machine.setField(state, -2, 'ok');
        return;
      case 0x2d: // - error
        api.lua_createtable(state, 0, 2);
        this.#line();
        this.machine.setField(state, -2, 'err');
        api.lua_pushboolean(state, 1);
        this.machine.setField(state, -2, 'ignore_error_stats_update');
        return;
      case 0x3a: // : integer
        api.lua_pushnumber(state, this.#number());
        return;
      case 0x24: // $ bulk string
        this.#bulk();
        return;
      case 0x2a: // * array
        this.#array();
        return;
      case 0x25: // % map
        this.#keyed('map', this.#number(), () => this.#value());
        return;
      case 0x7e: // ~ set
        this.#keyed('set', this.#number(), () => api.lua_pushboolean(state, 1));
        return;
      case 0x2c: // , double
        api.lua_createtable(state, 0, 1);
        api.lua_pushnumber(state, parseDouble(this.#text()) ?? Number.NaN);
        this.machine.setField(state, -2, 'double');
        return;
      case 0x28: // ( big number
        api.lua_createtable(state, 0, 1);
        this.#line();
        this.machine.setField(state, -2, 'big_number');
        return;
      case 0x3d: // = verbatim string
        this.#verbatim();
        return;
      case 0x23: // # boolean
        api.lua_pushboolean(state, this.#text() === 't' ? 1 : 0);
        return;
      default: // _ null
        this.#text();
        api.lua_pushnil(state);
    }
  }

  #bulk(): void {
    const { api } = this.machine;
    const length = this.#number();
    if (length < 0) {
      api.lua_pushboolean(this.#state, 0);
      return;
    }
    api.lua_pushlstring(this.#state, this.#copy + this.#at, length);
    this.#at += length + 2;
  }

  #array(): void {
    const { api } = this.machine;
    const count = this.#number();
    if (count < 0) {
      api.lua_pushboolean(this.#state, 0);
      return;
    }
    api.lua_checkstack(this.#state, SLOTS_PER_LEVEL);
    api.lua_createtable(this.#state, count, 0);
    for (let i = 1; i <= count; i++) {
      this.#value();
      api.lua_rawseti(this.#state, -2, i);
    }
  }

  /** `{name = {key = value, ...}}` */
  #keyed(name: string, pairs: number, pushValue: () => void): void {
    const { api } = this.machine;
    api.lua_checkstack(this.#state, SLOTS_PER_LEVEL);
    api.lua_createtable(this.#state, 0, 1);
    // Grows as it fills, as in Redis: the order in which a script meets the pairs depends on it.
    api.lua_createtable(this.#state, 0, 0);
    for (let i = 0; i < pairs; i++) {
      this.#value();
      pushValue();
      api.lua_rawset(this.#state, -3);
    }
    this.machine.setField(this.#state, -2, name);
  }

  #verbatim(): void {
    const { api } = this.machine;
    const length = this.#number();
    api.lua_createtable(this.#state, 0, 1);
    api.lua_createtable(this.#state, 0, 2);
    api.lua_pushlstring(this.#state, this.#copy + this.#at + 4, length - 4);
    this.machine.setField(this.#state, -2, 'string');
    api.lua_pushlstring(this.#state, this.#copy + this.#at, 3);
    this.machine.setField(this.#state, -2, 'format');
    this.machine.setField(this.#state, -2, 'verbatim_string');
    this.#at += length + 2;
  }

  /** Pushes the rest of the line. */
  #line(): void {
    const start = this.#at;
    const end = this.#lineEnd();
    this.machine.api.lua_pushlstring(this.#state, this.#copy + start, end - start);
  }

  #text(): string {
    const start = this.#at;
    return this.#reply.toString('latin1', start, this.#lineEnd());
  }

  #number(): number {
    const start = this.#at;
    const end = this.#lineEnd();
    if (end - start > SAFE_DIGITS) return Number(this.#reply.toString('latin1', start, end));
    const isNegative = this.#reply[start] === 0x2d;
    let value = 0;
    for (let i = isNegative ? start + 1 : start; i < end; i++) value = value * 10 + ((this.#reply[i] ?? 0) - 48);
    return isNegative ? -value : value;
  }

  /** Goes past the line. @returns where its text ends */
  #lineEnd(): number {
    let end = this.#at;
    while (this.#reply[end] !== CR) end++;
    this.#at = end + 2;
    return end;
  }
}

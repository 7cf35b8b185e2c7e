/**
 * A Lua machine with the globals a script may see. What stands in `globals` is set by the server (KEYS, ARGV); scripts see it
 * through a table they cannot write.
 */

import { ByteSlice } from '../base/byte-slice.js';
import type { Address } from './lua/lua-api.js';
import { LUA_GLOBALS, LUA_STATUS, type State } from './lua/lua-api.js';
import type { LuaMachine, Native } from './lua/lua-machine.js';
import { type Originals, sandboxNatives } from './sandbox-natives.js';
import { sandboxSource } from './sandbox-source.js';

/** A library: native functions and constants. */
export interface Library {
  readonly functions: Readonly<Record<string, Native>>;
  readonly constants?: Readonly<Record<string, number | string>>;
  /** Pushes what is neither. */
  readonly values?: Readonly<Record<string, (state: State) => void>>;
}

/** Functions of Lua's own that the sandbox replaces, by the library they come from. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  _G: ['next', 'rawget', 'rawset', 'setmetatable', 'getmetatable', 'loadstring'],
  table: ['insert', 'foreach', 'foreachi'],
  string: ['format'],
};

export class Sandbox {
  /** Kept values: see `LuaMachine.keep`. */
  readonly globals: number;
  readonly errorHandler: number;
  readonly #enter: number;

  /** @param loading the table `redis` while a library of functions is loaded */
  constructor(
    readonly machine: LuaMachine,
    libraries: Readonly<Record<string, Library>>,
    loading: Library = { functions: {} },
  ) {
    const { api, main } = machine;
    openLibraries(machine);
    const natives = sandboxNatives(machine, originalFunctions(machine));
    if (machine.load(main, ByteSlice.fromLatin1(sandboxSource), '=sandbox') !== LUA_STATUS.ok) {
      throw new Error(machine.takeLatin1(main));
    }
    pushLibrary(machine, { functions: natives });
    api.lua_createtable(main, 0, 0);
    for (const [name, library] of Object.entries(libraries)) {
      pushLibrary(machine, library);
      machine.setField(main, -2, name);
    }
    pushLibrary(machine, loading);
    if (machine.call(main, 3, 4, 0) !== LUA_STATUS.ok) throw new Error(machine.takeLatin1(main));
    this.#enter = machine.keep();
    this.errorHandler = machine.keep();
    this.globals = machine.keep();
    api.lua_replace(main, LUA_GLOBALS);
    api.lua_settop(main, 0);
  }

  /** Shows what a library sees while it is loaded, or what functions and scripts see. */
  enter(what: 'loading' | 'running'): void {
    const { api, main } = this.machine;
    this.machine.pushKept(main, this.#enter);
    api.lua_pushboolean(main, what === 'loading' ? 1 : 0);
    if (this.machine.call(main, 1, 0, 0) !== LUA_STATUS.ok) throw new Error(this.machine.takeLatin1(main));
  }

  /** Sets a global to the value on top of the stack, and removes that. */
  setGlobal(name: string): void {
    const { api, main } = this.machine;
    this.machine.pushKept(main, this.globals);
    api.lua_insert(main, -2);
    this.machine.setField(main, -2, name);
    api.lua_settop(main, -2);
  }
}

function openLibraries(machine: LuaMachine): void {
  const { api, main } = machine;
  const openers = [api.luaopen_base, api.luaopen_table, api.luaopen_string, api.luaopen_math, api.luaopen_debug];
  for (const open of openers) {
    api.lua_pushcclosure(main, machine.addCode(open), 0);
    if (machine.call(main, 0, 0, 0) !== LUA_STATUS.ok) throw new Error(machine.takeLatin1(main));
  }
}

/** The functions that are about to be replaced: the new ones call them. */
function originalFunctions(machine: LuaMachine): Originals {
  const { api, main } = machine;
  const functions = new Map<string, Native>();
  for (const [library, names] of Object.entries(REPLACED)) {
    machine.getField(main, LUA_GLOBALS, library);
    for (const name of names) {
      machine.getField(main, -1, name);
      functions.set(name, machine.code(api.lua_tocfunction(main, -1)));
      api.lua_settop(main, -2);
    }
    api.lua_settop(main, -2);
  }
  machine.getField(main, LUA_GLOBALS, 'next');
  return { functions, next: machine.keep() };
}

/** Pushes a table of functions and constants. */
function pushLibrary(machine: LuaMachine, { functions, constants = {}, values = {} }: Library): void {
  const { api, main } = machine;
  const codes: ReadonlyMap<string, Address> = machine.natives(functions);
  api.lua_createtable(main, 0, codes.size);
  for (const [name, code] of codes) {
    api.lua_pushcclosure(main, code, 0);
    machine.setField(main, -2, name);
  }
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === 'number') api.lua_pushnumber(main, value);
    else machine.pushLatin1(main, value);
    machine.setField(main, -2, name);
  }
  for (const [name, push] of Object.entries(values)) {
    push(main);
    machine.setField(main, -2, name);
  }
}

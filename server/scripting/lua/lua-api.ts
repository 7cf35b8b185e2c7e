/**
 * The part of Lua 5.1's C interface that the server uses, as the WebAssembly module exports it. A `state` is the address
 * of a `lua_State` (a coroutine has its own), `index` a place on its stack, text the address of a string that ends in zero.
 */
import { z } from 'zod';

export type Address = number;
export type State = Address;

export const LUA_REGISTRY = -10000;
export const LUA_GLOBALS = -10002;
export const LUA_MULTRET = -1;

export const LUA_TYPE = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const;

export const LUA_STATUS = { ok: 0, runtimeError: 2, syntaxError: 3, outOfMemory: 4, errorInHandler: 5 } as const;

export const LUA_HOOK_COUNT = 8;
export const LUA_GC = { collect: 2, countKiB: 3 } as const;

/** A function of the module: numbers in, a number out. */
type F<Parameters extends number[], Result = number> = (...args: Parameters) => Result;

function exported<Function extends F<never[], unknown>>() {
  return z.custom<Function>((value) => typeof value === 'function');
}

export const luaApiSchema = z.object({
  memory: z.custom<WebAssembly.Memory>((value) => typeof value === 'object' && value !== null && 'buffer' in value),
  __indirect_function_table: z.custom<WebAssembly.Table>((value) => typeof value === 'object' && value !== null),
  __wasm_call_ctors: exported<F<[], void>>(),
  emscripten_stack_init: exported<F<[], void>>(),
  stackSave: exported<F<[]>>(),
  stackRestore: exported<F<[at: Address], void>>(),
  setThrew: exported<F<[threw: number, value: number], void>>(),
  malloc: exported<F<[bytes: number], Address>>(),
  free: exported<F<[at: Address], void>>(),
  luaL_newstate: exported<F<[], State>>(),
  luaopen_base: exported<F<[state: State]>>(),
  luaopen_table: exported<F<[state: State]>>(),
  luaopen_string: exported<F<[state: State]>>(),
  luaopen_math: exported<F<[state: State]>>(),
  luaopen_debug: exported<F<[state: State]>>(),
  luaL_loadbuffer: exported<F<[state: State, at: Address, bytes: number, name: Address]>>(),
  luaL_ref: exported<F<[state: State, table: number]>>(),
  luaL_unref: exported<F<[state: State, table: number, reference: number], void>>(),
  luaL_where: exported<F<[state: State, level: number], void>>(),
  luaL_checktype: exported<F<[state: State, argument: number, type: number], void>>(),
  luaL_checknumber: exported<F<[state: State, argument: number]>>(),
  luaL_checklstring: exported<F<[state: State, argument: number, length: Address], Address>>(),
  luaL_checkstack: exported<F<[state: State, slots: number, message: Address], void>>(),
  luaL_argerror: exported<F<[state: State, argument: number, message: Address]>>(),
  lua_gettop: exported<F<[state: State]>>(),
  lua_settop: exported<F<[state: State, index: number], void>>(),
  lua_pushvalue: exported<F<[state: State, index: number], void>>(),
  lua_insert: exported<F<[state: State, index: number], void>>(),
  lua_replace: exported<F<[state: State, index: number], void>>(),
  lua_checkstack: exported<F<[state: State, slots: number]>>(),
  lua_type: exported<F<[state: State, index: number]>>(),
  lua_isnumber: exported<F<[state: State, index: number]>>(),
  lua_toboolean: exported<F<[state: State, index: number]>>(),
  lua_tonumber: exported<F<[state: State, index: number]>>(),
  lua_tolstring: exported<F<[state: State, index: number, length: Address], Address>>(),
  lua_touserdata: exported<F<[state: State, index: number], Address>>(),
  lua_topointer: exported<F<[state: State, index: number], Address>>(),
  lua_tocfunction: exported<F<[state: State, index: number], Address>>(),
  lua_pushnil: exported<F<[state: State], void>>(),
  lua_pushboolean: exported<F<[state: State, value: number], void>>(),
  lua_pushnumber: exported<F<[state: State, value: number], void>>(),
  lua_pushlightuserdata: exported<F<[state: State, address: Address], void>>(),
  lua_pushlstring: exported<F<[state: State, at: Address, bytes: number], void>>(),
  lua_pushcclosure: exported<F<[state: State, code: Address, upvalues: number], void>>(),
  lua_createtable: exported<F<[state: State, elements: number, fields: number], void>>(),
  lua_getfield: exported<F<[state: State, index: number, name: Address], void>>(),
  lua_setfield: exported<F<[state: State, index: number, name: Address], void>>(),
  lua_settable: exported<F<[state: State, index: number], void>>(),
  lua_rawget: exported<F<[state: State, index: number], void>>(),
  lua_rawset: exported<F<[state: State, index: number], void>>(),
  lua_rawgeti: exported<F<[state: State, index: number, element: number], void>>(),
  lua_rawseti: exported<F<[state: State, index: number, element: number], void>>(),
  lua_getmetatable: exported<F<[state: State, index: number]>>(),
  lua_setmetatable: exported<F<[state: State, index: number]>>(),
  lua_setfenv: exported<F<[state: State, index: number]>>(),
  lua_objlen: exported<F<[state: State, index: number]>>(),
  lua_next: exported<F<[state: State, index: number]>>(),
  lua_pcall: exported<F<[state: State, args: number, results: number, handler: number]>>(),
  lua_error: exported<F<[state: State]>>(),
  lua_gc: exported<F<[state: State, what: number, data: number]>>(),
  lua_sethook: exported<F<[state: State, hook: Address, mask: number, count: number]>>(),
});

export type LuaApi = z.infer<typeof luaApiSchema>;

/**
 * Functions of Lua's own libraries that a script gets in another form: those that would look behind a read-only table, and
 * those that Redis changes (`pcall`, `math.random`, `loadstring` without byte code).
 */
import { LUA_MULTRET, LUA_TYPE, type State } from './lua/lua-api.js';
import { LuaArgumentError, LuaError } from './lua/lua-error.js';
import type { LuaMachine, Native } from './lua/lua-machine.js';
import { Rand48 } from './rand48.js';
import { wideFormat } from './wide-format.js';

const ESCAPE = 27;
const READ_ONLY = 'Attempt to modify a readonly table';

/** The library's own functions by name, and its `next` kept as a value. */
export interface Originals {
  readonly functions: ReadonlyMap<string, Native>;
  readonly next: number;
}

export function sandboxNatives(machine: LuaMachine, originals: Originals): Record<string, Native> {
  return {
    ...tableNatives(machine, originals),
    ...randomNatives(machine),
    format: wideFormat(machine, originals.functions.get('format') ?? none),
    loadstring: (state) => loadText(machine, originals, state),
    pcall: (state) => protectedCall(machine, state),
    missing(state) {
      const name = machine.latin1At(state, 2) ?? '(null)';
      throw new LuaError(`Script attempted to access nonexistent global variable '${name}'`);
    },
    refuse() {
      throw new LuaError(READ_ONLY);
    },
  };
}

/** What stands behind a read-only table, as kept values. */
interface Protected {
  readonly contents: number;
  /** What `getmetatable` answers. */
  readonly metatable: number | undefined;
}

/** `protect` makes a table read-only; the others know which are. */
function tableNatives(machine: LuaMachine, { functions, next }: Originals): Record<string, Native> {
  const { api } = machine;
  const tables = new Map<number, Protected>();
  let textMetatable: number | undefined;
  const protectedAt = (state: State): Protected | undefined => tables.get(api.lua_topointer(state, 1));
  const keepAt = (state: State, index: number): number => {
    api.lua_pushvalue(state, index);
    return machine.keep();
  };
  /** Lets the library's function see the contents. */
  const reading = (name: string): Native => {
    const original = functions.get(name) ?? none;
    return (state) => {
      const found = protectedAt(state);
      if (found !== undefined) {
        machine.pushKept(state, found.contents);
        api.lua_replace(state, 1);
      }
      return original(state);
    };
  };
  const writing = (name: string): Native => {
    const original = functions.get(name) ?? none;
    return (state) => {
      if (protectedAt(state) !== undefined) throw new LuaError(READ_ONLY, 'bare');
      return original(state);
    };
  };
  return {
    ...Object.fromEntries(['next', 'rawget', 'foreach', 'foreachi'].map((name) => [name, reading(name)])),
    ...Object.fromEntries(['rawset', 'setmetatable', 'insert'].map((name) => [name, writing(name)])),
    protect(state) {
      const hasMetatable = api.lua_type(state, 3) === LUA_TYPE.table;
      const metatable = hasMetatable ? keepAt(state, 3) : undefined;
      tables.set(api.lua_topointer(state, 1), { contents: keepAt(state, 2), metatable });
      // Its address is its name: it must not become garbage.
      keepAt(state, 1);
      return 0;
    },
    protectText(state) {
      textMetatable = keepAt(state, 1);
      return 0;
    },
    pairs(state) {
      api.luaL_checktype(state, 1, LUA_TYPE.table);
      const found = protectedAt(state);
      machine.pushKept(state, next);
      if (found === undefined) api.lua_pushvalue(state, 1);
      else machine.pushKept(state, found.contents);
      api.lua_pushnil(state);
      return 3;
    },
    getmetatable(state) {
      const found = protectedAt(state);
      const metatable = machine.isString(state, 1) ? textMetatable : found?.metatable;
      if (metatable !== undefined) machine.pushKept(state, metatable);
      else if (found !== undefined) api.lua_pushnil(state);
      else return functions.get('getmetatable')?.(state) ?? 0;
      return 1;
    },
  };
}

const none: Native = () => 0;

function randomNatives(machine: LuaMachine): Record<string, Native> {
  const { api } = machine;
  const random = new Rand48();
  return {
    random(state) {
      const argc = api.lua_gettop(state);
      const fraction = random.fraction();
      if (argc > 2) throw new LuaError('wrong number of arguments');
      if (argc === 0) {
        api.lua_pushnumber(state, fraction);
        return 1;
      }
      const first = Math.trunc(api.luaL_checknumber(state, 1));
      const [low, high] = argc === 1 ? [1, first] : [first, Math.trunc(api.luaL_checknumber(state, 2))];
      if (low > high) throw new LuaArgumentError(argc, 'interval is empty');
      api.lua_pushnumber(state, Math.floor(fraction * (high - low + 1)) + low);
      return 1;
    },
    randomseed(state) {
      random.seed(Math.trunc(api.luaL_checknumber(state, 1)));
      return 0;
    },
  };
}

/** Byte code could do anything: it is read as text, which it is not. */
function loadText(machine: LuaMachine, { functions }: Originals, state: State): number {
  const { api } = machine;
  const source = machine.checkBytes(state, 1);
  if (source.length > 0 && source.buffer[source.start] === ESCAPE) {
    const text = source.latin1();
    if (api.lua_gettop(state) < 2) api.lua_pushvalue(state, 1);
    machine.pushLatin1(state, ` ${text}`);
    api.lua_replace(state, 1);
  }
  return functions.get('loadstring')?.(state) ?? 0;
}

/** As Lua's, but of an error table with a text in `err` the script sees that text. */
function protectedCall(machine: LuaMachine, state: State): number {
  const { api } = machine;
  const argc = api.lua_gettop(state);
  api.lua_pushboolean(state, 1);
  if (argc === 0) {
    api.lua_pushboolean(state, 0);
    machine.pushLatin1(state, 'attempt to call a boolean value');
    return 2;
  }
  api.lua_insert(state, 1);
  if (api.lua_pcall(state, argc - 1, LUA_MULTRET, 0) === 0) return api.lua_gettop(state);
  api.lua_pushboolean(state, 0);
  if (api.lua_type(state, -2) === LUA_TYPE.table) {
    machine.getField(state, -2, 'err');
    if (machine.isString(state, -1)) return 2;
    api.lua_settop(state, -2);
  }
  api.lua_insert(state, -2);
  return 2;
}

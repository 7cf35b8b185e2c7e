/** `redis.register_function`: what a library says of its functions while it is loaded. */
import { LUA_TYPE, type State } from './lua/lua-api.js';
import { LuaError } from './lua/lua-error.js';
import type { LuaMachine, Native } from './lua/lua-machine.js';
import type { ScriptFlags } from './script-run.js';
import { flagsFrom } from './shebang.js';

export interface RegisteredFunction {
  readonly name: string;
  readonly description: string | undefined;
  readonly flags: ScriptFlags;
  /** A kept value of the machine. */
  readonly callback: number;
}

/** Letters, digits and underscores: libraries and functions. */
export const FUNCTION_NAME = /^[A-Za-z0-9_]+$/;

const raised = (message: string): LuaError => new LuaError(`ERR ${message}`, 'table');

/** @param take is given each function; answers what is wrong with it */
export function registerFunction(
  machine: LuaMachine,
  take: (registered: RegisteredFunction) => string | undefined,
): Native {
  return (state) => {
    const argc = machine.api.lua_gettop(state);
    if (argc < 1 || argc > 2) throw raised('wrong number of arguments to redis.register_function');
    const registered = argc === 1 ? fromTable(machine, state) : fromArguments(machine, state);
    if (!FUNCTION_NAME.test(registered.name)) {
      throw raised(
        'Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
      );
    }
    const error = take(registered);
    if (error !== undefined) throw raised(error);
    return 0;
  };
}

function fromArguments(machine: LuaMachine, state: State): RegisteredFunction {
  const { api } = machine;
  const name = machine.latin1At(state, 1);
  if (name === undefined) throw raised('first argument to redis.register_function must be a string');
  if (api.lua_type(state, 2) !== LUA_TYPE.function) {
    throw raised('second argument to redis.register_function must be a function');
  }
  api.lua_pushvalue(state, 2);
  return { name, description: undefined, flags: namedFlags([]), callback: machine.keep() };
}

function fromTable(machine: LuaMachine, state: State): RegisteredFunction {
  const { api } = machine;
  if (api.lua_type(state, 1) !== LUA_TYPE.table) {
    throw raised(
      'calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).',
    );
  }
  let name: string | undefined;
  let description: string | undefined;
  let callback: number | undefined;
  let flags = namedFlags([]);
  for (api.lua_pushnil(state); api.lua_next(state, 1) !== 0; api.lua_settop(state, 2)) {
    const key = machine.isString(state, -2) ? machine.latin1At(state, -2)?.toLowerCase() : undefined;
    if (key === 'function_name') {
      name = textArgument(machine, state, 'function_name');
    } else if (key === 'description') {
      description = textArgument(machine, state, 'description');
    } else if (key === 'callback') {
      if (api.lua_type(state, -1) !== LUA_TYPE.function) {
        throw raised('callback argument given to redis.register_function must be a function');
      }
      api.lua_pushvalue(state, -1);
      callback = machine.keep();
    } else if (key === 'flags') {
      flags = namedFlags(flagArgument(machine, state));
    } else {
      throw raised('unknown argument given to redis.register_function');
    }
  }
  if (name === undefined) throw raised('redis.register_function must get a function name argument');
  if (callback === undefined) throw raised('redis.register_function must get a callback argument');
  return { name, description, flags, callback };
}

/** The value on top of the stack as text. */
function textArgument(machine: LuaMachine, state: State, field: string): string {
  machine.api.lua_pushvalue(state, -1);
  const text = machine.latin1At(state, -1);
  machine.api.lua_settop(state, -2);
  if (text === undefined) throw raised(`${field} argument given to redis.register_function must be a string`);
  return text;
}

/** The names in the table on top of the stack. */
function flagArgument(machine: LuaMachine, state: State): string[] {
  const { api } = machine;
  if (api.lua_type(state, -1) !== LUA_TYPE.table) {
    throw raised('flags argument to redis.register_function must be a table representing function flags');
  }
  const names: string[] = [];
  for (let i = 1; ; i++) {
    api.lua_rawgeti(state, -1, i);
    const type = api.lua_type(state, -1);
    const name = type === LUA_TYPE.string ? machine.latin1At(state, -1) : undefined;
    api.lua_settop(state, -2);
    if (type === LUA_TYPE.nil) return names;
    names.push(name ?? '');
  }
}

function namedFlags(names: readonly string[]): ScriptFlags {
  const flags = flagsFrom(names);
  if (flags === undefined) throw raised('unknown flag given');
  return flags;
}

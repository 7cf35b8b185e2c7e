/**
 * The library `cjson` of scripts: lua-cjson 2.1.0, with its settings. They hold for all scripts of a machine, as in Redis.
 * A table with the keys 1 to n is an array, an empty one an object; null is a light userdata.
 */
import { LUA_TYPE, type State } from '../lua/lua-api.js';
import { LuaArgumentError, LuaError } from '../lua/lua-error.js';
import type { LuaMachine, Native } from '../lua/lua-machine.js';
import type { Library } from '../sandbox.js';
import { JsonDecoder } from './json-decoder.js';
import { JsonEncoder } from './json-encoder.js';
import { freshSettings, type JsonSettings, PRECISION_MAX } from './json-settings.js';

const INT32_MAX = 2 ** 31 - 1;
/** `cjson.new` for every value encoded would fill the memory. */
const INSTANCES_MAX = 10_000;
/** First upvalue of a closure. */
const UPVALUE = -10003;

export function cjsonLibrary(machine: LuaMachine): Library {
  const { api } = machine;
  const instances: JsonSettings[] = [freshSettings()];
  const encoder = new JsonEncoder(machine);
  const decoder = new JsonDecoder(machine);
  /** The settings of the instance a function belongs to: of the library's own, which has no upvalue, the first. */
  const settingsOf = (state: State): JsonSettings => {
    const index = api.lua_type(state, UPVALUE) === LUA_TYPE.number ? api.lua_tonumber(state, UPVALUE) : 0;
    return instances[index] ?? freshSettings();
  };
  const functions: Record<string, Native> = {
    encode(state) {
      if (api.lua_gettop(state) !== 1) throw new LuaArgumentError(1, 'expected 1 argument');
      encoder.push(state, settingsOf(state));
      return 1;
    },
    decode(state) {
      if (api.lua_gettop(state) !== 1) throw new LuaArgumentError(1, 'expected 1 argument');
      decoder.push(state, machine.checkBytes(state, 1), settingsOf(state));
      return 1;
    },
    ...settingFunctions(machine, settingsOf),
  };
  let codes: ReadonlyMap<string, number> | undefined;
  const create: Native = (state) => {
    if (instances.length >= INSTANCES_MAX) throw new LuaError('too many instances of cjson');
    instances.push(freshSettings());
    codes ??= machine.natives({ ...functions, new: create });
    api.lua_createtable(state, 0, codes.size);
    for (const [name, code] of codes) {
      api.lua_pushnumber(state, instances.length - 1);
      api.lua_pushcclosure(state, code, 1);
      machine.setField(state, -2, name);
    }
    machine.pushLatin1(state, 'cjson');
    machine.setField(state, -2, '_NAME');
    machine.pushLatin1(state, '2.1.0');
    machine.setField(state, -2, '_VERSION');
    api.lua_pushlightuserdata(state, 0);
    machine.setField(state, -2, 'null');
    return 1;
  };
  return {
    functions: { ...functions, new: create },
    constants: { _NAME: 'cjson', _VERSION: '2.1.0' },
    values: { null: (state) => api.lua_pushlightuserdata(state, 0) },
  };
}

/** Reads the arguments of functions that set what they say, when they say something, and answer what is in force. */
class SettingArguments {
  constructor(private readonly machine: LuaMachine) {}

  begin(state: State, argumentsMax: number): void {
    const { api } = this.machine;
    if (api.lua_gettop(state) > argumentsMax) throw new LuaArgumentError(argumentsMax + 1, 'found too many arguments');
    api.lua_settop(state, argumentsMax);
  }

  integer(state: State, argument: number, now: number, [min, max]: readonly [number, number]): number {
    const { api } = this.machine;
    let value = now;
    if (api.lua_type(state, argument) !== LUA_TYPE.nil) {
      value = Math.trunc(api.luaL_checknumber(state, argument));
      if (value < min || value > max) {
        throw new LuaArgumentError(argument, `expected integer between ${min} and ${max}`);
      }
    }
    api.lua_pushnumber(state, value);
    return value;
  }

  word(state: State, argument: number, now: string, words: readonly string[]): string {
    const { api } = this.machine;
    let value = now;
    const type = api.lua_type(state, argument);
    if (type === LUA_TYPE.boolean) {
      value = api.lua_toboolean(state, argument) === 1 ? 'on' : 'off';
    } else if (type !== LUA_TYPE.nil) {
      value = this.machine.checkBytes(state, argument).latin1();
      if (!words.includes(value)) throw new LuaArgumentError(argument, `invalid option '${value}'`);
    }
    if (value === 'null') this.machine.pushLatin1(state, value);
    else api.lua_pushboolean(state, value === 'on' ? 1 : 0);
    return value;
  }

  flag(state: State, argument: number, now: boolean): boolean {
    return this.word(state, argument, now ? 'on' : 'off', ['off', 'on']) === 'on';
  }
}

function settingFunctions(machine: LuaMachine, settingsOf: (state: State) => JsonSettings): Record<string, Native> {
  const read = new SettingArguments(machine);
  const setting = (set: (state: State, settings: JsonSettings) => void, results = 1): Native => {
    return (state) => {
      read.begin(state, results);
      set(state, settingsOf(state));
      return results;
    };
  };
  return {
    encode_sparse_array: setting((state, settings) => {
      settings.sparseConvert = read.flag(state, 1, settings.sparseConvert);
      settings.sparseRatio = read.integer(state, 2, settings.sparseRatio, [0, INT32_MAX]);
      settings.sparseSafe = read.integer(state, 3, settings.sparseSafe, [0, INT32_MAX]);
    }, 3),
    encode_max_depth: setting((state, settings) => {
      settings.encodeDepthMax = read.integer(state, 1, settings.encodeDepthMax, [1, INT32_MAX]);
    }),
    decode_max_depth: setting((state, settings) => {
      settings.decodeDepthMax = read.integer(state, 1, settings.decodeDepthMax, [1, INT32_MAX]);
    }),
    encode_number_precision: setting((state, settings) => {
      settings.precision = read.integer(state, 1, settings.precision, [1, PRECISION_MAX]);
    }),
    encode_keep_buffer: setting((state, settings) => {
      settings.keepBuffer = read.flag(state, 1, settings.keepBuffer);
    }),
    encode_invalid_numbers: setting((state, settings) => {
      const value = read.word(state, 1, settings.encodeInvalidNumbers, ['off', 'on', 'null']);
      settings.encodeInvalidNumbers = value === 'on' || value === 'null' ? value : 'off';
    }),
    decode_invalid_numbers: setting((state, settings) => {
      settings.decodeInvalidNumbers = read.flag(state, 1, settings.decodeInvalidNumbers);
    }),
  };
}

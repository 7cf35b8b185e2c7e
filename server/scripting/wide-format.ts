/**
 * `string.format` with integers of 64 bits. The WebAssembly build's `long` has 32, so the library's own function is right
 * only for what fits: a number that does not is written here and handed on as a string of the same width.
 */
import { LUA_TYPE, type State } from './lua/lua-api.js';
import type { LuaMachine, Native } from './lua/lua-machine.js';
import { asInt64 } from './lua-to-reply.js';

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);
/** Flags, width, precision and letter of one item; `%%` is none. */
const ITEM = /%(?:%|([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?([a-zA-Z]))/g;
const UNSIGNED = 'ouxX';

export function wideFormat(machine: LuaMachine, original: Native): Native {
  return (state) => {
    const { api } = machine;
    if (hasWide(machine, state)) {
      const format = machine.checkBytes(state, 1).latin1();
      machine.pushLatin1(state, rewrite(machine, state, format));
      api.lua_replace(state, 1);
    }
    return original(state);
  };
}

/** Whether a number among the arguments could be written wrongly. */
function hasWide({ api }: LuaMachine, state: State): boolean {
  for (let i = api.lua_gettop(state); i > 1; i--) {
    const type = api.lua_type(state, i);
    if (type !== LUA_TYPE.number && type !== LUA_TYPE.string) continue;
    const value = api.lua_tonumber(state, i);
    // Negative ones may be asked for as unsigned.
    if (value < 0 || value > INT32_MAX) return true;
  }
  return false;
}

/** The format with `%s` for every integer that is written here; the argument becomes its text. */
function rewrite(machine: LuaMachine, state: State, format: string): string {
  const { api } = machine;
  const argc = api.lua_gettop(state);
  let argument = 1;
  return format.replace(ITEM, (item, flags = '', width = '', precision: string | undefined, letter?: string) => {
    if (letter === undefined) return item;
    argument++;
    if (argument > argc || !'diouxX'.includes(letter)) return item;
    const type = api.lua_type(state, argument);
    const isNumber = type === LUA_TYPE.number || (type === LUA_TYPE.string && api.lua_isnumber(state, argument) !== 0);
    if (!isNumber) return item;
    const value = api.lua_tonumber(state, argument);
    if (value >= 0 ? value <= INT32_MAX : value >= INT32_MIN && !UNSIGNED.includes(letter)) return item;
    machine.pushLatin1(state, formatInteger(BigInt(asInt64(value)), flags, Number(width), precision, letter));
    api.lua_replace(state, argument);
    return '%s';
  });
}

/** One integer as C's printf writes it. */
export function formatInteger(
  value: bigint,
  flags: string,
  width: number,
  precision: string | undefined,
  letter: string,
): string {
  const isUnsigned = UNSIGNED.includes(letter);
  const magnitude = isUnsigned ? BigInt.asUintN(64, value) : value < 0n ? -value : value;
  const digits = magnitude.toString(letter === 'o' ? 8 : letter === 'u' || !isUnsigned ? 10 : 16);
  const text = (letter === 'X' ? digits.toUpperCase() : digits).padStart(Number(precision ?? 1), '0');
  const prefix = isUnsigned ? alternate(flags, letter) : sign(value, flags);
  const fills = flags.includes('0') && !flags.includes('-') && precision === undefined;
  const filled = fills ? text.padStart(width - prefix.length, '0') : text;
  const whole = prefix + filled;
  return flags.includes('-') ? whole.padEnd(width) : whole.padStart(width);
}

function alternate(flags: string, letter: string): string {
  if (!flags.includes('#')) return '';
  if (letter === 'o') return '0';
  return letter === 'u' ? '' : `0${letter}`;
}

function sign(value: bigint, flags: string): string {
  if (value < 0n) return '-';
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

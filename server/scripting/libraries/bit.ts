/** The library `bit` of scripts: operations on 32 bits, the results signed. */
import type { State } from '../lua/lua-api.js';
import type { LuaMachine } from '../lua/lua-machine.js';
import type { Library } from '../sandbox.js';

/** Adding it moves the integer part of a double, rounded to even, into the lowest bits. */
const ROUNDS_TO_BITS = 2 ** 52 + 2 ** 51;
const HEX_DIGITS = 8;

export function bitLibrary(machine: LuaMachine): Library {
  const { api } = machine;
  const bits = new Float64Array(1);
  const words = new Int32Array(bits.buffer);
  const argument = (state: State, index: number): number => {
    bits[0] = api.luaL_checknumber(state, index) + ROUNDS_TO_BITS;
    return words[0] ?? 0;
  };
  const answer = (state: State, value: number): number => {
    api.lua_pushnumber(state, value | 0);
    return 1;
  };
  const unary = (operation: (a: number) => number) => (state: State) => answer(state, operation(argument(state, 1)));
  const binary = (operation: (a: number, b: number) => number) => (state: State) =>
    answer(state, operation(argument(state, 1), argument(state, 2) & 31));
  const all = (operation: (a: number, b: number) => number) => (state: State) => {
    let value = argument(state, 1);
    for (let i = api.lua_gettop(state); i > 1; i--) value = operation(value, argument(state, i));
    return answer(state, value);
  };
  return {
    functions: {
      tobit: unary((a) => a),
      bnot: unary((a) => ~a),
      bswap: unary((a) => (a >>> 24) | ((a >> 8) & 0xff00) | ((a & 0xff00) << 8) | (a << 24)),
      band: all((a, b) => a & b),
      bor: all((a, b) => a | b),
      bxor: all((a, b) => a ^ b),
      lshift: binary((a, n) => a << n),
      rshift: binary((a, n) => a >>> n),
      arshift: binary((a, n) => a >> n),
      rol: binary((a, n) => (a << n) | (a >>> (32 - n))),
      ror: binary((a, n) => (a >>> n) | (a << (32 - n))),
      tohex(state) {
        const value = argument(state, 1);
        const asked = api.lua_gettop(state) < 2 ? HEX_DIGITS : argument(state, 2);
        const digits = Math.min(Math.abs(asked), HEX_DIGITS);
        const hex = (value >>> 0)
          .toString(16)
          .padStart(HEX_DIGITS, '0')
          .slice(HEX_DIGITS - digits);
        machine.pushLatin1(state, asked < 0 ? hex.toUpperCase() : hex);
        return 1;
      },
    },
  };
}

import { bitLibrary } from '#server/scripting/libraries/bit.js';
import { TestSandbox } from '../../../support/lua.js';

describe('bit', () => {
  const sandbox = new TestSandbox((machine) => ({ bit: bitLibrary(machine) }));

  test.each([
    ['bit.tobit(0xffffffff)', '-1'],
    ['bit.tobit(2.5)', '2'],
    ['bit.tobit(2^40 + 5)', '5'],
    ['bit.band(7, 3, 1)', '1'],
    ['bit.lshift(1, 33)', '2'],
    ['bit.rshift(-1, 1)', '2147483647'],
    ['bit.rol(0x12345678, 12)', '1164411171'],
    ['bit.ror(0x12345678, 12)', '1736516421'],
    ['bit.rol(5, 0)', '5'],
    ['bit.bswap(0x12345678)', '2018915346'],
    ['bit.tohex(255, -4)', '00FF'],
    ['bit.tohex(1, 0)', ''],
  ])('%s', (source, expected) => {
    expect(sandbox.text(`return ${source}`)).toBe(expected);
  });

  test('takes numbers only', () => {
    expect(() => sandbox.text("bit.bor(1, 'x')")).toThrow("bad argument #2 to 'bor' (number expected, got string)");
  });
});

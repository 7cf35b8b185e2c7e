import { formatInteger } from '#server/scripting/wide-format.js';
import { TestSandbox } from '../../support/lua.js';

describe('an integer as printf writes it', () => {
  test.each([
    [5n, '', 0, undefined, 'd', '5'],
    [-5n, '', 6, undefined, 'd', '    -5'],
    [-5n, '0', 6, undefined, 'd', '-00005'],
    [5n, '+', 6, undefined, 'd', '    +5'],
    [5n, '-', 6, undefined, 'i', '5     '],
    [5n, '', 6, '3', 'd', '   005'],
    [-1n, '', 0, undefined, 'u', '18446744073709551615'],
    [255n, '#', 0, undefined, 'X', '0XFF'],
    [8n, '#', 0, undefined, 'o', '010'],
  ])('%d with flags %j, width %d, precision %s, %s', (value, flags, width, precision, letter, expected) => {
    expect(formatInteger(value, flags, width, precision, letter)).toBe(expected);
  });
});

describe('string.format', () => {
  const sandbox = new TestSandbox();

  test.each([
    ["'%d', 2^53", '9007199254740992'],
    ["'%s|%d|%%|%5d', 'x', -2^40, 7", 'x|-1099511627776|%|    7'],
    ["'%x', -1", 'ffffffffffffffff'],
    ["'%d', '99999999999'", '99999999999'],
    ["'%.1f %d', 2^40, 3", '1099511627776.0 3'],
    ["'%c%q', 65, 'a'", 'A"a"'],
  ])('%s', (args, expected) => {
    expect(sandbox.text(`return string.format(${args})`)).toBe(expected);
  });

  test('refuses as ever', () => {
    expect(() => sandbox.text("string.format('%d', 'x')")).toThrow('number expected, got string');
    expect(() => sandbox.text("string.format('%d %d', 2^40)")).toThrow('no value');
  });
});

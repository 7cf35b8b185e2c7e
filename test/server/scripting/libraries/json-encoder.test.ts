import { cjsonLibrary } from '#server/scripting/libraries/cjson.js';
import { TestSandbox } from '../../../support/lua.js';

describe('JSON from Lua', () => {
  const sandbox = new TestSandbox((machine) => ({ cjson: cjsonLibrary(machine) }));

  test.each([
    ['{1, {2}, {}}', '[1,[2],{}]'],
    ['{1, nil, 3}', '[1,null,3]'],
    ["{[0] = 'a'}", '{"0":"a"}'],
    ['{[1.5] = true}', '{"1.5":true}'],
    ['cjson.null', 'null'],
    ['1e20', '1e+20'],
    ["'a\"b\\\\c/d\\n\\0\\127\\255'", '"a\\"b\\\\c\\/d\\n\\u0000\\u007f\xff"'],
  ])('%s', (value, expected) => {
    expect(sandbox.text(`return cjson.encode(${value})`)).toBe(expected);
  });

  test.each([
    ['{[20] = 1}', 'Cannot serialise table: excessively sparse array'],
    ['{[true] = 1}', 'Cannot serialise boolean: table key must be a number or string'],
    ['function() end', 'Cannot serialise function: type not supported'],
    ['0/0', 'must not be NaN or Inf'],
  ])('refuses %s', (value, message) => {
    expect(() => sandbox.text(`cjson.encode(${value})`)).toThrow(message);
  });

  test('is stopped by a table that holds itself', () => {
    expect(() => sandbox.text('local t = {} t.t = t cjson.encode(t)')).toThrow('excessive nesting (1001)');
    expect(() => sandbox.text('cjson.encode_max_depth(1e9) local t = {} t.t = t cjson.encode(t)')).toThrow(
      'excessive nesting',
    );
  });
});

import { cjsonLibrary } from '#server/scripting/libraries/cjson.js';
import { TestSandbox } from '../../../support/lua.js';

const fresh = (): TestSandbox => new TestSandbox((machine) => ({ cjson: cjsonLibrary(machine) }));

describe('settings of cjson', () => {
  test('answer what is in force, and change it', () => {
    const sandbox = fresh();
    expect(sandbox.text('return cjson.encode_number_precision()')).toBe('14');
    expect(sandbox.text('cjson.encode_number_precision(3) return cjson.encode(1/3)')).toBe('0.333');
    expect(sandbox.text('cjson.encode_sparse_array(true) return cjson.encode({[100] = 1})')).toBe('{"100":1}');
    expect(sandbox.text("cjson.encode_invalid_numbers('null') return cjson.encode({1/0})")).toBe('[null]');
    expect(() => sandbox.text("cjson.decode_invalid_numbers(false) cjson.decode('0x10')")).toThrow('invalid number');
    expect(() => sandbox.text('cjson.encode_max_depth(1) cjson.encode({{}})')).toThrow('excessive nesting (2)');
    expect(() => sandbox.text("cjson.decode_max_depth(1) cjson.decode('[[]]')")).toThrow('too many nested');
  });

  test.each([
    ['cjson.encode_number_precision(15)', 'expected integer between 1 and 14'],
    ["cjson.encode_invalid_numbers('x')", "invalid option 'x'"],
    ['cjson.encode_keep_buffer(1, 2)', 'found too many arguments'],
  ])('refuse %s', (source, message) => {
    expect(() => fresh().text(source)).toThrow(message);
  });

  test('are those of an instance alone', () => {
    const source = `
      local mine = cjson.new()
      mine.encode_number_precision(2)
      return mine.encode(1/3) .. cjson.encode(1/3) .. mine.new().encode(1/3) .. mine._NAME`;
    expect(fresh().text(source)).toBe('0.330.333333333333330.33333333333333cjson');
  });

  test('instances are bounded', () => {
    expect(() => fresh().text('for i = 1, 20000 do cjson.new() end')).toThrow('too many instances of cjson');
  });
});

import { structLibrary } from '#server/scripting/libraries/struct.js';
import { TestSandbox } from '../../../support/lua.js';

describe('struct', () => {
  const sandbox = new TestSandbox((machine) => ({ struct: structLibrary(machine) }));

  test.each([
    ["struct.pack('>I2', 258)", '\x01\x02'],
    ["struct.pack('<i4', -2)", '\xfe\xff\xff\xff'],
    ["struct.pack('!bi', 1, 2)", '\x01\0\0\0\x02\0\0\0'],
    ["struct.pack('Bc0s', 3, 'abc', 'd')", '\x03abcd\0'],
    ["struct.size('!bhiLd')", '24'],
  ])('%s', (source, expected) => {
    expect(sandbox.text(`return ${source}`)).toBe(expected);
  });

  test('unpacks what it has packed', () => {
    const formats = ["'>bBhHlLiI', -1, 255, -2, 65535, -3, 7, -4, 5", "'<fdc3s', 0.5, 1/3, 'abc', 'tail'"];
    for (const format of formats) {
      const letters = format.split(',')[0];
      const source = `
        local given = {${format}}
        table.remove(given, 1)
        local found = {struct.unpack(${letters}, struct.pack(${format}))}
        for i, value in ipairs(given) do assert(found[i] == value, i) end
        return #found - #given`;
      expect(sandbox.text(source)).toBe('1');
    }
  });

  test('survives that memory moves while it unpacks', () => {
    const source = `
      local many = string.rep('a', 3000000)
      return select('#', struct.unpack('c1000000c1000000c1000000', many))`;
    expect(sandbox.text(source)).toBe('4');
  });

  test.each([
    ["struct.pack('z', 1)", "invalid format option 'z'"],
    ["struct.pack('i33', 1)", 'integral size 33 is larger than limit of 32'],
    ["struct.pack('!3i', 1)", 'alignment 3 is not a power of 2'],
    ["struct.unpack('i', 'ab')", 'data string too short'],
    ["struct.unpack('s', 'ab')", 'unfinished string in data'],
    ["struct.unpack('c0', 'ab')", "format 'c0' needs a previous size"],
    ["struct.unpack('b', 'ab', 0)", 'offset must be 1 or greater'],
    ["struct.size('c99999999999')", 'integral size overflow'],
  ])('refuses %s', (source, message) => {
    expect(() => sandbox.text(source)).toThrow(message);
  });
});

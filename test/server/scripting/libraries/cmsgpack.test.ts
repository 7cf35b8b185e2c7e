import { cmsgpackLibrary } from '#server/scripting/libraries/cmsgpack.js';
import { TestSandbox } from '../../../support/lua.js';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

describe('cmsgpack', () => {
  const sandbox = new TestSandbox((machine) => ({ cmsgpack: cmsgpackLibrary(machine) }));

  test.each([
    ['127, 128, 65536', '7fcc80ce00010000'],
    ['-32, -33, -32769', 'e0d0dfd2ffff7fff'],
    ['2^32, -2^31 - 1', 'cf0000000100000000d3ffffffff7fffffff'],
    ['1.5, 0.1', 'ca3fc00000cb3fb999999999999a'],
    ["'abc', true, false, nil", 'a3616263c3c2c0'],
    ['{1, 2, {}}', '93010290'],
    ['{a = {b = 1}}', '81a16181a16201'],
  ])('packs %s', (values, expected) => {
    expect(hex(sandbox.text(`return cmsgpack.pack(${values})`))).toBe(expected);
  });

  test('unpacks what it has packed', () => {
    const numbers = [0, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -1, -32, -33, -129, -32769];
    for (const number of [...numbers, -(2 ** 40), 0.1, -2.5, 1e300]) {
      const source = `local n = ${number} return cmsgpack.unpack(cmsgpack.pack(n)) == n`;
      expect(sandbox.text(source)).toBe('true');
    }
    for (const length of [0, 31, 32, 255, 256, 65535, 65536]) {
      const source = `local s = string.rep('x', ${length}) return cmsgpack.unpack(cmsgpack.pack({s}))[1] == s`;
      expect(sandbox.text(source)).toBe('true');
    }
    for (const length of [15, 16, 65536]) {
      const source = `local t = {} for i = 1, ${length} do t[i] = i end return #cmsgpack.unpack(cmsgpack.pack(t))`;
      expect(sandbox.text(source)).toBe(String(length));
    }
  });

  test('goes 16 levels deep', () => {
    const source = 'local t = {} t[1] = t return #cmsgpack.pack(t)';
    expect(sandbox.text(source)).toBe('17');
  });

  test('says where it stopped', () => {
    expect(sandbox.text("return (cmsgpack.unpack_limit('\\1\\2\\3', 2))")).toBe('2');
    expect(sandbox.text("return (cmsgpack.unpack_one('\\1\\2\\3', 2))")).toBe('-1');
  });

  test.each([
    ["cmsgpack.unpack('\\146\\1')", 'Missing bytes in input.'],
    ["cmsgpack.unpack('\\193')", 'Bad data format in input.'],
    ["cmsgpack.unpack_one('a', 4)", 'Start offset 4 greater than input length 1.'],
    ["cmsgpack.unpack(string.rep('\\145', 100000))", 'stack overflow'],
    ['cmsgpack.pack()', 'MessagePack pack needs input.'],
  ])('refuses %s', (source, message) => {
    expect(() => sandbox.text(source)).toThrow(message);
  });
});

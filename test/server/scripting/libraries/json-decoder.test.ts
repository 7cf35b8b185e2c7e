import { cjsonLibrary } from '#server/scripting/libraries/cjson.js';
import { TestSandbox } from '../../../support/lua.js';

const quoted = (json: string): string =>
  `'${[...Buffer.from(json, 'latin1')].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}'`;

describe('JSON to Lua', () => {
  const sandbox = new TestSandbox((machine) => ({ cjson: cjsonLibrary(machine) }));
  const again = (json: string): string => sandbox.text(`return cjson.encode(cjson.decode(${quoted(json)}))`);

  test.each([
    [' [ 1 , "a" ] ', '[1,"a"]'],
    ['{"a":{"b":[true,false,null]}}', '{"a":{"b":[true,false,null]}}'],
    ['0x1F', '31'],
    ['0x1.8p1', '3'],
    ['+1', '1'],
    ['-12.5e-1', '-1.25'],
    ['"\\u00e9\\ud83d\\ude00\\b\\f"', '"\xc3\xa9\xf0\x9f\x98\x80\\b\\f"'],
  ])('%j', (json, expected) => {
    expect(again(json)).toBe(expected);
  });

  test.each([
    ['', 'Expected value but found T_END at character 1'],
    ['[1,]', 'Expected value but found T_ARR_END at character 4'],
    ['{"a":1,}', 'Expected object key string but found T_OBJ_END at character 8'],
    ['{"a" 1}', 'Expected colon but found T_NUMBER at character 6'],
    ['[1 true]', 'Expected comma or array end but found T_BOOLEAN at character 4'],
    ['"abc', 'Expected value but found unexpected end of string at character 5'],
    ['"\\x"', 'Expected value but found invalid escape code at character 2'],
    ['"\\ud83d"', 'Expected value but found invalid unicode escape code at character 2'],
    ['-', 'Expected value but found invalid number at character 1'],
    ['1\0', 'JSON parser does not support UTF-16 or UTF-32'],
  ])('refuses %j', (json, message) => {
    expect(() => again(json)).toThrow(message);
  });

  test('agrees with JSON.parse on what both know', () => {
    const value = { list: [1, 2.5, -3e-7, 'x"\\/\n', { deep: [true, [false, ['end']]] }], text: 'caf\u00e9' };
    const json = Buffer.from(JSON.stringify(value), 'utf8').toString('latin1');
    expect(JSON.parse(Buffer.from(again(json), 'latin1').toString('utf8'))).toEqual(value);
  });
});

import { RespWriter } from '#server/protocol/reply-writer.js';
import { asInt64, LuaToReply } from '#server/scripting/lua-to-reply.js';
import { TestSandbox } from '../../support/lua.js';

const sandbox = new TestSandbox();

function reply(source: string, client: 2 | 3, script: 2 | 3): string {
  const writer = new RespWriter();
  writer.protocol = client;
  sandbox.push(`return ${source}`);
  const { machine } = sandbox;
  const before = machine.api.lua_gettop(machine.main);
  new LuaToReply(machine).write(machine.main, writer, script);
  expect(machine.api.lua_gettop(machine.main)).toBe(before - 1);
  return writer.buffer.toString('latin1', 0, writer.length);
}

describe('the result of a script', () => {
  test.each([
    ["'a\\0b'", '$3\r\na\0b\r\n', '$3\r\na\0b\r\n'],
    ['3.99', ':3\r\n', ':3\r\n'],
    ['-3.99', ':-3\r\n', ':-3\r\n'],
    ['nil', '$-1\r\n', '_\r\n'],
    ['false', '$-1\r\n', '_\r\n'],
    ['true', ':1\r\n', ':1\r\n'],
    ['print', '$-1\r\n', '_\r\n'],
    ["{1, 'x', nil, 3}", '*2\r\n:1\r\n$1\r\nx\r\n', '*2\r\n:1\r\n$1\r\nx\r\n'],
    ["{ok = 'a\\r\\nb'}", '+a  b\r\n', '+a  b\r\n'],
    ["{err = 'ERR x'}", '-ERR x\r\n', '-ERR x\r\n'],
    ['{double = 0.5}', '$3\r\n0.5\r\n', ',0.5\r\n'],
    ['{map = {a = 1}}', '*2\r\n$1\r\na\r\n:1\r\n', '%1\r\n$1\r\na\r\n:1\r\n'],
    ['{set = {a = 1}}', '*1\r\n$1\r\na\r\n', '~1\r\n$1\r\na\r\n'],
    ["{big_number = '12'}", '$2\r\n12\r\n', '(12\r\n'],
    ["{verbatim_string = {format = 'mkd', string = 'x'}}", '$1\r\nx\r\n', '=5\r\nmkd:x\r\n'],
  ])('%s', (source, resp2, resp3) => {
    const known = source === 'print' ? 'tostring' : source;
    expect(reply(known, 2, 2)).toBe(resp2);
    expect(reply(known, 3, 2)).toBe(resp3);
  });

  test('has booleans once the script speaks RESP3', () => {
    expect([reply('true', 3, 3), reply('false', 3, 3), reply('false', 2, 3)]).toEqual(['#t\r\n', '#f\r\n', ':0\r\n']);
  });

  test('ends in an error where it is nested without end', () => {
    sandbox.push('local t = {} t[1] = t return t');
    const writer = new RespWriter();
    new LuaToReply(sandbox.machine).write(sandbox.machine.main, writer, 2);
    expect(writer.buffer.toString('latin1', 0, writer.length)).toMatch(/^(\*1\r\n)+-ERR reached lua stack limit\r\n$/);
  });
});

describe('a double as an integer', () => {
  test.each([
    [1.9, 1],
    [-1.9, -1],
    [-0.5, 0],
    [2 ** 53, 2n ** 53n],
    [2 ** 63, -(2n ** 63n)],
    [-(2 ** 63), -(2n ** 63n)],
    [Number.NaN, -(2n ** 63n)],
    [Number.POSITIVE_INFINITY, -(2n ** 63n)],
  ])('%d', (value, expected) => {
    expect(BigInt(asInt64(value))).toBe(BigInt(expected));
  });
});

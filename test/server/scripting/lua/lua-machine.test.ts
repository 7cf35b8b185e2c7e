import { ByteSlice } from '#server/base/byte-slice.js';
import { LUA_GLOBALS, LUA_STATUS } from '#server/scripting/lua/lua-api.js';
import { LuaArgumentError, LuaError } from '#server/scripting/lua/lua-error.js';
import { LuaMachine, type Native } from '#server/scripting/lua/lua-machine.js';

const MIB = 1024 * 1024;

function machineWith(natives: Readonly<Record<string, Native>> = {}): LuaMachine {
  const machine = new LuaMachine(32 * MIB);
  const { api, main } = machine;
  for (const open of [api.luaopen_base, api.luaopen_string, api.luaopen_table]) {
    api.lua_pushcclosure(main, machine.addCode(open), 0);
    expect(machine.call(main, 0, 0, 0)).toBe(LUA_STATUS.ok);
  }
  for (const [name, code] of machine.natives(natives)) {
    api.lua_pushcclosure(main, code, 0);
    machine.setField(main, LUA_GLOBALS, name);
  }
  return machine;
}

/** Status and result of a chunk, as text. */
function run(machine: LuaMachine, source: string): [status: number, result: string] {
  const { main } = machine;
  let status = machine.load(main, ByteSlice.fromLatin1(source), '=test');
  if (status === LUA_STATUS.ok) status = machine.call(main, 0, 1, 0);
  return [status, machine.takeLatin1(main)];
}

describe('a Lua machine', () => {
  test('runs Lua 5.1', () => {
    expect(run(machineWith(), 'return _VERSION .. #{1, 2, nil, 4}')).toEqual([0, 'Lua 5.14']);
  });

  test('compiles or says why not', () => {
    expect(run(machineWith(), 'return (')).toEqual([LUA_STATUS.syntaxError, "test:1: unexpected symbol near '<eof>'"]);
  });

  test('passes bytes both ways unchanged', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1');
    const machine: LuaMachine = machineWith({
      give: (state) => {
        machine.pushLatin1(state, all);
        return 1;
      },
      take: (state) => {
        expect(machine.checkBytes(state, 1).latin1()).toBe(all);
        return 0;
      },
    });
    expect(run(machine, 'local s = give() take(s) return #s')).toEqual([0, '256']);
  });

  test('lets native functions raise errors, which pcall catches', () => {
    const machine = machineWith({
      text: () => {
        throw new LuaError('no');
      },
      table: () => {
        throw new LuaError('ERR no', 'table');
      },
      argument: () => {
        throw new LuaArgumentError(1, 'too odd');
      },
    });
    expect(run(machine, 'text()')).toEqual([LUA_STATUS.runtimeError, 'test:1: no']);
    expect(run(machine, 'local ok, e = pcall(table) return e.err')).toEqual([0, 'ERR no']);
    expect(run(machine, 'local ok, e = pcall(function() argument() end) return e')).toEqual([
      0,
      "test:1: bad argument #1 to 'argument' (too odd)",
    ]);
    expect(machine.broken).toBe(false);
  });

  test('is broken by what is thrown through it and is no Lua error', () => {
    const machine = machineWith({
      fail: () => {
        throw new RangeError('a fault');
      },
    });
    expect(() => run(machine, 'pcall(fail)')).toThrow('a fault');
    expect(machine.broken).toBe(true);
  });

  test('is out of memory at its limit, and goes on afterwards', () => {
    const machine = machineWith();
    const greedy = 'local t = {} for i = 1, 1e9 do t[i] = {i, i, i} end';
    expect(run(machine, greedy)).toEqual([LUA_STATUS.outOfMemory, 'not enough memory']);
    expect(machine.memoryBytes).toBeLessThanOrEqual(32 * MIB);
    expect(run(machine, 'return 1 + 1')).toEqual([0, '2']);
  });

  test('survives recursion without end in Lua, in C and in its parser', () => {
    const machine = machineWith();
    expect(run(machine, 'local function f() return 1 + f() end f()')[1]).toMatch(/stack overflow/);
    expect(run(machine, `return ${'('.repeat(300)}1`)[1]).toMatch(/too many syntax levels/);
    const nested = "local function f() return (string.gsub('a', 'a', f)) end return f()";
    expect(run(machine, nested)[1]).toMatch(/C stack overflow/);
    expect(run(machine, 'return 7')).toEqual([0, '7']);
  });

  test('calls its hook while it runs, and gets the error the hook raises', () => {
    const machine = machineWith();
    let looks = 0;
    const hook = machine.hook(() => {
      if (++looks === 3) throw new LuaError('enough', 'bare');
    });
    machine.hookEvery(1000, hook);
    expect(run(machine, 'while true do end')).toEqual([LUA_STATUS.runtimeError, 'enough']);
    expect(looks).toBe(3);
  });

  test('keeps values until they are released', () => {
    const machine = machineWith();
    machine.pushLatin1(machine.main, 'kept');
    const reference = machine.keep();
    machine.pushKept(machine.main, reference);
    expect(machine.takeLatin1(machine.main)).toBe('kept');
    machine.release(reference);
    machine.pushLatin1(machine.main, 'other');
    expect(machine.keep()).toBe(reference);
  });

  test('grows its room for arguments with them and gives it back', () => {
    const machine = machineWith();
    machine.pushBytes(machine.main, ByteSlice.of(Buffer.alloc(3 * MIB, 'x')));
    expect(machine.bytesAt(machine.main, -1)?.length).toBe(3 * MIB);
    machine.trimScratch();
    machine.pushLatin1(machine.main, 'small');
    expect(machine.takeLatin1(machine.main)).toBe('small');
  });

  test('has no operating system', () => {
    const machine = machineWith();
    expect(run(machine, "return tostring(io) .. tostring(os) .. tostring(loadfile('/etc/hostname'))")[1]).toBe(
      'nilnilnil',
    );
  });
});

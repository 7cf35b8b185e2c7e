import { TestSandbox } from '../../support/lua.js';

describe('the sandbox', () => {
  test('has the globals of Redis and no others', () => {
    const names = 'local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names)';
    expect(new TestSandbox().text(`${names} return table.concat(names, ' ')`)).toBe(
      '_G _VERSION assert collectgarbage coroutine error gcinfo getmetatable ipairs load loadstring math next pairs ' +
        'pcall rawequal rawget rawset select setmetatable string table tonumber tostring type unpack xpcall',
    );
  });

  test('takes libraries with functions, constants and values', () => {
    const sandbox = new TestSandbox(({ api }) => ({
      lib: {
        functions: {
          twice: (state) => {
            api.lua_pushnumber(state, api.luaL_checknumber(state, 1) * 2);
            return 1;
          },
        },
        constants: { NAME: 'lib', SIZE: 3 },
        values: { nothing: (state) => api.lua_pushlightuserdata(state, 0) },
      },
    }));
    expect(sandbox.text('return lib.NAME .. lib.SIZE .. lib.twice(21) .. type(lib.nothing)')).toBe('lib342userdata');
    expect(() => sandbox.text('lib.NAME = 1')).toThrow('ERR user_script:1: Attempt to modify a readonly table');
    expect(() => sandbox.text('lib.twice()')).toThrow("bad argument #1 to 'twice' (number expected, got no value)");
  });

  test('lets the server set what scripts only see', () => {
    const sandbox = new TestSandbox();
    sandbox.machine.pushLatin1(sandbox.machine.main, 'seen');
    sandbox.sandbox.setGlobal('KEYS');
    expect(sandbox.text('return KEYS .. _G.KEYS .. rawget(_G, "KEYS")')).toBe('seenseenseen');
    expect(() => sandbox.text('KEYS = 1')).toThrow('readonly');
  });

  test('is not left behind in code that is compiled inside it, nor in coroutines', () => {
    const sandbox = new TestSandbox();
    expect(() => sandbox.text("loadstring('x = 1')()")).toThrow('readonly');
    expect(() => sandbox.text('coroutine.wrap(function() x = 1 end)()')).toThrow('readonly');
    expect(sandbox.text("return rawget(_G, 'x')")).toBe('nil');
  });
});

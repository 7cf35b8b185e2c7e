import { TestSandbox } from '../../support/lua.js';

describe('guarded functions', () => {
  const sandbox = new TestSandbox();

  test.each([
    "rawset(_G, 'x', 1)",
    'setmetatable(string, {})',
    "getmetatable('').__index = 1",
    'getmetatable(_G).__index = 1',
    'table.insert(math, 1)',
    'next(_G); _G.x = 1',
  ])('%s is refused', (source) => {
    expect(() => sandbox.text(source)).toThrow('Attempt to modify a readonly table');
  });

  test('see the contents of a read-only table', () => {
    expect(sandbox.text('local n = 0 for _ in pairs(coroutine) do n = n + 1 end return n')).toBe('6');
    expect(sandbox.text('local n = 0 for _ in next, coroutine do n = n + 1 end return n')).toBe('6');
    expect(sandbox.text('local n = 0 table.foreach(coroutine, function() n = n + 1 end) return n')).toBe('6');
    expect(sandbox.text("return type(rawget(string, 'len'))")).toBe('function');
  });

  test('leave other tables alone', () => {
    expect(sandbox.text("local t = {} rawset(t, 'a', 1) table.insert(t, 'b') return t.a .. t[1]")).toBe('1b');
    expect(sandbox.text('local m = {} return getmetatable(setmetatable({}, m)) == m')).toBe('true');
  });

  test('pcall answers the text of an error table', () => {
    expect(sandbox.text("local ok, e = pcall(error, {err = 'E'}) return tostring(ok) .. e")).toBe('falseE');
    expect(sandbox.text("local ok, e = pcall(error, {other = 'E'}) return type(e)")).toBe('table');
    expect(sandbox.text("return select('#', pcall(function() return 1, nil, nil end))")).toBe('4');
  });

  test('byte code is not loaded', () => {
    expect(sandbox.text('local f, e = loadstring(string.dump(function() end)) return tostring(f)')).toBe('nil');
    expect(
      sandbox.text(
        'local s = string.dump(function() end) return tostring(load(function() local r = s s = nil return r end))',
      ),
    ).toBe('nil');
  });

  test('load joins the pieces its function gives', () => {
    expect(
      sandbox.text("local p = {'return ', '4', '2'} return load(function() return table.remove(p, 1) end)()"),
    ).toBe('42');
    expect(() => sandbox.text("load('x')")).toThrow("bad argument #1 to 'load' (function expected, got string)");
  });

  test('random numbers stay in their interval', () => {
    const source =
      'for i = 1, 1000 do local r = math.random(3, 5) assert(r >= 3 and r <= 5 and r % 1 == 0) end return 1';
    expect(sandbox.text(source)).toBe('1');
    expect(() => sandbox.text('math.random(5, 1)')).toThrow('interval is empty');
  });
});

/**
 * The Lua side of the sandbox: which globals a script sees, and that it cannot change them. Runs once per machine, before
 * anything of a user's. It is given native functions and the libraries; it answers the table of globals, what stands behind
 * it, and the error handler.
 *
 * Redis patches Lua so that a table can be read-only. Here such a table is empty and finds its contents through its
 * metatable; the few functions that would see or write the empty table itself are native ones that know better.
 */
export const sandboxSource = `
local native, libraries, loading = ...
local getinfo, setmetatable, rawget, type, tostring = debug.getinfo, setmetatable, rawget, type, tostring
local concat, error = table.concat, error

local function readonly(contents, metatable)
  local front = { __index = contents, __newindex = native.refuse }
  local visible = setmetatable({}, front)
  native.protect(visible, contents, metatable)
  return visible, front
end

local base = { 'assert', 'collectgarbage', 'error', 'gcinfo', 'ipairs', 'rawequal', 'select', 'tonumber', 'tostring',
  'type', 'unpack', 'xpcall', '_VERSION' }
local guarded = { 'getmetatable', 'loadstring', 'next', 'pairs', 'pcall', 'rawget', 'rawset', 'setmetatable' }
local globals = {}
for _, name in ipairs(base) do globals[name] = _G[name] end
for _, name in ipairs(guarded) do globals[name] = native[name] end

local loadstring = native.loadstring
function globals.load(reader, name)
  if type(reader) ~= 'function' then
    error("bad argument #1 to 'load' (function expected, got " .. type(reader) .. ')', 2)
  end
  local parts = {}
  while true do
    local part = reader()
    if part == nil or part == '' then break end
    if type(part) ~= 'string' and type(part) ~= 'number' then return nil, 'reader function must return a string' end
    parts[#parts + 1] = part
  end
  return loadstring(concat(parts), name or '=(load)')
end

table.insert, table.foreach, table.foreachi = native.insert, native.foreach, native.foreachi
math.random, math.randomseed, string.format = native.random, native.randomseed, native.format
for name, library in pairs({ string = string, table = table, math = math, coroutine = coroutine }) do
  globals[name] = readonly(library)
end
for name, library in pairs(libraries) do globals[name] = readonly(library) end
if globals.redis then globals.server = globals.redis end
native.protectText(readonly({ __index = globals.string }))

setmetatable(globals, { __index = native.missing })
local missing = { __index = native.missing }
local visible, front = readonly(globals, readonly(missing))
globals._G = visible

-- While a library of functions is loaded there is nothing but the table redis, and less in it.
local loadGlobals = setmetatable({ redis = readonly(setmetatable(loading, missing)) }, missing)
local function enter(isLoading)
  if isLoading then front.__index = loadGlobals else front.__index = globals end
end

local function traced(failure)
  local place
  for level = 2, 4 do
    place = getinfo(level, 'Sl')
    if not place or (place.what ~= 'C' and place.source ~= '=sandbox') then break end
  end
  local text
  if type(failure) == 'table' then text = rawget(failure, 'err') else text = 'ERR ' .. tostring(failure) end
  return { err = text, source = place and place.source, line = place and place.currentline }
end

return visible, globals, traced, enter
`;

import { LuaArgumentError, LuaError } from '#server/scripting/lua/lua-error.js';

test('errors carry what Lua needs to raise them', () => {
  expect(new LuaError('no')).toMatchObject({ message: 'no', shape: 'text' });
  expect(new LuaError('no', 'table')).toMatchObject({ shape: 'table' });
  expect(new LuaArgumentError(2, 'interval is empty')).toMatchObject({ argument: 2, message: 'interval is empty' });
});

import { luaApiSchema } from '#server/scripting/lua/lua-api.js';

test('exports that are missing are told by name', () => {
  const result = luaApiSchema.safeParse({ lua_gettop: () => 0 });
  expect(result.success).toBe(false);
  const missing = result.error?.issues.map(({ path }) => path.join('.')) ?? [];
  expect(missing).toContain('lua_settop');
  expect(missing).not.toContain('lua_gettop');
});

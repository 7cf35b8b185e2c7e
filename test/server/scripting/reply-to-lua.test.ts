import { ReplyToLua } from '#server/scripting/reply-to-lua.js';
import { TestSandbox } from '../../support/lua.js';

/** Lua's view of a value as text. */
const SHOW = `
local function show(v)
  if type(v) ~= 'table' then return type(v) == 'string' and '"' .. v .. '"' or tostring(v) end
  local parts = {}
  for k, e in pairs(v) do parts[#parts + 1] = (type(k) == 'number' and '' or k .. '=') .. show(e) end
  table.sort(parts)
  return '{' .. table.concat(parts, ',') .. '}'
end
return show(value())`;

function shown(reply: string): string {
  const sandbox = new TestSandbox((machine) => {
    const toLua = new ReplyToLua(machine);
    const bytes = Buffer.from(reply, 'latin1');
    return {
      test: {
        functions: {
          value: (state) => {
            toLua.push(state, bytes, bytes.length);
            return 1;
          },
        },
      },
    };
  });
  return sandbox.text(`local value = test.value ${SHOW}`);
}

describe('a reply in Lua', () => {
  test.each([
    ['+OK\r\n', '{ok="OK"}'],
    ['-ERR no\r\n', '{err="ERR no",ignore_error_stats_update=true}'],
    [':42\r\n', '42'],
    [':-7\r\n', '-7'],
    [':9223372036854775807\r\n', '9.2233720368548e+18'],
    ['$3\r\na\r\n\r\n', '"a\r\n"'],
    ['$0\r\n\r\n', '""'],
    ['$-1\r\n', 'false'],
    ['*-1\r\n', 'false'],
    ['*0\r\n', '{}'],
    ['*3\r\n:1\r\n$-1\r\n*1\r\n+x\r\n', '{1,false,{{ok="x"}}}'],
    ['_\r\n', 'nil'],
    ['%1\r\n$1\r\na\r\n:1\r\n', '{map={a=1}}'],
    ['~2\r\n$1\r\na\r\n$1\r\nb\r\n', '{set={a=true,b=true}}'],
    [',1.5\r\n', '{double=1.5}'],
    [',inf\r\n', '{double=inf}'],
    ['#t\r\n', 'true'],
    ['#f\r\n', 'false'],
    ['(123\r\n', '{big_number="123"}'],
    ['=6\r\ntxt:ab\r\n', '{verbatim_string={format="txt",string="ab"}}'],
  ])('%j', (reply, expected) => {
    expect(shown(reply)).toBe(expected);
  });

  test('may be nested deeper than the stack first has room for', () => {
    const depth = 200;
    expect(shown(`${'*1\r\n'.repeat(depth)}:1\r\n`)).toBe(`${'{'.repeat(depth)}1${'}'.repeat(depth)}`);
  });
});

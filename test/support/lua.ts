/** A sandbox on a Lua machine of its own, for tests of what runs in it. */
import { ByteSlice } from '#server/base/byte-slice.js';
import { LUA_STATUS, LUA_TYPE } from '#server/scripting/lua/lua-api.js';
import { LuaMachine } from '#server/scripting/lua/lua-machine.js';
import { type Library, Sandbox } from '#server/scripting/sandbox.js';

export class TestSandbox {
  readonly machine: LuaMachine;
  readonly sandbox: Sandbox;

  /** @param libraries from the machine, because native functions need it */
  constructor(libraries: (machine: LuaMachine) => Readonly<Record<string, Library>> = () => ({})) {
    this.machine = new LuaMachine(64 * 1024 * 1024);
    this.sandbox = new Sandbox(this.machine, libraries(this.machine));
  }

  /** Runs a chunk and leaves its result on the stack. @throws the error's text */
  push(source: string): void {
    const { machine } = this;
    const { main, api } = machine;
    machine.pushKept(main, this.sandbox.errorHandler);
    let status = machine.load(main, ByteSlice.fromLatin1(source), '@user_script');
    if (status === LUA_STATUS.ok) status = machine.call(main, 0, 1, -2);
    if (status === LUA_STATUS.ok) return;
    if (api.lua_type(main, -1) === LUA_TYPE.table) machine.getField(main, -1, 'err');
    throw new Error(machine.takeLatin1(main));
  }

  /** The result of a chunk as text (`tostring`), one character a byte. */
  text(source: string): string {
    this.push(`return tostring((function() ${source} end)())`);
    return this.machine.takeLatin1(this.machine.main);
  }
}

/**
 * A Lua 5.1 virtual machine: the WebAssembly build of the package wasmoon-lua5.1, driven through Lua's C interface. The
 * package's own JavaScript is not used: it turns every value into objects and every string into UTF-8
 * (docs/decisions/0009).
 *
 * Strings are bytes. `bytes` is the machine's whole memory: a view of a string in it is good until Lua is called again,
 * because Lua may move its memory when it grows.
 *
 * Errors: Lua unwinds by a JavaScript exception that passes through native functions, so these must not catch what is not
 * theirs. Anything else that is thrown through Lua leaves the machine in no defined state: it is `broken` and must be
 * thrown away.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { assert } from '../../base/assert.js';
import { ByteSlice, copyBytes } from '../../base/byte-slice.js';
import {
  type Address,
  LUA_GC,
  LUA_HOOK_COUNT,
  LUA_REGISTRY,
  LUA_STATUS,
  LUA_TYPE,
  type LuaApi,
  luaApiSchema,
  type State,
} from './lua-api.js';
import { LuaArgumentError, LuaError } from './lua-error.js';
import { nativeModule } from './native-module.js';

/** A function that Lua can call: takes its arguments from the stack, answers how many results it has pushed. */
export type Native = (state: State) => number;

const PAGE_BYTES = 65536;
const SCRATCH_BYTES = 64 * 1024;
/** Memory grows by at least this share, so that a growing script does not stop at every page. */
const GROWTH = 1.25;

const nativeExports = z.record(
  z.string(),
  z.custom<(...args: number[]) => number>((value) => value !== undefined),
);

/** What unwinds Lua's stack: thrown by Lua's longjmp, caught by the protected call it leads to. */
class LongJump {}
const longJump = new LongJump();

let luaModule: WebAssembly.Module | undefined;

/** Compiled when the first script needs it. */
function compiledLua(): WebAssembly.Module {
  if (luaModule === undefined) {
    const path = createRequire(import.meta.url).resolve('wasmoon-lua5.1/dist/liblua5.1.wasm');
    luaModule = new WebAssembly.Module(readFileSync(path));
  }
  return luaModule;
}

export class LuaMachine {
  readonly api: LuaApi;
  readonly main: State;
  /** The whole memory. Another object after every growth. */
  bytes: Buffer;
  #words: Int32Array;
  /** Something other than a Lua error came through: unusable. */
  broken = false;
  readonly #length: Address;
  readonly #names = new Map<string, Address>();
  #scratch: Address;
  #scratchBytes = SCRATCH_BYTES;

  /** @param memoryBytesMax above it Lua is out of memory */
  constructor(private readonly memoryBytesMax: number) {
    const instance = new WebAssembly.Instance(compiledLua(), this.#imports());
    this.api = luaApiSchema.parse(instance.exports);
    this.bytes = Buffer.from(this.api.memory.buffer);
    this.#words = new Int32Array(this.api.memory.buffer);
    this.api.emscripten_stack_init();
    this.api.__wasm_call_ctors();
    this.main = this.api.luaL_newstate();
    this.#length = this.api.malloc(8);
    this.#scratch = this.api.malloc(SCRATCH_BYTES);
  }

  get memoryBytes(): number {
    return this.bytes.length;
  }

  /** Bytes Lua holds, garbage included. */
  get usedBytes(): number {
    return this.api.lua_gc(this.main, LUA_GC.countKiB, 0) * 1024;
  }

  /** Makes functions callable. Answers the code address of each, for `lua_pushcclosure`. */
  natives(functions: Readonly<Record<string, Native>>): Map<string, Address> {
    const entries = Object.entries(functions);
    const callable = entries.map(
      ([, native]) =>
        (state: State) =>
          this.#callNative(native, state),
    );
    const added = this.#addToTable(nativeModule(1, 1, entries.length), callable);
    return new Map(entries.map(([name], i) => [name, added + i]));
  }

  /** The JavaScript side of a C function's address. */
  code(address: Address): Native {
    return nativeExports.parse({ code: this.api.__indirect_function_table.get(address) }).code ?? (() => 0);
  }

  /** Puts an exported function of the module (a `luaopen_`) where Lua can call it. */
  addCode(native: Native): Address {
    const address = this.api.__indirect_function_table.grow(1);
    this.api.__indirect_function_table.set(address, native);
    return address;
  }

  /** Calls `hook` every so many instructions. @param hook as for natives: what it raises, the script gets */
  hookEvery(instructions: number, hook: Address): void {
    this.api.lua_sethook(this.main, hook, instructions === 0 ? 0 : LUA_HOOK_COUNT, instructions);
  }

  /** Makes a hook of a function. */
  hook(body: (state: State) => void): Address {
    const guarded = (state: State): number => {
      this.#callNative((inner) => {
        body(inner);
        return 0;
      }, state);
      return 0;
    };
    return this.#addToTable(nativeModule(2, 0, 1), [guarded]);
  }

  /**
   * Calls a function with its arguments on top of the stack.
   * @param handler stack index of the error handler; 0 for none
   * @returns a status of LUA_STATUS
   * @throws what a native function threw and is no Lua error; the machine is broken then
   */
  call(state: State, args: number, results: number, handler: number): number {
    try {
      const status = this.api.lua_pcall(state, args, results, handler);
      if (status === LUA_STATUS.outOfMemory) this.api.lua_gc(this.main, LUA_GC.collect, 0);
      return status;
    } catch (failure) {
      this.broken = true;
      throw failure;
    }
  }

  /** Compiles a chunk and leaves it, or the error's text, on the stack. */
  load(state: State, source: ByteSlice, name: string): number {
    const at = this.toScratch(source.buffer, source.start, source.end);
    return this.api.luaL_loadbuffer(state, at, source.length, this.name(name));
  }

  /** Raises an error in the script: does not return. */
  raise(state: State, message: string, shape: 'text' | 'bare' | 'table'): never {
    if (shape === 'table') {
      this.pushErrorTable(state, message);
    } else {
      if (shape === 'text') this.api.luaL_where(state, 1);
      const place = shape === 'text' ? this.takeLatin1(state) : '';
      this.pushLatin1(state, place + message);
    }
    this.api.lua_error(state);
    throw new Error('lua_error returned');
  }

  /** Pushes a table with the message in its field `err`. */
  pushErrorTable(state: State, message: string): void {
    this.api.lua_createtable(state, 0, 1);
    this.pushLatin1(state, message);
    this.setField(state, -2, 'err');
  }

  /** The address of a constant text that ends in zero; kept for the machine's life, so for names only. */
  name(text: string): Address {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const at = this.api.malloc(text.length + 1);
    assert(at !== 0, 'memory for a name');
    this.bytes.write(text, at, 'latin1');
    this.bytes[at + text.length] = 0;
    this.#names.set(text, at);
    return at;
  }

  setField(state: State, index: number, field: string): void {
    this.api.lua_setfield(state, index, this.name(field));
  }

  getField(state: State, index: number, field: string): void {
    this.api.lua_getfield(state, index, this.name(field));
  }

  /** Copies bytes to where Lua can read them; they stay until the next call. @returns their address */
  toScratch(buffer: Buffer, start: number, end: number): Address {
    const at = this.scratch(end - start);
    copyBytes(buffer, start, end, this.bytes, at);
    return at;
  }

  /** Room for so many bytes, until the next call. */
  scratch(bytes: number): Address {
    if (bytes > this.#scratchBytes) {
      const larger = this.api.malloc(bytes);
      if (larger === 0) throw new LuaError('not enough memory', 'bare');
      this.api.free(this.#scratch);
      this.#scratch = larger;
      this.#scratchBytes = bytes;
    }
    return this.#scratch;
  }

  /** Gives back the room that one large value has taken. */
  trimScratch(): void {
    if (this.#scratchBytes <= SCRATCH_BYTES) return;
    this.api.free(this.#scratch);
    this.#scratch = this.api.malloc(SCRATCH_BYTES);
    this.#scratchBytes = SCRATCH_BYTES;
  }

  pushBytes(state: State, bytes: ByteSlice): void {
    const at = this.toScratch(bytes.buffer, bytes.start, bytes.end);
    this.api.lua_pushlstring(state, at, bytes.end - bytes.start);
  }

  /** One character a byte. */
  pushLatin1(state: State, text: string): void {
    const at = this.scratch(text.length);
    this.bytes.write(text, at, 'latin1');
    this.api.lua_pushlstring(state, at, text.length);
  }

  /** The bytes of a string or number on the stack (which becomes a string); undefined for anything else. */
  bytesAt(state: State, index: number): ByteSlice | undefined {
    const at = this.api.lua_tolstring(state, index, this.#length);
    if (at === 0) return undefined;
    return new ByteSlice(this.bytes, at, at + (this.#words[this.#length >> 2] ?? 0));
  }

  /** Address and length of a string on the stack, without an object: the length is left in `lastLength`. */
  stringAddress(state: State, index: number): Address {
    return this.api.lua_tolstring(state, index, this.#length);
  }

  get lastLength(): number {
    return this.#words[this.#length >> 2] ?? 0;
  }

  /** A string argument of a native function, numbers included; raises Lua's error when it is none. */
  checkBytes(state: State, argument: number): ByteSlice {
    const at = this.api.luaL_checklstring(state, argument, this.#length);
    return new ByteSlice(this.bytes, at, at + this.lastLength);
  }

  latin1At(state: State, index: number): string | undefined {
    return this.bytesAt(state, index)?.latin1();
  }

  /** Removes the text on top of the stack. */
  takeLatin1(state: State): string {
    const text = this.latin1At(state, -1) ?? '';
    this.api.lua_settop(state, -2);
    return text;
  }

  isString(state: State, index: number): boolean {
    return this.api.lua_type(state, index) === LUA_TYPE.string;
  }

  /** Keeps the value on top of the stack. @returns what `lua_rawgeti` of the registry finds it by */
  keep(): number {
    return this.api.luaL_ref(this.main, LUA_REGISTRY);
  }

  release(reference: number): void {
    this.api.luaL_unref(this.main, LUA_REGISTRY, reference);
  }

  pushKept(state: State, reference: number): void {
    this.api.lua_rawgeti(state, LUA_REGISTRY, reference);
  }

  #callNative(native: Native, state: State): number {
    try {
      return native(state);
    } catch (failure) {
      if (failure instanceof LuaError) this.raise(state, failure.message, failure.shape);
      if (failure instanceof LuaArgumentError) {
        const at = this.scratch(failure.message.length + 1);
        this.bytes.write(`${failure.message}\0`, at, 'latin1');
        return this.api.luaL_argerror(state, failure.argument, at);
      }
      throw failure;
    }
  }

  #addToTable(module: Uint8Array, functions: readonly ((state: State) => number)[]): Address {
    const imports = Object.fromEntries(functions.map((body, i) => [String(i), body]));
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { n: imports });
    const exports = nativeExports.parse({ ...z.record(z.string(), z.unknown()).parse(instance.exports) });
    const table = this.api.__indirect_function_table;
    const first = table.grow(functions.length);
    for (let i = 0; i < functions.length; i++) table.set(first + i, exports[String(i)]);
    return first;
  }

  /** What the module asks of its host. Of an operating system there is nothing. */
  #imports(): Record<string, Record<string, (...args: number[]) => unknown>> {
    const imports: Record<string, Record<string, (...args: number[]) => unknown>> = {};
    for (const { module, name } of WebAssembly.Module.imports(compiledLua())) {
      imports[module] ??= {};
      imports[module][name] = () => -1;
    }
    Object.assign(imports.env ?? {}, {
      invoke_vii: (code: Address, a: number, b: number) => this.#invoke(code, a, b),
      _emscripten_throw_longjmp: () => {
        throw longJump;
      },
      emscripten_memcpy_js: (to: Address, from: Address, bytes: number) => {
        this.bytes.copyWithin(to, from, from + bytes);
      },
      emscripten_resize_heap: (bytes: number) => (this.#grow(bytes) ? 1 : 0),
      exit: () => {
        throw new Error('Lua gave up');
      },
    });
    Object.assign(imports.wasi_snapshot_preview1 ?? {}, { environ_sizes_get: () => 0, environ_get: () => 0 });
    return imports;
  }

  /** A protected call: where `longJump` lands. */
  #invoke(code: Address, a: number, b: number): void {
    const stack = this.api.stackSave();
    try {
      const body = this.api.__indirect_function_table.get(code);
      if (typeof body === 'function') body(a, b);
    } catch (failure) {
      if (failure !== longJump) throw failure;
      this.api.stackRestore(stack);
      this.api.setThrew(1, 0);
    }
  }

  #grow(bytesNeeded: number): boolean {
    // WebAssembly hands 32 bits over as a signed number.
    const needed = bytesNeeded >>> 0;
    const { memory } = this.api;
    const current = memory.buffer.byteLength;
    if (needed > this.memoryBytesMax) return false;
    const target = Math.min(Math.max(needed, Math.ceil(current * GROWTH)), this.memoryBytesMax);
    try {
      memory.grow(Math.ceil((target - current) / PAGE_BYTES));
    } catch {
      return false;
    }
    this.bytes = Buffer.from(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    return true;
  }
}

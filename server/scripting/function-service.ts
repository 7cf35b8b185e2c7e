/**
 * Libraries of functions: loading, listing, dumping, calling. They live on a Lua machine of their own; a library's code is
 * kept beside what was compiled of it, so that a new machine can be filled again. What functions keep in local variables of
 * their library is lost then.
 *
 * A library is loaded wholly or not at all: what was there before stays when it fails.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { crc64 } from '../base/crc64.js';
import { errorFor, errors } from '../errors.js';
import type { RdbReader } from '../rdb/rdb-reader.js';
import { RDB_VERSION } from '../rdb/rdb-types.js';
import { RdbWriter } from '../rdb/rdb-writer.js';
import { FUNCTION_NAME, type RegisteredFunction, registerFunction } from './function-registration.js';
import { ScriptMachine } from './script-machine.js';
import { checkCall, type ScriptCall, type ScriptServiceOptions } from './script-service.js';
import { parseShebang } from './shebang.js';

/** The byte before each library in a payload. */
const RDB_FUNCTION = 0xf5;

export interface FunctionLibrary {
  readonly name: string;
  /** One character a byte. */
  readonly code: string;
  functions: ReadonlyMap<string, RegisteredFunction>;
}

export type RestorePolicy = 'flush' | 'append' | 'replace';

export class FunctionService {
  #libraries = new Map<string, FunctionLibrary>();
  readonly #machine: ScriptMachine;
  /** The machine that `#libraries` is on. */
  #generation = 0;
  /** Functions of the library that is being loaded. */
  #registering = new Map<string, RegisteredFunction>();

  constructor(private readonly options: ScriptServiceOptions) {
    this.#machine = new ScriptMachine(options, (machine) => ({
      register_function: registerFunction(machine, (registered) => this.#register(registered)),
    }));
  }

  get libraries(): Iterable<FunctionLibrary> {
    return this.#libraries.values();
  }

  get libraryCount(): number {
    return this.#libraries.size;
  }

  get functionCount(): number {
    return [...this.#libraries.values()].reduce((sum, { functions }) => sum + functions.size, 0);
  }

  get memoryBytes(): number {
    return this.#machine.memoryBytes;
  }

  /** @returns the library's name. @throws ReplyError and changes nothing */
  load(code: ByteSlice, replace: boolean): string {
    const library = this.#build(code.latin1(), replace, this.#libraries);
    const replaced = this.#libraries.get(library.name);
    if (replaced !== undefined) this.#release(replaced);
    this.#libraries.set(library.name, library);
    return library.name;
  }

  /** @throws ReplyError when there is none */
  delete(name: string): void {
    const library = this.#libraries.get(name);
    if (library === undefined) throw errors.libraryNotFound;
    this.#libraries.delete(name);
    this.#release(library);
  }

  flush(): void {
    this.#libraries.clear();
    this.#machine.discard();
  }

  /** All libraries as FUNCTION DUMP answers them. */
  dump(): Buffer {
    const writer = new RdbWriter();
    for (const { code } of this.#libraries.values()) {
      writer.byte(RDB_FUNCTION);
      writer.string(ByteSlice.fromLatin1(code));
    }
    writer.uint16(RDB_VERSION);
    const body = writer.bytes();
    writer.raw(crc64(body, 0, body.length));
    return writer.bytes();
  }

  /** @throws ReplyError and changes nothing */
  restore(reader: RdbReader, policy: RestorePolicy): void {
    this.#refill();
    const restored = policy === 'flush' ? new Map<string, FunctionLibrary>() : new Map(this.#libraries);
    while (reader.remaining > 0) {
      if (reader.byte() !== RDB_FUNCTION) throw errors.payloadNotFunctions;
      const code = reader.string().latin1();
      const { name } = libraryMetadata(code);
      if (policy === 'append' && restored.has(name)) throw errorFor.libraryInTheWay(name);
      restored.set(name, this.#build(code, true, restored));
    }
    this.#libraries = restored;
  }

  /** @throws ReplyError when there is no such function */
  find(name: string): { function: RegisteredFunction; library: FunctionLibrary } {
    this.#refill();
    const lower = name.toLowerCase();
    for (const library of this.#libraries.values()) {
      const found = library.functions.get(lower);
      if (found !== undefined) return { function: found, library };
    }
    throw errors.functionNotFound;
  }

  call(name: string, call: ScriptCall): void {
    const { function: called } = this.find(name);
    const rules = checkCall(called.flags, call, this.options.isMemoryFull);
    this.#machine.run({ function: called.callback, name: called.name, withGlobals: false }, call, rules);
  }

  /** Loads what the libraries hold on a new machine, when the old one is gone. */
  #refill(): void {
    if (this.#generation === this.#machine.generation) return;
    this.#generation = this.#machine.generation;
    for (const library of this.#libraries.values()) {
      library.functions = this.#run(library.code);
      this.#generation = this.#machine.generation;
    }
  }

  #build(code: string, replace: boolean, others: ReadonlyMap<string, FunctionLibrary>): FunctionLibrary {
    this.#refill();
    const { name } = libraryMetadata(code);
    if (others.has(name) && !replace) throw errorFor.libraryExists(name);
    const functions = this.#run(code);
    this.#generation = this.#machine.generation;
    const library = { name, code, functions };
    for (const other of others.values()) {
      if (other.name === name) continue;
      for (const [key, { name: functionName }] of functions) {
        if (!other.functions.has(key)) continue;
        this.#release(library);
        throw errorFor.functionExists(functionName);
      }
    }
    return library;
  }

  /** Runs a library's code. @returns the functions it registers */
  #run(code: string): ReadonlyMap<string, RegisteredFunction> {
    const chunk = this.#machine.compile(libraryMetadata(code).body, '@user_function');
    if (typeof chunk === 'string') throw errorFor.functionCompile(chunk);
    this.#registering = new Map();
    const failure = this.#machine.loadLibrary(chunk);
    const functions = this.#registering;
    this.#registering = new Map();
    this.#machine.release({ generation: this.#machine.generation, function: chunk });
    if (failure !== undefined) throw errorFor.functionRegister(failure);
    if (functions.size === 0) throw errors.noFunctions;
    return functions;
  }

  #register(registered: RegisteredFunction): string | undefined {
    const key = registered.name.toLowerCase();
    if (this.#registering.has(key)) return 'Function already exists in the library';
    this.#registering.set(key, registered);
    return undefined;
  }

  #release({ functions }: FunctionLibrary): void {
    for (const { callback } of functions.values()) {
      this.#machine.release({ generation: this.#machine.generation, function: callback });
    }
  }
}

/** What the first line of a library says. @throws ReplyError */
function libraryMetadata(code: string): { name: string; body: string } {
  if (!code.startsWith('#!')) throw errors.libraryMetadataMissing;
  const shebang = parseShebang(code);
  if (shebang === undefined) throw errors.libraryMetadata;
  let name: string | undefined;
  for (const option of shebang.options) {
    if (!option.toLowerCase().startsWith('name=')) throw errorFor.libraryMetadataValue(option);
    if (name !== undefined) throw errors.libraryNameTwice;
    name = option.slice('name='.length);
  }
  if (name === undefined) throw errors.libraryNameMissing;
  if (!FUNCTION_NAME.test(name)) throw errors.libraryName;
  const engine = shebang.engine.slice('#!'.length);
  if (engine.toLowerCase() !== 'lua') throw errorFor.engineNotFound(engine);
  return { name, body: shebang.body };
}

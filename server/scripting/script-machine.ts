/**
 * Runs compiled scripts on a Lua machine with Redis's libraries: arguments in, the reply or the error out, time and memory
 * bounded. When a run leaves the machine in no defined state or has made it large, the next one gets a new machine
 * (`generation` tells): what was compiled on the old one is gone.
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import { Client } from '../client/client.js';
import type { Config } from '../config/config.js';
import { errorFor, errors, ReplyError } from '../errors.js';
import { bitLibrary } from './libraries/bit.js';
import { cjsonLibrary } from './libraries/cjson.js';
import { cmsgpackLibrary } from './libraries/cmsgpack.js';
import { structLibrary } from './libraries/struct.js';
import { LUA_STATUS, LUA_TYPE, type State } from './lua/lua-api.js';
import { LuaError } from './lua/lua-error.js';
import { LuaMachine, type Native } from './lua/lua-machine.js';
import { LuaToReply } from './lua-to-reply.js';
import { RedisFunctions, redisConstants } from './redis-functions.js';
import { Sandbox } from './sandbox.js';
import type { ScriptRun } from './script-run.js';
import type { ScriptCall } from './script-service.js';

/** Lua's memory: what a script may build up, and what all compiled scripts take. */
const MEMORY_BYTES_MAX = 256 * 1024 * 1024;
/** WebAssembly gives no memory back: a machine larger than this is replaced after the run. */
const MEMORY_BYTES_KEPT = 64 * 1024 * 1024;
/** How often a running script's time is looked at. */
const INSTRUCTIONS_PER_LOOK = 100_000;
const RESULT_SLOT = -1;
/** Functions of `redis` that functions do not see. */
const SCRIPT_ONLY = ['replicate_commands', 'breakpoint', 'debug'];

/** What a library of functions may call while it is loaded. */
export type Registration = (machine: LuaMachine) => Readonly<Record<string, Native>>;

/** How long loading a library may take. */
const LOAD_MS_MAX = 500;

export interface MachineOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly compatibleVersion: string;
}

/** What is to be run. */
export interface Runnable {
  /** As `compile` answered it. */
  readonly function: number;
  /** In errors: the digest of a script, the name of a function. */
  readonly name: string;
  /** Keys and arguments are globals; otherwise they are the function's parameters. */
  readonly withGlobals: boolean;
}

/** A machine and what was built on it. */
interface Built {
  readonly machine: LuaMachine;
  readonly sandbox: Sandbox;
  readonly redis: RedisFunctions;
  readonly toReply: LuaToReply;
  readonly hook: number;
}

export class ScriptMachine {
  #built: Built | undefined;
  #generation = 0;
  readonly #client: Client;
  #startedUs = 0;
  #warned = false;

  #isLoading = false;

  /** @param registration makes it a machine for functions, which see other globals */
  constructor(
    private readonly options: MachineOptions,
    private readonly registration?: Registration,
  ) {
    const link = { close: () => undefined, outputBytes: () => 0, queryBytes: () => 0, push: () => undefined };
    this.#client = new Client(0, 'script', 'script', options.clock.nowMs(), link);
  }

  /** Another number for every machine. */
  get generation(): number {
    return this.#generation;
  }

  get memoryBytes(): number {
    return this.#built?.machine.memoryBytes ?? 0;
  }

  /** Forgets the machine and everything compiled on it. */
  discard(): void {
    this.#built = undefined;
    this.#generation++;
  }

  /** @returns a function for `run`, or what is wrong with the source; one character a byte */
  compile(source: string, chunkName: string): number | string {
    const { machine } = this.#machine();
    const status = machine.load(machine.main, ByteSlice.fromLatin1(source), chunkName);
    if (status === LUA_STATUS.ok) return machine.keep();
    return machine.takeLatin1(machine.main);
  }

  /** Lets go of a compiled function. */
  release(compiled: { readonly generation: number; readonly function: number }): void {
    if (compiled.generation === this.#generation) this.#built?.machine.release(compiled.function);
  }

  /** Runs a function and writes its result. @throws ReplyError what the script ended with */
  run(what: Runnable, call: ScriptCall, rules: Pick<ScriptRun, 'readOnly' | 'refusesMoreData'>): void {
    const built = this.#machine();
    const { machine, sandbox, redis } = built;
    this.#client.db = call.client.db;
    this.#client.user = call.client.user;
    const run: ScriptRun = { client: this.#client, ...rules, protocol: 2, wrote: false };
    redis.running = { run, host: call.host };
    this.#startedUs = this.options.clock.monotonicUs();
    this.#warned = false;
    try {
      machine.pushKept(machine.main, sandbox.errorHandler);
      machine.pushKept(machine.main, what.function);
      const args = this.#pushArguments(built, what, call);
      const status = machine.call(machine.main, args, 1, 1);
      if (status !== LUA_STATUS.ok) throw this.#failure(built, what.name);
      built.toReply.write(machine.main, call.reply, run.protocol);
    } catch (failure) {
      if (failure instanceof ReplyError) throw failure;
      this.options.logger.error('a script broke the Lua machine', failure);
      machine.broken = true;
      throw errors.scriptVmFailed;
    } finally {
      redis.running = undefined;
      if (machine.broken || machine.memoryBytes > MEMORY_BYTES_KEPT) this.discard();
      else this.#settle(built);
    }
  }

  #settle({ machine, hook }: Built): void {
    machine.api.lua_settop(machine.main, 0);
    machine.trimScratch();
    if (this.#warned) machine.hookEvery(INSTRUCTIONS_PER_LOOK, hook);
  }

  #pushArguments({ machine, sandbox }: Built, { withGlobals }: Runnable, { keys, args }: ScriptCall): number {
    pushSlices(machine, keys);
    if (withGlobals) sandbox.setGlobal('KEYS');
    pushSlices(machine, args);
    if (withGlobals) sandbox.setGlobal('ARGV');
    return withGlobals ? 0 : 2;
  }

  /**
   * Runs a chunk that registers functions.
   * @returns what it ended with when it failed; one character a byte
   */
  loadLibrary(chunk: number): string | undefined {
    const built = this.#machine();
    const { machine, sandbox } = built;
    this.#startedUs = this.options.clock.monotonicUs();
    this.#isLoading = true;
    this.#warned = false;
    try {
      sandbox.enter('loading');
      machine.pushKept(machine.main, sandbox.errorHandler);
      machine.pushKept(machine.main, chunk);
      const status = machine.call(machine.main, 0, 0, 1);
      if (status === LUA_STATUS.ok) return undefined;
      if (machine.api.lua_type(machine.main, RESULT_SLOT) !== LUA_TYPE.table) {
        return `ERR ${machine.takeLatin1(machine.main)}`;
      }
      machine.getField(machine.main, RESULT_SLOT, 'err');
      return machine.takeLatin1(machine.main);
    } finally {
      this.#isLoading = false;
      if (machine.broken) this.discard();
      else {
        machine.api.lua_settop(machine.main, 0);
        sandbox.enter('running');
        this.#settle(built);
      }
    }
  }

  /** What the error on top of the stack is to the client. */
  #failure({ machine }: Built, name: string): ReplyError {
    const { main, api } = machine;
    if (api.lua_type(main, RESULT_SLOT) !== LUA_TYPE.table) {
      return errorFor.scriptFailed(`ERR ${machine.latin1At(main, RESULT_SLOT) ?? 'unknown error'}`);
    }
    const [text, source, line] = ['err', 'source', 'line'].map((field) => {
      machine.getField(main, RESULT_SLOT, field);
      const value = machine.latin1At(main, -1);
      api.lua_settop(main, -2);
      return value;
    });
    const place = source === undefined || line === undefined ? '' : ` script: ${name}, on ${source}:${line}.`;
    return errorFor.scriptFailed(`${text ?? 'ERR unknown error'}${place}`);
  }

  #machine(): Built {
    if (this.#built !== undefined) return this.#built;
    this.#generation++;
    const machine = new LuaMachine(MEMORY_BYTES_MAX);
    const redis = new RedisFunctions(machine, (level, message) => this.#log(level, message));
    const version = versionConstants(this.options.compatibleVersion);
    const functions = redis.natives();
    const libraries = {
      redis: {
        functions: this.registration === undefined ? functions : without(functions, SCRIPT_ONLY),
        constants: { ...redisConstants, ...version },
      },
      cjson: cjsonLibrary(machine),
      cmsgpack: cmsgpackLibrary(machine),
      bit: bitLibrary(machine),
      struct: structLibrary(machine),
    };
    const sandbox = new Sandbox(machine, libraries, {
      functions: { ...this.registration?.(machine), ...only(functions, 'log') },
      constants: { ...only(redisConstants, 'LOG_DEBUG', 'LOG_VERBOSE', 'LOG_NOTICE', 'LOG_WARNING'), ...version },
    });
    const hook = machine.hook((state) => this.#look(state));
    machine.hookEvery(INSTRUCTIONS_PER_LOOK, hook);
    this.#built = { machine, sandbox, redis, toReply: new LuaToReply(machine), hook };
    return this.#built;
  }

  #log(level: number, message: string): void {
    if (level >= 3) this.options.logger.warning(message);
    else this.options.logger.notice(message);
  }

  /** Whether the running script has had its time. */
  #look(state: State): void {
    const built = this.#built;
    if (this.#isLoading) {
      if (this.options.clock.monotonicUs() - this.#startedUs < LOAD_MS_MAX * 1000) return;
      throw new LuaError('ERR FUNCTION LOAD timeout', 'table');
    }
    const limitMs = this.options.config.get('busy-reply-threshold');
    const ranMs = (this.options.clock.monotonicUs() - this.#startedUs) / 1000;
    if (built === undefined || limitMs <= 0 || ranMs < limitMs) return;
    if (built.redis.running?.run.wrote === true) {
      if (!this.#warned) this.options.logger.warning('a script that has written runs longer than busy-reply-threshold');
      this.#warned = true;
      return;
    }
    if (ranMs > 2 * limitMs) throw new Error('a script does not let itself be stopped');
    // What catches the error must not go on either: it gets another one with its next instruction.
    this.#warned = true;
    built.machine.api.lua_sethook(state, built.hook, 8, 1);
    built.machine.hookEvery(1, built.hook);
    throw new LuaError('Script was stopped: it ran longer than busy-reply-threshold and had written nothing', 'text');
  }
}

function pushSlices(machine: LuaMachine, slices: readonly ByteSlice[]): void {
  const { api, main } = machine;
  api.lua_createtable(main, slices.length, 0);
  let i = 0;
  for (const slice of slices) {
    machine.pushBytes(main, slice);
    api.lua_rawseti(main, -2, ++i);
  }
}

function without<Value>(record: Readonly<Record<string, Value>>, names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

function only<Value>(record: Readonly<Record<string, Value>>, ...names: readonly string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

/** `7.0.15`, and as the number 0x07000f. */
function versionConstants(version: string): Readonly<Record<string, string | number>> {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return { REDIS_VERSION: version, REDIS_VERSION_NUM: major * 65536 + minor * 256 + patch };
}

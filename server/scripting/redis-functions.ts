/** The table `redis` that scripts call the server through. */
import { createHash } from 'node:crypto';
import { formatDouble } from '../base/double.js';
import { RespWriter } from '../protocol/reply-writer.js';
import { LUA_TYPE, type State } from './lua/lua-api.js';
import { LuaError } from './lua/lua-error.js';
import type { LuaMachine, Native } from './lua/lua-machine.js';
import { ReplyToLua } from './reply-to-lua.js';
import type { ScriptHost, ScriptRun } from './script-run.js';

/** Longest text of a number, and a little more. */
const NUMBER_BYTES = 32;
const MINUS = 45;

/** Constants of the table, beside its functions. */
export const redisConstants: Readonly<Record<string, number>> = {
  LOG_DEBUG: 0,
  LOG_VERBOSE: 1,
  LOG_NOTICE: 2,
  LOG_WARNING: 3,
  REPL_NONE: 0,
  REPL_AOF: 1,
  REPL_SLAVE: 2,
  REPL_REPLICA: 2,
  REPL_ALL: 3,
};

/** The run that is under way, and whom it reaches. */
export interface Running {
  readonly run: ScriptRun;
  readonly host: ScriptHost;
}

export type ScriptLog = (level: number, message: string) => void;

export class RedisFunctions {
  readonly #reply = new RespWriter();
  readonly #toLua: ReplyToLua;
  #words = new Int32Array(64);
  #numbers: number;
  #numbersMax = 16;
  running: Running | undefined;

  constructor(
    private readonly machine: LuaMachine,
    private readonly log: ScriptLog,
  ) {
    this.#toLua = new ReplyToLua(machine);
    this.#numbers = machine.api.malloc(this.#numbersMax * NUMBER_BYTES);
  }

  natives(): Record<string, Native> {
    return {
      call: (state) => {
        const error = this.#call(state);
        if (error !== undefined) throw new LuaError(error, 'table');
        return 1;
      },
      pcall: (state) => {
        const error = this.#call(state);
        if (error !== undefined) this.#pushCaught(state, error);
        return 1;
      },
      log: (state) => this.#log(state),
      sha1hex: (state) => this.#sha1hex(state),
      error_reply: (state) => this.#singleField(state, 'err'),
      status_reply: (state) => this.#singleField(state, 'ok'),
      setresp: (state) => this.#setProtocol(state),
      set_repl: (state) => this.#setReplication(state),
      acl_check_cmd: (state) => this.#checkAcl(state),
      replicate_commands: (state) => {
        this.machine.api.lua_pushboolean(state, 1);
        return 1;
      },
      breakpoint: (state) => {
        this.machine.api.lua_pushboolean(state, 0);
        return 1;
      },
      debug: () => 0,
    };
  }

  /** Runs a command and pushes its reply. @returns the error it ended with, instead of a push */
  #call(state: State): string | undefined {
    const { running } = this;
    const refusal = running === undefined ? notInScript : this.#frame(state);
    if (running === undefined || refusal !== undefined) return refusal;
    const reply = this.#reply;
    reply.reset();
    reply.protocol = running.run.protocol;
    const error = running.host.runForScript(running.run, this.machine.bytes, this.#words, reply);
    if (error !== undefined) return asLatin1(error.message, error.encoding);
    if (reply.buffer[0] === MINUS) return reply.buffer.toString('latin1', 1, reply.length - 2);
    this.#toLua.push(state, reply.buffer, reply.length);
    if (reply.length > NUMBER_BYTES) this.machine.trimScratch();
    return undefined;
  }

  /** Makes a frame of the arguments, where they lie in Lua's memory. @returns what is wrong with them */
  #frame(state: State): string | undefined {
    const { api } = this.machine;
    const argc = api.lua_gettop(state);
    if (argc === 0) return 'ERR Please specify at least one argument for this redis lib call';
    if (this.#words.length <= argc * 2) this.#words = new Int32Array(argc * 4);
    this.#words[0] = argc;
    let numbers = 0;
    for (let i = 1; i <= argc; i++) {
      const type = api.lua_type(state, i);
      if (type === LUA_TYPE.string) {
        this.#words[i * 2 - 1] = this.machine.stringAddress(state, i);
        this.#words[i * 2] = this.machine.lastLength;
      } else if (type === LUA_TYPE.number) {
        this.#frameNumber(api.lua_tonumber(state, i), i, numbers++, argc);
      } else {
        return 'ERR Lua redis lib command arguments must be strings or integers';
      }
    }
    return undefined;
  }

  /** Writes a number where the command can read it. */
  #frameNumber(value: number, argument: number, nth: number, argc: number): void {
    const { machine } = this;
    if (this.#numbersMax < argc) {
      machine.api.free(this.#numbers);
      this.#numbersMax = argc;
      this.#numbers = machine.api.malloc(argc * NUMBER_BYTES);
      if (this.#numbers === 0) throw new LuaError('not enough memory', 'bare');
    }
    const at = this.#numbers + nth * NUMBER_BYTES;
    this.#words[argument * 2 - 1] = at;
    // What is no number has its sign set on the machines Redis runs on.
    this.#words[argument * 2] = machine.bytes.write(Number.isNaN(value) ? '-nan' : formatDouble(value), at, 'latin1');
  }

  #pushCaught(state: State, error: string): void {
    this.machine.pushErrorTable(state, error);
    this.machine.api.lua_pushboolean(state, 1);
    this.machine.setField(state, -2, 'ignore_error_stats_update');
  }

  #log(state: State): number {
    const { api } = this.machine;
    const argc = api.lua_gettop(state);
    if (argc < 2) throw new LuaError('ERR redis.log() requires two arguments or more.', 'table');
    if (api.lua_type(state, 1) !== LUA_TYPE.number) {
      throw new LuaError('ERR First argument must be a number (log level).', 'table');
    }
    const level = api.lua_tonumber(state, 1);
    if (level < 0 || level > 3) throw new LuaError('ERR Invalid debug level.', 'table');
    const parts: string[] = [];
    for (let i = 2; i <= argc; i++) {
      const part = this.machine.latin1At(state, i);
      if (part !== undefined) parts.push(part);
    }
    this.log(Math.trunc(level), parts.join(' '));
    return 0;
  }

  #sha1hex(state: State): number {
    if (this.machine.api.lua_gettop(state) !== 1) throw new LuaError('ERR wrong number of arguments', 'table');
    const bytes = this.machine.bytesAt(state, 1);
    this.machine.pushLatin1(state, sha1(bytes?.view() ?? Buffer.alloc(0)));
    return 1;
  }

  /** `{err=text}` or `{ok=text}`. */
  #singleField(state: State, field: 'err' | 'ok'): number {
    const { api } = this.machine;
    if (api.lua_gettop(state) !== 1 || !this.machine.isString(state, 1)) {
      this.machine.pushErrorTable(state, 'ERR wrong number or type of arguments');
      return 1;
    }
    const text = this.machine.latin1At(state, 1) ?? '';
    api.lua_createtable(state, 0, 1);
    this.machine.pushLatin1(state, field === 'err' ? errorText(text) : text);
    this.machine.setField(state, -2, field);
    return 1;
  }

  #setProtocol(state: State): number {
    const { api } = this.machine;
    if (api.lua_gettop(state) !== 1) throw new LuaError('ERR redis.setresp() requires one argument.', 'table');
    const version = Math.trunc(api.lua_tonumber(state, -1));
    if (version !== 2 && version !== 3) throw new LuaError('ERR RESP version must be 2 or 3.', 'table');
    if (this.running !== undefined) this.running.run.protocol = version;
    return 0;
  }

  /** Every write of a script is told, whatever it asks for. */
  #setReplication(state: State): number {
    const { api } = this.machine;
    if (api.lua_gettop(state) !== 1) throw new LuaError('ERR redis.set_repl() requires two arguments.', 'table');
    const flags = Math.trunc(api.lua_tonumber(state, -1));
    if (flags < 0 || flags > 3) {
      throw new LuaError('ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.', 'table');
    }
    return 0;
  }

  #checkAcl(state: State): number {
    const refusal = this.#frame(state);
    if (refusal !== undefined || this.running === undefined) throw new LuaError(refusal ?? notInScript, 'table');
    const allowed = this.running.host.mayRun(this.running.run, this.machine.bytes, this.#words);
    if (allowed === undefined) throw new LuaError('ERR Invalid command passed to redis.acl_check_cmd()', 'table');
    this.machine.api.lua_pushboolean(state, allowed ? 1 : 0);
    return 1;
  }
}

const notInScript = 'ERR redis.call/pcall can only be called inside a script invocation';

export function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** An error's text with a code: the first word when there are more, ERR otherwise. */
function errorText(text: string): string {
  const bare = (text.startsWith('-') ? text.slice(1) : text).replace(/[\r\n]+$/, '');
  return bare.includes(' ') ? bare : `ERR ${bare}`;
}

function asLatin1(message: string, encoding: 'utf8' | 'latin1'): string {
  return encoding === 'latin1' ? message : Buffer.from(message, 'utf8').toString('latin1');
}

/**
 * Scripts of EVAL: the cache of compiled ones, and running them on a Lua machine that is built when the first one comes.
 *
 * Limits: scripts that came by EVAL are forgotten when there are more than EVAL_SCRIPTS_MAX of them; those of SCRIPT LOAD
 * stay until SCRIPT FLUSH. The machine's memory is bounded, a script's time by `busy-reply-threshold` as long as it has
 * written nothing. One that has written runs on: half of its writes are worse than a server that waits, and stopping the
 * server is the only way out of it, as in Redis.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import type { Logger } from '../base/logger.js';
import type { Client } from '../client/client.js';
import type { Config } from '../config/config.js';
import { errorFor, errors, ReplyError } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { sha1 } from './redis-functions.js';
import { ScriptMachine } from './script-machine.js';
import type { ScriptFlags, ScriptHost, ScriptRun } from './script-run.js';
import { parseScript } from './shebang.js';

/** As in Redis 7.4: applications that put their data into the script's text must not fill the memory. */
const EVAL_SCRIPTS_MAX = 500;

export interface ScriptServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The Redis version scripts see. */
  readonly compatibleVersion: string;
  /** Whether memory is full now. */
  readonly isMemoryFull: () => boolean;
}

/** A call of a script by a client. */
export interface ScriptCall {
  readonly host: ScriptHost;
  readonly client: Client;
  readonly reply: ReplyWriter;
  readonly keys: readonly ByteSlice[];
  readonly args: readonly ByteSlice[];
  /** By a command that only reads. */
  readonly readOnly: boolean;
}

interface CachedScript {
  readonly sha: string;
  readonly source: string;
  readonly flags: ScriptFlags;
  readonly body: string;
  /** What the machine of this generation has compiled it to. */
  compiled: { readonly generation: number; readonly function: number } | undefined;
  /** Came by EVAL, and may be forgotten. */
  forgettable: boolean;
  /** Since it was last looked at for being forgotten. */
  used: boolean;
}

export class ScriptService {
  readonly #bySha = new Map<string, CachedScript>();
  /** The same, by their text: EVAL need not take a digest. */
  readonly #bySource = new Map<string, CachedScript>();
  #forgettable = 0;
  readonly #machine: ScriptMachine;

  constructor(private readonly options: ScriptServiceOptions) {
    this.#machine = new ScriptMachine(options);
  }

  /** Runs a script by its text. @throws ReplyError when it does not compile */
  evaluate(source: ByteSlice, call: ScriptCall): void {
    const text = source.latin1();
    const known = this.#bySource.get(text);
    if (known !== undefined) {
      known.used = true;
      this.#run(known, call);
      return;
    }
    const script = this.#add(text, true);
    this.#forgetOld();
    this.#run(script, call);
  }

  /** @throws ReplyError NOSCRIPT when the digest is of no script that is known */
  evaluateSha(sha: ByteSlice, call: ScriptCall): void {
    const script = this.#bySha.get(sha.latin1()) ?? this.#bySha.get(sha.latin1().toLowerCase());
    if (script === undefined) throw errors.noScript;
    script.used = true;
    this.#run(script, call);
  }

  /** Keeps a script until they are flushed. @returns its digest. @throws ReplyError when it does not compile */
  load(source: ByteSlice): string {
    const text = source.latin1();
    const script = this.#bySource.get(text) ?? this.#add(text, false);
    if (script.forgettable) {
      script.forgettable = false;
      this.#forgettable--;
    }
    return script.sha;
  }

  has(sha: string): boolean {
    return this.#bySha.has(sha.toLowerCase());
  }

  flush(): void {
    this.#bySha.clear();
    this.#bySource.clear();
    this.#forgettable = 0;
    this.#machine.discard();
  }

  get count(): number {
    return this.#bySha.size;
  }

  get memoryBytes(): number {
    return this.#machine.memoryBytes;
  }

  #add(source: string, forgettable: boolean): CachedScript {
    const parsed = parseScript(source);
    if (parsed instanceof ReplyError) throw parsed;
    const sha = sha1(Buffer.from(source, 'latin1'));
    const script: CachedScript = { sha, source, ...parsed, compiled: undefined, forgettable, used: true };
    this.#compiled(script);
    this.#bySha.set(sha, script);
    this.#bySource.set(source, script);
    if (forgettable) this.#forgettable++;
    return script;
  }

  /** The function of a script: compiled again when the machine is another one. */
  #compiled(script: CachedScript): number {
    const { generation } = this.#machine;
    if (script.compiled?.generation === generation) return script.compiled.function;
    const compiled = this.#machine.compile(script.body, '@user_script');
    if (typeof compiled === 'string') throw errorFor.scriptCompile(compiled);
    script.compiled = { generation: this.#machine.generation, function: compiled };
    return compiled;
  }

  #run(script: CachedScript, call: ScriptCall): void {
    const rules = checkCall(script.flags, call, this.options.isMemoryFull);
    this.#machine.run({ function: this.#compiled(script), name: script.sha, withGlobals: true }, call, rules);
  }

  /** Forgets those that came by EVAL first and were not used since they were last spared. */
  #forgetOld(): void {
    if (this.#forgettable <= EVAL_SCRIPTS_MAX) return;
    for (const script of this.#bySha.values()) {
      if (!script.forgettable) continue;
      this.#bySha.delete(script.sha);
      if (script.used) {
        script.used = false;
        this.#bySha.set(script.sha, script);
        continue;
      }
      this.#bySource.delete(script.source);
      this.#forgettable--;
      if (script.compiled !== undefined) this.#machine.release(script.compiled);
      return;
    }
  }
}

/**
 * The rules a script or function runs under.
 * @throws ReplyError when its flags do not allow the call
 */
export function checkCall(
  flags: ScriptFlags,
  { readOnly }: ScriptCall,
  isMemoryFull: () => boolean,
): Pick<ScriptRun, 'readOnly' | 'refusesMoreData'> {
  if (readOnly && flags.declared && !flags.noWrites) throw errors.scriptMayWrite;
  const isFull = !flags.allowOom && isMemoryFull();
  if (isFull && flags.declared && !flags.noWrites) throw errors.outOfMemory;
  return { readOnly: readOnly || flags.noWrites, refusesMoreData: isFull };
}

/** One run of a script or function: on whose behalf, under which rules, and what has become of it. */
import type { Client } from '../client/client.js';
import type { ReplyError } from '../errors.js';
import type { ProtocolVersion, ReplySink } from '../protocol/reply-writer.js';

/** What a script declares in its first line, or a function when it is registered. */
export interface ScriptFlags {
  readonly noWrites: boolean;
  readonly allowOom: boolean;
  readonly allowStale: boolean;
  readonly noCluster: boolean;
  readonly allowCrossSlotKeys: boolean;
  /** The flags are the script's own words; scripts without a shebang say nothing of themselves. */
  readonly declared: boolean;
}

export interface ScriptRun {
  /** Has the database and the user of who called; SELECT changes it for the rest of the run only. */
  readonly client: Client;
  readonly readOnly: boolean;
  /** Memory was full when it began, and that matters to it. */
  readonly refusesMoreData: boolean;
  /** What `redis.setresp` has asked for. */
  protocol: ProtocolVersion;
  /** A writing command has run. */
  wrote: boolean;
}

/** The executor, as scripts see it. */
export interface ScriptHost {
  /**
   * Runs a command of a script.
   * @param words its frame: argc, then offset and length of each argument in `buffer`
   * @returns why it may not run; undefined when it ran and its reply, maybe an error, is written
   */
  runForScript(run: ScriptRun, buffer: Buffer, words: Int32Array, reply: ReplySink): ReplyError | undefined;
  /** Whether the script's user may run a command; undefined when there is no such command. */
  mayRun(run: ScriptRun, buffer: Buffer, words: Int32Array): boolean | undefined;
}

/** The commands a script runs: each passes the checks that hold inside a script, with errors of their own. */
import type { Client } from '../../client/client.js';
import { errors, ReplyError } from '../../errors.js';
import type { ReplySink } from '../../protocol/reply-writer.js';
import type { ScriptHost, ScriptRun } from '../../scripting/script-run.js';
import { denialErrorInScript, noteDenial } from '../access-guard.js';
import type { CommandEntry, Later, ServerFacilities } from '../command.js';
import { denialOfFrame, takesArguments } from './checks.js';
import { frameSlices } from './frame.js';
import { lookUp } from './look-up.js';

/** Runs a command of a script that has passed its checks. */
type RunCommand = (
  client: Client,
  entry: CommandEntry,
  buffer: Buffer,
  words: Int32Array,
  writer: ReplySink,
) => Later | undefined;

export class ScriptCommands implements ScriptHost {
  constructor(
    private readonly server: ServerFacilities,
    private readonly runCommand: RunCommand,
  ) {}

  runForScript(run: ScriptRun, buffer: Buffer, words: Int32Array, writer: ReplySink): ReplyError | undefined {
    const entry = lookUp(this.server.commands, buffer, words, 0);
    if (entry instanceof ReplyError) return errors.scriptUnknownCommand;
    const refusal = this.#refusal(run, entry, buffer, words);
    if (refusal !== undefined) return refusal;
    if (entry.flags.includes('write')) run.wrote = true;
    const later = this.runCommand(run.client, entry, buffer, words, writer);
    if (later !== undefined) throw new Error(`${entry.name} cannot finish later inside a script`);
    return undefined;
  }

  #refusal(run: ScriptRun, entry: CommandEntry, buffer: Buffer, words: Int32Array): ReplyError | undefined {
    if (!takesArguments(entry, words[0] ?? 0)) return errors.scriptArity;
    if (entry.flags.includes('noscript')) return errors.scriptForbidden;
    const denial = denialOfFrame(run.client, entry, buffer, words, 0);
    if (denial !== undefined) {
      noteDenial(this.server, run.client, entry, frameSlices(buffer, words, 0), denial, 'lua');
      return denialErrorInScript(denial);
    }
    if (run.readOnly && entry.flags.includes('write')) return errors.scriptReadOnly;
    if (run.refusesMoreData && !run.wrote && entry.flags.includes('denyoom')) return errors.outOfMemory;
    return undefined;
  }

  mayRun(run: ScriptRun, buffer: Buffer, words: Int32Array): boolean | undefined {
    const entry = lookUp(this.server.commands, buffer, words, 0);
    if (entry instanceof ReplyError) return undefined;
    return denialOfFrame(run.client, entry, buffer, words, 0) === undefined;
  }
}

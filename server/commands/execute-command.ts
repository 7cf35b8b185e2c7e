/**
 * From a framed command to its reply: the checklist every command of a client passes. Each question is answered by the entry's
 * metadata; a command that must be treated differently says so with a flag.
 *
 * The rooms, in the order a command comes through them (execution/):
 *
 * - look-up.ts: which entry the frame names (frame.ts is how a command lies in its bytes);
 * - checks.ts: whether this client may run it now;
 * - queued-commands.ts: between MULTI and EXEC it is queued, and run by EXEC; script-commands.ts: the same for scripts;
 * - command-runner.ts: runs it, in the one context of all commands (running-context.ts); lets it wait, or reply later;
 * - onlookers.ts, command-done.ts, command-timer.ts: who is told of it, what is done because of it, how long it took;
 * - error-replies.ts: what a refusal or failure becomes.
 *
 * This is the hot path (docs/decisions/0004-executor-hot-path.md): a frame is passed on as buffer, words and base, so
 * that nothing is made per command.
 */
import type { Denial } from '../acl/request.js';
import type { Client } from '../client/client.js';
import { errorFor, ReplyError } from '../errors.js';
import type { ReplySink } from '../protocol/reply-writer.js';
import { denialError, noteDenial } from './access-guard.js';
import type { CommandEntry, Later, ServerFacilities, WriteReply } from './command.js';
import { mayWrite, refusalOf } from './execution/checks.js';
import { CommandRunner } from './execution/command-runner.js';
import { CommandTimer } from './execution/command-timer.js';
import { ErrorReplies, type FailureSink } from './execution/error-replies.js';
import { copyFrame, frameSlices } from './execution/frame.js';
import { KeyWarmer } from './execution/key-warmer.js';
import { lookUp } from './execution/look-up.js';
import { enqueue } from './execution/queued-commands.js';

export class Executor {
  readonly #timer: CommandTimer;
  readonly #errorReplies: ErrorReplies;
  readonly #runner: CommandRunner;
  readonly #keyWarmer = new KeyWarmer();

  constructor(
    private readonly server: ServerFacilities,
    onFailure: FailureSink,
  ) {
    this.#timer = new CommandTimer(server);
    this.#errorReplies = new ErrorReplies(server.stats, onFailure);
    this.#runner = new CommandRunner(server, this.#timer, this.#errorReplies);
  }

  /** What the commands that follow take for now: commands that came together run at one time. */
  lookAtClock(): void {
    this.#timer.settle();
    this.server.keyspace.shared.nowMs = this.server.clock.nowMs();
    this.#timer.look();
  }

  /**
   * As `lookAtClock`, for commands that came together. Until `endBatch`, quick ones may be timed together.
   * @param words frames one after another, each behind the id of its connection
   */
  beginBatch(buffer: Buffer, words: Int32Array, length: number): void {
    this.lookAtClock();
    // Their database is taken for the one that the last command of all had.
    const database = this.server.keyspace.database(this.#runner.lastDb);
    this.#keyWarmer.warm(database, buffer, words, length);
    this.#timer.beginBatch();
  }

  endBatch(): void {
    this.#timer.endBatch();
  }

  /** Whether CLIENT PAUSE holds a command back. One that would be refused is not: its error comes at once. */
  postpones(client: Client, buffer: Buffer, words: Int32Array, base: number): boolean {
    const mode = this.server.pause.modeAt(this.server.keyspace.shared.nowMs);
    if (mode === undefined) return false;
    const entry = lookUp(this.server.commands, buffer, words, base);
    if (entry instanceof ReplyError || refusalOf(this.server, client, entry, buffer, words, base) !== undefined) {
      return false;
    }
    return mode === 'all' || mayWrite(this.server, client, entry);
  }

  /**
   * Runs one command of a client and writes its reply.
   * @param words frame at `base`: argc, then offset and length of each argument in `buffer`
   * @returns a promise when the reply comes later: it never rejects, and what it answers is handed to `finish`; until
   *   then nothing else of this client may run
   */
  execute(client: Client, buffer: Buffer, words: Int32Array, base: number, writer: ReplySink): Later | undefined {
    const replyAt = writer.length;
    writer.protocol = client.protocol;
    this.server.stats.commandsProcessed++;
    client.lastInteractionMs = this.server.keyspace.shared.nowMs;
    const later = this.#checkAndRun(client, buffer, words, base, writer);
    if (later === undefined) this.#afterReply(client, writer, replyAt);
    return later;
  }

  /** Writes a reply that came later. */
  finish(client: Client, write: WriteReply, writer: ReplySink): void {
    const replyAt = writer.length;
    writer.protocol = client.protocol;
    this.lookAtClock();
    write(writer);
    this.#afterReply(client, writer, replyAt);
  }

  /** CLIENT REPLY: drops what the client does not want to hear. */
  #afterReply(client: Client, writer: ReplySink, replyAt: number): void {
    if (client.replyMode === 'on') return;
    if (client.replyMode === 'skip-next') client.replyMode = 'skip';
    else if (client.replyMode === 'skip') client.replyMode = 'on';
    writer.truncate(replyAt);
  }

  #checkAndRun(client: Client, buffer: Buffer, words: Int32Array, base: number, writer: ReplySink): Later | undefined {
    const entry = lookUp(this.server.commands, buffer, words, base);
    if (entry instanceof ReplyError) {
      this.#refuse(client, undefined, entry, writer);
      return undefined;
    }
    const replyAt = writer.length;
    try {
      const refusal = refusalOf(this.server, client, entry, buffer, words, base);
      if (refusal !== undefined) {
        const isDenial = !(refusal instanceof ReplyError);
        if (isDenial) this.#noteDenial(client, entry, buffer, words, base, refusal);
        this.#refuse(client, entry, isDenial ? denialError(refusal, entry) : refusal, writer);
        return undefined;
      }
      client.lastCommand = entry.fullName;
      const later = this.#queueOrRun(client, entry, buffer, words, base, writer);
      if (client.tracking?.caching && !client.transaction?.open && !entry.sparesCaching)
        client.tracking.caching = false;
      return later;
    } catch (failure) {
      // Not the command, whose failures the runner catches, but something around it.
      writer.truncate(replyAt);
      this.#errorReplies.failed(entry, writer, failure);
      return undefined;
    }
  }

  #queueOrRun(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    writer: ReplySink,
  ): Later | undefined {
    if (client.transaction?.open && entry.queueable !== false) {
      enqueue(this.server, client, client.transaction, copyFrame(buffer, words, base), writer);
      return undefined;
    }
    return this.#runner.run(this.#runner.desk, client, entry, buffer, words, base, writer);
  }

  #noteDenial(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    denial: Denial,
  ): void {
    const context = client.transaction?.open ? 'multi' : 'toplevel';
    noteDenial(this.server, client, entry, frameSlices(buffer, words, base), denial, context);
  }

  /** Answers a command that does not run. Its time is nobody's: not of those before it, nor of the next. */
  #refuse(client: Client, entry: CommandEntry | undefined, refusal: ReplyError, writer: ReplySink): void {
    this.#timer.settle();
    this.#answerRefused(client, entry, refusal, writer);
    this.#timer.look();
  }

  #answerRefused(client: Client, entry: CommandEntry | undefined, refusal: ReplyError, writer: ReplySink): void {
    if (entry !== undefined) {
      entry.rejectedCalls++;
      if (entry.endsTransaction) {
        client.transaction?.end();
        this.#errorReplies.write(writer, errorFor.execAborted(refusal));
        return;
      }
    }
    if (client.transaction?.open) client.transaction.aborted = true;
    else if (client.tracking?.caching && !entry?.sparesCaching) client.tracking.caching = false;
    this.#errorReplies.write(writer, refusal);
  }
}

/**
 * Runs one command that has passed its checks, and what belongs to it until its reply is written: its effect, its time, who
 * is told of it. A failure becomes its reply. Its reply may come later: it goes on beside this thread (`#goOn`), or it waits
 * for keys (`#park`, see ../wait.ts).
 *
 * Commands run inside others, those of a script and of a transaction: they are part of the command around them, which is done
 * after the last of them, and none of them may reply later.
 */
import { assert } from '../../base/assert.js';
import type { ByteSlice } from '../../base/byte-slice.js';
import type { Client } from '../../client/client.js';
import type { QueuedCommand } from '../../client/transaction.js';
import { errors } from '../../errors.js';
import { ReplyTape } from '../../protocol/reply-tape.js';
import type { ReplySink } from '../../protocol/reply-writer.js';
import { ArgumentParser } from '../argument-parser.js';
import type { CommandEntry, Later, ServerFacilities, WriteReply } from '../command.js';
import { Wait } from '../wait.js';
import { commandDone } from './command-done.js';
import type { CommandTimer } from './command-timer.js';
import type { ErrorReplies } from './error-replies.js';
import { copyFrame, frameOf } from './frame.js';
import { noteReading, showToMonitors } from './onlookers.js';
import { runQueued } from './queued-commands.js';
import { RunningContext } from './running-context.js';
import { ScriptCommands } from './script-commands.js';

/** What one command needs while it runs. */
interface Desk {
  readonly context: RunningContext;
  readonly args: ArgumentParser;
}

export class CommandRunner {
  readonly desk: Desk;
  /** Of the commands a script runs: the script's own desk is taken meanwhile. */
  readonly #scriptDesk: Desk;

  constructor(
    private readonly server: ServerFacilities,
    private readonly timer: CommandTimer,
    private readonly errorReplies: ErrorReplies,
  ) {
    const scriptHost = new ScriptCommands(server, (client, entry, buffer, words, writer) =>
      this.run(this.#scriptDesk, client, entry, buffer, words, 0, writer),
    );
    const desk = (): Desk => ({
      args: new ArgumentParser(server.keyspace.count),
      context: new RunningContext(server, scriptHost, (client, writer) => this.#runQueued(client, writer)),
    });
    this.desk = desk();
    this.#scriptDesk = desk();
    this.#scriptDesk.context.mayFinishLater = false;
    this.#scriptDesk.context.inScript = true;
  }

  /** The database of the command that ran last. */
  get lastDb(): number {
    return this.desk.context.lastDb;
  }

  /**
   * @param desk the clients' one, of the commands of a transaction as well; a script has its own
   * @returns see `Executor.execute`
   */
  run(
    desk: Desk,
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    writer: ReplySink,
  ): Later | undefined {
    this.timer.begin(entry);
    const startUs = this.timer.lookedAtUs;
    entry.calls++;
    this.#begin(desk, client, writer);
    if (entry.runsOthers) this.#showToMonitors(desk, entry, buffer, words, base);
    const outcome = this.#attempt(desk, entry, buffer, words, base, writer);
    this.#show(desk, entry, buffer, words, base);
    if (outcome instanceof Promise) return this.#goOn(client, entry, outcome, copyFrame(buffer, words, base), startUs);
    const isOutermost = desk.context.mayFinishLater;
    let later: Later | undefined;
    if (outcome !== undefined) {
      const { notHere, timedOut } = outcome.options;
      if (isOutermost) later = this.#park(client, entry, outcome, copyFrame(buffer, words, base));
      else (notHere ?? timedOut)(writer);
    }
    if (isOutermost) commandDone(this.server);
    this.timer.done(client, entry, buffer, words, base, startUs);
    return later;
  }

  /** Whose command runs from here on. @param wokenBy see `RunningContext.begin` */
  #begin(desk: Desk, client: Client, writer: ReplySink, wokenBy?: ByteSlice): void {
    desk.context.begin(client, writer, wokenBy);
    const caller = this.desk.context.client;
    this.server.tracking.author = caller;
    this.server.keyspace.shared.leavesNoTrace = caller.noTouch;
  }

  /** Runs a command in the context that has begun; a failure becomes its reply. */
  #attempt(
    { context, args }: Desk,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    writer: ReplySink,
  ): Later | Wait | undefined {
    const replyAt = writer.length;
    args.reset(buffer, words, base, entry.nameArguments, entry.fullName);
    try {
      const outcome = entry.execute(context, args);
      if (outcome !== undefined && outcome instanceof Promise) {
        assert(!entry.flags.includes('write'), `${entry.name} writes: its effect must be told before others run`);
        return outcome;
      }
      context.emitEffects(entry, buffer, words, base);
      return outcome ?? undefined;
    } catch (failure) {
      writer.truncate(replyAt);
      this.errorReplies.failed(entry, writer, failure);
      return undefined;
    }
  }

  /** Tells of a command that has run: to who tracks what it read, and to monitors. */
  #show(desk: Desk, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    // A script reads on behalf of who called it.
    const caller = this.desk.context.client;
    if (caller.tracking !== undefined) noteReading(this.server, caller, entry, buffer, words, base);
    if (this.server.monitors.isEmpty || entry.flags.includes('skip_monitor')) return;
    this.#showToMonitors(desk, entry, buffer, words, base);
  }

  #showToMonitors(desk: Desk, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    if (this.server.monitors.isEmpty) return;
    const { client } = desk.context;
    const source = desk === this.#scriptDesk ? 'lua' : client.address;
    showToMonitors(this.server, source, client.db, entry, buffer, words, base);
  }

  /** A command goes on beside this thread: what is to be done when its answer is there. @param frame a copy */
  #goOn(client: Client, entry: CommandEntry, answer: Later, frame: QueuedCommand, startUs: number): Later {
    this.timer.settle();
    this.timer.look();
    const finish =
      (write: WriteReply): WriteReply =>
      (reply) => {
        this.#begin(this.desk, client, reply);
        this.errorReplies.guard(entry, (sink) => {
          write(sink);
          commandDone(this.server);
        })(reply);
        this.timer.done(client, entry, frame.buffer, frame.words, 0, startUs);
      };
    return answer.then(finish, (failure) =>
      finish(() => {
        throw failure;
      }),
    );
  }

  /** Lets a command wait for its keys. @param frame a copy of the command as it came */
  #park(client: Client, entry: CommandEntry, { options }: Wait, frame: QueuedCommand): Later {
    const { blocked, keyspace } = this.server;
    const again = options.insteadOf === undefined ? frame : frameOf(options.insteadOf);
    return new Promise((resolve) => {
      blocked.park({
        client,
        db: client.db,
        keys: options.keys.map((key) => key.latin1()),
        typeName: options.typeName,
        wakesWhenLost: options.wakesWhenLost ?? false,
        deadlineMs: options.timeoutMs === 0 ? undefined : keyspace.shared.nowMs + options.timeoutMs,
        retry: (key) => this.#retry(client, entry, again, key, resolve),
        giveUp: (reason) =>
          resolve(
            this.errorReplies.guard(entry, (reply) => {
              if (reason === 'error') throw errors.unblocked;
              options.timedOut(reply);
            }),
          ),
      });
    });
  }

  /** Runs a parked command again for a key that is ready. @returns whether it is done, and its reply on its way */
  #retry(
    client: Client,
    entry: CommandEntry,
    { buffer, words }: QueuedCommand,
    key: ByteSlice,
    resolve: (write: WriteReply) => void,
  ): boolean {
    const tape = new ReplyTape(client.protocol);
    this.#begin(this.desk, client, tape, key);
    const outcome = this.#attempt(this.desk, entry, buffer, words, 0, tape);
    this.server.keyspace.events.commandDone();
    if (outcome instanceof Wait) return false;
    resolve(this.errorReplies.guard(entry, (reply) => tape.replay(reply)));
    return true;
  }

  #runQueued(client: Client, writer: ReplySink): void {
    const { context } = this.desk;
    context.mayFinishLater = false;
    try {
      runQueued(this.server, this.errorReplies, client, writer, (entry, buffer, words) =>
        this.run(this.desk, client, entry, buffer, words, 0, writer),
      );
    } finally {
      context.mayFinishLater = true;
    }
  }
}

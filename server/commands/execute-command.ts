/**
 * From a framed command to its reply: the checklist every command passes. Each question is answered by the entry's
 * metadata; a command that must be treated differently says so with a flag.
 */
import type { Denial } from '../acl/request.js';
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import { Histogram } from '../base/histogram.js';
import type { Client } from '../client/client.js';
import type { QueuedCommand, Transaction } from '../client/transaction.js';
import { cText, errorFor, errors, ReplyError } from '../errors.js';
import { type Database, WARMED_MAX } from '../keyspace/database.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import { ReplyTape } from '../protocol/reply-tape.js';
import type { ReplySink, ReplyWriter } from '../protocol/reply-writer.js';
import type { ScriptHost, ScriptRun } from '../scripting/script-run.js';
import { denialError, denialErrorInScript, denialErrorInTransaction, denialOf, noteDenial } from './access-guard.js';
import { accessRequest } from './access-request.js';
import { ArgumentParser } from './argument-parser.js';
import type { CommandEntry, Context, Later, ServerFacilities, WriteReply } from './command.js';
import { keysOf } from './command-keys.js';
import { Wait } from './wait.js';

const QUOTED_ARGS_BYTES_MAX = 128;

/** Longer first arguments are scripts rather than keys. */
const WARMED_KEY_BYTES_MAX = 64;
/** Commands of one kind that are timed together at most, when they came together, one after the other. */
const TIMED_TOGETHER_MAX = 16;
/** A command that takes longer on average is timed by itself. */
const TIMED_TOGETHER_AVERAGE_US_MAX = 20;
/** Who wants to know of durations as short as this gets every command timed by itself. */
const TIMED_TOGETHER_NOTEWORTHY_US_MIN = 1000;

/** Where unexpected failures go: a bug of ours, told with the command's name and never its arguments. */
export type FailureSink = (commandName: string, failure: unknown) => void;

/** The last of the commands that have run since the clock was looked at. */
interface Untimed {
  client: Client | undefined;
  entry: CommandEntry | undefined;
  buffer: Buffer;
  words: Int32Array;
  base: number;
}

const NO_BYTES = Buffer.alloc(0);
const NO_WORDS = new Int32Array(0);

/** What one command needs while it runs. */
interface Desk {
  readonly context: RunningContext;
  readonly args: ArgumentParser;
}

export class Executor implements ScriptHost {
  readonly #desk: Desk;
  /** Of the commands a script runs: the script's own desk is taken meanwhile. */
  readonly #scriptDesk: Desk;
  /** When the clock was looked at last, which is when a command was done: the next one starts then. */
  #clockUs = 0;
  /**
   * Commands that have run since, all of one kind: a look at the clock costs as much as a good part of a quick command. They
   * share the time until the next look evenly.
   */
  readonly #untimed: Untimed = { client: undefined, entry: undefined, buffer: NO_BYTES, words: NO_WORDS, base: 0 };
  #untimedCount = 0;
  #inBatch = false;
  readonly #keyPlaces = new Int32Array(2 * WARMED_MAX);
  /** How long a command takes at least that somebody wants to know of. */
  #noteworthyUs = Number.POSITIVE_INFINITY;
  #recordsLatencies = false;

  constructor(
    private readonly server: ServerFacilities,
    private readonly onFailure: FailureSink,
  ) {
    const desk = (): Desk => ({
      args: new ArgumentParser(server.keyspace.count),
      context: new RunningContext(server, this, (client, writer) => this.#runQueued(client, writer)),
    });
    this.#desk = desk();
    this.#scriptDesk = desk();
    this.#scriptDesk.context.mayFinishLater = false;
    this.#scriptDesk.context.inScript = true;
    this.#readSettings();
    server.config.onChange(() => this.#readSettings());
  }

  #readSettings(): void {
    const { config } = this.server;
    const slowUs = config.get('slowlog-log-slower-than');
    const latencyMs = config.get('latency-monitor-threshold');
    const bounds = [slowUs < 0 ? [] : slowUs, latencyMs === 0 ? [] : latencyMs * 1000].flat();
    this.#noteworthyUs = Math.min(Number.POSITIVE_INFINITY, ...bounds);
    this.#recordsLatencies = config.get('latency-tracking');
  }

  /** What the commands that follow take for now: commands that came together run at one time. */
  lookAtClock(): void {
    this.#timeTogether();
    this.server.keyspace.shared.nowMs = this.server.clock.nowMs();
    this.#clockUs = this.server.clock.monotonicUs();
  }

  /**
   * As `lookAtClock`, for commands that came together. Until `endBatch`, quick ones may be timed together.
   * @param words frames one after another, each behind the id of its connection
   */
  beginBatch(buffer: Buffer, words: Int32Array, length: number): void {
    this.lookAtClock();
    this.#warmKeys(buffer, words, length);
    this.#inBatch = this.#noteworthyUs >= TIMED_TOGETHER_NOTEWORTHY_US_MIN;
  }

  /**
   * Looks ahead at the keys of a batch. A guess costs little and is only that: the key is taken for the first argument, and its
   * database for the one that the last command of all had.
   */
  #warmKeys(buffer: Buffer, words: Int32Array, length: number): void {
    const database = this.server.keyspace.database(this.#desk.context.lastDb);
    const places = this.#keyPlaces;
    let count = 0;
    for (let at = 0; at < length; ) {
      const argc = words[at + 1] ?? 0;
      const keyBytes = argc < 2 ? 0 : (words[at + 5] ?? 0);
      if (keyBytes > 0 && keyBytes <= WARMED_KEY_BYTES_MAX) {
        places[2 * count] = words[at + 4] ?? 0;
        places[2 * count + 1] = keyBytes;
        count++;
      }
      at += 2 + argc * 2;
      if (count < WARMED_MAX && at < length) continue;
      // One key alone would be waited for all the same.
      if (count > 1) database.warm(buffer, places, count);
      count = 0;
    }
  }

  endBatch(): void {
    this.#timeTogether();
    this.#inBatch = false;
  }

  /** Whether CLIENT PAUSE holds a command back. One that would be refused is not: its error comes at once. */
  postpones(client: Client, buffer: Buffer, words: Int32Array, base: number): boolean {
    const mode = this.server.pause.modeAt(this.server.keyspace.shared.nowMs);
    if (mode === undefined) return false;
    const entry = this.#lookup(buffer, words, base);
    if (entry instanceof ReplyError || this.#refusal(client, entry, buffer, words, base) !== undefined) return false;
    return mode === 'all' || this.#mayWrite(client, entry);
  }

  #mayWrite(client: Client, entry: CommandEntry): boolean {
    if (entry.flags.includes('write') || entry.mayReplicate) return true;
    if (!entry.endsTransaction) return false;
    return (client.transaction?.queued ?? []).some(({ buffer, words }) => {
      const queued = this.#lookup(buffer, words, 0);
      return !(queued instanceof ReplyError) && (queued.flags.includes('write') || queued.mayReplicate);
    });
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

  /** A command or transaction is over: what it wrote is indexed, and whoever waited for it is served now. */
  #commandDone(): void {
    const { keyspace, blocked } = this.server;
    keyspace.events.commandDone();
    if (blocked.hasReady) blocked.serve();
  }

  /** CLIENT REPLY: drops what the client does not want to hear. */
  #afterReply(client: Client, writer: ReplySink, replyAt: number): void {
    if (client.replyMode === 'on') return;
    if (client.replyMode === 'skip-next') client.replyMode = 'skip';
    else if (client.replyMode === 'skip') client.replyMode = 'on';
    writer.truncate(replyAt);
  }

  #checkAndRun(client: Client, buffer: Buffer, words: Int32Array, base: number, writer: ReplySink): Later | undefined {
    const entry = this.#lookup(buffer, words, base);
    if (entry instanceof ReplyError) {
      this.#refuse(client, undefined, entry, writer);
      return undefined;
    }
    const replyAt = writer.length;
    try {
      const refusal = this.#refusal(client, entry, buffer, words, base);
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
      // Not the command, whose failures `#attempt` catches, but something around it.
      writer.truncate(replyAt);
      this.#failed(entry, writer, failure);
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
      this.#enqueue(client, client.transaction, copyFrame(buffer, words, base), writer);
      return undefined;
    }
    return this.#run(this.#desk, client, entry, buffer, words, base, writer);
  }

  /** A client that queues more than one command may have is closed without a word. */
  #enqueue(client: Client, transaction: Transaction, command: QueuedCommand, writer: ReplySink): void {
    transaction.enqueue(command);
    if (transaction.queuedBytes <= this.server.config.get('client-query-buffer-limit')) {
      writer.simple('QUEUED');
      return;
    }
    transaction.end();
    client.close('now');
  }

  runForScript(run: ScriptRun, buffer: Buffer, words: Int32Array, writer: ReplySink): ReplyError | undefined {
    const entry = this.#lookup(buffer, words, 0);
    if (entry instanceof ReplyError) return errors.scriptUnknownCommand;
    const argc = words[0] ?? 0;
    if (entry.arity > 0 ? argc !== entry.arity : argc < -entry.arity) return errors.scriptArity;
    if (entry.flags.includes('noscript')) return errors.scriptForbidden;
    const denial = this.#denial(run.client, entry, buffer, words, 0);
    if (denial !== undefined) {
      noteDenial(this.server, run.client, entry, frameSlices(buffer, words, 0), denial, 'lua');
      return denialErrorInScript(denial);
    }
    const writes = entry.flags.includes('write');
    if (writes && run.readOnly) return errors.scriptReadOnly;
    if (run.refusesMoreData && !run.wrote && entry.flags.includes('denyoom')) return errors.outOfMemory;
    if (writes) run.wrote = true;
    const later = this.#run(this.#scriptDesk, run.client, entry, buffer, words, 0, writer);
    if (later !== undefined) throw new Error(`${entry.name} cannot finish later inside a script`);
    return undefined;
  }

  mayRun(run: ScriptRun, buffer: Buffer, words: Int32Array): boolean | undefined {
    const entry = this.#lookup(buffer, words, 0);
    if (entry instanceof ReplyError) return undefined;
    return this.#denial(run.client, entry, buffer, words, 0) === undefined;
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

  #denial(client: Client, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): Denial | undefined {
    return denialOf(client, entry, () => frameSlices(buffer, words, base));
  }

  /** Answers a command that does not run. Its time is nobody's: not of those before it, nor of the next. */
  #refuse(client: Client, entry: CommandEntry | undefined, refusal: ReplyError, writer: ReplySink): void {
    this.#timeTogether();
    this.#answerRefused(client, entry, refusal, writer);
    this.#clockUs = this.server.clock.monotonicUs();
  }

  #answerRefused(client: Client, entry: CommandEntry | undefined, refusal: ReplyError, writer: ReplySink): void {
    if (entry !== undefined) {
      entry.rejectedCalls++;
      if (entry.endsTransaction) {
        client.transaction?.end();
        this.#writeError(writer, errorFor.execAborted(refusal));
        return;
      }
    }
    if (client.transaction?.open) client.transaction.aborted = true;
    else if (client.tracking?.caching && !entry?.sparesCaching) client.tracking.caching = false;
    this.#writeError(writer, refusal);
  }

  /** The command or subcommand a frame names, or why there is none. */
  #lookup(buffer: Buffer, words: Int32Array, base: number): CommandEntry | ReplyError {
    const start = words[base + 1] ?? 0;
    const entry = this.server.commands.find(buffer, start, start + (words[base + 2] ?? 0));
    if (entry === undefined) return unknownCommand(buffer, words, base);
    if (entry.subcommands === undefined || (words[base] ?? 0) < 2) return entry;
    const subStart = words[base + 3] ?? 0;
    const subName = buffer.toString('latin1', subStart, subStart + (words[base + 4] ?? 0));
    return (
      entry.subcommands.get(subName.toUpperCase()) ??
      errorFor.unknownSubcommand(entry.name, subName.slice(0, QUOTED_ARGS_BYTES_MAX))
    );
  }

  /** The checks between lookup and run, in Redis's order. */
  #refusal(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
  ): ReplyError | Denial | undefined {
    const argc = words[base] ?? 0;
    if (entry.arity > 0 ? argc !== entry.arity : argc < -entry.arity) return errorFor.wrongArity(entry.fullName);
    if (!client.authenticated && !entry.flags.includes('no_auth') && !this.server.access.defaultUser.isOpen) {
      return errors.authRequired;
    }
    if (client.transaction?.open && entry.flags.includes('no_multi')) return errors.notInTransaction;
    const denial = this.#denial(client, entry, buffer, words, base);
    if (denial !== undefined) return denial;
    if (this.server.memory.isFull && !this.#makeRoom() && this.#addsData(client, entry)) {
      return errors.outOfMemory;
    }
    if (client.monitors && (entry.flags.includes('write') || entry.flags.includes('readonly') || entry.mayReplicate)) {
      return errors.monitorKeyspace;
    }
    if (client.subscriptions !== undefined && client.protocol === 2 && entry.inSubscriberMode === undefined) {
      return errorFor.subscriberMode(entry.fullName);
    }
    return undefined;
  }

  /** Evicts as long as memory is full. @returns whether it is not any more */
  #makeRoom(): boolean {
    const madeRoom = this.server.evictor.makeRoom();
    this.#commandDone();
    return madeRoom;
  }

  /** Whether a command may take memory: by its flag, by being queued, or by running what was queued. */
  #addsData(client: Client, entry: CommandEntry): boolean {
    if (entry.flags.includes('denyoom')) return true;
    const { transaction } = client;
    if (!transaction?.open) return false;
    if (!entry.endsTransaction) return entry.queueable !== false;
    return transaction.queued.some(({ buffer, words }) => {
      const queued = this.#lookup(buffer, words, 0);
      return !(queued instanceof ReplyError) && queued.flags.includes('denyoom');
    });
  }

  #run(
    desk: Desk,
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    writer: ReplySink,
  ): Later | undefined {
    if (this.#untimedCount > 0 && this.#untimed.entry !== entry) this.#timeTogether();
    entry.calls++;
    const startUs = this.#clockUs;
    this.#begin(desk, client, writer);
    if (entry.runsOthers) this.#showToMonitors(desk, entry, buffer, words, base);
    const outcome = this.#attempt(desk, entry, buffer, words, base, writer);
    this.#show(desk, entry, buffer, words, base);
    if (outcome instanceof Promise) return this.#runOn(client, entry, outcome, copyFrame(buffer, words, base), startUs);
    const isOutermost = desk.context.mayFinishLater;
    let later: Later | undefined;
    if (outcome !== undefined) {
      const { notHere, timedOut } = outcome.options;
      if (isOutermost) later = this.#park(client, entry, outcome, copyFrame(buffer, words, base));
      else (notHere ?? timedOut)(writer);
    }
    if (isOutermost) this.#commandDone();
    this.#noteDuration(client, entry, buffer, words, base, startUs);
    return later;
  }

  /** A command goes on beside this thread: what is to be done when its answer is there. @param frame a copy */
  #runOn(client: Client, entry: CommandEntry, answer: Later, frame: QueuedCommand, startUs: number): Later {
    this.#timeTogether();
    this.#clockUs = this.server.clock.monotonicUs();
    const finish =
      (write: WriteReply): WriteReply =>
      (reply) => {
        this.#begin(this.#desk, client, reply);
        this.#guard(entry, (sink) => {
          write(sink);
          this.#commandDone();
        })(reply);
        this.#noteDuration(client, entry, frame.buffer, frame.words, 0, startUs);
      };
    return answer.then(finish, (failure) =>
      finish(() => {
        throw failure;
      }),
    );
  }

  /** Writes a reply, or an error if that fails. */
  #guard(entry: CommandEntry, write: WriteReply): WriteReply {
    return (reply) => {
      const replyAt = reply.length;
      try {
        write(reply);
      } catch (failure) {
        reply.truncate(replyAt);
        this.#failed(entry, reply, failure);
      }
    };
  }

  /** Whose command runs from here on. @param wokenBy see `RunningContext.begin` */
  #begin(desk: Desk, client: Client, writer: ReplySink, wokenBy?: ByteSlice): void {
    desk.context.begin(client, writer, wokenBy);
    const caller = this.#desk.context.client;
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
      this.#failed(entry, writer, failure);
      return undefined;
    }
  }

  /** Notes how long a command took, with what came of it: now, or together with others like it. */
  #noteDuration(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    startUs: number,
  ): void {
    if (this.#inBatch && isTimedTogether(entry, words[base] ?? 0)) {
      this.#putOffTiming(client, entry, buffer, words, base);
      return;
    }
    // Of the commands of a script or a transaction some may still be untimed.
    this.#timeTogether();
    this.#clockUs = this.server.clock.monotonicUs();
    this.#time(client, entry, buffer, words, base, this.#clockUs - startUs, 1);
  }

  /** Tells of a command that has run: to who tracks what it read, and to monitors. */
  #show(desk: Desk, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    // A script reads on behalf of who called it.
    const caller = this.#desk.context.client;
    if (caller.tracking !== undefined && entry.keys !== undefined && entry.flags.includes('readonly')) {
      const { tracking } = this.server;
      if (!entry.runsOthers) tracking.remember(caller, keysOf(entry.keys, frameSlices(buffer, words, base)));
    }
    if (this.server.monitors.isEmpty || entry.flags.includes('skip_monitor')) return;
    this.#showToMonitors(desk, entry, buffer, words, base);
  }

  #putOffTiming(client: Client, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    const last = this.#untimed;
    last.client = client;
    last.entry = entry;
    last.buffer = buffer;
    last.words = words;
    last.base = base;
    if (++this.#untimedCount === TIMED_TOGETHER_MAX) this.#timeTogether();
  }

  /** Shares the time since the last look at the clock among the commands that have run since. */
  #timeTogether(): void {
    const count = this.#untimedCount;
    if (count === 0) return;
    const startUs = this.#clockUs;
    this.#untimedCount = 0;
    this.#clockUs = this.server.clock.monotonicUs();
    const { client, entry, buffer, words, base } = this.#untimed;
    if (client !== undefined && entry !== undefined)
      this.#time(client, entry, buffer, words, base, this.#clockUs - startUs, count);
  }

  /** @param count commands that took the time together; the last one stands for all when it is worth a note */
  #time(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    tookUs: number,
    count: number,
  ): void {
    entry.totalUs += tookUs;
    if (this.#recordsLatencies) {
      entry.latencies ??= new Histogram();
      entry.latencies.record((tookUs * 1000) / count, count);
    }
    if (tookUs >= this.#noteworthyUs) this.#noteSlow(client, entry, frameSlices(buffer, words, base), tookUs);
  }

  #showToMonitors({ context }: Desk, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    const { clock, monitors } = this.server;
    if (monitors.isEmpty || entry.flags.includes('admin')) return;
    const source = context === this.#scriptDesk.context ? 'lua' : context.client.address;
    monitors.feed(clock.nowMs(), context.client.db, source, withoutSecrets(entry, frameSlices(buffer, words, base)));
  }

  #noteSlow(client: Client, entry: CommandEntry, argv: readonly ByteSlice[], durationUs: number): void {
    const { config, keyspace, latency, slowLog } = this.server;
    const { nowMs } = keyspace.shared;
    const slowUs = config.get('slowlog-log-slower-than');
    if (slowUs >= 0 && durationUs >= slowUs && !entry.flags.includes('skip_slowlog')) {
      const facts = { atSeconds: Math.floor(nowMs / 1000), durationUs: Math.round(durationUs) };
      const by = { address: client.address, clientName: client.name };
      slowLog.add({ ...facts, ...by }, withoutSecrets(entry, argv), config.get('slowlog-max-len'));
    }
    const latencyMs = config.get('latency-monitor-threshold');
    if (latencyMs > 0 && durationUs >= latencyMs * 1000) {
      latency.add(entry.flags.includes('fast') ? 'fast-command' : 'command', nowMs, Math.floor(durationUs / 1000));
    }
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
            this.#guard(entry, (reply) => {
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
    this.#begin(this.#desk, client, tape, key);
    const outcome = this.#attempt(this.#desk, entry, buffer, words, 0, tape);
    this.server.keyspace.events.commandDone();
    if (outcome instanceof Wait) return false;
    resolve(this.#guard(entry, (reply) => tape.replay(reply)));
    return true;
  }

  #failed(entry: CommandEntry, writer: ReplyWriter, failure: unknown): void {
    entry.failedCalls++;
    if (failure instanceof ReplyError) {
      this.#writeError(writer, failure);
      return;
    }
    this.onFailure(entry.name, failure);
    this.#writeError(writer, errors.internal);
  }

  #writeError(writer: ReplyWriter, error: ReplyError): void {
    const code = /^[A-Z]+(?= )/.exec(error.message)?.[0] ?? 'ERR';
    const { errorsByCode } = this.server.stats;
    this.server.stats.errorReplies++;
    errorsByCode.set(code, (errorsByCode.get(code) ?? 0) + 1);
    writer.error(error.message, error.encoding);
  }

  /** EXEC's body: every queued command in turn, each with its own reply inside the array. */
  #runQueued(client: Client, writer: ReplySink): void {
    const queued = [...(client.transaction?.queued ?? [])];
    client.transaction?.unwatchAll();
    writer.array(queued.length);
    const { events } = this.server.keyspace;
    events.beginTransaction();
    this.#desk.context.mayFinishLater = false;
    try {
      for (const { buffer, words } of queued) {
        writer.protocol = client.protocol;
        const entry = this.#lookup(buffer, words, 0);
        if (entry instanceof ReplyError) {
          this.#writeError(writer, entry);
          continue;
        }
        const denial = this.#denial(client, entry, buffer, words, 0);
        if (denial !== undefined) {
          noteDenial(this.server, client, entry, frameSlices(buffer, words, 0), denial, 'multi');
          this.#writeError(writer, denialErrorInTransaction(denial));
          continue;
        }
        const later = this.#run(this.#desk, client, entry, buffer, words, 0, writer);
        if (later !== undefined) throw new Error(`${entry.name} cannot finish later inside a transaction`);
      }
    } finally {
      this.#desk.context.mayFinishLater = true;
      client.transaction?.end();
      events.endTransaction(client.db);
    }
  }
}

/** A Context that is pointed at one command after the other. */
class RunningContext implements Context {
  #client: Client | undefined;
  #reply: ReplySink | undefined;
  mayFinishLater = true;
  inScript = false;
  #changes = 0;
  #effects: readonly (readonly EffectToken[])[] | undefined;
  #wokenBy: ByteSlice | undefined;

  constructor(
    readonly server: ServerFacilities,
    readonly scriptHost: ScriptHost,
    private readonly queuedRunner: (client: Client, writer: ReplySink) => void,
  ) {}

  /** @param wokenBy the key that makes a parked command run again */
  begin(client: Client, reply: ReplySink, wokenBy?: ByteSlice): void {
    this.#client = client;
    this.#reply = reply;
    this.#changes = 0;
    this.#effects = undefined;
    this.#wokenBy = wokenBy;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('no command is running');
    return this.#client;
  }

  /** Of the command that runs, or ran last. */
  get lastDb(): number {
    return this.#client?.db ?? 0;
  }

  get reply(): ReplySink {
    if (this.#reply === undefined) throw new Error('no command is running');
    return this.#reply;
  }

  get db(): Database {
    return this.server.keyspace.database(this.client.db);
  }

  get nowMs(): number {
    return this.server.keyspace.shared.nowMs;
  }

  changed(event: string, key: ByteSlice, db: Database = this.db): void {
    this.#changes++;
    this.server.stats.changes++;
    this.server.keyspace.events.keyChanged(db.index, event, key);
  }

  furtherEvent(event: string, key: ByteSlice): void {
    this.server.keyspace.events.furtherEvent(this.db.index, event, key);
  }

  changedDatabase(): void {
    this.#changes++;
  }

  mayReadEveryKey(entry: CommandEntry, argv: readonly ByteSlice[]): boolean {
    return this.client.user?.mayReadEveryKey(accessRequest(entry, argv)) ?? true;
  }

  get hasWaited(): boolean {
    return this.#wokenBy !== undefined;
  }

  keysToTry(keys: readonly ByteSlice[]): readonly ByteSlice[] {
    const wokenBy = this.#wokenBy;
    return wokenBy === undefined ? keys : keys.filter((key) => key.equals(wokenBy));
  }

  get wantsEffects(): boolean {
    return this.server.keyspace.events.wantsEffects;
  }

  effects(commands: readonly (readonly EffectToken[])[]): void {
    this.#effects = commands;
  }

  runQueued(): void {
    this.queuedRunner(this.client, this.reply);
    // The queued commands have told their effects themselves.
    this.#changes = 0;
  }

  atomically(body: () => void): void {
    const { events } = this.server.keyspace;
    const begins = events.beginTransaction();
    try {
      body();
    } finally {
      if (begins) events.endTransaction(this.client.db);
    }
  }

  /** Tells the effect of the command that just ran, when anyone listens. */
  emitEffects(entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    const { events } = this.server.keyspace;
    if (!events.wantsEffects || !entry.flags.includes('write')) return;
    if (this.#effects !== undefined) {
      for (const argv of this.#effects) events.effect(this.client.db, argv);
    } else if (this.#changes > 0) {
      events.effect(this.client.db, frameSlices(buffer, words, base));
    }
  }
}

/** Whether a command is so short that a look at the clock for it alone would be out of proportion. */
function isTimedTogether({ quickArguments, totalUs, calls }: CommandEntry, argc: number): boolean {
  return argc <= quickArguments && totalUs <= calls * TIMED_TOGETHER_AVERAGE_US_MAX;
}

const REDACTED = ByteSlice.fromText('(redacted)');

/** The arguments as logs may show them. */
function withoutSecrets(entry: CommandEntry, argv: readonly ByteSlice[]): readonly ByteSlice[] {
  const secrets = entry.secrets?.(argv) ?? [];
  return secrets.length === 0 ? argv : argv.map((arg, place) => (secrets.includes(place) ? REDACTED : arg));
}

/** The arguments of a frame as views. */
export function frameSlices(buffer: Buffer, words: Int32Array, base: number): ByteSlice[] {
  const slices: ByteSlice[] = [];
  for (let i = 0, at = base + 1; i < (words[base] ?? 0); i++, at += 2) {
    const start = words[at] ?? 0;
    slices.push(new ByteSlice(buffer, start, start + (words[at + 1] ?? 0)));
  }
  return slices;
}

/** A private copy of one frame and its bytes. */
export function copyFrame(buffer: Buffer, words: Int32Array, base: number): QueuedCommand {
  const frame = words.slice(base, base + 1 + (words[base] ?? 0) * 2);
  let start = buffer.length;
  let end = 0;
  for (let at = 1; at < frame.length; at += 2) {
    const offset = frame[at] ?? 0;
    start = Math.min(start, offset);
    end = Math.max(end, offset + (frame[at + 1] ?? 0));
  }
  // Arguments lie side by side, but for a few bytes between them.
  for (let at = 1; at < frame.length; at += 2) frame[at] = (frame[at] ?? 0) - start;
  return { buffer: Buffer.from(buffer.subarray(start, Math.max(start, end))), words: frame };
}

/** A command from its words, as a frame over bytes of its own. */
function frameOf(tokens: readonly EffectToken[]): QueuedCommand {
  const slices = tokens.map((token) => (typeof token === 'string' ? ByteSlice.fromText(token) : token));
  const bytes = Buffer.allocUnsafe(slices.reduce((sum, slice) => sum + slice.length, 0));
  const frame = new Int32Array(1 + slices.length * 2);
  frame[0] = slices.length;
  let offset = 0;
  for (const [i, slice] of slices.entries()) {
    slice.buffer.copy(bytes, offset, slice.start, slice.end);
    frame[1 + i * 2] = offset;
    frame[2 + i * 2] = slice.length;
    offset += slice.length;
  }
  return { buffer: bytes, words: frame };
}

/** Names the command and the beginning of its arguments, as Redis does, within a bounded length. */
function unknownCommand(buffer: Buffer, words: Int32Array, base: number): ReplyError {
  const [name, ...args] = frameSlices(buffer, words, base).map((slice) => slice.view());
  let quoted = '';
  for (const arg of args) {
    if (quoted.length >= QUOTED_ARGS_BYTES_MAX) break;
    quoted += `'${cText(arg.toString('latin1', 0, QUOTED_ARGS_BYTES_MAX - quoted.length))}' `;
  }
  return errorFor.unknownCommand(name?.toString('latin1', 0, QUOTED_ARGS_BYTES_MAX) ?? '', quoted);
}

/**
 * A whole server without a socket, and time that stands still until the test moves it: commands go to the executor as
 * frames, replies come back as the bytes a connection would send. Background work runs when the test says so.
 */
import type { Clock } from '#server/base/clock.js';
import { seededRandom } from '#server/base/random.js';
import type { Scheduler } from '#server/base/scheduler.js';
import { Client } from '#server/client/client.js';
import type { Executor } from '#server/commands/execute-command.js';
import { Config } from '#server/config/config.js';
import { createServer, type NearkeyServer } from '#server/create-server.js';
import { ExpireCycle } from '#server/keyspace/expire-cycle.js';
import { RespWriter } from '#server/protocol/reply-writer.js';
import { parseReply, type ReplyTree } from './reply-tree.js';

export type Argument = string | number | Uint8Array;

/** An error reply, as a value. */
export class ErrorReply {
  constructor(readonly message: string) {}
}

/** A reply as plain values. Bulk strings are latin1 text, one character a byte; RESP3 maps are Maps. */
export type Reply = string | number | boolean | null | ErrorReply | Reply[] | Map<Reply, Reply>;

export class FakeClock implements Clock {
  #ms = 1_700_000_000_000;
  #us = 0;
  /** How much monotonic time each look at it takes: 0 lets time stand still, more makes work take time. */
  usPerLook = 0;

  nowMs(): number {
    return this.#ms;
  }

  monotonicUs(): number {
    this.#us += this.usPerLook;
    return this.#us;
  }

  advance(ms: number): void {
    this.#ms += ms;
    this.#us += ms * 1000;
  }
}

/** Holds tasks until they are run by hand. */
export class ManualScheduler implements Scheduler {
  readonly #tasks: (() => void)[] = [];
  readonly #timers = new Set<{ readonly atMs: number; readonly task: () => void }>();

  constructor(private readonly clock: Clock = new FakeClock()) {}

  soon(task: () => void): void {
    this.#tasks.push(task);
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { atMs: this.clock.nowMs() + delayMs, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get waiting(): number {
    return this.#tasks.length;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Runs every task whose time has come. */
  runTimers(): void {
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.clock.nowMs() || !this.#timers.delete(timer)) continue;
      timer.task();
    }
  }

  /** Runs the oldest task. @returns whether there was one */
  runOne(): boolean {
    const task = this.#tasks.shift();
    task?.();
    return task !== undefined;
  }

  /** Runs tasks, and those they leave behind, until none is left. */
  runAll(): void {
    for (let left = 100_000; left > 0; left--) if (!this.runOne()) return;
    throw new Error('background work does not end');
  }
}

/** A command that waits. The reply is there once promises have had their turn. */
export interface BlockedCall {
  reply: Reply | undefined;
}

export class InProcessClient {
  readonly #writer = new RespWriter();
  readonly #messages: Buffer[] = [];
  readonly client: Client;

  constructor(
    private readonly executor: Executor,
    id: number,
    nowMs: number,
  ) {
    const nothing = (): undefined => undefined;
    const push = (message: Buffer): void => {
      this.#messages.push(message);
    };
    this.client = new Client(id, 'test', 'test', nowMs, {
      close: nothing,
      outputBytes: () => 0,
      queryBytes: () => 0,
      push,
    });
  }

  /** Takes the messages the client got without having asked, as plain values. */
  messages(): Reply[] {
    return this.#messages.splice(0).map((message) => plainValue(parseReply(message)));
  }

  /** The bytes of the reply. The command must not finish later. */
  raw(...argv: readonly Argument[]): Buffer {
    const { buffer, words } = frame(argv);
    this.#writer.reset();
    this.executor.lookAtClock();
    const later = this.executor.execute(this.client, buffer, words, 0, this.#writer);
    if (later !== undefined) throw new Error(`${argv[0]} finishes later`);
    return Buffer.from(this.#writer.buffer.subarray(0, this.#writer.length));
  }

  /** Runs a command that blocks. @returns its reply when it comes, and undefined until then */
  blocking(...argv: readonly Argument[]): BlockedCall {
    const { buffer, words } = frame(argv);
    this.executor.lookAtClock();
    const later = this.executor.execute(this.client, buffer, words, 0, this.#writer);
    if (later === undefined) throw new Error(`${argv[0]} does not block`);
    const call: BlockedCall = { reply: undefined };
    void later.then((write) => {
      this.#writer.reset();
      this.executor.finish(this.client, write, this.#writer);
      call.reply = plainValue(parseReply(Buffer.from(this.#writer.buffer.subarray(0, this.#writer.length))));
    });
    return call;
  }

  call(...argv: readonly Argument[]): Reply {
    return plainValue(parseReply(this.raw(...argv)));
  }

  /** The message of the error a command must answer with. */
  error(...argv: readonly Argument[]): string {
    const reply = this.call(...argv);
    if (reply instanceof ErrorReply) return reply.message;
    throw new Error(`${argv[0]} answered ${JSON.stringify(reply)} and no error`);
  }
}

export interface InProcess {
  readonly server: NearkeyServer;
  readonly clock: FakeClock;
  readonly scheduler: ManualScheduler;
  /** Failures the server reported: bugs. */
  readonly failures: unknown[];
  /** @param executor another one than the server's own */
  connect(executor?: Executor): InProcessClient;
  /** Runs the active side of expiry once. */
  runExpireCycle(): void;
}

/** @param settings directives and their text */
export function startInProcess(settings: Readonly<Record<string, string>> = {}): InProcess {
  const config = new Config();
  // A server that listens does so on the transport the tests are run for.
  const { NEARKEY_TRANSPORT } = process.env;
  if (NEARKEY_TRANSPORT !== undefined) config.setText('transport', NEARKEY_TRANSPORT);
  for (const [name, text] of Object.entries(settings)) config.setText(name, text);
  const clock = new FakeClock();
  const scheduler = new ManualScheduler(clock);
  const failures: unknown[] = [];
  const silence = (): undefined => undefined;
  const server = createServer({
    config,
    clock,
    scheduler,
    random: seededRandom(1),
    logger: { notice: silence, warning: silence, error: (_message, failure) => failures.push(failure) },
    version: '0.0.0',
    runId: '0'.repeat(40),
  });
  const expireCycle = new ExpireCycle(server.facilities.keyspace, clock);
  let lastId = 0;
  return {
    server,
    clock,
    scheduler,
    failures,
    connect(executor = server.executor) {
      return new InProcessClient(executor, ++lastId, clock.nowMs());
    },
    runExpireCycle() {
      expireCycle.run(1_000_000);
    },
  };
}

/** Arguments as a connection frames them: argc, then offset and length of each. */
export function frame(argv: readonly Argument[]): { buffer: Buffer; words: Int32Array } {
  const parts = argv.map((arg) => (arg instanceof Uint8Array ? arg : Buffer.from(String(arg))));
  const words = new Int32Array(1 + parts.length * 2);
  words[0] = parts.length;
  let offset = 0;
  for (const [i, part] of parts.entries()) {
    words[1 + i * 2] = offset;
    words[2 + i * 2] = part.length;
    offset += part.length;
  }
  return { buffer: Buffer.concat(parts), words };
}

function plainValue({ type, text, items }: ReplyTree): Reply {
  switch (type) {
    case '-':
      return new ErrorReply(text ?? '');
    case ':':
    case ',':
      return Number(text);
    case '#':
      return text === 't';
    case '_':
      return null;
    case '%':
      return new Map(
        items.flatMap((key, i) => {
          const value = items[i + 1];
          return i % 2 === 0 && value !== undefined ? [[plainValue(key), plainValue(value)] as const] : [];
        }),
      );
    default:
      return text === null || items.length > 0 || '*~>'.includes(type) ? aggregate(text, items) : text;
  }
}

function aggregate(text: string | null, items: readonly ReplyTree[]): Reply {
  return text === null ? null : items.map(plainValue);
}

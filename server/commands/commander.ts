/**
 * Commands from inside the process, past sockets and framing: what the gateway runs on when the data lives here. The same executor, the same checks, the same replies as a client gets over the wire.
 *
 * A client of database 0 serves one call at a time, and the next one when it is done: a call that blocks, or finishes
 * later, keeps its client, and others take another. Commands that change the connection (SELECT, HELLO) or span several
 * calls (MULTI) are not for it.
 */
import type { CommandArgument, Commander, CommandReply } from '@nearkey/sdk';
import type { Clock } from '../base/clock.js';
import { Client } from '../client/client.js';
import { ReplyRecorder } from '../protocol/reply-recorder.js';
import type { Executor } from './execute-command.js';

export class LocalCommander implements Commander {
  readonly #idle: Client[] = [];

  constructor(
    private readonly executor: Executor,
    private readonly clock: Clock,
  ) {}

  async call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    const { buffer, words } = frame([command, ...args]);
    const recorder = new ReplyRecorder();
    const client = this.#idle.pop() ?? this.#newClient();
    this.executor.lookAtClock();
    const later = this.executor.execute(client, buffer, words, 0, recorder);
    if (later !== undefined) this.executor.finish(client, await later, recorder);
    this.#idle.push(client);
    return recorder.take();
  }

  #newClient(): Client {
    const link = { close: () => undefined, outputBytes: () => 0, queryBytes: () => 0, push: () => undefined };
    return new Client(0, 'in-process', 'in-process', this.clock.nowMs(), link);
  }
}
/** Frames arguments as the wire would: argc, then offset and length of each. */
function frame(argv: readonly CommandArgument[]): { buffer: Buffer; words: Int32Array } {
  const parts = argv.map((arg) => (arg instanceof Uint8Array ? arg : Buffer.from(String(arg), 'utf8')));
  const words = new Int32Array(1 + parts.length * 2);
  words[0] = parts.length;
  let offset = 0;
  for (const [i, part] of parts.entries()) {
    words[1 + i * 2] = offset;
    words[2 + i * 2] = part.length;
    offset += part.length;
  }
  return { buffer: Buffer.concat(parts, offset), words };
}

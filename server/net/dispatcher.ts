/**
 * Between a transport and the executor: opens and closes clients, runs each batch command by command, and sends each
 * client's replies in one piece a batch.
 *
 * Order: a client has at most one unfinished command. While one finishes later, or while too many of its replies are
 * unsent, its further commands wait as copies; nothing of other clients waits. It is read from until WAITING_PAUSE_BYTES of
 * them wait: to stop and start again costs more than most commands, and a peer that goes away while it is blocked on keys
 * must stop waiting at once.
 *
 * Messages (`Client.push`): what a client gets without having asked, because of what another one did, or it did itself.
 * They wait in the client's session and leave, in the order they came, at the first of these: after the reply of the command
 * that the client runs; before its next reply; at the end of the wake-up, all at once. Outside of a wake-up the end is
 * scheduled. So a message stands between two replies and never inside one, and none is sent to a client that is closing.
 *
 * Turns: a client whose replies have reached OUTPUT_FLUSH_BYTES has had its turn: what it has sent beyond waits until the others
 * have had theirs. Commands that have waited run TURN_US at a time, the clients who have some in turn, and every other client is
 * looked at in between.
 *
 * Limits: the waiting commands of a client are bounded by WAITING_PAUSE_BYTES and what one read can bring; unsent bytes by
 * OUTPUT_PAUSE_BYTES plus one reply, and by `client-output-buffer-limit` when that is set, which also bounds messages.
 */

import type { Scheduler } from '../base/scheduler.js';
import { Client } from '../client/client.js';
import type { ServerFacilities, WriteReply } from '../commands/command.js';
import type { Executor } from '../commands/execute-command.js';
import type { Config } from '../config/config.js';
import { type OutputLimit, outputLimit } from '../config/output-limit.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import { RespWriter } from '../protocol/reply-writer.js';
import type { RequestBatch, TransportConnection, TransportHandler } from './transport.js';
import { WaitingCommands } from './waiting-commands.js';

/** Unsent bytes at which a client's commands wait until it reads. */
const OUTPUT_PAUSE_BYTES = 1024 * 1024;
/** Replies that leave at once, and end a client's turn: the writer's buffer stays small and in the processor's cache. */
const OUTPUT_FLUSH_BYTES = 64 * 1024;

/** Bytes of waiting commands at which a client is not read from any more. */
const WAITING_PAUSE_BYTES = 1024 * 1024;
/** How long commands that have waited run before everybody else has a turn: no client waits longer for them. */
const TURN_US = 2000;

interface Session {
  readonly client: Client;
  readonly connection: TransportConnection;
  /** Commands that arrived while the client could not run any; in order. */
  readonly waiting: WaitingCommands;
  /** A command that finishes later is under way. */
  unfinished: boolean;
  /** Since when unsent bytes have been seen above the soft limit, in epoch milliseconds. */
  overSoftLimitSinceMs: number | undefined;
  /** How the peer broke the protocol, to be said when the commands before it have been answered. */
  protocolError: string | undefined;
  /** Messages that have not been handed to the connection; in order. */
  messages: Buffer[];
  messageBytes: number;
}

export class Dispatcher implements TransportHandler {
  readonly #sessions = new Map<number, Session>();
  readonly #writer = new RespWriter();
  #outputLimits: OutputLimits;
  /** Sessions that have messages waiting. */
  readonly #addressed = new Set<Session>();
  /** Sessions whose next command CLIENT PAUSE holds back. */
  readonly #postponed = new Set<Session>();
  /** Sessions that may go on with what has waited. With one in it, `#takeTurns` is running or scheduled. */
  readonly #ready = new Set<Session>();
  /** The client whose commands run has had its turn. */
  #turnIsOver = false;
  /** Something is being run, and `#deliver` comes at its end. */
  #awake = false;
  /** Whose command runs: when it closes itself, its last reply is still to be sent. */
  #running: Session | undefined;

  constructor(
    private readonly server: ServerFacilities,
    private readonly executor: Executor,
    private readonly scheduler: Scheduler,
  ) {
    this.#outputLimits = outputLimits(server.config);
    server.config.onChange(() => {
      this.#outputLimits = outputLimits(server.config);
    });
    server.pause.onEnd(() => scheduler.soon(() => this.runPostponed()));
  }

  opened(connection: TransportConnection): boolean {
    const { access, clients, clock } = this.server;
    const refusal = this.#refusal(connection);
    if (refusal !== undefined) {
      clients.rejectedConnections++;
      this.#writer.reset();
      this.#writer.error(refusal.message);
      this.#send(connection);
      return false;
    }
    const link = {
      close: (after: 'now' | 'replies') => this.#closeClient(session, after),
      outputBytes: () => connection.unsentBytes + session.messageBytes,
      queryBytes: () => connection.heldBytes + session.waiting.heldBytes,
      push: (message: Buffer) => this.#push(session, message),
    };
    const client = new Client(clients.takeId(), connection.address, connection.localAddress, clock.nowMs(), link);
    client.user = access.defaultUser;
    client.authenticated = access.defaultUser.isOpen;
    connection.setAuthenticated(client.authenticated);
    clients.add(client);
    const session: Session = {
      client,
      connection,
      waiting: new WaitingCommands(),
      unfinished: false,
      overSoftLimitSinceMs: undefined,
      protocolError: undefined,
      messages: [],
      messageBytes: 0,
    };
    this.#sessions.set(connection.id, session);
    return true;
  }

  /** Why a connection is not let in. */
  #refusal({ address }: TransportConnection): ReplyError | undefined {
    const { access, clients, config } = this.server;
    if (clients.count >= config.get('maxclients')) return errors.maxClients;
    const isProtected = config.get('protected-mode') && access.defaultUser.permissions.needsNoPassword;
    return isProtected && !isLocal(address) ? errors.protectedMode : undefined;
  }

  batch({ buffer, words, length }: RequestBatch): void {
    this.#awake = true;
    this.#writer.reset();
    this.executor.beginBatch(buffer, words, length);
    let session: Session | undefined;
    for (let at = 0; at < length; at += 2 + (words[at + 1] ?? 0) * 2) {
      const id = words[at] ?? 0;
      if (session?.connection.id !== id) {
        if (session !== undefined) this.#flush(session);
        session = this.#sessions.get(id);
        this.#turnIsOver = false;
      }
      if (session === undefined || session.client.closing) continue;
      if (this.#mustWait(session) || this.#postpones(session, buffer, words, at + 1)) {
        this.#putOff(session, buffer, words, at + 1);
      } else if (this.#turnIsOver) {
        this.#putOff(session, buffer, words, at + 1);
        this.#takesTurn(session);
      } else this.#execute(session, buffer, words, at + 1);
    }
    this.executor.endBatch();
    if (session !== undefined) this.#flush(session);
    this.#deliver();
  }

  protocolError(connection: TransportConnection, detail: string): void {
    const session = this.#sessions.get(connection.id);
    if (session === undefined) return;
    session.protocolError = detail;
    if (!this.#mustWait(session)) this.#runWaiting(session);
  }

  drained(connection: TransportConnection): void {
    const session = this.#sessions.get(connection.id);
    if (session === undefined) return;
    session.overSoftLimitSinceMs = undefined;
    this.#runWaiting(session);
  }

  sent(buffer: Buffer): void {
    this.#writer.giveBack(buffer);
  }

  received(bytes: number): void {
    this.server.stats.netInputBytes += bytes;
  }

  closed(connection: TransportConnection): void {
    const session = this.#sessions.get(connection.id);
    if (session === undefined) return;
    session.client.closing = true;
    session.waiting.clear();
    this.#addressed.delete(session);
    this.#postponed.delete(session);
    this.#ready.delete(session);
    this.server.clients.remove(session.client);
    this.#sessions.delete(connection.id);
  }

  /** Closes clients that have been idle too long or have too much unsent for too long. Call about once a second. */
  enforceTimeLimits(): void {
    const nowMs = this.server.clock.nowMs();
    const timeoutMs = this.server.config.get('timeout') * 1000;
    for (const session of this.#sessions.values()) {
      const { client } = session;
      const mayBeIdle = timeoutMs === 0 || session.unfinished || listens(client);
      if (!mayBeIdle && nowMs - client.lastInteractionMs > timeoutMs) client.close('now');
      else this.#enforceOutputLimit(session);
    }
  }

  /** Ends every connection once its replies have left. */
  closeAll(): void {
    for (const { client } of this.#sessions.values()) client.close('replies');
  }

  /** Runs what CLIENT PAUSE has held back, when the pause is over. */
  runPostponed(): void {
    if (this.#postponed.size === 0) return;
    const sessions = [...this.#postponed];
    this.#postponed.clear();
    for (const session of sessions) if (!session.client.closing) this.#runWaiting(session);
  }

  #postpones(session: Session, buffer: Buffer, words: Int32Array, base: number): boolean {
    if (!this.server.pause.wasBegun || !this.executor.postpones(session.client, buffer, words, base)) return false;
    this.#postponed.add(session);
    return true;
  }

  #mustWait(session: Session): boolean {
    return session.unfinished || !session.waiting.isEmpty || session.connection.unsentBytes > OUTPUT_PAUSE_BYTES;
  }

  #putOff(session: Session, buffer: Buffer, words: Int32Array, base: number): void {
    session.waiting.push(buffer, words, base);
    if (session.waiting.heldBytes > WAITING_PAUSE_BYTES) session.connection.pause();
  }

  #execute(session: Session, buffer: Buffer, words: Int32Array, base: number): void {
    const { client } = session;
    const wasAuthenticated = client.authenticated;
    if (session.messages.length > 0) this.#writeMessages(session);
    this.#running = session;
    const later = this.executor.execute(client, buffer, words, base, this.#writer);
    this.#running = undefined;
    if (client.authenticated !== wasAuthenticated) session.connection.setAuthenticated(client.authenticated);
    if (later !== undefined) {
      session.unfinished = true;
      if (!client.blocked) session.connection.hold();
      void later.then((write) => this.#finishLater(session, write));
    }
    if (session.messages.length > 0) this.#writeMessages(session);
    if (this.#writer.length > OUTPUT_FLUSH_BYTES) {
      this.#flush(session);
      this.#turnIsOver = true;
    }
  }

  #finishLater(session: Session, write: WriteReply): void {
    session.unfinished = false;
    if (session.client.closing) return;
    this.#awake = true;
    this.#writer.reset();
    if (session.messages.length > 0) this.#writeMessages(session);
    this.#running = session;
    this.executor.finish(session.client, write, this.#writer);
    this.#running = undefined;
    this.#flush(session);
    this.#runWaiting(session);
  }

  /** Goes on with what has waited: at once, or behind others who are ready. */
  #runWaiting(session: Session): void {
    const isFirst = this.#ready.size === 0;
    this.#ready.add(session);
    if (isFirst) this.#takeTurns();
  }

  /** Goes on with what has waited, when others have been looked at. */
  #takesTurn(session: Session): void {
    if (this.#ready.size === 0) this.scheduler.soon(() => this.#takeTurns());
    this.#ready.add(session);
  }

  /** Who is ready goes on, one after the other; who could go on comes last, in the next turn if the time is over. */
  #takeTurns(): void {
    this.#awake = true;
    this.executor.lookAtClock();
    const endUs = this.server.clock.monotonicUs() + TURN_US;
    for (const session of this.#ready) {
      const goesOn = this.#goOn(session, endUs);
      this.#ready.delete(session);
      if (!goesOn) continue;
      this.#ready.add(session);
      if (this.server.clock.monotonicUs() >= endUs) break;
    }
    this.#deliver();
    if (this.#ready.size > 0) this.scheduler.soon(() => this.#takeTurns());
  }

  /** @returns whether the session could go on, but for its turn */
  #goOn(session: Session, endUs: number): boolean {
    const { client } = session;
    if (client.closing) return false;
    this.#writer.reset();
    this.#turnIsOver = false;
    let goesOn = this.#runNext(session);
    while (goesOn && !this.#turnIsOver && this.server.clock.monotonicUs() < endUs) goesOn = this.#runNext(session);
    if (!goesOn && !client.closing) this.#readOn(session);
    this.#flush(session);
    return goesOn;
  }

  /** Runs the command that has waited longest. @returns false when there is none, or it must wait on */
  #runNext(session: Session): boolean {
    const { client, connection, waiting } = session;
    if (waiting.isEmpty || client.closing) return false;
    if (session.unfinished || connection.unsentBytes > OUTPUT_PAUSE_BYTES) return false;
    const { buffer, words, base } = waiting;
    if (this.#postpones(session, buffer, words, base)) return false;
    waiting.drop();
    this.#execute(session, buffer, words, base);
    return true;
  }

  /** Commands that waited have run as far as they may. */
  #readOn(session: Session): void {
    const { client, connection, protocolError, unfinished, waiting } = session;
    if (client.blocked && waiting.heldBytes <= WAITING_PAUSE_BYTES) connection.resume();
    if (unfinished || !waiting.isEmpty) return;
    if (protocolError !== undefined) this.#endWithError(session, protocolError);
    else connection.resume();
  }

  #endWithError({ client }: Session, detail: string): void {
    this.#writer.error(errorFor.protocol(detail).message);
    this.server.stats.errorReplies++;
    client.closing = true;
  }

  /** Sends what the writer holds to the session's peer, and makes the peer wait when it does not read. */
  #flush(session: Session): void {
    const { connection, client } = session;
    this.#send(connection);
    if (client.closing) connection.close('replies');
    else if (connection.unsentBytes > OUTPUT_PAUSE_BYTES) {
      connection.pause();
      this.#enforceOutputLimit(session);
    }
  }

  #send(connection: TransportConnection): void {
    const writer = this.#writer;
    if (writer.length === 0) return;
    this.server.stats.netOutputBytes += writer.length;
    const left = connection.send(writer.buffer, 0, writer.length);
    if (left) writer.reset();
    else writer.lendBuffer();
  }

  #push(session: Session, message: Buffer): void {
    session.messages.push(message);
    session.messageBytes += message.length;
    if (session.messages.length === 1) {
      if (this.#addressed.size === 0 && !this.#awake) this.scheduler.soon(() => this.#deliver());
      this.#addressed.add(session);
    }
    // The replies of the one that runs are not sent yet: its messages follow them.
    if (session.messageBytes > OUTPUT_PAUSE_BYTES && session !== this.#running) this.#sendMessages(session);
  }

  /** The end of a wake-up: every message leaves, one write a client. */
  #deliver(): void {
    this.server.tracking.broadcast();
    for (const session of this.#addressed) this.#sendMessages(session);
    this.#awake = false;
  }

  /** Puts the waiting messages where the client's replies are being written. */
  #writeMessages(session: Session): void {
    for (const message of this.#takeMessages(session)) this.#writer.append(message);
  }

  #sendMessages(session: Session): void {
    const messages = this.#takeMessages(session);
    const [only] = messages;
    if (only === undefined || session.client.closing) return;
    const bytes = messages.length === 1 ? only : Buffer.concat(messages);
    this.server.stats.netOutputBytes += bytes.length;
    session.connection.send(bytes, 0, bytes.length);
    if (session.connection.unsentBytes > OUTPUT_PAUSE_BYTES) session.connection.pause();
    this.#enforceOutputLimit(session);
  }

  #takeMessages(session: Session): Buffer[] {
    const { messages } = session;
    session.messages = [];
    session.messageBytes = 0;
    this.#addressed.delete(session);
    return messages;
  }

  #enforceOutputLimit(session: Session): void {
    const { subscriptions } = session.client;
    const limit = subscriptions === undefined ? this.#outputLimits.normal : this.#outputLimits.pubsub;
    const { hardBytes, softBytes, softSeconds } = limit;
    const { unsentBytes } = session.connection;
    const nowMs = this.server.clock.nowMs();
    if (softBytes > 0 && unsentBytes > softBytes) session.overSoftLimitSinceMs ??= nowMs;
    else session.overSoftLimitSinceMs = undefined;
    const overSoftMs = session.overSoftLimitSinceMs === undefined ? 0 : nowMs - session.overSoftLimitSinceMs;
    if ((hardBytes > 0 && unsentBytes > hardBytes) || overSoftMs > softSeconds * 1000) session.client.close('now');
  }

  /** Others see nothing of the client from now on: its transport may tell of the close only after they have asked. */
  #closeClient(session: Session, after: 'now' | 'replies'): void {
    this.server.clients.remove(session.client);
    const closesItself = this.#running === session;
    if (!closesItself) session.connection.close(after);
  }
}

interface OutputLimits {
  readonly normal: OutputLimit;
  readonly pubsub: OutputLimit;
}

function outputLimits(config: Config): OutputLimits {
  const text = config.get('client-output-buffer-limit');
  return { normal: outputLimit(text, 'normal'), pubsub: outputLimit(text, 'pubsub') };
}

/** Whether a client is there to hear of what others do, and has no need to ask for anything. */
function listens({ subscriptions, monitors }: Client): boolean {
  return subscriptions !== undefined || monitors;
}

/** Whether a peer's address, as the transport tells it, is this machine's own: loopback, or a unix socket. */
export function isLocal(address: string): boolean {
  return address.startsWith('/') || /^(127\.|::1:|\[::1\]:|(\[)?::ffff:127\.)/.test(address);
}

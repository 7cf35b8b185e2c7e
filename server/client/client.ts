/**
 * What commands know of a client. No socket here: the transport hands in how to close, and counts what it reads.
 */
import type { User } from '../acl/user.js';
import type { ProtocolVersion } from '../protocol/reply-writer.js';
import type { Subscriptions } from './subscriptions.js';
import type { TrackingState } from './tracking-state.js';
import type { Transaction } from './transaction.js';

/** Which replies the client wants (CLIENT REPLY). `skip` drops the reply of the next command only. */
export type ReplyMode = 'on' | 'off' | 'skip-next' | 'skip';

/** How the transport ends a connection: at once, or after what is already written has left. */
export interface ClientLink {
  close(after: 'now' | 'replies'): void;
  /** Unsent reply bytes. */
  outputBytes(): number;
  /** Bytes held of an unfinished command. */
  queryBytes(): number;
  /** Sends a message in order with the client's replies. The bytes are shared: nobody changes them. */
  push(message: Buffer): void;
}

/** Why a blocked client stops waiting without having been served. */
export type UnblockReason = 'timeout' | 'error';

/** A command of the client that waits for keys (blocked-clients.ts). */
export interface Parked {
  /** Stops waiting, without an answer. */
  leave(): void;
  /** Stops waiting, and is answered as if its time were over, or with an error. */
  unblock(reason: UnblockReason): void;
}

export class Client {
  name = '';
  db = 0;
  /** Whose permissions its commands need; the process itself has no user and may do everything. */
  user: User | undefined;
  protocol: ProtocolVersion = 2;
  authenticated = true;
  replyMode: ReplyMode = 'on';
  noEvict = false;
  libraryName = '';
  libraryVersion = '';
  lastCommand = 'NULL';
  lastInteractionMs: number;
  transaction: Transaction | undefined;
  subscriptions: Subscriptions | undefined;
  /** Set while the client wants to hear of changes of the keys it caches. */
  tracking: TrackingState | undefined;
  /** MONITOR: sees every command, and may not touch keys. */
  monitors = false;
  /** Its accesses leave no trace in the keys (CLIENT NO-TOUCH). */
  noTouch = false;
  closing = false;
  parked: Parked | undefined;

  constructor(
    readonly id: number,
    readonly address: string,
    readonly localAddress: string,
    readonly connectedAtMs: number,
    readonly link: ClientLink,
  ) {
    this.lastInteractionMs = connectedAtMs;
  }

  get userName(): string {
    return this.user?.name ?? 'default';
  }

  /** Whether a command of the client waits for keys. */
  get blocked(): boolean {
    return this.parked !== undefined;
  }

  /** Back to what a new connection is (RESET), except for its id and addresses. */
  reset(): void {
    this.name = '';
    this.db = 0;
    this.protocol = 2;
    this.replyMode = 'on';
    this.noEvict = false;
    this.noTouch = false;
    this.transaction?.unwatchAll();
    this.transaction = undefined;
  }

  /**
   * Tells the client something it has not asked for just now: bytes in its own protocol. They come after the reply of the
   * command it runs, if it runs one, and after what was pushed before.
   */
  push(message: Buffer): void {
    if (!this.closing) this.link.push(message);
  }

  /** Ends the connection. */
  close(after: 'now' | 'replies'): void {
    this.closing = true;
    this.parked?.leave();
    this.link.close(after);
  }
}

/**
 * Client-side caching: who has to hear that a key changed. Two ways, as in Redis:
 *
 * - A table of keys and the clients that have read them. The first change of a key tells them, once, and forgets the key; they
 *   read it again when they need it. At most `tracking-table-max-keys` keys: the oldest is given up, which tells its readers.
 * - Prefixes of clients in broadcasting mode. Changes under a prefix are collected until the wake-up ends, and told together.
 *
 * Keys are not told apart by database. What is told to a client that runs a command follows its reply (`Client.push`).
 * A reader that is gone, or tracks no more, stays in the table until its keys change.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { Interest } from '../base/interest.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Client } from '../client/client.js';
import type { ClientRegistry } from '../client/client-registry.js';
import type { TrackingState } from '../client/tracking-state.js';
import type { Config } from '../config/config.js';
import type { KeyspaceEvents } from '../keyspace/keyspace-events.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { Message } from './message.js';

/** The channel that RESP2 clients subscribe to in order to get what is redirected to them. */
const CHANNEL = '__redis__:invalidate';

/** Changes that no client is the author of. */
const AUTHORLESS: ReadonlySet<string> = new Set(['expired', 'evicted']);

interface Prefix {
  readonly clients: Set<Client>;
  /** Keys changed in this wake-up, and by whom last. */
  readonly changed: Map<string, Client | undefined>;
}

export class Tracking {
  readonly #clients = new Set<Client>();
  readonly #readers = new Map<string, Set<number>>();
  #itemCount = 0;
  readonly #prefixes = new Map<string, Prefix>();
  #hasFlushed = false;
  #hasBroadcasts = false;
  /** In changes of keys: there from the first client on that tracks them. */
  readonly #interest = new Interest();
  /** Whose command runs: the author of changes. */
  author: Client | undefined;

  constructor(
    private readonly registry: ClientRegistry,
    private readonly config: Config,
    private readonly scheduler: Scheduler,
  ) {}

  listenTo(events: KeyspaceEvents): void {
    events.subscribe({
      interest: this.#interest,
      keyChanged: (_db, event, key) => {
        if (this.#readers.size === 0 && this.#prefixes.size === 0) return;
        this.#tellFlush();
        this.#invalidate(key.latin1(), AUTHORLESS.has(event) ? undefined : this.author);
      },
      databaseFlushed: () => {
        this.#hasFlushed = this.#clients.size > 0;
        this.#readers.clear();
        this.#itemCount = 0;
      },
      commandDone: () => this.#tellFlush(),
    });
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  get keyCount(): number {
    return this.#readers.size;
  }

  /** Pairs of a key and a reader. */
  get itemCount(): number {
    return this.#itemCount;
  }

  get prefixCount(): number {
    return this.#prefixes.size;
  }

  enable(client: Client, state: TrackingState): void {
    client.tracking = state;
    this.#clients.add(client);
    this.#interest.exists = true;
    for (const name of state.prefixes) {
      const prefix = this.#prefixes.get(name) ?? { clients: new Set(), changed: new Map() };
      this.#prefixes.set(name, prefix);
      prefix.clients.add(client);
    }
  }

  disable(client: Client): void {
    for (const name of client.tracking?.prefixes ?? []) {
      const prefix = this.#prefixes.get(name);
      prefix?.clients.delete(client);
      if (prefix?.clients.size === 0) this.#prefixes.delete(name);
    }
    client.tracking = undefined;
    this.#clients.delete(client);
  }

  /** Notes the keys that a command of a tracking client has read. */
  remember(client: Client, keys: readonly ByteSlice[]): void {
    const { tracking } = client;
    if (tracking === undefined || !isOfInterest(tracking)) return;
    for (const key of keys) {
      const name = key.latin1();
      const readers = this.#readers.get(name) ?? new Set();
      this.#readers.set(name, readers);
      if (!readers.has(client.id)) this.#itemCount++;
      readers.add(client.id);
    }
    this.#keepWithinLimit();
  }

  /** Tells what has changed under prefixes. Called when a wake-up ends. */
  broadcast(): void {
    if (!this.#hasBroadcasts) return;
    this.#hasBroadcasts = false;
    for (const { clients, changed } of this.#prefixes.values()) {
      if (changed.size === 0) continue;
      const names = [...changed.keys()].sort();
      const message = invalidation(names);
      for (const client of clients) {
        if (client.tracking?.noLoop !== true) this.#send(client, message);
        else {
          const others = names.filter((name) => changed.get(name) !== client);
          if (others.length > 0) this.#send(client, invalidation(others));
        }
      }
      changed.clear();
    }
  }

  #invalidate(name: string, author: Client | undefined): void {
    this.#noteForPrefixes(name, author);
    const readers = this.#readers.get(name);
    if (readers === undefined) return;
    this.#forgetKey(name, readers);
    const message = invalidation([name]);
    for (const id of readers) {
      const client = this.registry.get(id);
      const tracking = client?.tracking;
      if (client === undefined || tracking === undefined || tracking.mode === 'bcast') continue;
      if (tracking.noLoop && client === author) continue;
      this.#send(client, message);
    }
  }

  #noteForPrefixes(name: string, author: Client | undefined): void {
    for (const [prefix, { changed }] of this.#prefixes) {
      if (!name.startsWith(prefix)) continue;
      changed.set(name, author);
      if (this.#hasBroadcasts) continue;
      this.#hasBroadcasts = true;
      this.scheduler.soon(() => this.broadcast());
    }
  }

  #keepWithinLimit(): void {
    const keysMax = this.config.get('tracking-table-max-keys');
    if (keysMax === 0) return;
    for (const name of this.#readers.keys()) {
      if (this.#readers.size <= keysMax) return;
      this.#giveUp(name);
    }
  }

  /** The key has not changed, but nobody would hear if it did. */
  #giveUp(name: string): void {
    const readers = this.#readers.get(name) ?? [];
    const message = invalidation([name]);
    this.#forgetKey(name, new Set(readers));
    for (const id of readers) {
      const client = this.registry.get(id);
      if (client?.tracking !== undefined && client.tracking.mode !== 'bcast') this.#send(client, message);
    }
  }

  #forgetKey(name: string, readers: ReadonlySet<number>): void {
    this.#readers.delete(name);
    this.#itemCount -= readers.size;
  }

  /** After a flush every cached key is void: one message, however many databases went. */
  #tellFlush(): void {
    if (!this.#hasFlushed) return;
    this.#hasFlushed = false;
    const message = new Invalidation((writer) => writer.nil());
    for (const client of this.#clients) this.#send(client, message);
  }

  #send(client: Client, message: Invalidation): void {
    const { tracking } = client;
    if (tracking === undefined) return;
    if (tracking.redirectTo === 0) {
      if (client.protocol === 3) message.sendTo(client);
      return;
    }
    const target = this.registry.get(tracking.redirectTo);
    if (target === undefined) {
      tracking.redirectBroken = true;
      if (client.protocol === 3) brokenRedirect(tracking.redirectTo).sendTo(client);
    } else if (target.protocol === 3 || target.subscriptions !== undefined) message.sendTo(target);
  }
}

/** A push of its own in RESP3, a message of the invalidation channel in RESP2. */
class Invalidation extends Message {
  constructor(writeKeys: (writer: ReplyWriter) => void) {
    super((writer) => {
      if (writer.protocol === 3) {
        writer.push(2);
        writer.bulkText('invalidate');
      } else {
        writer.push(3);
        writer.bulkText('message');
        writer.bulkText(CHANNEL);
      }
      writeKeys(writer);
    });
  }
}

function invalidation(names: readonly string[]): Invalidation {
  return new Invalidation((writer) => {
    writer.array(names.length);
    for (const name of names) writer.bulkLatin1(name);
  });
}

function brokenRedirect(id: number): Message {
  return new Message((writer) => {
    writer.push(2);
    writer.bulkText('tracking-redir-broken');
    writer.integer(id);
  });
}

function isOfInterest({ mode, caching }: TrackingState): boolean {
  if (mode === 'optin') return caching;
  if (mode === 'optout') return !caching;
  return mode === 'default';
}

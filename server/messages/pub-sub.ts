/**
 * Who has subscribed to what, and the delivery of what is published. Channels, patterns and sharded channels are three
 * name spaces; names are kept as text of one byte a character.
 *
 * Invariant: a client is in a name's set exactly when the name is in the client's `Subscriptions`.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import type { Client } from '../client/client.js';
import { Subscriptions } from '../client/subscriptions.js';
import { Message } from './message.js';

/** The three name spaces, as `Subscriptions` calls them. */
export type SubscriptionKind = 'channels' | 'patterns' | 'shardChannels';

const KINDS: readonly SubscriptionKind[] = ['channels', 'patterns', 'shardChannels'];

export class PubSub {
  readonly #subscribers: Readonly<Record<SubscriptionKind, Map<string, Set<Client>>>> = {
    channels: new Map(),
    patterns: new Map(),
    shardChannels: new Map(),
  };
  /** Patterns as bytes, for matching. */
  readonly #globs = new Map<string, ByteSlice>();
  /** Clients with any subscription. */
  readonly #clients = new Set<Client>();

  /** Whether nobody would hear what is published on any channel. */
  get isSilent(): boolean {
    return this.#subscribers.channels.size === 0 && this.#subscribers.patterns.size === 0;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  subscribe(kind: SubscriptionKind, client: Client, name: string): void {
    client.subscriptions ??= new Subscriptions();
    client.subscriptions[kind].add(name);
    this.#clients.add(client);
    const known = this.#subscribers[kind].get(name);
    if (known !== undefined) {
      known.add(client);
      return;
    }
    this.#subscribers[kind].set(name, new Set([client]));
    if (kind === 'patterns') this.#globs.set(name, ByteSlice.fromLatin1(name));
  }

  unsubscribe(kind: SubscriptionKind, client: Client, name: string): void {
    const { subscriptions } = client;
    if (!subscriptions?.[kind].delete(name)) return;
    const subscribers = this.#subscribers[kind].get(name);
    subscribers?.delete(client);
    if (subscribers?.size === 0) {
      this.#subscribers[kind].delete(name);
      if (kind === 'patterns') this.#globs.delete(name);
    }
    if (subscriptions.isEmpty) {
      client.subscriptions = undefined;
      this.#clients.delete(client);
    }
  }

  /** Ends every subscription of a client, without a word to it. */
  forget(client: Client): void {
    for (const kind of KINDS) {
      for (const name of client.subscriptions?.[kind] ?? []) this.unsubscribe(kind, client, name);
    }
  }

  /** Sends a message to a channel's subscribers and to those of patterns that match it. @returns how many times */
  publish(channel: ByteSlice, message: ByteSlice): number {
    const subscribers = this.#subscribers.channels.get(channel.latin1());
    let count = subscribers === undefined ? 0 : deliver(subscribers, 'message', [channel, message]);
    for (const [pattern, glob] of this.#globs) {
      if (!globMatches(glob, channel)) continue;
      count += deliver(this.#subscribers.patterns.get(pattern) ?? [], 'pmessage', [glob, channel, message]);
    }
    return count;
  }

  /** Sends a message to the subscribers of a sharded channel. @returns how many they are */
  publishToShard(channel: ByteSlice, message: ByteSlice): number {
    const subscribers = this.#subscribers.shardChannels.get(channel.latin1());
    return subscribers === undefined ? 0 : deliver(subscribers, 'smessage', [channel, message]);
  }

  /** Names that have subscribers. */
  names(kind: SubscriptionKind): IterableIterator<string> {
    return this.#subscribers[kind].keys();
  }

  /** How many names have subscribers. */
  nameCount(kind: SubscriptionKind): number {
    return this.#subscribers[kind].size;
  }

  subscriberCount(kind: SubscriptionKind, name: string): number {
    return this.#subscribers[kind].get(name)?.size ?? 0;
  }
}

function deliver(clients: Iterable<Client>, type: string, parts: readonly ByteSlice[]): number {
  const message = new Message((writer) => {
    writer.push(1 + parts.length);
    writer.bulkText(type);
    for (const part of parts) writer.bulk(part);
  });
  let count = 0;
  for (const client of clients) {
    message.sendTo(client);
    count++;
  }
  return count;
}

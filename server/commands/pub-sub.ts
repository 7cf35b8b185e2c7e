/**
 * Publish and subscribe. A subscription's answer is a push for every name, and no reply beside it; so a RESP2 client that
 * has subscribed may use only commands that answer likewise (`inSubscriberMode`).
 */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { errorFor } from '../errors.js';
import { Message } from '../messages/message.js';
import type { SubscriptionKind } from '../messages/pub-sub.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, container, helpCommand, keysAt, noArguments } from './command.js';

/** How a kind of subscription is called in commands and in what they answer. */
interface Wording {
  readonly kind: SubscriptionKind;
  readonly subscribed: string;
  readonly unsubscribed: string;
}

const CHANNELS: Wording = { kind: 'channels', subscribed: 'subscribe', unsubscribed: 'unsubscribe' };
const PATTERNS: Wording = { kind: 'patterns', subscribed: 'psubscribe', unsubscribed: 'punsubscribe' };
const SHARD_CHANNELS: Wording = { kind: 'shardChannels', subscribed: 'ssubscribe', unsubscribed: 'sunsubscribe' };

const subscribing = {
  flags: ['pubsub', 'noscript', 'loading', 'stale'],
  acl: [],
  group: 'pubsub',
  inSubscriberMode: true,
  parse: (args: ArgumentParser): { names: readonly ByteSlice[] } => ({ names: args.rest() }),
} as const;

interface Names {
  readonly names: readonly ByteSlice[];
}

function subscribe(context: Context, { names }: Names, { kind, subscribed }: Wording): void {
  const { client, server } = context;
  for (const name of names) {
    server.pubsub.subscribe(kind, client, name.latin1());
    writeSubscription(context, subscribed, name, kind);
  }
}

/** Without names: from everything of the kind. */
function unsubscribe(context: Context, { names }: Names, { kind, unsubscribed }: Wording): void {
  const { client, server } = context;
  const given = names.length > 0 ? names : [...(client.subscriptions?.[kind] ?? [])].map(ByteSlice.fromLatin1);
  if (given.length === 0) writeSubscription(context, unsubscribed, undefined, kind);
  for (const name of given) {
    server.pubsub.unsubscribe(kind, client, name.latin1());
    writeSubscription(context, unsubscribed, name, kind);
  }
}

function writeSubscription(
  { client, reply }: Context,
  what: string,
  name: ByteSlice | undefined,
  kind: SubscriptionKind,
): void {
  const { subscriptions } = client;
  const say = (writer: ReplyWriter): void => {
    writer.push(3);
    writer.bulkText(what);
    if (name === undefined) writer.nil();
    else writer.bulk(name);
    writer.integer((kind === 'shardChannels' ? subscriptions?.shardChannels.size : subscriptions?.count) ?? 0);
  };
  // It is a message, which a client hears that has no use for replies (CLIENT REPLY).
  if (client.replyMode === 'on') say(reply);
  else new Message(say).sendTo(client);
}

const subscribeCommand = command<Names>({
  ...subscribing,
  name: 'SUBSCRIBE',
  channels: { first: 1, last: -1 },
  arity: -2,
  since: '2.0.0',
  complexity: 'O(N) where N is the number of channels to subscribe to.',
  summary: 'Listen for messages published to the given channels',
  syntax: 'channel [channel ...]',
  run: (context, names) => subscribe(context, names, CHANNELS),
});

const psubscribe = command<Names>({
  ...subscribing,
  name: 'PSUBSCRIBE',
  channels: { first: 1, last: -1, arePatterns: true },
  arity: -2,
  since: '2.0.0',
  complexity: 'O(N) where N is the number of patterns the client is already subscribed to.',
  summary: 'Listen for messages published to channels matching the given patterns',
  syntax: 'pattern [pattern ...]',
  run: (context, names) => subscribe(context, names, PATTERNS),
});

const ssubscribe = command<Names>({
  ...subscribing,
  name: 'SSUBSCRIBE',
  channels: { first: 1, last: -1 },
  arity: -2,
  keys: keysAt(1, -1, 1, 'not_key'),
  since: '7.0.0',
  complexity: 'O(N) where N is the number of shard channels to subscribe to.',
  summary: 'Listen for messages published to the given shard channels',
  syntax: 'shardchannel [shardchannel ...]',
  run: (context, names) => subscribe(context, names, SHARD_CHANNELS),
});

const unsubscribeCommand = command<Names>({
  ...subscribing,
  name: 'UNSUBSCRIBE',
  arity: -1,
  since: '2.0.0',
  complexity: 'O(N) where N is the number of clients already subscribed to a channel.',
  summary: 'Stop listening for messages posted to the given channels',
  syntax: '[channel [channel ...]]',
  run: (context, names) => unsubscribe(context, names, CHANNELS),
});

const punsubscribe = command<Names>({
  ...subscribing,
  name: 'PUNSUBSCRIBE',
  arity: -1,
  since: '2.0.0',
  complexity:
    'O(N+M) where N is the number of patterns the client is already subscribed and M is the number of total patterns subscribed in the system (by any client).',
  summary: 'Stop listening for messages posted to channels matching the given patterns',
  syntax: '[pattern [pattern ...]]',
  run: (context, names) => unsubscribe(context, names, PATTERNS),
});

const sunsubscribe = command<Names>({
  ...subscribing,
  name: 'SUNSUBSCRIBE',
  arity: -1,
  keys: keysAt(1, -1, 1, 'not_key'),
  since: '7.0.0',
  complexity: 'O(N) where N is the number of clients already subscribed to a shard channel.',
  summary: 'Stop listening for messages posted to the given shard channels',
  syntax: '[shardchannel [shardchannel ...]]',
  run: (context, names) => unsubscribe(context, names, SHARD_CHANNELS),
});

interface Publication {
  readonly channel: ByteSlice;
  readonly message: ByteSlice;
}

const publishing = {
  arity: 3,
  flags: ['pubsub', 'loading', 'stale', 'fast'],
  mayReplicate: true,
  acl: [],
  group: 'pubsub',
  parse: (args: ArgumentParser): Publication => ({ channel: args.bytes(), message: args.bytes() }),
} as const;

const publish = command<Publication>({
  ...publishing,
  name: 'PUBLISH',
  channels: { first: 1, last: 1 },
  since: '2.0.0',
  complexity:
    'O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).',
  summary: 'Post a message to a channel',
  syntax: 'channel message',
  run: ({ reply, server }, { channel, message }) => reply.integer(server.pubsub.publish(channel, message)),
});

const spublish = command<Publication>({
  ...publishing,
  name: 'SPUBLISH',
  channels: { first: 1, last: 1 },
  keys: keysAt(1, 1, 1, 'not_key'),
  since: '7.0.0',
  complexity: 'O(N) where N is the number of clients subscribed to the receiving shard channel.',
  summary: 'Post a message to a shard channel',
  syntax: 'shardchannel message',
  run: ({ reply, server }, { channel, message }) => reply.integer(server.pubsub.publishToShard(channel, message)),
});

const inspecting = { flags: ['pubsub', 'loading', 'stale'], acl: [], group: 'pubsub' } as const;

interface Listing {
  readonly pattern: ByteSlice | undefined;
}

const listing = {
  ...inspecting,
  arity: -2,
  syntax: '[pattern]',
  parse: (args: ArgumentParser): Listing => {
    if (args.remaining > 1) args.fail(errorFor.subcommandSyntax(args.written(1), 'PUBSUB'));
    return { pattern: args.remaining > 0 ? args.bytes() : undefined };
  },
} as const;

function listNames({ reply, server }: Context, { pattern }: Listing, kind: SubscriptionKind): void {
  const names = [...server.pubsub.names(kind)].map(ByteSlice.fromLatin1);
  const listed = pattern === undefined ? names : names.filter((name) => globMatches(pattern, name));
  reply.array(listed.length);
  for (const name of listed) reply.bulk(name);
}

const channels = command<Listing>({
  ...listing,
  name: 'PUBSUB CHANNELS',
  since: '2.8.0',
  complexity:
    'O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)',
  summary: 'List active channels',
  run: (context, parsed) => listNames(context, parsed, 'channels'),
});

const shardChannels = command<Listing>({
  ...listing,
  name: 'PUBSUB SHARDCHANNELS',
  since: '7.0.0',
  complexity:
    'O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels).',
  summary: 'List active shard channels',
  run: (context, parsed) => listNames(context, parsed, 'shardChannels'),
});

function countSubscribers({ reply, server }: Context, { names }: Names, kind: SubscriptionKind): void {
  reply.array(names.length * 2);
  for (const name of names) {
    reply.bulk(name);
    reply.integer(server.pubsub.subscriberCount(kind, name.latin1()));
  }
}

const numsub = command<Names>({
  ...inspecting,
  name: 'PUBSUB NUMSUB',
  arity: -2,
  since: '2.8.0',
  complexity: 'O(N) for the NUMSUB subcommand, where N is the number of requested channels',
  summary: 'Get the count of subscribers for channels',
  syntax: '[channel [channel ...]]',
  parse: (args) => ({ names: args.rest() }),
  run: (context, names) => countSubscribers(context, names, 'channels'),
});

const shardnumsub = command<Names>({
  ...inspecting,
  name: 'PUBSUB SHARDNUMSUB',
  arity: -2,
  since: '7.0.0',
  complexity: 'O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels',
  summary: 'Get the count of subscribers for shard channels',
  syntax: '[shardchannel [shardchannel ...]]',
  parse: (args) => ({ names: args.rest() }),
  run: (context, names) => countSubscribers(context, names, 'shardChannels'),
});

const numpat = command<undefined>({
  ...inspecting,
  name: 'PUBSUB NUMPAT',
  arity: 2,
  since: '2.8.0',
  complexity: 'O(1)',
  summary: 'Get the count of unique patterns pattern subscriptions',
  syntax: '',
  parse: noArguments,
  run: ({ reply, server }) => reply.integer(server.pubsub.nameCount('patterns')),
});

const pubsub = container(
  {
    name: 'PUBSUB',
    arity: -2,
    flags: [],
    acl: [],
    group: 'pubsub',
    since: '2.8.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for Pub/Sub commands',
    syntax: '',
  },
  [
    channels,
    numpat,
    numsub,
    shardChannels,
    shardnumsub,
    helpCommand(
      'PUBSUB',
      'pubsub',
      [],
      [
        'CHANNELS [<pattern>]',
        "    Return the currently active channels matching a <pattern> (default: '*').",
        'NUMPAT',
        '    Return number of subscriptions to patterns.',
        'NUMSUB [<channel> ...]',
        '    Return the number of subscribers for the specified channels, excluding',
        '    pattern subscriptions(default: no channels).',
        'SHARDCHANNELS [<pattern>]',
        "    Return the currently active shard level channels matching a <pattern> (default: '*').",
        'SHARDNUMSUB [<shardchannel> ...]',
        '    Return the number of subscribers for the specified shard level channel(s)',
      ],
      '6.2.0',
    ),
  ],
);

export const pubSubCommands: readonly CommandEntry[] = [
  subscribeCommand,
  psubscribe,
  ssubscribe,
  unsubscribeCommand,
  punsubscribe,
  sunsubscribe,
  publish,
  spublish,
  pubsub,
];

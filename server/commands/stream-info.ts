/** XINFO: what a stream, its groups and their consumers are like. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { type Consumer, type ConsumerGroup, type PendingEntry, READS_UNKNOWN } from '../types/consumer-group.js';
import { StreamValue } from '../types/stream.js';
import { StreamId } from '../types/stream-id.js';
import type { StreamEntry } from '../types/stream-node.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, container, helpCommand, keysAt } from './command.js';
import { groupError } from './stream-arguments.js';
import { writeEntry, writeId, writeRange } from './stream-reply.js';

/** Entries, and pending entries of each group and consumer, that FULL shows. */
const COUNT_BY_DEFAULT = 10;

interface StreamRequest {
  readonly key: ByteSlice;
  /** How many entries FULL shows; undefined asks for a summary. */
  readonly count: number | undefined;
  /** What is wrong with the options: told of a stream that exists. */
  readonly mistake: ReplyError | undefined;
}

const metadata = {
  flags: ['readonly'],
  acl: ['stream'],
  keys: keysAt(2, 2, 1, 'RO', 'access'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
} as const;

const stream = command<StreamRequest>({
  ...metadata,
  name: 'XINFO STREAM',
  arity: -3,
  summary: 'Get information about a stream',
  syntax: 'key [FULL [COUNT count]]',
  parse: parseStream,
  run: (context, { key, count, mistake }) => {
    const value = existingStream(context, key);
    if (mistake !== undefined) throw mistake;
    const { reply } = context;
    reply.map(count === undefined ? 10 : 9);
    writeCounters(reply, value);
    if (count === undefined) writeEdges(reply, value);
    else writeFull(reply, value, count === 0 ? Number.POSITIVE_INFINITY : count);
  },
});

const groups = command<{ key: ByteSlice }>({
  ...metadata,
  name: 'XINFO GROUPS',
  arity: 3,
  summary: 'List the consumer groups of a stream',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: (context, { key }) => {
    const value = existingStream(context, key);
    const { reply } = context;
    reply.array(value.groupCount);
    for (const [name, group] of value.groups()) {
      reply.map(6);
      writeName(reply, name);
      writeNumber(reply, 'consumers', group.consumerCount);
      writeNumber(reply, 'pending', group.pendingCount);
      writeProgress(reply, value, group);
    }
  },
});

const consumers = command<{ key: ByteSlice; name: string }>({
  ...metadata,
  name: 'XINFO CONSUMERS',
  arity: 4,
  summary: 'List the consumers in a consumer group',
  syntax: 'key groupname',
  tips: ['nondeterministic_output'],
  parse: (args) => ({ key: args.bytes(), name: args.bytes().latin1() }),
  run: (context, { key, name }) => {
    const group = existingStream(context, key).group(name);
    if (group === undefined) throw groupError(errorFor.noGroupForKey, key, name);
    const { reply, nowMs } = context;
    reply.array(group.consumerCount);
    for (const consumer of group.consumers()) {
      reply.map(3);
      writeName(reply, consumer.name);
      writeNumber(reply, 'pending', consumer.pending.size);
      writeNumber(reply, 'idle', Math.max(0, nowMs - consumer.seenMs));
    }
  },
});

const help = helpCommand(
  'XINFO',
  'stream',
  ['stream'],
  [
    'CONSUMERS <key> <groupname>',
    '    Show consumers of <groupname>.',
    'GROUPS <key>',
    '    Show the stream consumer groups.',
    'STREAM <key> [FULL [COUNT <count>]',
    '    Show information about the stream.',
  ],
);

const xinfo = container(
  {
    name: 'XINFO',
    arity: -2,
    flags: [],
    acl: [],
    group: 'stream',
    since: '5.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for stream introspection commands',
    syntax: '',
  },
  [stream, groups, consumers, help],
);

export const streamInfoCommands: readonly CommandEntry[] = [xinfo];

function parseStream(args: ArgumentParser): StreamRequest {
  const key = args.bytes();
  let count: number | undefined;
  const mistake = args.deferred(() => {
    count = readFullCount(args);
  });
  return { key, count, mistake };
}

function readFullCount(args: ArgumentParser): number | undefined {
  const words = args.remaining;
  if (words === 0) return undefined;
  const syntax = errorFor.subcommandSyntax(args.typedName, 'XINFO');
  if ((words !== 1 && words !== 3) || !args.flag('FULL')) args.fail(syntax);
  if (args.remaining === 0) return COUNT_BY_DEFAULT;
  if (!args.flag('COUNT')) args.fail(syntax);
  const count = args.integer();
  return count < 0 ? COUNT_BY_DEFAULT : count;
}

/** @throws ReplyError when there is no stream at the key */
function existingStream({ db }: Context, key: ByteSlice): StreamValue {
  const value = db.read(StreamValue, key);
  if (value === undefined) throw errors.noSuchKey;
  return value;
}

function writeNumber(reply: ReplyWriter, name: string, value: number | bigint | undefined): void {
  reply.bulkText(name);
  if (value === undefined) reply.nil();
  else reply.integer(value);
}

function writeNamedId(reply: ReplyWriter, name: string, id: StreamId): void {
  reply.bulkText(name);
  writeId(reply, id);
}

function writeName(reply: ReplyWriter, name: string): void {
  reply.bulkText('name');
  reply.bulkLatin1(name);
}

/** What a summary and FULL both tell of a stream. */
function writeCounters(reply: ReplyWriter, value: StreamValue): void {
  writeNumber(reply, 'length', value.size);
  writeNumber(reply, 'radix-tree-keys', value.nodeCount);
  // Redis tells the nodes of its radix tree, whose leaves are what are nodes here.
  writeNumber(reply, 'radix-tree-nodes', value.nodeCount + 1);
  writeNamedId(reply, 'last-generated-id', value.lastId);
  writeNamedId(reply, 'max-deleted-entry-id', value.maxDeletedId);
  writeNumber(reply, 'entries-added', value.entriesAdded);
  writeNamedId(reply, 'recorded-first-entry-id', value.firstId);
}

function writeEdges(reply: ReplyWriter, value: StreamValue): void {
  writeNumber(reply, 'groups', value.groupCount);
  const edge = { start: StreamId.zero, end: StreamId.max, count: 1 };
  const write = (entry: StreamEntry): void => writeEntry(reply, entry);
  reply.bulkText('first-entry');
  if (value.size === 0) reply.nil();
  else value.forEach(edge, write);
  reply.bulkText('last-entry');
  if (value.size === 0) reply.nil();
  else value.forEachReversed(edge, write);
}

function writeFull(reply: ReplyWriter, value: StreamValue, count: number): void {
  reply.bulkText('entries');
  writeRange(reply, value, { start: StreamId.zero, end: StreamId.max, count });
  reply.bulkText('groups');
  reply.array(value.groupCount);
  for (const [name, group] of value.groups()) {
    reply.map(7);
    writeName(reply, name);
    writeProgress(reply, value, group);
    writeNumber(reply, 'pel-count', group.pendingCount);
    writePending(reply, group, undefined, count);
    reply.bulkText('consumers');
    reply.array(group.consumerCount);
    for (const consumer of group.consumers()) {
      reply.map(4);
      writeName(reply, consumer.name);
      writeNumber(reply, 'seen-time', consumer.seenMs);
      writeNumber(reply, 'pel-count', consumer.pending.size);
      writePending(reply, group, consumer, count);
    }
  }
}

/** How far a group has read. */
function writeProgress(reply: ReplyWriter, value: StreamValue, group: ConsumerGroup): void {
  const { lastId, entriesRead } = group;
  writeNamedId(reply, 'last-delivered-id', lastId);
  writeNumber(reply, 'entries-read', entriesRead === READS_UNKNOWN ? undefined : entriesRead);
  writeNumber(reply, 'lag', value.lag(group));
}

/** The first pending entries of a consumer, or of all, who are then named. */
function writePending(reply: ReplyWriter, group: ConsumerGroup, of: Consumer | undefined, count: number): void {
  const entries: PendingEntry[] = [];
  group.forEachPending(StreamId.zero, of, (entry) => entries.push(entry) < count);
  reply.bulkText('pending');
  reply.array(entries.length);
  for (const { id, consumer, deliveredMs, deliveries } of entries) {
    reply.array(of === undefined ? 4 : 3);
    writeId(reply, id);
    if (of === undefined) reply.bulkLatin1(consumer.name);
    reply.integer(deliveredMs);
    reply.integer(deliveries);
  }
}

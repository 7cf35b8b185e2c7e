/** XGROUP: making, moving and removing consumer groups and consumers. */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Int64 } from '../base/int64-words.js';
import { watchName } from '../client/transaction.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import { type ConsumerGroup, READS_UNKNOWN } from '../types/consumer-group.js';
import { StreamValue } from '../types/stream.js';
import type { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, container, helpCommand, keysAt } from './command.js';
import { groupError, openIdOf, streamIdOf } from './stream-arguments.js';

/** A group by its name, one character a byte. */
interface GroupRequest {
  readonly key: ByteSlice;
  readonly name: string;
}

interface ConsumerRequest extends GroupRequest {
  readonly consumer: string;
}

interface PositionRequest extends GroupRequest {
  /** Undefined stands for the stream's last id (`$`). */
  readonly id: StreamId | undefined;
  readonly entriesRead: Int64;
  readonly createsStream: boolean;
  /** What is wrong with the id or the options: told only of a stream that may be changed. */
  readonly mistake: ReplyError | undefined;
}

const metadata = { flags: ['write'], acl: ['stream'], group: 'stream', since: '5.0.0' } as const;

const create = command<PositionRequest>({
  ...metadata,
  name: 'XGROUP CREATE',
  arity: -5,
  flags: ['write', 'denyoom'],
  keys: keysAt(2, 2, 1, 'RW', 'insert'),
  complexity: 'O(1)',
  summary: 'Create a consumer group.',
  syntax: 'key groupname <id | $> [MKSTREAM] [ENTRIESREAD entries_read]',
  parse: (args) => parsePosition(args, streamIdOf, { createsStream: true, optionWordsMax: 3 }),
  run: (context, { key, name, id, entriesRead, createsStream, mistake }) => {
    const existing = context.db.existing(StreamValue, key);
    if (existing === undefined && !createsStream) throw errors.streamGroupKeyMissing;
    if (mistake !== undefined) throw mistake;
    if (existing?.group(name) !== undefined) throw errors.streamGroupExists;
    const stream = existing ?? context.db.forWrite(StreamValue, key);
    stream.addGroup(name, id ?? stream.lastId, entriesRead);
    context.changed('xgroup-create', key);
    if (existing === undefined) context.server.watchList.touch(watchName(context.db.index, key.latin1()));
    context.reply.simple('OK');
  },
});

const setid = command<PositionRequest>({
  ...metadata,
  name: 'XGROUP SETID',
  arity: -5,
  keys: keysAt(2, 2, 1, 'RW', 'update'),
  complexity: 'O(1)',
  summary: 'Set a consumer group to an arbitrary last delivered ID value.',
  syntax: 'key groupname <id | $> [ENTRIESREAD entries_read]',
  parse: (args) => parsePosition(args, openIdOf, { createsStream: false, optionWordsMax: 2 }),
  run: (context, { key, name, id, entriesRead, mistake }) => {
    const { stream, group } = existingGroup(context, key, name);
    if (mistake !== undefined) throw mistake;
    group.lastId = id ?? stream.lastId;
    group.entriesRead = entriesRead;
    context.changed('xgroup-setid', key);
    context.reply.simple('OK');
  },
});

const destroy = command<GroupRequest>({
  ...metadata,
  name: 'XGROUP DESTROY',
  arity: 4,
  keys: keysAt(2, 2, 1, 'RW', 'delete'),
  complexity: "O(N) where N is the number of entries in the group's pending entries list (PEL).",
  summary: 'Destroy a consumer group.',
  syntax: 'key groupname',
  parse: parseGroup,
  run: (context, { key, name }) => {
    const removed = existingStream(context, key).removeGroup(name);
    if (removed) context.changed('xgroup-destroy', key);
    context.reply.integer(removed ? 1 : 0);
  },
});

const createconsumer = command<ConsumerRequest>({
  ...metadata,
  name: 'XGROUP CREATECONSUMER',
  arity: 5,
  flags: ['write', 'denyoom'],
  keys: keysAt(2, 2, 1, 'RW', 'insert'),
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Create a consumer in a consumer group.',
  syntax: 'key groupname consumername',
  parse: parseConsumer,
  run: (context, { key, name, consumer }) => {
    const { group } = existingGroup(context, key, name);
    const isNew = group.consumer(consumer) === undefined;
    if (isNew) {
      group.addConsumer(consumer, context.nowMs);
      context.changed('xgroup-createconsumer', key);
    }
    context.reply.integer(isNew ? 1 : 0);
  },
});

const delconsumer = command<ConsumerRequest>({
  ...metadata,
  name: 'XGROUP DELCONSUMER',
  arity: 5,
  keys: keysAt(2, 2, 1, 'RW', 'delete'),
  complexity: 'O(1)',
  summary: 'Delete a consumer from a consumer group.',
  syntax: 'key groupname consumername',
  parse: parseConsumer,
  run: (context, { key, name, consumer: consumerName }) => {
    const { group } = existingGroup(context, key, name);
    const consumer = group.consumer(consumerName);
    const pending = consumer?.pending.size ?? 0;
    if (consumer !== undefined) {
      group.removeConsumer(consumer);
      context.changed('xgroup-delconsumer', key);
    }
    context.reply.integer(pending);
  },
});

const help = helpCommand(
  'XGROUP',
  'stream',
  ['stream'],
  [
    'CREATE <key> <groupname> <id|$> [option]',
    '    Create a new consumer group. Options are:',
    '    * MKSTREAM',
    '      Create the empty stream if it does not exist.',
    '    * ENTRIESREAD entries_read',
    "      Set the group's entries_read counter (internal use).",
    'CREATECONSUMER <key> <groupname> <consumer>',
    '    Create a new consumer in the specified group.',
    'DELCONSUMER <key> <groupname> <consumer>',
    '    Remove the specified consumer.',
    'DESTROY <key> <groupname>',
    '    Remove the specified group.',
    'SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]',
    '    Set the current group ID and entries_read counter.',
  ],
);

const xgroup = container(
  {
    name: 'XGROUP',
    arity: -2,
    flags: [],
    acl: [],
    group: 'stream',
    since: '5.0.0',
    complexity: 'Depends on subcommand.',
    summary: 'A container for consumer groups commands',
    syntax: '',
  },
  [create, setid, destroy, createconsumer, delconsumer, help],
);

export const streamGroupCommands: readonly CommandEntry[] = [xgroup];

function parseGroup(args: ArgumentParser): GroupRequest {
  return { key: args.bytes(), name: args.bytes().latin1() };
}

function parseConsumer(args: ArgumentParser): ConsumerRequest {
  return { ...parseGroup(args), consumer: args.bytes().latin1() };
}

/** @param idOf reads an id that is not `$` @param allowed MKSTREAM, and how many words of options */
function parsePosition(
  args: ArgumentParser,
  idOf: (text: ByteSlice) => StreamId | undefined,
  allowed: { readonly createsStream: boolean; readonly optionWordsMax: number },
): PositionRequest {
  const { key, name } = parseGroup(args);
  const idText = args.bytes();
  const optionWords = args.remaining;
  const syntax = errorFor.subcommandSyntax(args.typedName, 'XGROUP');
  let createsStream = false;
  let entriesRead: Int64 = READS_UNKNOWN;
  while (args.remaining > 0) {
    if (allowed.createsStream && args.flag('MKSTREAM')) {
      createsStream = true;
    } else if (args.option('ENTRIESREAD')) {
      entriesRead = args.int64();
      if (entriesRead < 0 && entriesRead !== READS_UNKNOWN) args.fail(errors.streamEntriesReadNegative);
    } else {
      args.fail(syntax);
    }
  }
  const isLast = idText.latin1() === '$';
  const id = isLast ? undefined : idOf(idText);
  const mistake = id === undefined && !isLast ? errors.streamId : undefined;
  return {
    key,
    name,
    id,
    entriesRead,
    createsStream,
    mistake: optionWords > allowed.optionWordsMax ? syntax : mistake,
  };
}

/** @throws ReplyError when there is no stream at the key */
function existingStream({ db }: Context, key: ByteSlice): StreamValue {
  const stream = db.existing(StreamValue, key);
  if (stream === undefined) throw errors.streamGroupKeyMissing;
  return stream;
}

/** @throws ReplyError when there is no stream at the key, or no group of this name */
function existingGroup(
  context: Context,
  key: ByteSlice,
  name: string,
): { readonly stream: StreamValue; readonly group: ConsumerGroup } {
  const stream = existingStream(context, key);
  const group = stream.group(name);
  if (group === undefined) throw groupError(errorFor.noGroupForKey, key, name);
  return { stream, group };
}

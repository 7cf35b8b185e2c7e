/**
 * Stream commands that add, count, read and remove entries. stream-read.ts has XREAD and XREADGROUP, stream-group.ts,
 * stream-pending.ts and stream-claim.ts what concerns consumer groups, stream-info.ts XINFO.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Int64 } from '../base/int64-words.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import { NODE_BYTES_MAX, StreamValue } from '../types/stream.js';
import { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt, noted } from './command.js';
import {
  asEnd,
  asStart,
  checkTrim,
  idArgument,
  idArguments,
  noTrim,
  type PartialId,
  partialIdOf,
  type TrimArguments,
  trimOf,
  trimOption,
} from './stream-arguments.js';
import { writeEntry, writeId, writeRange } from './stream-reply.js';

interface AddRequest {
  readonly key: ByteSlice;
  readonly createsStream: boolean;
  readonly trim: TrimArguments;
  /** Undefined leaves the whole id to the server. */
  readonly id: PartialId | undefined;
  /** Fields and values in turn. */
  readonly pairs: readonly ByteSlice[];
}

interface RangeRequest {
  readonly key: ByteSlice;
  readonly start: StreamId;
  readonly end: StreamId;
  readonly count: number;
}

interface SetIdRequest {
  readonly key: ByteSlice;
  readonly id: StreamId;
  readonly entriesAdded: Int64 | undefined;
  readonly maxDeletedId: StreamId;
}

const xadd = command<AddRequest>({
  name: 'XADD',
  arity: -5,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['stream'],
  keys: noted('UPDATE instead of INSERT because of the optional trimming feature', keysAt(1, 1, 1, 'RW', 'update')),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.',
  summary: 'Appends a new entry to a stream',
  syntax: 'key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count]] <* | id> field value [field value ...]',
  tips: ['nondeterministic_output'],
  parse: parseAdd,
  run: (context, request) => {
    const { db, reply } = context;
    const { key, pairs } = request;
    const stream = request.createsStream ? db.forWrite(StreamValue, key) : db.existing(StreamValue, key);
    if (stream === undefined) {
      reply.nil();
      return;
    }
    const id = idToAdd(stream, request.id, context.nowMs);
    stream.append(id, pairs);
    context.changed('xadd', key);
    writeId(reply, id);
    const trimmed = trimStream(context, stream, key, request.trim);
    if (context.wantsEffects) {
      context.effects([['XADD', key, ...trimEffect(stream, request.trim, trimmed), id.text(), ...pairs]]);
    }
  },
});

const xlen = command<{ key: ByteSlice }>({
  name: 'XLEN',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  summary: 'Return the number of entries in a stream',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.read(StreamValue, key)?.size ?? 0),
});

const xrange = command<RangeRequest>({
  name: 'XRANGE',
  arity: -4,
  flags: ['readonly'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).',
  summary: 'Return a range of elements in a stream, with IDs matching the specified IDs interval',
  syntax: 'key start end [COUNT count]',
  parse: (args) => {
    const [key, start, end] = [args.bytes(), args.bytes(), args.bytes()];
    return parseRange(args, key, start, end);
  },
  run: ({ db, reply }, range) => {
    const stream = db.read(StreamValue, range.key);
    if (stream === undefined) reply.array(0);
    else if (range.count === 0) reply.nilArray();
    else writeRange(reply, stream, range);
  },
});

const xrevrange = command<RangeRequest>({
  name: 'XREVRANGE',
  arity: -4,
  flags: ['readonly'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).',
  summary:
    'Return a range of elements in a stream, with IDs matching the specified IDs interval, in reverse order (from greater to smaller IDs) compared to XRANGE',
  syntax: 'key end start [COUNT count]',
  parse: (args) => {
    const [key, end, start] = [args.bytes(), args.bytes(), args.bytes()];
    return parseRange(args, key, start, end);
  },
  run: ({ db, reply }, range) => {
    const stream = db.read(StreamValue, range.key);
    if (stream === undefined) {
      reply.array(0);
    } else if (range.count === 0) {
      reply.nilArray();
    } else {
      reply.array(stream.countIn(range));
      stream.forEachReversed(range, (entry) => writeEntry(reply, entry));
    }
  },
});

const xdel = command<{ key: ByteSlice; ids: readonly StreamId[]; mistake: ReplyError | undefined }>({
  name: 'XDEL',
  arity: -3,
  flags: ['write', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) for each single item to delete in the stream, regardless of the stream size.',
  summary:
    'Removes the specified entries from the stream. Returns the number of items actually deleted, that may be different from the number of IDs passed in case certain IDs do not exist.',
  syntax: 'key id [id ...]',
  parse: (args) => {
    const key = args.bytes();
    let ids: readonly StreamId[] = [];
    const mistake = args.deferred(() => {
      ids = idArguments(args);
    });
    return { key, ids, mistake };
  },
  run: (context, { key, ids, mistake }) => {
    const stream = context.db.existing(StreamValue, key);
    if (stream !== undefined && mistake !== undefined) throw mistake;
    let deleted = 0;
    for (const id of ids) if (stream?.delete(id)) deleted++;
    if (deleted > 0) context.changed('xdel', key);
    context.reply.integer(deleted);
  },
});

const xtrim = command<{ key: ByteSlice; trim: TrimArguments }>({
  name: 'XTRIM',
  arity: -4,
  flags: ['write'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N), with N being the number of evicted entries. Constant times are very small however, since entries are organized in macro nodes containing multiple entries that can be released with a single deallocation.',
  summary: "Trims the stream to (approximately if '~' is passed) a certain size",
  syntax: 'key <MAXLEN | MINID> [= | ~] threshold [LIMIT count]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    const key = args.bytes();
    const trim = noTrim();
    while (args.remaining > 0) if (!trimOption(args, trim)) args.fail(errors.syntax);
    if (trim.limit === 0 && trim.threshold === undefined) args.fail(errors.streamTrimMissing);
    checkTrim(args, trim);
    return { key, trim };
  },
  run: (context, { key, trim }) => {
    const stream = context.db.existing(StreamValue, key);
    const trimmed = stream === undefined ? 0 : trimStream(context, stream, key, trim);
    context.reply.integer(trimmed);
    if (stream !== undefined && trimmed > 0) context.effects([['XTRIM', key, ...trimEffect(stream, trim, trimmed)]]);
  },
});

const xsetid = command<SetIdRequest>({
  name: 'XSETID',
  arity: -3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1)',
  summary: 'An internal command for replicating stream values',
  syntax: 'key last-id [ENTRIESADDED entries_added] [MAXDELETEDID max_deleted_entry_id]',
  parse: parseSetId,
  run: (context, { key, id, entriesAdded, maxDeletedId }) => {
    const stream = context.db.existing(StreamValue, key);
    if (stream === undefined) throw errors.noSuchKey;
    if (stream.size > 0 && id.compare(stream.lastLiveId()) < 0) throw errors.streamSetidBelowTop;
    if (entriesAdded !== undefined && stream.size > entriesAdded) throw errors.streamSetidFewEntries;
    stream.lastId = id;
    if (entriesAdded !== undefined) stream.entriesAdded = entriesAdded;
    if (!maxDeletedId.isZero) stream.maxDeletedId = maxDeletedId;
    context.changed('xsetid', key);
    context.reply.simple('OK');
  },
});

export const streamCommands: readonly CommandEntry[] = [xadd, xlen, xrange, xrevrange, xdel, xtrim, xsetid];

function parseAdd(args: ArgumentParser): AddRequest {
  const key = args.bytes();
  const trim = noTrim();
  let createsStream = true;
  let id: PartialId | undefined;
  while (args.remaining > 0) {
    if (args.flag('*')) break;
    if (trimOption(args, trim)) continue;
    if (args.flag('NOMKSTREAM')) {
      createsStream = false;
      continue;
    }
    id = partialIdOf(args.bytes());
    if (id === undefined) args.fail(errors.streamId);
    break;
  }
  checkTrim(args, trim);
  const pairs = args.rest();
  if (pairs.length < 2 || pairs.length % 2 === 1) args.fail(errorFor.wrongArity(args.commandName));
  if (id?.hasSequence && id.id.isZero) args.fail(errors.streamIdZero);
  if (pairs.reduce((sum, text) => sum + text.length, 0) > NODE_BYTES_MAX) args.fail(errors.streamEntryTooLarge);
  return { key, createsStream, trim, id, pairs };
}

function parseRange(args: ArgumentParser, key: ByteSlice, startText: ByteSlice, endText: ByteSlice): RangeRequest {
  const start = asStart(args, startText);
  const end = asEnd(args, endText);
  let count = Number.POSITIVE_INFINITY;
  while (args.remaining > 0) {
    if (args.option('COUNT')) count = Math.max(0, args.integer());
    else args.fail(errors.syntax);
  }
  return { key, start, end, count };
}

function parseSetId(args: ArgumentParser): SetIdRequest {
  const key = args.bytes();
  const id = idArgument(args);
  let entriesAdded: Int64 | undefined;
  let maxDeletedId = StreamId.zero;
  while (args.remaining > 0) {
    if (args.option('ENTRIESADDED')) {
      entriesAdded = args.int64();
      if (entriesAdded < 0) args.fail(errors.streamEntriesAddedNegative);
    } else if (args.option('MAXDELETEDID')) {
      maxDeletedId = idArgument(args);
      if (id.compare(maxDeletedId) < 0) args.fail(errors.streamSetidBelowGiven);
    } else {
      args.fail(errors.syntax);
    }
  }
  return { key, id, entriesAdded, maxDeletedId };
}

/** The id of a new entry. @throws ReplyError when it would not be the greatest */
function idToAdd(stream: StreamValue, wanted: PartialId | undefined, nowMs: number): StreamId {
  if (stream.lastId.compare(StreamId.max) === 0) throw errors.streamExhausted;
  if (wanted === undefined) return stream.nextId(nowMs) ?? StreamId.max;
  let { id } = wanted;
  if (!wanted.hasSequence && stream.lastId.msFrom(id) === 0) {
    const next = stream.lastId.next();
    // No sequence is left in this millisecond.
    if (next?.msFrom(id) !== 0) throw errors.streamEntryTooLarge;
    id = next;
  }
  if (id.compare(stream.lastId) <= 0) throw errors.streamIdNotGreater;
  return id;
}

/** Trims as it was asked for. @returns how many entries are gone */
function trimStream(context: Context, stream: StreamValue, key: ByteSlice, trim: TrimArguments): number {
  if (trim.threshold === undefined) return 0;
  const nodeEntriesMax = context.server.config.get('stream-node-max-entries');
  const trimmed = stream.trim(trimOf(trim, trim.threshold, nodeEntriesMax));
  if (trimmed > 0) context.changed('xtrim', key);
  return trimmed;
}

/** A trim that has been done, as an exact one that does the same to an equal stream. */
function trimEffect(
  stream: StreamValue,
  { threshold, approximate }: TrimArguments,
  trimmed: number,
): readonly EffectToken[] {
  if (threshold === undefined || trimmed === 0) return [];
  if (typeof threshold === 'number') return ['MAXLEN', '=', stream.size.toString()];
  const exact = stream.size === 0 ? StreamId.max : stream.firstId;
  return ['MINID', '=', (approximate ? exact : threshold).text()];
}

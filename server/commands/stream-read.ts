/** XREAD and XREADGROUP: entries of several streams that a client has not seen yet, or that a consumer has pending. */
import type { ByteSlice } from '../base/byte-slice.js';
import { errorFor, errors } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { Consumer, PendingEntry } from '../types/consumer-group.js';
import { type EntryRange, StreamValue } from '../types/stream.js';
import { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, type KeySpec } from './command.js';
import { type GroupTarget, namedConsumer, targetOf } from './group-target.js';
import { groupError, streamIdOf } from './stream-arguments.js';
import { writeEntryOf, writeId, writeRange } from './stream-reply.js';
import { timeoutMilliseconds, Wait } from './wait.js';

/** After which entry a client wants to read: an id, the last one there is (`$`), the last the group has read (`>`). */
type ReadAfter = StreamId | 'last' | 'new' | undefined;

interface StreamRequest {
  readonly key: ByteSlice;
  /** Undefined: what was given is no id. */
  readonly after: ReadAfter;
}

interface ReadOptions {
  count: number;
  /** Undefined does not wait. */
  blockMs: number | undefined;
  /** Names, one character a byte. */
  group: { readonly name: string; readonly consumer: string } | undefined;
  noAck: boolean;
}

interface ReadRequest extends ReadOptions {
  readonly streams: readonly StreamRequest[];
}

/** What is answered of one stream. */
interface Served {
  readonly key: ByteSlice;
  readonly write: () => void;
}

const xread = command<ReadRequest>({
  name: 'XREAD',
  arity: -4,
  flags: ['readonly', 'blocking', 'movablekeys'],
  acl: ['stream'],
  keys: streamKeys(1),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M clients blocked on the stream getting new data.',
  summary:
    'Return never seen elements in multiple streams, with IDs greater than the ones reported by the caller for each stream. Can block.',
  syntax: '[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]',
  parse: (args) => parseRead(args, false),
  run: (context, request) => {
    const streams = streamsToTry(context, request).map(({ key, after }) => ({
      key,
      after: idToReadAfter(context, key, after),
    }));
    const served: Served[] = [];
    for (const { key, after } of streams) {
      const stream = context.db.read(StreamValue, key);
      if (stream === undefined || !hasEntryAfter(stream, after)) continue;
      const range = { start: after.next() ?? StreamId.max, end: StreamId.max, count: request.count };
      served.push({ key, write: () => writeRange(context.reply, stream, range) });
    }
    return answer(context, request, served, () => readAgain(request, streams));
  },
});

const xreadgroup = command<ReadRequest>({
  name: 'XREADGROUP',
  arity: -7,
  flags: ['write', 'blocking', 'movablekeys'],
  acl: ['stream'],
  keys: streamKeys(4),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data.',
  summary:
    'Return new entries from a stream using a consumer group, or access the history of the pending entries for a given consumer. Can block.',
  syntax: 'GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]',
  parse: (args) => parseRead(args, true),
  run: (context, request) => {
    const targets = streamsToTry(context, request).map((stream) => ({
      ...stream,
      target: groupToRead(context, stream, request),
    }));
    const served: Served[] = [];
    for (const { key, after, target } of targets) {
      const write = readAsConsumer(target, after, request);
      if (write !== undefined) served.push({ key, write });
    }
    context.effects(targets.flatMap<readonly EffectToken[]>(({ target }) => target.effects.commands));
    return answer(context, request, served);
  },
});

export const streamReadCommands: readonly CommandEntry[] = [xread, xreadgroup];

/** The first half of what follows STREAMS. @param startFrom where COMMAND INFO tells clients to look for it */
function streamKeys(startFrom: number): readonly KeySpec[] {
  const movable = (argv: readonly ByteSlice[]): number[] => {
    const first = argv.findIndex((word) => word.latin1().toUpperCase() === 'STREAMS') + 1;
    const count = first === 0 ? 0 : Math.floor((argv.length - first) / 2);
    return Array.from({ length: count }, (_, index) => first + index);
  };
  const search = { kind: 'keyword', keyword: 'STREAMS', startFrom, last: -1, limit: 2 } as const;
  return [{ first: 0, last: 0, step: 0, flags: ['RO', 'access'], movable, search }];
}

function parseRead(args: ArgumentParser, isGroup: boolean): ReadRequest {
  const options: ReadOptions = { count: Number.POSITIVE_INFINITY, blockMs: undefined, group: undefined, noAck: false };
  let streams: readonly StreamRequest[] | undefined;
  while (args.remaining > 0 && streams === undefined) {
    if (args.option('STREAMS')) streams = parseStreams(args);
    else readOption(args, isGroup, options);
  }
  if (streams === undefined) args.fail(errors.syntax);
  else if (isGroup && options.group === undefined) args.fail(errors.streamReadGroupMissing);
  return { ...options, streams: streams ?? [] };
}

function readOption(args: ArgumentParser, isGroup: boolean, options: ReadOptions): void {
  if (args.option('COUNT')) {
    const count = args.integer();
    options.count = count <= 0 ? Number.POSITIVE_INFINITY : count;
  } else if (args.option('BLOCK')) {
    options.blockMs = timeoutMilliseconds(args);
  } else if (args.remaining > 2 && args.flag('GROUP')) {
    if (!isGroup) args.fail(errors.streamReadGroupOption);
    options.group = { name: args.bytes().latin1(), consumer: args.bytes().latin1() };
  } else if (args.flag('NOACK')) {
    if (!isGroup) args.fail(errors.streamReadNoackOption);
    options.noAck = true;
  } else {
    args.fail(errors.syntax);
  }
}

function parseStreams(args: ArgumentParser): readonly StreamRequest[] {
  const words = args.rest();
  if (words.length % 2 === 1) args.fail(errors.streamsUnbalanced);
  const keys = words.slice(0, words.length / 2);
  return words.slice(keys.length).flatMap((id, index) => {
    const key = keys[index];
    return key === undefined ? [] : [{ key, after: readAfter(id) }];
  });
}

function readAfter(text: ByteSlice): ReadAfter {
  switch (text.latin1()) {
    case '$':
      return 'last';
    case '>':
      return 'new';
    default:
      return streamIdOf(text);
  }
}

/** @throws ReplyError when the key holds no stream, or there is no such id for XREAD */
function idToReadAfter({ db }: Context, key: ByteSlice, after: ReadAfter): StreamId {
  const stream = db.read(StreamValue, key);
  if (after === 'last') return stream?.lastId ?? StreamId.zero;
  if (after === 'new') throw errors.streamReadNewId;
  if (after === undefined) throw errors.streamId;
  return after;
}

/** @throws ReplyError when there is no such group, or no such id for XREADGROUP */
function groupToRead(context: Context, { key, after }: StreamRequest, { group: names }: ReadOptions): GroupTarget {
  const stream = context.hasWaited ? context.db.peek(StreamValue, key) : context.db.read(StreamValue, key);
  const name = names?.name ?? '';
  const group = stream?.group(name);
  if (context.hasWaited && stream === undefined) throw errors.streamKeyGone;
  if (context.hasWaited && group === undefined) throw errors.streamGroupGone;
  if (stream === undefined || group === undefined) throw groupError(errorFor.noKeyOrGroupToRead, key, name);
  if (after === 'last') throw errors.streamReadLastId;
  if (after === undefined) throw errors.streamId;
  return targetOf(context, key, name, stream, group);
}

function hasEntryAfter(stream: StreamValue, id: StreamId): boolean {
  return stream.size > 0 && stream.lastLiveId().compare(id) > 0;
}

/** Reads for a consumer, which is created when there is something to read. @returns what writes it */
function readAsConsumer(target: GroupTarget, after: ReadAfter, request: ReadRequest): (() => void) | undefined {
  const isHistory = after instanceof StreamId && after.compare(StreamId.max) < 0;
  if (!isHistory && !hasEntryAfter(target.stream, target.group.lastId)) return undefined;
  const consumer = namedConsumer(target, request.group?.consumer ?? '');
  return isHistory ? readHistory(target, consumer, after, request) : readNew(target, consumer, request);
}

/** Gives a consumer what the group has not read. @returns what writes it */
function readNew(target: GroupTarget, consumer: Consumer, { count, noAck }: ReadOptions): () => void {
  const { stream, group, effects, nowMs, reply } = target;
  const range: EntryRange = { start: group.lastId.next() ?? StreamId.max, end: StreamId.max, count };
  let end = group.lastId;
  stream.forEach(range, ({ id }) => {
    stream.advance(group, id);
    if (!noAck) effects.assigned(group.assign(id, consumer, nowMs, 1));
    end = id;
  });
  effects.moved();
  return () => writeRange(reply, stream, { start: range.start, end, count });
}

/** Gives a consumer again what it has pending after an id. @returns what writes it */
function readHistory(target: GroupTarget, consumer: Consumer, after: StreamId, { count }: ReadOptions): () => void {
  const { stream, group, effects, nowMs, reply } = target;
  const entries: PendingEntry[] = [];
  const start = after.next();
  if (start !== undefined) group.forEachPending(start, consumer, (entry) => entries.push(entry) < count);
  for (const entry of entries) if (stream.has(entry.id)) effects.assigned(group.deliverAgain(entry, nowMs));
  return () => {
    reply.array(entries.length);
    for (const { id } of entries) writePendingEntry(reply, stream, id);
  };
}

/** An entry that is not in the stream any more has no fields. */
function writePendingEntry(reply: ReplyWriter, stream: StreamValue, id: StreamId): void {
  if (stream.has(id)) {
    writeEntryOf(reply, stream, id);
    return;
  }
  reply.array(2);
  writeId(reply, id);
  reply.nilArray();
}

/** All streams, or the one that the command has waited for. */
function streamsToTry(context: Context, { streams }: ReadRequest): readonly StreamRequest[] {
  const keys = context.keysToTry(streams.map(({ key }) => key));
  return streams.filter(({ key }) => keys.includes(key));
}

/** Writes what was read, or waits for it. @param insteadOf the command to run again, when it is another one */
function answer(
  { reply }: Context,
  { streams, blockMs }: ReadRequest,
  served: readonly Served[],
  insteadOf?: () => readonly EffectToken[],
): Wait | undefined {
  if (served.length > 0) {
    writeServed(reply, served);
    return undefined;
  }
  const timedOut = (writer: ReplyWriter): void => writer.nilArray();
  if (blockMs === undefined) {
    timedOut(reply);
    return undefined;
  }
  const wait = { keys: streams.map(({ key }) => key), typeName: 'stream', timeoutMs: blockMs, timedOut };
  return new Wait(insteadOf === undefined ? { ...wait, wakesWhenLost: true } : { ...wait, insteadOf: insteadOf() });
}

/** XREAD after the ids that `$` stood for when the client blocked. */
function readAgain(
  { count, blockMs = 0 }: ReadRequest,
  streams: readonly { readonly key: ByteSlice; readonly after: StreamId }[],
): readonly EffectToken[] {
  return [
    ...['XREAD', 'COUNT', Number.isFinite(count) ? count.toString() : '0', 'BLOCK', blockMs.toString(), 'STREAMS'],
    ...streams.map(({ key }) => key),
    ...streams.map(({ after }) => after.text()),
  ];
}

/** Streams by their keys: a map, in RESP2 a list of pairs. */
function writeServed(reply: ReplyWriter, served: readonly Served[]): void {
  if (reply.protocol === 3) reply.map(served.length);
  else reply.array(served.length);
  for (const { key, write } of served) {
    if (reply.protocol === 2) reply.array(2);
    reply.bulk(key);
    write();
  }
}

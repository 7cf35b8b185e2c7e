/** XACK and XPENDING: what was delivered to consumers of a group and is not acknowledged. */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Int64 } from '../base/int64-words.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { ConsumerGroup, PendingEntry } from '../types/consumer-group.js';
import { StreamValue } from '../types/stream.js';
import type { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, keysAt } from './command.js';
import { targetOf } from './group-target.js';
import { asEnd, asStart, groupError, idArguments } from './stream-arguments.js';
import { writeId } from './stream-reply.js';

/** Words of XPENDING with a range: at least start, end and count, at most IDLE and a consumer as well. */
const RANGE_WORDS_MIN = 3;
const RANGE_WORDS_MAX = 6;
const IDLE_WORDS_MIN = 5;

interface AckRequest {
  readonly key: ByteSlice;
  readonly name: string;
  readonly ids: readonly StreamId[];
  /** What is wrong with the ids: told of a group that exists. */
  readonly mistake: ReplyError | undefined;
}

interface PendingRange {
  readonly start: StreamId;
  readonly end: StreamId;
  readonly count: number;
  readonly idleMsMin: Int64;
  readonly consumer: string | undefined;
}

interface PendingRequest {
  readonly key: ByteSlice;
  readonly name: string;
  /** Undefined asks for a summary. */
  readonly range: PendingRange | undefined;
}

const xack = command<AckRequest>({
  name: 'XACK',
  arity: -4,
  flags: ['write', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(1) for each message ID processed.',
  summary:
    'Marks a pending message as correctly processed, effectively removing it from the pending entries list of the consumer group. Return value of the command is the number of messages successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL.',
  syntax: 'key group id [id ...]',
  parse: (args) => {
    const [key, name] = [args.bytes(), args.bytes().latin1()];
    let ids: readonly StreamId[] = [];
    const mistake = args.deferred(() => {
      ids = idArguments(args);
    });
    return { key, name, ids, mistake };
  },
  run: (context, { key, name, ids, mistake }) => {
    const stream = context.db.read(StreamValue, key);
    const group = stream?.group(name);
    if (stream === undefined || group === undefined) {
      context.reply.integer(0);
      return;
    }
    if (mistake !== undefined) throw mistake;
    const acknowledged = ids.filter((id) => group.acknowledge(id));
    const { effects } = targetOf(context, key, name, stream, group);
    effects.acknowledged(acknowledged);
    effects.tell();
    context.reply.integer(acknowledged.length);
  },
});

const xpending = command<PendingRequest>({
  name: 'XPENDING',
  arity: -3,
  flags: ['readonly'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'stream',
  since: '5.0.0',
  complexity:
    'O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.',
  summary:
    'Return information and entries from a stream consumer group pending entries list, that are messages fetched but never acknowledged.',
  syntax: 'key group [[IDLE min-idle-time] start end count [consumer]]',
  tips: ['nondeterministic_output'],
  parse: parsePending,
  run: ({ db, reply, nowMs }, { key, name, range }) => {
    const group = db.read(StreamValue, key)?.group(name);
    if (group === undefined) throw groupError(errorFor.noKeyOrGroup, key, name);
    if (range === undefined) writeSummary(reply, group);
    else writePending(reply, pendingIn(group, range, nowMs), nowMs);
  },
});

export const streamPendingCommands: readonly CommandEntry[] = [xack, xpending];

function parsePending(args: ArgumentParser): PendingRequest {
  const [key, name] = [args.bytes(), args.bytes().latin1()];
  const words = args.remaining;
  if (words === 0) return { key, name, range: undefined };
  if (words < RANGE_WORDS_MIN || words > RANGE_WORDS_MAX) args.fail(errors.syntax);
  let idleMsMin: Int64 = 0;
  if (args.flag('IDLE')) {
    idleMsMin = args.int64();
    if (words < IDLE_WORDS_MIN) args.fail(errors.syntax);
  }
  const [startText, endText] = [args.bytes(), args.bytes()];
  const count = Math.max(0, args.integer());
  const start = asStart(args, startText);
  const end = asEnd(args, endText);
  // What follows the consumer is not looked at.
  const consumer = args.rest()[0]?.latin1();
  return { key, name, range: { start, end, count, idleMsMin, consumer } };
}

function writeSummary(reply: ReplyWriter, group: ConsumerGroup): void {
  reply.array(4);
  reply.integer(group.pendingCount);
  const edges = group.pendingEdges();
  if (edges === undefined) {
    reply.nil();
    reply.nil();
    reply.nilArray();
    return;
  }
  for (const id of edges) writeId(reply, id);
  const busy = group.consumers().filter(({ pending }) => pending.size > 0);
  reply.array(busy.length);
  for (const { name, pending } of busy) {
    reply.array(2);
    reply.bulkLatin1(name);
    reply.bulkLatin1(pending.size.toString());
  }
}

function pendingIn(group: ConsumerGroup, range: PendingRange, nowMs: number): PendingEntry[] {
  const consumer = range.consumer === undefined ? undefined : group.consumer(range.consumer);
  const found: PendingEntry[] = [];
  if (range.count === 0 || (range.consumer !== undefined && consumer === undefined)) return found;
  group.forEachPending(range.start, consumer, (entry) => {
    if (entry.id.compare(range.end) > 0) return false;
    if (range.idleMsMin === 0 || nowMs - entry.deliveredMs >= range.idleMsMin) found.push(entry);
    return found.length < range.count;
  });
  return found;
}

function writePending(reply: ReplyWriter, entries: readonly PendingEntry[], nowMs: number): void {
  reply.array(entries.length);
  for (const { id, consumer, deliveredMs, deliveries } of entries) {
    reply.array(4);
    writeId(reply, id);
    reply.bulkLatin1(consumer.name);
    reply.integer(Math.max(0, nowMs - deliveredMs));
    reply.integer(deliveries);
  }
}

/** Set commands that look at some of the members: at random, or one part after another. */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { INT64_MIN } from '../base/integer.js';
import type { Random } from '../base/random.js';
import { errors } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { SetValue } from '../types/set.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';
import { type ScanOptions, type ValueScanRequest, valueScanRequest } from './scan-arguments.js';
import { announceRemoval } from './set.js';

/** A negative count repeats members without end: the reply may not grow beyond this. */
const REPEATED_REPLY_BYTES_MAX = 256 * 1024 * 1024;
/** What a member costs beside its bytes: length and line ends. */
const BULK_OVERHEAD_BYTES = 16;
/** Buckets visited for each member wanted before a call answers with fewer. */
const SCAN_STEPS_PER_MEMBER = 10;

interface CountRequest {
  readonly key: ByteSlice;
  /** How many members; undefined answers a single one that is no list. */
  readonly count: number | undefined;
}

const spop = command<CountRequest>({
  name: 'SPOP',
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'delete'),
  group: 'set',
  since: '1.0.0',
  complexity: 'Without the count argument O(1), otherwise O(N) where N is the value of the passed count.',
  quickArguments: 2,
  summary: 'Remove and return one or multiple random members from a set',
  syntax: 'key [count]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    const key = args.bytes();
    if (args.remaining === 0) return { key, count: undefined };
    if (args.remaining > 1) args.fail(errors.syntax);
    const count = args.integer(errors.popCountNegative);
    if (count < 0) args.fail(errors.popCountNegative);
    return { key, count };
  },
  run: (context, { key, count }) => {
    const { db, reply } = context;
    const set = db.existing(SetValue, key);
    const popped = set === undefined ? [] : popMembers(context, key, set, count ?? 1);
    if (count !== undefined) reply.set(popped.length);
    else if (popped.length === 0) reply.nil();
    for (const member of popped) reply.bulk(member);
  },
});

/** Removes members at random. @returns copies of them */
function popMembers(context: Context, key: ByteSlice, set: SetValue, count: number): readonly ByteSlice[] {
  const popped: ByteSlice[] = [];
  set.sample(context.server.random, count, (member) => {
    popped.push(ByteSlice.of(member.copy()));
  });
  if (popped.length === 0) return popped;
  for (const member of popped) set.delete(member);
  if (context.wantsEffects) context.effects([set.size === 0 ? ['DEL', key] : ['SREM', key, ...popped]]);
  announceRemoval(context, 'spop', key, set);
  return popped;
}

const srandmember = command<CountRequest>({
  name: 'SRANDMEMBER',
  arity: -2,
  flags: ['readonly'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'set',
  since: '1.0.0',
  complexity: 'Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.',
  summary: 'Get one or multiple random members from a set',
  syntax: 'key [count]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    const key = args.bytes();
    if (args.remaining === 0) return { key, count: undefined };
    if (args.remaining > 1) args.fail(errors.syntax);
    const count = args.int64();
    if (count === INT64_MIN) args.fail(errors.randomCountOutOfRange);
    return { key, count: Number(count) };
  },
  run: ({ db, reply, server }, { key, count }) => {
    const set = db.read(SetValue, key);
    if (count === undefined) {
      if (set === undefined) reply.nil();
      else reply.bulk(set.random(server.random));
    } else if (set === undefined || count === 0) {
      reply.array(0);
    } else if (count > 0) {
      reply.array(Math.min(count, set.size));
      set.sample(server.random, count, (member) => reply.bulk(member));
    } else {
      writeRepeated(reply, set, server.random, -count);
    }
  },
});

/** @throws ReplyError when the reply becomes too large */
function writeRepeated(reply: ReplyWriter, set: SetValue, random: Random, count: number): void {
  let bytes = count * BULK_OVERHEAD_BYTES;
  if (bytes > REPEATED_REPLY_BYTES_MAX) throw errors.outOfRange;
  reply.array(count);
  for (let i = 0; i < count; i++) {
    const member = set.random(random);
    bytes += member.length;
    if (bytes > REPEATED_REPLY_BYTES_MAX) throw errors.outOfRange;
    reply.bulk(member);
  }
}

const sscan = command<ValueScanRequest>({
  name: 'SSCAN',
  arity: -3,
  flags: ['readonly'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'set',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..',
  summary: 'Incrementally iterate Set elements',
  syntax: 'key cursor [MATCH pattern] [COUNT count]',
  tips: ['nondeterministic_output'],
  parse: valueScanRequest,
  run: ({ db, reply }, { key, cursor, options, mistake }) => {
    const set = db.read(SetValue, key);
    if (set !== undefined && mistake !== undefined) throw mistake;
    const found: ByteSlice[] = [];
    const next = set === undefined ? 0 : scanMembers(set, cursor, options, found);
    reply.array(2);
    reply.bulkLatin1(next.toString());
    reply.array(found.length);
    for (const member of found) reply.bulk(member);
  },
});

/** Collects copies of members. @returns the next cursor */
function scanMembers(set: SetValue, cursor: number, { count, pattern }: ScanOptions, found: ByteSlice[]): number {
  let visited = 0;
  let next = cursor;
  let steps = 0;
  do {
    next = set.scan(next, (member) => {
      visited++;
      if (pattern === undefined || globMatches(pattern, member)) found.push(ByteSlice.of(member.copy()));
    });
    steps++;
  } while (next !== 0 && visited < count && steps < count * SCAN_STEPS_PER_MEMBER);
  return next;
}

export const setRandomCommands: readonly CommandEntry[] = [spop, srandmember, sscan];

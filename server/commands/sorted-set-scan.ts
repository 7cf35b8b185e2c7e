/** Sorted set commands that look at some of the members: at random, or one part after another. */
import type { ByteSlice } from '../base/byte-slice.js';
import { formatDouble } from '../base/double.js';
import { globMatches } from '../base/glob.js';
import type { Random } from '../base/random.js';
import { errors } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { packedScoreText } from '../types/packed-members.js';
import { SortedSetValue } from '../types/sorted-set.js';
import { type CommandEntry, command, keysAt } from './command.js';
import {
  BULK_OVERHEAD_BYTES,
  type RandomRequest,
  REPEATED_REPLY_BYTES_MAX,
  randomRequest,
  type ScanOptions,
  type ValueScanRequest,
  valueScanRequest,
} from './scan-arguments.js';
import { memberWriter, writeMembersHead } from './sorted-set-reply.js';

/** Buckets visited for each member wanted before a call answers with fewer. */
const SCAN_STEPS_PER_MEMBER = 10;
/** What a score takes in a reply at most. */
const SCORE_BYTES_MAX = 40;

const zrandmember = command<RandomRequest>({
  name: 'ZRANDMEMBER',
  arity: -2,
  flags: ['readonly'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'sorted-set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of elements returned',
  summary: 'Get one or multiple random elements from a sorted set',
  syntax: 'key [count [WITHSCORES]]',
  tips: ['nondeterministic_output'],
  parse: (args) => randomRequest(args, 'WITHSCORES'),
  run: ({ db, reply, server }, { key, count, withValues }) => {
    const zset = db.read(SortedSetValue, key);
    if (count === undefined) {
      if (zset === undefined) reply.nil();
      else zset.random(server.random, (member) => reply.bulk(member));
    } else if (zset === undefined || count === 0) {
      reply.array(0);
    } else if (count > 0) {
      writeMembersHead(reply, Math.min(count, zset.size), withValues);
      zset.sample(server.random, count, memberWriter(reply, withValues));
    } else {
      writeRepeated(reply, zset, server.random, -count, withValues);
    }
  },
});

const zscan = command<ValueScanRequest>({
  name: 'ZSCAN',
  arity: -3,
  flags: ['readonly'],
  acl: ['sortedset'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'sorted-set',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..',
  summary: 'Incrementally iterate sorted sets elements and associated scores',
  syntax: 'key cursor [MATCH pattern] [COUNT count]',
  tips: ['nondeterministic_output'],
  parse: valueScanRequest,
  run: ({ db, reply }, { key, cursor, options, mistake }) => {
    const zset = db.read(SortedSetValue, key);
    if (zset !== undefined && mistake !== undefined) throw mistake;
    const members: ByteSlice[] = [];
    const scores: number[] = [];
    const next = zset === undefined ? 0 : scanMembers(zset, cursor, options, members, scores);
    reply.array(2);
    reply.bulkLatin1(next.toString());
    reply.array(members.length * 2);
    const textOf = zset?.encoding === 'listpack' ? packedScoreText : formatDouble;
    for (const [i, member] of members.entries()) {
      reply.bulk(member);
      reply.bulkLatin1(textOf(scores[i] ?? 0));
    }
  },
});

export const sortedSetScanCommands: readonly CommandEntry[] = [zrandmember, zscan];

/** @throws ReplyError when the reply becomes too large */
function writeRepeated(
  reply: ReplyWriter,
  zset: SortedSetValue,
  random: Random,
  count: number,
  withScores: boolean,
): void {
  const overheadBytes = BULK_OVERHEAD_BYTES + (withScores ? SCORE_BYTES_MAX : 0);
  let bytes = count * overheadBytes;
  if (bytes > REPEATED_REPLY_BYTES_MAX) throw errors.outOfRange;
  writeMembersHead(reply, count, withScores);
  const writeMember = memberWriter(reply, withScores);
  for (let i = 0; i < count; i++) {
    zset.random(random, (member, score) => {
      bytes += member.length;
      if (bytes > REPEATED_REPLY_BYTES_MAX) throw errors.outOfRange;
      writeMember(member, score);
    });
  }
}

/** Collects members, as views, and scores. @returns the next cursor */
function scanMembers(
  zset: SortedSetValue,
  cursor: number,
  { pattern, count }: ScanOptions,
  members: ByteSlice[],
  scores: number[],
): number {
  let visited = 0;
  let next = cursor;
  let steps = 0;
  do {
    next = zset.scan(next, (member, score) => {
      visited++;
      if (pattern !== undefined && !globMatches(pattern, member)) return;
      members.push(member);
      scores.push(score);
    });
    steps++;
  } while (next !== 0 && visited < count && steps < count * SCAN_STEPS_PER_MEMBER);
  return next;
}

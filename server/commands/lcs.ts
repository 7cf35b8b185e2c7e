/** LCS: the longest common subsequence of two strings. */
import { ByteSlice } from '../base/byte-slice.js';
import { errors, type ReplyError } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { CommonSubsequence, tableBytes } from '../types/common-subsequence.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, keysAt } from './command.js';

interface LcsRequest {
  readonly keys: readonly [ByteSlice, ByteSlice];
  readonly answer: 'bytes' | 'length' | 'ranges';
  /** Shorter ranges are left out of the answer. */
  readonly rangeLengthMin: number;
  readonly withLengths: boolean;
  /** What is wrong with the options: told after the keys have turned out to be strings. */
  readonly mistake: ReplyError | undefined;
}

const EMPTY = ByteSlice.of(Buffer.alloc(0));

const lcs = command<LcsRequest>({
  name: 'LCS',
  arity: -3,
  flags: ['readonly'],
  acl: ['string'],
  keys: keysAt(1, 2, 1, 'RO', 'access'),
  group: 'string',
  since: '7.0.0',
  complexity: 'O(N*M) where N and M are the lengths of s1 and s2, respectively',
  summary: 'Find longest common substring',
  syntax: 'key1 key2 [LEN] [IDX] [MINMATCHLEN len] [WITHMATCHLEN]',
  parse: parseLcs,
  run: ({ db, reply, server }, request) => {
    const a = stringOrEmpty(db, request.keys[0]);
    const b = stringOrEmpty(db, request.keys[1]);
    if (a === undefined || b === undefined) throw errors.lcsNotStrings;
    if (request.mistake !== undefined) throw request.mistake;
    if (tableBytes(a.length, b.length) > server.config.get('proto-max-bulk-len')) throw errors.lcsTooLarge;
    const common = new CommonSubsequence(a, b);
    if (request.answer === 'length') reply.integer(common.length);
    else if (request.answer === 'bytes') reply.bulk(ByteSlice.of(common.bytes()));
    else writeRanges(reply, common, request);
  },
});

export const lcsCommands: readonly CommandEntry[] = [lcs];

function parseLcs(args: ArgumentParser): LcsRequest {
  const keys = [args.bytes(), args.bytes()] as const;
  let wantsLength = false;
  let wantsRanges = false;
  let withLengths = false;
  let rangeLengthMin = 0;
  const mistake = args.deferred(() => {
    while (args.remaining > 0) {
      if (args.flag('IDX')) wantsRanges = true;
      else if (args.flag('LEN')) wantsLength = true;
      else if (args.flag('WITHMATCHLEN')) withLengths = true;
      else if (args.option('MINMATCHLEN')) rangeLengthMin = args.integer();
      else args.fail(errors.syntax);
    }
    if (wantsLength && wantsRanges) args.fail(errors.lcsLengthAndIndexes);
  });
  const answer = wantsRanges ? 'ranges' : wantsLength ? 'length' : 'bytes';
  return { keys, answer, rangeLengthMin, withLengths, mistake };
}

/** A missing key counts as an empty string; undefined when the key holds something else. */
function stringOrEmpty(db: Database, key: ByteSlice): ByteSlice | undefined {
  return db.getStringOrNothing(key) ?? (db.has(key) ? undefined : EMPTY);
}

function writeRanges(reply: ReplyWriter, common: CommonSubsequence, request: LcsRequest): void {
  const ranges = common.ranges().filter(({ length }) => length >= request.rangeLengthMin);
  reply.map(2);
  reply.bulkText('matches');
  reply.array(ranges.length);
  for (const { a, b, length } of ranges) {
    reply.array(request.withLengths ? 3 : 2);
    for (const [first, last] of [a, b]) {
      reply.array(2);
      reply.integer(first);
      reply.integer(last);
    }
    if (request.withLengths) reply.integer(length);
  }
  reply.bulkText('len');
  reply.integer(common.length);
}
